//! Accepts a new level when windows stay off in one direction, so that one change is not an alarm for weeks.
//!
//! In: verdicts on a name's windows in the order of time. Out: a [`LevelChange`] when windows that do not overlap were
//! off so many times in a row; from the first of them on the name is compared with itself since then.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calibrated::Verdict;
use crate::detect::Direction;

/// A change that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelChange {
    /// The domain.
    pub domain: Arc<str>,
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// First bin of the first window off.
    pub since_bin: i64,
    /// One past the last bin of the window it was accepted with.
    pub end_bin: i64,
    /// Which way the number of queries went.
    pub direction: Direction,
    /// Number of windows off.
    pub windows: u32,
    /// Queries of a window before: the slow trend.
    pub before: f64,
    /// Queries of a window since: the mean.
    pub after: f64,
}

/// Windows off in one direction, without one between that was not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Streak {
    is_more: bool,
    /// First bin of its first window.
    pub(super) since_bin: i64,
    pub(super) windows: u32,
    /// Queries in all its windows together.
    queries: f64,
}

impl Streak {
    /// The streak after one more window.
    pub(super) fn after(streak: Option<Self>, verdict: &Verdict) -> Option<Self> {
        if !verdict.is_off {
            return None;
        }
        let is_more = verdict.observed > verdict.expected;
        let going_on = streak.filter(|streak| streak.is_more == is_more);
        let mut streak = going_on.unwrap_or(Self {
            is_more,
            since_bin: verdict.first_bin,
            windows: 0,
            queries: 0.0,
        });
        streak.windows += 1;
        streak.queries += verdict.observed;
        Some(streak)
    }

    /// Whether it holds `accept_after` windows that do not overlap.
    pub(super) fn is_accepted(&self, verdict: &Verdict, window: i64, accept_after: u32) -> bool {
        verdict.first_bin - self.since_bin >= (i64::from(accept_after) - 1) * window
    }

    pub(super) fn direction(&self) -> Direction {
        if self.is_more {
            Direction::More
        } else {
            Direction::Fewer
        }
    }

    /// Queries of a window, on average.
    pub(super) fn mean(&self) -> f64 {
        self.queries / f64::from(self.windows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(first_bin: i64, observed: f64, is_off: bool) -> Verdict {
        Verdict {
            series: 0,
            first_bin,
            observed,
            expected: 10.0,
            is_off,
            anomaly_prob: 0.5,
        }
    }

    fn after(verdicts: &[Verdict]) -> Option<Streak> {
        verdicts.iter().fold(None, Streak::after)
    }

    #[test]
    fn a_streak_is_broken_by_an_ordinary_window_and_by_the_other_direction() {
        let off = verdict(0, 30.0, true);
        assert_eq!(after(&[off, off, off]).unwrap().windows, 3);
        assert_eq!(after(&[off, verdict(24, 11.0, false)]), None);
        let turned = after(&[off, off, verdict(48, 0.0, true)]).unwrap();
        assert_eq!((turned.windows, turned.since_bin), (1, 48));
        assert_eq!(turned.direction(), Direction::Fewer);
    }

    #[test]
    fn windows_that_share_one_burst_are_not_many_windows_off() {
        let sliding: Vec<Verdict> = (0..24).map(|hour| verdict(hour, 30.0, true)).collect();
        let last = sliding[23];
        assert!(!after(&sliding).unwrap().is_accepted(&last, 24, 3));
        let apart = [0, 24, 48].map(|bin| verdict(bin, 30.0, true));
        assert!(after(&apart).unwrap().is_accepted(&apart[2], 24, 3));
        assert_eq!(after(&apart).unwrap().mean(), 30.0);
    }
}
