//! Approximates a density by the normal with its mode and curvature.
//!
//! In: a density with gradient, its mode. Out: a normal: covariance, draws, an estimate of the
//! evidence.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{Objective, OptimiseError, Point};
use crate::cholesky::Cholesky;
use crate::log_density::LogDensityGradient;

/// The normal N(mode, H⁻¹), H = −∇² ln p at the mode: Laplace's approximation, on unconstrained
/// space.
#[derive(Debug, Clone, PartialEq)]
pub struct Laplace {
    mode: Vec<f64>,
    log_density: f64,
    /// `[row][column]`.
    covariance: Vec<f64>,
    /// The factor of H.
    precision: Cholesky,
}

/// Distance of the points whose gradients are compared, in standard deviations: the error of a
/// central difference is then about 10⁻⁸ of the curvature where the scale of the fourth derivative
/// is that of the second, and rounding in a gradient is multiplied by no more than 10⁴.
const DISTANCE: f64 = 1e-4;

/// The normal at `mode`, which [`optimize`](crate::optimize) finds.
///
/// The curvature comes from central differences of gradients, two for each coordinate, once to
/// learn the scales and once for good: 4d + 1 evaluations.
///
/// # Errors
/// [`OptimiseError::Dimension`] and [`OptimiseError::NotFinite`] as for
/// [`optimize`](crate::optimize); [`OptimiseError::NotCurved`] when the curvature is not positive
/// definite, as away from a mode.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, LogDensityGradient, laplace};
///
/// /// A normal with standard deviation 2, written with its constant.
/// struct Normal;
/// impl LogDensity for Normal {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, x: &[f64]) -> f64 {
///         -x[0] * x[0] / 8.0 - 2.0_f64.ln() - 0.5 * std::f64::consts::TAU.ln()
///     }
/// }
/// impl LogDensityGradient for Normal {
///     fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient[0] = -x[0] / 4.0;
///         self.log_density(x)
///     }
/// }
/// let normal = laplace(&mut Normal, &[0.0])?;
/// assert!((normal.standard_deviation(0) - 2.0).abs() < 1e-7);
/// assert!(normal.log_evidence().abs() < 1e-7);
/// # Ok::<(), rainier_sampler::OptimiseError>(())
/// ```
pub fn laplace<D: LogDensityGradient + ?Sized>(
    density: &mut D,
    mode: &[f64],
) -> Result<Laplace, OptimiseError> {
    let dimension = density.dimension();
    if mode.len() != dimension {
        return Err(OptimiseError::Dimension {
            dimension,
            found: mode.len(),
        });
    }
    let mut objective = Objective {
        density,
        evaluations: 0,
    };
    let mut point = Point {
        position: mode.to_vec(),
        value: f64::INFINITY,
        gradient: vec![0.0; dimension],
    };
    objective.evaluate(&mut point);
    if !point.value.is_finite() {
        let log_density = objective.density.log_density(mode);
        return Err(OptimiseError::NotFinite { log_density });
    }
    let log_density = -point.value;

    let first: Vec<f64> = mode.iter().map(|x| DISTANCE * x.abs().max(1.0)).collect();
    let rough = curvature(&mut objective, &mut point, mode, &first);
    let distances: Vec<f64> = (0..dimension)
        .map(|i| {
            let scale = rough[i * dimension + i].sqrt().recip();
            // What has no scale is told by the factor, below.
            if scale.is_finite() {
                DISTANCE * scale
            } else {
                first[i]
            }
        })
        .collect();
    let curvature = curvature(&mut objective, &mut point, mode, &distances);
    let precision = Cholesky::of(curvature, dimension).ok_or(OptimiseError::NotCurved)?;

    let mut covariance = vec![0.0; dimension * dimension];
    for (row, column) in covariance.chunks_exact_mut(dimension.max(1)).enumerate() {
        column[row] = 1.0;
        precision.solve_lower(column);
        precision.solve_upper(column);
    }
    Ok(Laplace {
        mode: mode.to_vec(),
        log_density,
        covariance,
        precision,
    })
}

/// −∇² ln p by central differences of gradients, its mean with its transpose.
fn curvature<D: LogDensityGradient + ?Sized>(
    objective: &mut Objective<'_, D>,
    point: &mut Point,
    mode: &[f64],
    distances: &[f64],
) -> Vec<f64> {
    let dimension = mode.len();
    let mut halves = vec![0.0; dimension * dimension];
    for (i, distance) in distances.iter().enumerate() {
        point.position.copy_from_slice(mode);
        // The distance that is gone in fact, after rounding.
        let (ahead, behind) = (mode[i] + distance, mode[i] - distance);
        for (position, sign) in [(ahead, 1.0), (behind, -1.0)] {
            point.position[i] = position;
            objective.evaluate(point);
            for (j, slope) in point.gradient.iter().enumerate() {
                let half = 0.5 * sign * slope / (ahead - behind);
                halves[i * dimension + j] += half;
                halves[j * dimension + i] += half;
            }
        }
    }
    halves
}

impl Laplace {
    /// The mode.
    pub fn mode(&self) -> &[f64] {
        &self.mode
    }

    /// Covariance, `[row][column]`.
    pub fn covariance(&self) -> &[f64] {
        &self.covariance
    }

    /// Standard deviation of a coordinate.
    ///
    /// # Panics
    /// When there is no such coordinate.
    pub fn standard_deviation(&self, coordinate: usize) -> f64 {
        self.covariance[coordinate * self.mode.len() + coordinate].sqrt()
    }

    /// ln ∫ p ≈ ln p(mode) + (d/2) ln 2π − ½ ln det H: the evidence, when the density has its
    /// constants. Exact for a normal.
    pub fn log_evidence(&self) -> f64 {
        let dimension = self.mode.len() as f64;
        let volume = dimension * std::f64::consts::TAU.ln() - self.precision.log_determinant();
        self.log_density + 0.5 * volume
    }

    /// One draw.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        let standard = |_: &f64| rng.sample::<f64, _>(StandardNormal);
        let mut draw: Vec<f64> = self.mode.iter().map(standard).collect();
        // H = L Lᵀ, and the covariance of L⁻ᵀ z is H⁻¹.
        self.precision.solve_upper(&mut draw);
        for (draw, mode) in draw.iter_mut().zip(&self.mode) {
            *draw += mode;
        }
        draw
    }
}
