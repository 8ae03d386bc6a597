//! Predicts how large the counts of a window are: tails of their sum and of the largest.
//!
//! In: a history, the prediction of its activity, the priors of dispersion and spread. Out: [`Sizes`].
//!
//! A busy bin at place i counts 1 + NB2(wᵢ m g, r): wᵢ the profile, m the series' mean, g the window's level, ln g normal
//! with standard deviation σ and E g = 1. The sum over z busy bins is z + NB2(z m g, z r/ω), ω = E w² (its variance
//! where the wᵢ differ). The largest is below t when all are; bins of one slot are taken as alike.

use super::activity::Activity;
use super::history::History;
use super::level::{LEVELS, Levels};
use super::negative_binomial::{TwoBounds, ln_likelihood_of_shape, ln_rising};
use super::population::{DISPERSIONS, Population, SPREADS, geometric_mean, joint};
use super::tail::Tail;

/// The prediction of a window's counts.
#[derive(Debug, Clone)]
pub(super) struct Sizes {
    levels: Levels,
    mean_size: f64,
    /// E w².
    square_weight: f64,
    /// Probabilities of the spreads of windows.
    spread: [f64; SPREADS.len()],
    /// Dispersions that matter, and their probabilities.
    dispersions: Vec<(f64, f64)>,
}

/// Shape of the inverse Gamma that the prior's mean follows: large means are as rare as its −2nd power.
const PRIOR_TAIL: f64 = 2.0;

impl Sizes {
    pub(super) fn predict(history: &History, population: &Population) -> Self {
        let square_weight = square_weight(history);
        let ln_likelihood = size_likelihood(history);
        let (dispersion, spread) = joint(
            &ln_likelihood,
            &population.dispersion.masses(&DISPERSIONS),
            &population.size_spread.masses(&SPREADS),
        );
        let dispersions = likely(&dispersion);
        let shape: f64 = dispersions
            .iter()
            .map(|(r, mass)| mass * r.ln())
            .sum::<f64>()
            .exp();
        let total = Totals::of(history);
        let variance_of_spread: f64 = SPREADS
            .iter()
            .zip(&spread)
            .map(|(s, mass)| s * s * mass)
            .sum();
        let (prior_busy, prior_excess) = population.size_prior_counts();
        let by_chance = 1.0 / (total.excess + prior_excess)
            + square_weight / ((total.busy + prior_busy) * shape)
            + variance_of_spread / total.windows.max(1.0);
        let step = Levels::step_for((by_chance + variance_of_spread).min(9.0));
        let mean_size = history.mean_size;
        // Mean and log prior of each level.
        let of_level: [(f64, f64); LEVELS] = std::array::from_fn(|index| {
            let level = Levels::offset(step, index);
            let mean = mean_size * level.exp();
            // The Gamma prior of the mean, its own mean being uncertain: else it would forbid what lies far above.
            let prior = prior_excess * level
                - (prior_excess + PRIOR_TAIL) * (prior_busy * mean / PRIOR_TAIL).ln_1p();
            (mean, prior)
        });
        let levels = Levels::predict(step, &spread, -0.5, |spread, index| {
            let (mean, prior) = of_level[index];
            if total.busy == 0.0 {
                return prior;
            }
            let level = Levels::offset(step, index);
            let inverse_shape = square_weight / (total.busy * shape)
                + (spread * spread).exp_m1() / total.windows.max(1.0);
            let shape = 1.0 / inverse_shape;
            let expected = total.weight * mean;
            prior + total.excess * level - (total.excess + shape) * (expected / shape).ln_1p()
        });
        Self {
            levels,
            mean_size,
            square_weight,
            spread,
            dispersions,
        }
    }

    /// Mean and standard deviation of ln g, the window's level, and the geometric mean of the spread σ.
    pub(super) fn level(&self) -> ((f64, f64), f64) {
        (
            self.levels.moments(),
            geometric_mean(&SPREADS, &self.spread),
        )
    }

    /// The geometric mean of the dispersion r.
    pub(super) fn dispersion(&self) -> f64 {
        let logs = self.dispersions.iter().map(|(r, mass)| mass * r.ln());
        logs.sum::<f64>().exp()
    }

    /// The smallest s with P(sum ≤ s) at least `prob`.
    pub(super) fn quantile(&self, activity: &Activity, prob: f64) -> u64 {
        let reaches = |sum: u64| {
            let tail = self.sum(activity, sum);
            tail.below + tail.at >= prob
        };
        if reaches(0) {
            return 0;
        }
        // No sum of counts that was ever seen is beyond the range of an exact double.
        let (mut below, mut at) = (0_u64, 1_u64);
        while at < 1 << 53 && !reaches(at) {
            (below, at) = (at, at * 2);
        }
        while at - below > 1 {
            let middle = below + (at - below) / 2;
            if reaches(middle) {
                at = middle;
            } else {
                below = middle;
            }
        }
        at
    }

    /// The mean of a busy bin's count.
    pub(super) fn mean(&self) -> f64 {
        let factor: f64 = self
            .levels
            .iter()
            .map(|(_, level, mass)| mass * level.exp())
            .sum();
        1.0 + self.mean_size * factor
    }

    /// The tail of the sum of a window.
    pub(super) fn sum(&self, activity: &Activity, sum: u64) -> Tail {
        let silent = activity.masses()[0];
        if sum == 0 {
            return Tail {
                below: 0.0,
                at: silent,
                above: 1.0 - silent,
            };
        }
        let sum = sum as f64;
        let (groups, count) = activity.groups();
        let (mut at, mut next) = ((silent, 0.0), (silent, 0.0));
        for &(busy, mass_of_busy) in groups[..count].iter().filter(|group| group.1 > 0.0) {
            for &(dispersion, mass_of_dispersion) in &self.dispersions {
                let shape = busy * dispersion / self.square_weight;
                let bounds = TwoBounds::new(sum - busy, shape);
                for (_, level, mass_of_level) in self.levels.iter() {
                    let mean = busy * self.mean_size * level.exp();
                    let mass = mass_of_dispersion * mass_of_level * mass_of_busy;
                    let sides = [&mut at, &mut next].into_iter().zip(bounds.sides(mean));
                    for (sides, (below, at_least)) in sides {
                        sides.0 += mass * below;
                        sides.1 += mass * at_least;
                    }
                }
            }
        }
        Tail::between(at, next)
    }

    /// The tail of the largest count of a window.
    pub(super) fn maximum(&self, history: &History, activity: &Activity, maximum: u64) -> Tail {
        if maximum == 0 {
            return self.sum(activity, 0);
        }
        let excess = maximum as f64 - 1.0;
        let (mut at, mut next) = ((0.0, 0.0), (0.0, 0.0));
        for &(dispersion, mass_of_dispersion) in &self.dispersions {
            let bounds = TwoBounds::new(excess, dispersion);
            for (_, level, mass_of_level) in self.levels.iter() {
                // ln P(all below), of both bounds.
                let mut ln_below = [0.0; 2];
                for cell in history.cells.iter().filter(|cell| cell.bins > 0.0) {
                    let mean = cell.weight * self.mean_size * level.exp();
                    for (ln_below, (_, at_least)) in ln_below.iter_mut().zip(bounds.sides(mean)) {
                        *ln_below += cell.bins * (-cell.active * at_least).ln_1p();
                    }
                }
                let mass = mass_of_dispersion * mass_of_level;
                for (sides, ln_below) in [&mut at, &mut next].into_iter().zip(ln_below) {
                    sides.0 += mass * ln_below.exp();
                    sides.1 -= mass * ln_below.exp_m1();
                }
            }
        }
        Tail::between(at, next)
    }
}

/// Dispersions with a say, made to add up to one.
fn likely(masses: &[f64; DISPERSIONS.len()]) -> Vec<(f64, f64)> {
    let mut likely: Vec<(f64, f64)> = DISPERSIONS.into_iter().zip(*masses).collect();
    likely.retain(|(_, mass)| *mass > 0.03);
    let total: f64 = likely.iter().map(|(_, mass)| mass).sum();
    for (_, mass) in &mut likely {
        *mass /= total;
    }
    likely
}

struct Totals {
    busy: f64,
    excess: f64,
    weight: f64,
    /// Number of references with equal shares that know as much about the series' level.
    windows: f64,
}

impl Totals {
    fn of(history: &History) -> Self {
        let (mut busy, mut excess, mut weight, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for window in &history.references {
            busy += window.busy;
            excess += window.excess;
            weight += window.weight;
            squares += window.weight * window.weight;
        }
        Self {
            busy,
            excess,
            weight,
            windows: if squares > 0.0 {
                weight * weight / squares
            } else {
                0.0
            },
        }
    }
}

fn square_weight(history: &History) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (p, w) in history.active.iter().zip(&history.weights) {
        sum += p * w * w;
        total += p * w;
    }
    if total > 0.0 {
        (sum / total).max(1.0)
    } else {
        1.0
    }
}

/// Log-likelihoods of dispersion and spread of sizes: how bins vary within a window, and windows among themselves.
pub(super) fn size_likelihood(history: &History) -> [[f64; SPREADS.len()]; DISPERSIONS.len()] {
    let square_weight = square_weight(history);
    let busy_windows = history.references.iter().filter(|window| window.busy > 0.0);
    let count = busy_windows.clone().count() as f64;
    let freedom = if count > 0.0 {
        (count - 1.0) / count
    } else {
        0.0
    };
    let spreads = SPREADS.map(|spread| (spread * spread).exp());
    let mut ln_likelihood = [[0.0; SPREADS.len()]; DISPERSIONS.len()];
    for (row, &dispersion) in ln_likelihood.iter_mut().zip(&DISPERSIONS) {
        let within = within(history, dispersion);
        for (cell, &spread) in row.iter_mut().zip(&spreads) {
            let ln_masses = busy_windows.clone().map(|window| {
                let of_sum = 1.0 + square_weight / (window.busy * dispersion);
                let shape = 1.0 / (of_sum * spread - 1.0);
                let mean = window.weight * history.mean_size;
                ln_likelihood_of_shape(window.excess, mean, shape)
            });
            *cell = within + freedom * ln_masses.sum::<f64>();
        }
    }
    ln_likelihood
}

/// How well a dispersion explains the sizes within references, each window's own level given.
fn within(history: &History, dispersion: f64) -> f64 {
    history
        .sizes
        .iter()
        .map(|size| {
            let ln_mass = ln_rising(dispersion, size.excess)
                + size.excess * (size.mean / (dispersion + size.mean)).max(1e-300).ln()
                - dispersion * (size.mean / dispersion).ln_1p();
            size.freedom * ln_mass
        })
        .sum()
}
