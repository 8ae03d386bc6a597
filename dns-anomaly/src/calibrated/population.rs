//! Learns from all series what to expect of one before it is seen: empirical Bayes.
//!
//! In: the histories of many series. Out: a [`Population`]: Beta of a bin's activity for each slot, Gamma of the mean
//! size, `LogNormal` of the sizes' dispersion r and of the spreads τ (activity) and σ (size) of windows around their
//! series. It is a handful of numbers, kept by whoever keeps state between runs.
//!
//! Beta and Gamma are fitted by moments of the series' own estimates, less the variance these have by chance; the three
//! `LogNormal`s by expectation–maximisation over the grids the screen uses. Each series counts once, however busy.

use serde::{Deserialize, Serialize};

use crate::detect::DetectError;
use crate::slots::SLOTS;

/// Spreads of windows around their series, on the logarithmic scale of odds (activity) or size.
pub(super) const SPREADS: [f64; 6] = [0.05, 0.15, 0.3, 0.6, 1.1, 2.0];
/// Dispersions r of sizes within a window: variance m + m²/r.
pub(super) const DISPERSIONS: [f64; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 50.0];

/// A `LogNormal`: mean and standard deviation of the logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogNormalPrior {
    /// Mean of the logarithm.
    pub mean: f64,
    /// Standard deviation of the logarithm.
    pub sd: f64,
}

/// A Beta.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BetaPrior {
    /// α, what activity is worth.
    pub active: f64,
    /// β, what silence is worth.
    pub silent: f64,
}

/// A Gamma, by shape and mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaPrior {
    /// Its shape.
    pub shape: f64,
    /// Its mean.
    pub mean: f64,
}

/// What is expected of a series before it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Probability of a bin to be active, by slot: weekday by day and by night, weekend by day and by night.
    pub activity: [BetaPrior; SLOTS],
    /// Mean of count − 1 of an active bin.
    pub size: GammaPrior,
    /// Dispersion r of sizes within a window.
    pub dispersion: LogNormalPrior,
    /// Spread τ of windows' activity, on the scale of log odds.
    pub activity_spread: LogNormalPrior,
    /// Spread σ of windows' level, on the scale of logarithms.
    pub size_spread: LogNormalPrior,
    /// Number of series it was learned from.
    pub series: usize,
}

impl Default for Population {
    /// For a first run over a single series: weak, and of the order of what real traffic showed.
    fn default() -> Self {
        Self {
            activity: [BetaPrior {
                active: 0.5,
                silent: 0.5,
            }; SLOTS],
            size: GammaPrior {
                shape: 0.5,
                mean: 5.0,
            },
            dispersion: LogNormalPrior { mean: 0.7, sd: 1.2 },
            activity_spread: LogNormalPrior {
                mean: -1.2,
                sd: 0.8,
            },
            size_spread: LogNormalPrior {
                mean: -1.2,
                sd: 0.8,
            },
            series: 0,
        }
    }
}

impl Population {
    /// Whether these are priors: they may come from a file.
    pub(super) fn check(&self) -> Result<(), DetectError> {
        let activity = self.activity.iter();
        let activity = activity.flat_map(|beta| [beta.active, beta.silent]);
        let log_normals = [
            ("dispersion", self.dispersion),
            ("activity's spread", self.activity_spread),
            ("sizes' spread", self.size_spread),
        ];
        // The mean of a logarithm may have any sign.
        let log_normals =
            log_normals.map(|(prior, law)| [(prior, law.sd), (prior, law.mean.exp())]);
        let all = activity
            .map(|value| ("activity", value))
            .chain([("sizes", self.size.shape), ("sizes", self.size.mean)])
            .chain(log_normals.into_iter().flatten());
        match all
            .into_iter()
            .find(|(_, value)| !(value.is_finite() && *value > 0.0))
        {
            Some((prior, value)) => Err(DetectError::Prior { prior, value }),
            None => Ok(()),
        }
    }

    /// The probability to be active of a slot seen active in `active` of `all` bins.
    pub(super) fn active_prob(&self, slot: usize, active: f64, all: f64) -> f64 {
        let prior = self.activity[slot];
        (active + prior.active) / (all + prior.active + prior.silent)
    }

    /// What a slot's prior is worth, in bins.
    pub(super) fn active_weight(&self, slot: usize) -> f64 {
        self.activity[slot].active + self.activity[slot].silent
    }

    /// What the prior of sizes is worth: busy bins and the sum of their count − 1.
    pub(super) fn size_prior_counts(&self) -> (f64, f64) {
        // A Gamma with shape k and mean μ is the posterior after k/μ bins that summed to k.
        (self.size.shape / self.size.mean, self.size.shape)
    }
}

/// What one series says about the population.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Witness {
    /// Active and all bins, by slot.
    pub(super) activity: [(f64, f64); SLOTS],
    /// Busy bins and Σ (count − 1).
    pub(super) sizes: (f64, f64),
    /// Log-likelihoods of [`SPREADS`] of activity.
    pub(super) activity_spread: [f64; SPREADS.len()],
    /// Log-likelihoods of dispersion and spread of sizes.
    pub(super) size: [[f64; SPREADS.len()]; DISPERSIONS.len()],
}

/// Iterations of expectation–maximisation; the priors move by less than a hundredth after some ten.
const ITERATIONS: usize = 30;
/// What the default is worth against the series seen, in series.
const DEFAULT_WEIGHT: f64 = 5.0;

impl Population {
    /// Learns from witnesses; fewer than three change nothing.
    pub(super) fn learn(witnesses: &[Witness]) -> Self {
        let mut population = Self {
            series: witnesses.len(),
            ..Self::default()
        };
        if witnesses.len() < 3 {
            return population;
        }
        for slot in 0..SLOTS {
            let seen = witnesses.iter().map(|witness| witness.activity[slot]);
            population.activity[slot] = beta_by_moments(seen.filter(|seen| seen.1 > 0.0));
        }
        population.size = gamma_by_moments(witnesses.iter().map(|witness| witness.sizes));
        for _ in 0..ITERATIONS {
            population.improve(witnesses);
        }
        population
    }

    fn improve(&mut self, witnesses: &[Witness]) {
        let default = Self::default();
        let spread = self.activity_spread.masses(&SPREADS);
        let size_spread = self.size_spread.masses(&SPREADS);
        let dispersion = self.dispersion.masses(&DISPERSIONS);
        let mut sums = [[0.0; 3]; 3];
        for witness in witnesses {
            let posterior = normalised(&witness.activity_spread, &spread);
            add_moments(&mut sums[0], &posterior, &SPREADS);
            let (by_dispersion, by_spread) = joint(&witness.size, &dispersion, &size_spread);
            add_moments(&mut sums[1], &by_spread, &SPREADS);
            add_moments(&mut sums[2], &by_dispersion, &DISPERSIONS);
        }
        self.activity_spread = default.activity_spread.updated(sums[0]);
        self.size_spread = default.size_spread.updated(sums[1]);
        self.dispersion = default.dispersion.updated(sums[2]);
    }
}

impl LogNormalPrior {
    /// Masses of grid points whose logarithms are about equally far apart.
    pub(super) fn masses<const N: usize>(&self, grid: &[f64; N]) -> [f64; N] {
        let mut masses = grid.map(|x| {
            let z = (x.ln() - self.mean) / self.sd;
            (-0.5 * z * z).exp() + 1e-12
        });
        let total: f64 = masses.iter().sum();
        for mass in &mut masses {
            *mass /= total;
        }
        masses
    }

    /// Matches moments, this prior being worth some series.
    fn updated(self, [weight, sum, squares]: [f64; 3]) -> Self {
        let weight_of_all = weight + DEFAULT_WEIGHT;
        let mean = (sum + DEFAULT_WEIGHT * self.mean) / weight_of_all;
        let square = self.mean * self.mean + self.sd * self.sd;
        let variance = (squares + DEFAULT_WEIGHT * square) / weight_of_all - mean * mean;
        Self {
            mean,
            // The grids' points are about 0.9 apart: a narrower prior would fall between them.
            sd: variance.max(0.0).sqrt().max(0.4),
        }
    }
}

/// Posterior masses of a grid: exp(log-likelihood) times prior, normalised.
pub(super) fn normalised<const N: usize>(ln_likelihood: &[f64; N], prior: &[f64; N]) -> [f64; N] {
    let highest = ln_likelihood
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let mut masses = std::array::from_fn(|i| (ln_likelihood[i] - highest).exp() * prior[i]);
    let total: f64 = masses.iter().sum();
    for mass in &mut masses {
        *mass /= total;
    }
    masses
}

/// exp of the mean logarithm of a grid's points.
pub(super) fn geometric_mean<const N: usize>(grid: &[f64; N], masses: &[f64; N]) -> f64 {
    let logs = grid.iter().zip(masses).map(|(x, mass)| mass * x.ln());
    logs.sum::<f64>().exp()
}

/// The marginal posterior masses of dispersion and spread.
pub(super) fn joint<const R: usize, const S: usize>(
    ln_likelihood: &[[f64; S]; R],
    dispersion: &[f64; R],
    spread: &[f64; S],
) -> ([f64; R], [f64; S]) {
    let highest = ln_likelihood
        .iter()
        .flatten()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let (mut by_dispersion, mut by_spread, mut total) = ([0.0; R], [0.0; S], 0.0);
    for i in 0..R {
        for j in 0..S {
            let mass = (ln_likelihood[i][j] - highest).exp() * dispersion[i] * spread[j];
            by_dispersion[i] += mass;
            by_spread[j] += mass;
            total += mass;
        }
    }
    for mass in &mut by_dispersion {
        *mass /= total;
    }
    for mass in &mut by_spread {
        *mass /= total;
    }
    (by_dispersion, by_spread)
}

fn add_moments<const N: usize>(sums: &mut [f64; 3], masses: &[f64; N], grid: &[f64; N]) {
    sums[0] += 1.0;
    for (mass, x) in masses.iter().zip(grid) {
        sums[1] += mass * x.ln();
        sums[2] += mass * x.ln() * x.ln();
    }
}

/// Beta from shares: mean and variance of the shares, less the variance they have by chance.
fn beta_by_moments(seen: impl Iterator<Item = (f64, f64)> + Clone) -> BetaPrior {
    let count = seen.clone().count() as f64;
    if count < 3.0 {
        return Population::default().activity[0];
    }
    let mean = seen
        .clone()
        .map(|(active, all)| (active + 0.01) / (all + 0.02))
        .sum::<f64>()
        / count;
    let (mut variance, mut by_chance) = (0.0, 0.0);
    for (active, all) in seen {
        let share = active / all;
        variance += (share - mean) * (share - mean) / count;
        by_chance += share * (1.0 - share) / (all - 1.0).max(1.0) / count;
    }
    let variance = (variance - by_chance).max(1e-4 * mean * (1.0 - mean));
    // Between "knows next to nothing" and a thousand bins.
    let weight = (mean * (1.0 - mean) / variance - 1.0).clamp(0.05, 1_000.0);
    BetaPrior {
        active: (weight * mean).max(0.01),
        silent: (weight * (1.0 - mean)).max(0.01),
    }
}

/// Gamma from mean sizes: by mean and variance of their logarithms, which no single giant moves.
fn gamma_by_moments(sizes: impl Iterator<Item = (f64, f64)>) -> GammaPrior {
    let logs: Vec<f64> = sizes
        .filter(|(busy, _)| *busy >= 3.0)
        .map(|(busy, excess)| ((excess + 0.1) / (busy + 0.1)).ln())
        .collect();
    if logs.len() < 3 {
        return Population::default().size;
    }
    let count = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / count;
    let variance = logs
        .iter()
        .map(|log| (log - mean) * (log - mean))
        .sum::<f64>()
        / count;
    // Var ln x = ψ′(k) ≈ 1/k + 1/(2k²) and E ln x ≈ ln(mean) − 1/(2k), inverted for k.
    let shape = ((1.0 + (1.0 + 2.0 * variance).sqrt()) / (2.0 * variance)).clamp(0.2, 20.0);
    GammaPrior {
        shape,
        mean: (mean + 0.5 / shape).exp().max(1e-3),
    }
}
