//! Predicts which bins of a window are active: tails of their number, of the longest silence, of the longest run.
//!
//! In: a history, the prior of the spread. Out: [`Activity`], the prediction for the next window.
//!
//! Bin i is active with odds oᵢ e^δ: oᵢ = pᵢ/(1 − pᵢ) from the profile, δ the window's level, the same in all bins. The
//! number Z of active bins then says all about δ, P(Z = z | δ) = P(Z = z | 0) e^(δz) / C(δ) with
//! C(δ) = Π (1 − pᵢ + pᵢ e^δ), so that one convolution serves all levels. A window's δ is the series' A plus
//! N(drift τ², τ²), where the drift keeps the mean of Z. A's posterior is the same family:
//! exp(w n (Ē A − ln C(A))), n the number of references with the prior's worth added, w = 1/(1 + τ² V) because bins of
//! one window share its level, V = Σ pᵢ (1 − pᵢ).

use super::history::History;
use super::level::{LEVELS, Levels};
use super::population::{Population, SPREADS, geometric_mean, normalised};
use super::runs::{RunOf, RunScratch};
use super::tail::Tail;

/// The prediction of a window's activity.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity {
    levels: Option<Levels>,
    /// Probabilities of the spreads of windows.
    spread: [f64; SPREADS.len()],
    /// P(Z = z | level), tilted where it is used; ln C of each level.
    ln_c: Vec<f64>,
    /// ln P(Z = z | 0).
    ln_base: Vec<f64>,
    /// P(Z = z).
    masses: Vec<f64>,
    active: Vec<f64>,
    scratch: RunScratch,
}

/// Number of groups of values of Z that sums are predicted for.
pub(super) const GROUPS: usize = 8;

impl Activity {
    /// Predicts from a history.
    pub(super) fn predict(&mut self, history: &History, population: &Population) {
        let moments = Moments::of(&history.active);
        let ln_likelihood = spread_likelihood(history, &moments);
        let spread = normalised(&ln_likelihood, &population.activity_spread.masses(&SPREADS));
        let variance_of_spread: f64 = SPREADS
            .iter()
            .zip(&spread)
            .map(|(s, mass)| s * s * mass)
            .sum();
        let windows = history.references.len() as f64 + history.prior_windows;
        let of_series =
            (1.0 + variance_of_spread * moments.variance) / (windows * moments.variance);
        let step = Levels::step_for((of_series + variance_of_spread).min(9.0));
        self.ln_c = (0..LEVELS)
            .map(|index| ln_c(&history.active, Levels::offset(step, index)))
            .collect();
        let levels = Levels::predict(step, &spread, moments.drift, |spread, index| {
            let weight = windows / (1.0 + spread * spread * moments.variance);
            weight * (moments.mean * Levels::offset(step, index) - self.ln_c[index])
        });
        self.levels = Some(levels);
        self.spread = spread;
        self.fill_masses(&history.active);
    }

    /// P(Z = z).
    pub(super) fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// The mean of Z.
    pub(super) fn mean(&self) -> f64 {
        self.masses
            .iter()
            .enumerate()
            .map(|(z, mass)| z as f64 * mass)
            .sum()
    }

    /// Mean and standard deviation of the window's level δ, and the geometric mean of the spread τ.
    pub(super) fn level(&self) -> ((f64, f64), f64) {
        let moments = self.levels.map_or((0.0, 0.0), |levels| levels.moments());
        (moments, geometric_mean(&SPREADS, &self.spread))
    }

    /// The tail of Z at `busy`.
    pub(super) fn busy(&self, busy: u64) -> Tail {
        let busy = (busy as usize).min(self.masses.len() - 1);
        Tail {
            below: self.masses[..busy].iter().sum(),
            at: self.masses[busy],
            above: self.masses[busy + 1..].iter().sum(),
        }
    }

    /// The tail of the longest run of `of` at `length`, in bins.
    pub(super) fn run(&mut self, history: &History, of: RunOf, length: u64) -> Tail {
        let length = length as usize;
        let (mut at, mut next) = ((0.0, 0.0), (0.0, 0.0));
        let Some(levels) = self.levels else {
            return Tail::default();
        };
        // Every other level will do: the recursion is smooth, and dear.
        let coarse = || {
            levels
                .iter()
                .filter(|(index, _, _)| index % 2 == LEVELS / 2 % 2)
        };
        let total: f64 = coarse().map(|(_, _, mass)| mass).sum();
        for (_, offset, mass) in coarse() {
            let odds = offset.exp();
            self.active.clear();
            self.active.extend(
                history
                    .active
                    .iter()
                    .map(|p| p * odds / (1.0 - p + p * odds)),
            );
            for (sides, length) in [(&mut at, length), (&mut next, length + 1)] {
                let (below, at_least) =
                    self.scratch
                        .sides(&self.active, history.persistence, of, length);
                sides.0 += mass / total * below;
                sides.1 += mass / total * at_least;
            }
        }
        Tail::between(at, next)
    }

    /// Values of Z in groups: mean value and probability of each. Groups are finer where Z is large, since that is
    /// where large sums come from.
    pub(super) fn groups(&self) -> ([(f64, f64); GROUPS], usize) {
        const UPPER: [f64; GROUPS - 1] = [0.9, 0.6, 0.3, 0.1, 0.02, 1e-3, 1e-6];
        let mut groups = [(0.0, 0.0); GROUPS];
        let (mut number, mut above) = (0, 1.0);
        for (z, &mass) in self.masses.iter().enumerate().skip(1) {
            // The share of Z at or above this value.
            while number + 1 < GROUPS && above < UPPER[number] && groups[number].1 > 0.0 {
                number += 1;
            }
            if z == 1 {
                above -= self.masses[0];
            }
            groups[number].0 += z as f64 * mass;
            groups[number].1 += mass;
            above -= mass;
        }
        for group in &mut groups {
            if group.1 > 0.0 {
                group.0 /= group.1;
            }
        }
        (groups, number + 1)
    }

    /// P(Z = z) over all levels: of short windows by tilting one convolution, of longer ones, whose rarest values
    /// have no number at level 0, by one for each level.
    fn fill_masses(&mut self, active: &[f64]) {
        const LONG: usize = 64;
        let Some(levels) = self.levels else { return };
        let bins = active.len();
        self.masses.clear();
        self.masses.resize(bins + 1, 0.0);
        self.ln_base.clear();
        if bins <= LONG {
            let base = convolve(active.iter().copied());
            self.ln_base.extend(base.iter().map(|mass| mass.ln()));
        }
        for (index, offset, mass) in levels.iter() {
            if bins > LONG {
                let odds = offset.exp();
                let tilted = active.iter().map(|p| p * odds / (1.0 - p + p * odds));
                for (total, tilted) in self.masses.iter_mut().zip(convolve(tilted)) {
                    *total += mass * tilted;
                }
                continue;
            }
            let ln_mass = mass.ln() - self.ln_c[index];
            for (z, total) in self.masses.iter_mut().enumerate() {
                *total += (self.ln_base[z] + offset * z as f64 + ln_mass).exp();
            }
        }
        let total: f64 = self.masses.iter().sum();
        for mass in &mut self.masses {
            *mass /= total;
        }
    }
}

/// Moments of Z at level 0.
struct Moments {
    mean: f64,
    variance: f64,
    /// −½ Σ v (1 − 2p) / Σ v with v = p (1 − p): a spread of levels leaves the mean of Z where it is.
    drift: f64,
}

impl Moments {
    fn of(active: &[f64]) -> Self {
        let (mut mean, mut variance, mut third) = (0.0, 0.0, 0.0);
        for p in active {
            mean += p;
            variance += p * (1.0 - p);
            third += p * (1.0 - p) * (1.0 - 2.0 * p);
        }
        let variance = f64::max(variance, 1e-9);
        Self {
            mean,
            variance,
            drift: -0.5 * third / variance,
        }
    }
}

/// ln Π (1 − p + p e^δ).
fn ln_c(active: &[f64], offset: f64) -> f64 {
    let gain = offset.exp_m1();
    let (mut sum, mut product) = (0.0, 1.0);
    for p in active {
        product *= 1.0 + p * gain;
        if !(1e-200..1e200).contains(&product) {
            sum += f64::ln(product);
            product = 1.0;
        }
    }
    sum + product.ln()
}

/// P(Z = z) of independent bins.
fn convolve(active: impl ExactSizeIterator<Item = f64>) -> Vec<f64> {
    let mut masses = vec![0.0; active.len() + 1];
    masses[0] = 1.0;
    for (bins, p) in active.enumerate() {
        for z in (0..=bins).rev() {
            let mass = masses[z];
            masses[z + 1] += mass * p;
            masses[z] = mass * (1.0 - p);
        }
    }
    masses
}

/// Log-likelihoods of the spreads of activity.
///
/// With many active bins Z is close to normal, with variance V + τ² V²; with few, the level is summed out on a grid.
pub(super) fn spread_likelihood_of(history: &History) -> [f64; SPREADS.len()] {
    spread_likelihood(history, &Moments::of(&history.active))
}

/// Points a quarter apart from −5 to 5: the likelihood of so few bins is no sharper.
const POINTS: usize = 41;

fn spread_likelihood(history: &History, moments: &Moments) -> [f64; SPREADS.len()] {
    let count = history.references.len() as f64;
    if count < 2.0 {
        return [0.0; SPREADS.len()];
    }
    // The level is estimated from the same references.
    let freedom = (count - 1.0) / count;
    if moments.variance >= 5.0 {
        let squares: f64 = history
            .references
            .iter()
            .map(|window| (window.busy - moments.mean).powi(2))
            .sum();
        return SPREADS.map(|spread| {
            let variance = moments.variance * (1.0 + spread * spread * moments.variance);
            -0.5 * freedom * (count * variance.ln() + squares / variance)
        });
    }
    let offset = |index: usize| (index as f64 - 20.0) * 0.25;
    let ln_c: [f64; POINTS] = std::array::from_fn(|index| ln_c(&history.active, offset(index)));
    let weights = SPREADS.map(|spread| {
        let mut weights: [f64; POINTS] = std::array::from_fn(|index| {
            let z = (offset(index) - moments.drift * spread * spread) / spread.max(0.08);
            (-0.5 * z * z).exp()
        });
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= total;
        }
        weights
    });
    let mut busy: Vec<u64> = history
        .references
        .iter()
        .map(|window| window.busy as u64)
        .collect();
    busy.sort_unstable();
    let mut ln_likelihood = [0.0; SPREADS.len()];
    for equal in busy.chunk_by(|a, b| a == b) {
        let z = equal[0] as f64;
        let tilted: [f64; POINTS] =
            std::array::from_fn(|index| (z * offset(index) - ln_c[index]).exp());
        for (total, weights) in ln_likelihood.iter_mut().zip(&weights) {
            let sum: f64 = tilted.iter().zip(weights).map(|(t, w)| t * w).sum();
            *total += freedom * equal.len() as f64 * sum.max(1e-300).ln();
        }
    }
    ln_likelihood
}
