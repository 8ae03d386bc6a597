//! Trends how much a name is asked for, window by window.
//!
//! In: the number of queries of each window and how probably it is no ordinary one. Out: two moving averages, with the
//! weights of the talk's table.
//!
//! m ← m + (1 − w)(1 − P)(x − m) with w = 0.75 and w = 0.90: what is surely an anomaly (P = 1) moves nothing.

use serde::{Deserialize, Serialize};

/// Two moving averages of the number of queries in a window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// With w = 0.75: some four windows count.
    pub fast: f64,
    /// With w = 0.90: some ten windows count.
    pub slow: f64,
    /// One past the last bin that counts.
    pub(super) end_bin: i64,
}

impl Trend {
    /// Starts at the first window, as a guess.
    pub(super) fn start(queries: f64, end_bin: i64) -> Self {
        Self {
            fast: queries,
            slow: queries,
            end_bin,
        }
    }

    /// Takes in a window in `first_bin..end_bin`, unless it overlaps the last one taken.
    pub(super) fn update(&mut self, queries: f64, anomaly_prob: f64, first_bin: i64, end_bin: i64) {
        if first_bin < self.end_bin {
            return;
        }
        let share = 1.0 - anomaly_prob;
        self.fast += 0.25 * share * (queries - self.fast);
        self.slow += 0.1 * share * (queries - self.slow);
        self.end_bin = end_bin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trend_is_the_talks_and_what_is_surely_an_anomaly_moves_nothing() {
        let mut trend = Trend::start(8.0, 24);
        trend.update(4.0, 0.0, 24, 48);
        // μ w + (1 − w) x.
        assert_eq!(trend.fast, 7.0);
        assert!(testkit::relative_error(trend.slow, 8.0 * 0.9 + 4.0 * 0.1) < 1e-15);
        let before = trend;
        trend.update(1e6, 1.0, 48, 72);
        assert_eq!((trend.fast, trend.slow), (before.fast, before.slow));
        trend.update(1e6, 0.0, 60, 84);
        assert_eq!(trend.end_bin, 72);
    }
}
