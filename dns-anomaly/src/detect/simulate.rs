//! Simulates windows from posterior draws, as on the slide "Window Simulations".
//!
//! In: draws and number of bins of each slot of the window, number of windows. Out: for each statistic the sorted values of the
//! simulated windows, from which bands and means are read.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Poisson};

use super::tail::SlotBins;
use super::window::{Statistic, Statistics};
use crate::model::ZipDraw;

/// Sorted statistics of simulated windows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SimulatedWindows {
    /// By statistic, in the order of [`Statistic::ALL`].
    sorted: [Vec<u64>; 2],
}

impl SimulatedWindows {
    /// Simulates `windows`, taking the draws in turn.
    pub(super) fn new(slots: &[SlotBins<'_>], windows: usize, rng: &mut impl Rng) -> Self {
        let mut sorted: [Vec<u64>; 2] = Default::default();
        let mut counts = Vec::new();
        let draws = slots.iter().map(|slot| slot.draws.len()).min().unwrap_or(0);
        for index in (0..draws).cycle().take(windows) {
            counts.clear();
            for slot in slots {
                counts.extend((0..slot.bins).map(|_| simulate_bin(slot.draws[index], rng)));
            }
            let statistics = Statistics::of(&counts);
            for (values, statistic) in sorted.iter_mut().zip(Statistic::ALL) {
                values.push(statistics.get(statistic));
            }
        }
        for values in &mut sorted {
            values.sort_unstable();
        }
        Self { sorted }
    }

    /// The values that leave out at most a share `tail` of the windows on either side.
    pub(super) fn band(&self, statistic: Statistic, tail: f64) -> (u64, u64) {
        let values = &self.sorted[statistic as usize];
        let Some(last) = values.len().checked_sub(1) else {
            return (0, u64::MAX);
        };
        let left_out = ((values.len() as f64 * tail) as usize).min(last / 2);
        (values[left_out], values[last - left_out])
    }

    /// The mean over the windows.
    pub(super) fn mean(&self, statistic: Statistic) -> f64 {
        let values = &self.sorted[statistic as usize];
        values.iter().map(|&value| value as f64).sum::<f64>() / values.len().max(1) as f64
    }
}

fn simulate_bin(draw: ZipDraw, rng: &mut impl Rng) -> u64 {
    if rng.random::<f64>() < draw.zero_prob {
        return 0;
    }
    // A rate that is no Poisson rate (0, or beyond what the sampler takes) makes silence, as its limit at 0 does.
    Poisson::new(draw.rate).map_or(0, |poisson| poisson.sample(rng) as u64)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::super::tail::predictive_tails;
    use super::*;

    /// The share of simulated windows at or above a value is the analytic tail, within 5 standard errors.
    #[test]
    fn simulated_shares_agree_with_analytic_tails() {
        const WINDOWS: usize = 20_000;
        let draws = [
            ZipDraw {
                zero_prob: 0.6,
                rate: 3.0,
            },
            ZipDraw {
                zero_prob: 0.3,
                rate: 1.0,
            },
        ];
        let by_night = [
            ZipDraw {
                zero_prob: 0.9,
                rate: 2.0,
            },
            ZipDraw {
                zero_prob: 0.5,
                rate: 0.7,
            },
        ];
        let slots = [&draws, &by_night].map(|draws| SlotBins { draws, bins: 6 });
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let simulated = SimulatedWindows::new(&slots, WINDOWS, &mut rng);
        for (statistic, observed) in [(Statistic::Sum, 15), (Statistic::Busy, 6)] {
            let values = &simulated.sorted[statistic as usize];
            let share =
                values.iter().filter(|&&value| value >= observed).count() as f64 / WINDOWS as f64;
            let expected = predictive_tails(&slots, statistic, observed).at_least;
            let standard_error = (expected * (1.0 - expected) / WINDOWS as f64).sqrt();
            assert!(
                testkit::within_standard_errors(share, expected, standard_error),
                "{statistic:?}"
            );
            // A tail off by one value must be told apart.
            let wrong = predictive_tails(&slots, statistic, observed + 1).at_least;
            assert!(
                !testkit::within_standard_errors(share, wrong, standard_error),
                "{statistic:?}"
            );
        }
    }

    #[test]
    fn a_band_leaves_out_at_most_the_share_asked_for() {
        let draws = [ZipDraw {
            zero_prob: 0.2,
            rate: 5.0,
        }];
        let slot = SlotBins {
            draws: &draws,
            bins: 24,
        };
        let simulated = SimulatedWindows::new(&[slot], 1_000, &mut ChaCha8Rng::seed_from_u64(3));
        let (low, high) = simulated.band(Statistic::Sum, 0.005);
        let outside = simulated.sorted[0]
            .iter()
            .filter(|&&sum| sum < low || sum > high)
            .count();
        assert!(outside <= 10, "{outside}");
        assert!(low < high);
    }
}
