//! Finds the best of the normals met on the way to a mode.
//!
//! In: a density with gradient, a start. Out: a normal near where the probability is, which may
//! be far from the mode. Zhang, Carpenter, Gelman & Vehtari (2022), JMLR 23(306), algorithm 1.

use std::ops::ControlFlow;

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::lbfgs::{History, Lbfgs, Pair, descend};
use super::low_rank::LowRank;
use super::{Objective, OptimiseError, Point};
use crate::log_density::LogDensityGradient;
use crate::sum::dot;

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

/// Points without a better normal after which the climb ends. A normal depends on the last [`MEMORY`]
/// steps and bounds are uncertain; fifty show that the path has left what it can tell of. Where the
/// density rises without end, into the neck of a funnel, it would go on to the search's limit.
const PATIENCE: usize = 50;

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
    let mut path = Path::from(start.len());
    let end = descend(&mut objective, start, &settings, |density, point| {
        path.reach(density, point, rng)
    });
    match (path.best, end) {
        (Some(mut best), _) => {
            best.gradient_evaluations = objective.evaluations;
            Ok(best)
        }
        (None, Err(error)) if path.points < 2 => Err(error),
        (None, _) => Err(OptimiseError::NoApproximation {
            points: path.points,
        }),
    }
}

/// A path as far as it has been climbed, and what it tells of the density.
#[derive(Debug)]
struct Path {
    points: usize,
    last: Option<Point>,
    diagonal: Vec<f64>,
    history: History,
    best: Option<Pathfinder>,
    since_best: usize,
}

impl Path {
    fn from(dimension: usize) -> Self {
        Self {
            points: 0,
            last: None,
            diagonal: vec![1.0; dimension],
            history: History::new(MEMORY),
            best: None,
            since_best: 0,
        }
    }

    /// Goes on to `point`, and stops there when no normal has been better for [`PATIENCE`] points.
    fn reach<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        density: &mut D,
        point: &Point,
        rng: &mut R,
    ) -> ControlFlow<()> {
        self.points += 1;
        let fit = self.fit(point);
        self.last = Some(point.clone());
        self.since_best += 1;
        if let Some(mut fit) = fit {
            fit.evidence_lower_bound = fit.estimate_bound(density, rng);
            let bound = self.bound();
            // A bound that is not a number is not larger.
            if fit.evidence_lower_bound > bound {
                self.best = Some(fit);
                self.since_best = 0;
            }
        }
        if self.best.is_some() && self.since_best == PATIENCE {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn bound(&self) -> f64 {
        let best = self.best.as_ref();
        best.map_or(f64::NEG_INFINITY, |fit| fit.evidence_lower_bound)
    }

    /// The normal that the path up to `point` tells of, without its bound.
    fn fit(&mut self, point: &Point) -> Option<Pathfinder> {
        let pair = self.history.push(self.last.as_ref()?, point)?;
        update_diagonal(&mut self.diagonal, pair);
        let covariance = LowRank::of(&self.diagonal, self.history.pairs())?;
        let newton = covariance.multiply(&point.gradient);
        let mean = point.position.iter().zip(&newton).map(|(x, s)| x - s);
        Some(Pathfinder {
            mean: mean.collect(),
            covariance,
            evidence_lower_bound: f64::NEG_INFINITY,
            gradient_evaluations: 0,
        })
    }
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
