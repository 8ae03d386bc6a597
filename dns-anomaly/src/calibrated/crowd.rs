//! Tells when a window is strange for everyone.
//!
//! In: the scores of all series in one window, and what such windows showed before. Out: a [`StrangeWindow`] when more
//! series stand out than chance and the past explain.
//!
//! Of m series, N have a randomised p below 0.05. y = asin √((N + 3/8)/(m + 3/4)) has variance 1/(4m + 2) when series are
//! independent (Anscombe 1948), and more when they share days. Mean and variance of y are learned from the windows
//! before, the variance being at least that of independence, and the next y is compared by Student's t with as many
//! degrees of freedom as there were windows, less one. A window that is strange is not learned from.

use rainier::compute::special::{Tail as Side, ln_incomplete_beta};

use super::score::Score;

/// A stretch of time in which the traffic as a whole is unlike before: one alert, whatever the number of domains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrangeWindow {
    /// Number of the first bin.
    pub first_bin: i64,
    /// One past the last bin.
    pub end_bin: i64,
    /// Adjacent strange windows; what follows is of the one with the smallest p.
    pub windows: usize,
    /// Series judged.
    pub series: usize,
    /// Of these, with p below 0.05.
    pub below: usize,
    /// How many were expected by the windows before.
    pub expected: f64,
    /// Probability of so many.
    pub p: f64,
    /// The crowd's volume as a multiple of what was expected.
    pub factor: f64,
    /// Series with p below 0.01 before the crowd's factor was taken out.
    pub candidates: usize,
    /// And after: those that moved against the crowd.
    pub against_crowd: usize,
}

/// What the windows before showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd {
    /// y of each that was not strange.
    past: Vec<f64>,
}

/// The level of N.
const LEVEL: f64 = 0.05;
/// Fewer windows are no past.
const MINIMUM_PAST: usize = 5;
/// Fewer series are no crowd.
const MINIMUM_SERIES: usize = 20;
/// A strange window has p at most this, and at least twice as many series below the level as usual.
const STRANGE: f64 = 1e-3;
const LEAST_RATIO: f64 = 2.0;

impl Crowd {
    /// Looks at the scores of one window.
    pub(super) fn look(&mut self, scores: &[Score], window: i64) -> Option<StrangeWindow> {
        let series = scores.len();
        if series < MINIMUM_SERIES || !scores[0].is_calibrated {
            return None;
        }
        let below = scores
            .iter()
            .filter(|score| score.random_surprise >= -LEVEL.ln())
            .count();
        let y = transformed(below, series);
        let verdict = self.verdict(y, series);
        if let Some((expected, p)) = verdict
            && p <= STRANGE
            && below as f64 >= LEAST_RATIO * expected
        {
            let first_bin = scores[0].window.first_bin;
            return Some(StrangeWindow {
                first_bin,
                end_bin: first_bin + window,
                windows: 1,
                series,
                below,
                expected,
                p,
                factor: 1.0,
                candidates: 0,
                against_crowd: 0,
            });
        }
        self.past.push(y);
        None
    }

    /// The number expected of so many series, and the probability of y or more.
    fn verdict(&self, y: f64, series: usize) -> Option<(f64, f64)> {
        let count = self.past.len();
        if count < MINIMUM_PAST {
            return None;
        }
        let mean = self.past.iter().sum::<f64>() / count as f64;
        let freedom = (count - 1) as f64;
        let spread = self.past.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / freedom;
        let variance = spread.max(1.0 / (4.0 * series as f64 + 2.0));
        let t = (y - mean) / (variance * (1.0 + 1.0 / count as f64)).sqrt();
        Some((mean.sin().powi(2) * series as f64, student_tail(t, freedom)))
    }
}

/// Adds a strange window to those before it: adjacent ones are one alert.
pub(super) fn merge(strange: &mut Vec<StrangeWindow>, next: StrangeWindow) {
    match strange.last_mut() {
        Some(last) if last.end_bin >= next.first_bin => {
            let strangest = if next.p < last.p { next } else { *last };
            *last = StrangeWindow {
                first_bin: last.first_bin,
                end_bin: next.end_bin,
                windows: last.windows + 1,
                ..strangest
            };
        }
        _ => strange.push(next),
    }
}

fn transformed(below: usize, series: usize) -> f64 {
    let share = (below as f64 + 0.375) / (series as f64 + 0.75);
    share.sqrt().asin()
}

/// P(T ≥ t) of Student's distribution: half of Iₓ(ν/2, 1/2) at x = ν/(ν + t²) for t ≥ 0.
fn student_tail(t: f64, freedom: f64) -> f64 {
    let x = freedom / (freedom + t * t);
    let half = 0.5 * ln_incomplete_beta(Side::Lower, 0.5 * freedom, 0.5, x).exp();
    if t >= 0.0 { half } else { 1.0 - half }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    #[test]
    fn tails_of_students_distribution_are_those_of_tables() {
        // t of 0.975 and 0.995 for 4 and 10 degrees of freedom.
        for (t, freedom, tail) in [
            (2.776_445, 4.0, 0.025),
            (4.604_095, 4.0, 0.005),
            (2.228_139, 10.0, 0.025),
        ] {
            assert!(testkit::relative_error(student_tail(t, freedom), tail) < 1e-6);
        }
        assert!((student_tail(-2.776_445, 4.0) - 0.975).abs() < 1e-7);
    }

    /// The share of runs of windows whose last one has p at most `level`, when days share a common rate that varies.
    fn share_strange(level: f64, over_dispersion: f64, is_learned: bool) -> f64 {
        const RUNS: u32 = 4_000;
        const SERIES: usize = 400;
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut window = || {
            let rate = LEVEL * (over_dispersion * (rng.random::<f64>() - 0.5)).exp();
            let below = (0..SERIES).filter(|_| rng.random::<f64>() < rate).count();
            transformed(below, SERIES)
        };
        let strange = (0..RUNS).filter(|_| {
            let mut crowd = Crowd {
                past: (0..15).map(|_| window()).collect(),
            };
            if !is_learned {
                crowd.past.fill(LEVEL.sqrt().asin());
            }
            crowd
                .verdict(window(), SERIES)
                .is_some_and(|verdict| verdict.1 <= level)
        });
        strange.count() as f64 / f64::from(RUNS)
    }

    #[test]
    fn innocent_windows_are_strange_no_more_often_than_stated() {
        let standard_error = (0.01_f64 * 0.99 / 4e3).sqrt();
        let holds = |share: f64| {
            share <= 0.01 || testkit::within_standard_errors(share, 0.01, standard_error)
        };
        assert!(holds(share_strange(0.01, 0.0, true)));
        let share = share_strange(0.01, 1.5, true);
        assert!(holds(share), "{share}");
        // The control: taking series for independent fails when they share days.
        let share = share_strange(0.01, 1.5, false);
        assert!(!holds(share), "{share}");
    }

    #[test]
    fn adjacent_strange_windows_are_one_alert() {
        let window = |first_bin, p| StrangeWindow {
            first_bin,
            end_bin: first_bin + 24,
            windows: 1,
            series: 100,
            below: 50,
            expected: 5.0,
            p,
            factor: 0.1,
            candidates: 40,
            against_crowd: 1,
        };
        let mut strange = Vec::new();
        for (first_bin, p) in [(0, 1e-4), (24, 1e-9), (48, 1e-5), (96, 1e-4)] {
            merge(&mut strange, window(first_bin, p));
        }
        assert_eq!(strange.len(), 2);
        assert_eq!(
            (strange[0].end_bin, strange[0].windows, strange[0].p),
            (72, 3, 1e-9)
        );
    }
}
