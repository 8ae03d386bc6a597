//! Finds the best of the normals met on the way to a mode.
//!
//! In: a density with gradient, a start. Out: a normal near where the probability is, which may
//! be far from the mode. Zhang, Carpenter, Gelman & Vehtari (2022), JMLR 23(306), algorithm 1.

use std::collections::VecDeque;

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::lbfgs::{Lbfgs, Pair, descend};
use super::low_rank::LowRank;
use super::{Objective, OptimiseError, dot};
use crate::log_density::LogDensityGradient;

/// A normal fitted on the way uphill.
#[derive(Debug, Clone)]
pub struct Pathfinder {
    mean: Vec<f64>,
    covariance: LowRank,
    evidence_lower_bound: f64,
    gradient_evaluations: u64,
}

// The paper's section 3: pairs remembered, draws for each estimate of the evidence bound, and the
// tolerance of the search, which need not be tight.
const MEMORY: usize = 6;
const DRAWS: usize = 5;
const TOLERANCE: f64 = 1e-8;

/// Fits a normal: climbs from `start`, makes the normal of each point of the path from the
/// gradients so far, and keeps the one whose evidence bound is largest.
///
/// The covariance is the inverse of an estimated curvature: a diagonal and 6 steps of BFGS. It costs
/// the gradients of the climb and five log densities for each of its points; a hundredth of a
/// sampler's warm-up. The path need not end in a mode.
///
/// # Errors
/// [`OptimiseError`] when the start has another dimension or no finite log density and gradient,
/// and when no point of the path gives a normal.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, LogDensityGradient, Streams, pathfinder};
///
/// /// A normal around 100, with standard deviation 3.
/// struct Normal;
/// impl LogDensity for Normal {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, x: &[f64]) -> f64 { -(x[0] - 100.0).powi(2) / 18.0 }
/// }
/// impl LogDensityGradient for Normal {
///     fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient[0] = (100.0 - x[0]) / 9.0;
///         self.log_density(x)
///     }
/// }
/// let fit = pathfinder(&mut Normal, &[0.0], &mut Streams::from_seed(1).stream(0, 0))?;
/// assert!((fit.mean()[0] - 100.0).abs() < 1e-6);
/// assert!((fit.variances()[0] - 9.0).abs() < 1e-6);
/// # Ok::<(), rainier_sampler::OptimiseError>(())
/// ```
pub fn pathfinder<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    density: &mut D,
    start: &[f64],
    rng: &mut R,
) -> Result<Pathfinder, OptimiseError> {
    let mut objective = Objective {
        density,
        evaluations: 0,
    };
    let settings = Lbfgs::default()
        .with_memory(MEMORY)
        .with_tolerance(TOLERANCE);
    let mut path = Vec::new();
    let end = descend(&mut objective, start, &settings, |point| {
        path.push(point.clone());
    });
    if let (Err(error), 0 | 1) = (end, path.len()) {
        return Err(error);
    }

    let mut diagonal = vec![1.0; start.len()];
    let mut pairs: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    let mut best: Option<Pathfinder> = None;
    for (from, to) in path.iter().zip(path.iter().skip(1)) {
        let Some(pair) = Pair::between(from, to) else {
            continue;
        };
        update_diagonal(&mut diagonal, &pair);
        if pairs.len() == MEMORY {
            pairs.pop_front();
        }
        pairs.push_back(pair);
        let Some(covariance) = LowRank::of(&diagonal, pairs.iter()) else {
            continue;
        };
        let newton = covariance.multiply(&to.gradient);
        let mut fit = Pathfinder {
            mean: to
                .position
                .iter()
                .zip(&newton)
                .map(|(x, s)| x - s)
                .collect(),
            covariance,
            evidence_lower_bound: f64::NEG_INFINITY,
            gradient_evaluations: objective.evaluations,
        };
        fit.evidence_lower_bound = fit.estimate_bound(objective.density, rng);
        let bound = best
            .as_ref()
            .map_or(f64::NEG_INFINITY, |fit| fit.evidence_lower_bound);
        // A bound that is not a number is not larger.
        if fit.evidence_lower_bound > bound {
            best = Some(fit);
        }
    }
    best.ok_or(OptimiseError::NoApproximation { points: path.len() })
}

/// One BFGS update of a matrix that is kept diagonal: Gilbert & Lemaréchal (1989), as in the
/// paper's algorithm 3.
fn update_diagonal(diagonal: &mut [f64], pair: &Pair) {
    let (mut change_square, mut step_square) = (0.0, 0.0);
    for ((variance, s), y) in diagonal.iter().zip(&pair.step).zip(&pair.change) {
        change_square += y * y * variance;
        step_square += s * s / variance;
    }
    let product = pair.product;
    for ((variance, s), y) in diagonal.iter_mut().zip(&pair.step).zip(&pair.change) {
        let scaled = s / *variance;
        let precision = change_square / (product * *variance) + y * y / product
            - change_square * scaled * scaled / (product * step_square);
        // Positive but for rounding.
        if precision > 0.0 && precision.is_finite() && precision.recip().is_finite() {
            *variance = precision.recip();
        }
    }
}

impl Pathfinder {
    /// Mean.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Variance of each coordinate.
    pub fn variances(&self) -> Vec<f64> {
        self.covariance.variances()
    }

    /// Estimate, from five draws, of E ln p(x) − ln q(x): at most the log evidence, when the density
    /// has its constants.
    pub fn evidence_lower_bound(&self) -> f64 {
        self.evidence_lower_bound
    }

    /// Gradient evaluations of the climb.
    pub fn gradient_evaluations(&self) -> u64 {
        self.gradient_evaluations
    }

    /// One draw.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        self.draw_with_log_density(rng).0
    }

    /// A draw and its log density under the normal.
    fn draw_with_log_density<R: Rng + ?Sized>(&self, rng: &mut R) -> (Vec<f64>, f64) {
        let standard = |_: &f64| rng.sample::<f64, _>(StandardNormal);
        let mut draw: Vec<f64> = self.mean.iter().map(standard).collect();
        let dimension = draw.len() as f64;
        let twice = dot(&draw, &draw)
            + dimension * std::f64::consts::TAU.ln()
            + self.covariance.log_determinant();
        self.covariance.spread(&mut draw);
        for (draw, mean) in draw.iter_mut().zip(&self.mean) {
            *draw += mean;
        }
        (draw, -0.5 * twice)
    }

    fn estimate_bound<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &self,
        density: &mut D,
        rng: &mut R,
    ) -> f64 {
        let mut sum = 0.0;
        for _ in 0..DRAWS {
            let (draw, under_normal) = self.draw_with_log_density(rng);
            sum += density.log_density(&draw) - under_normal;
        }
        sum / DRAWS as f64
    }
}
