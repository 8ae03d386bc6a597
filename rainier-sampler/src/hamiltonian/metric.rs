//! Measures positions: by one variance for each coordinate, or by their whole covariance.
//!
//! In: estimated variances or covariances. Out: momenta drawn from the matching normal, and
//! velocities. The covariance is the *inverse* of the mass matrix of mechanics; "metric" is used
//! here for the covariance only, so that the two are not mixed up.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::PhasePoint;
use crate::adapted::MetricEstimate;
use crate::cholesky::Cholesky;

/// A metric Σ: kinetic energy ½ pᵀ Σ p.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Metric {
    /// Σ = diag(variance).
    Diagonal {
        variance: Vec<f64>,
        /// Standard deviation of each momentum, 1 / √variance.
        momentum_scale: Vec<f64>,
    },
    /// Any covariance, `[row][column]`, with its factor. A velocity costs d² operations.
    Dense {
        covariance: Vec<f64>,
        factor: Cholesky,
    },
}

impl Metric {
    pub(crate) fn identity(dimension: usize) -> Self {
        Self::diagonal(vec![1.0; dimension])
    }

    /// The metric of the given variances, each finite and greater than 0.
    pub(crate) fn diagonal(variance: Vec<f64>) -> Self {
        debug_assert!(variance.iter().all(|v| v.is_finite() && *v > 0.0));
        let momentum_scale = variance.iter().map(|v| v.sqrt().recip()).collect();
        Self::Diagonal {
            variance,
            momentum_scale,
        }
    }

    /// The metric of a symmetric covariance, `[row][column]`; none unless it is positive definite.
    pub(crate) fn dense(covariance: Vec<f64>, dimension: usize) -> Option<Self> {
        let factor = Cholesky::of(covariance.clone(), dimension)?;
        Some(Self::Dense { covariance, factor })
    }

    /// The numbers that make the metric.
    pub(crate) fn estimate(&self) -> MetricEstimate {
        match self {
            Self::Diagonal { variance, .. } => MetricEstimate::Diagonal(variance.clone()),
            Self::Dense { covariance, .. } => MetricEstimate::Dense(covariance.clone()),
        }
    }

    /// The metric made of those numbers; none unless they measure `dimension` coordinates.
    pub(crate) fn from_estimate(estimate: &MetricEstimate, dimension: usize) -> Option<Self> {
        match estimate {
            MetricEstimate::Diagonal(variance) => {
                let is_metric = variance.len() == dimension
                    && variance.iter().all(|v| v.is_finite() && *v > 0.0);
                is_metric.then(|| Self::diagonal(variance.clone()))
            }
            MetricEstimate::Dense(covariance) => (covariance.len() == dimension * dimension)
                .then(|| Self::dense(covariance.clone(), dimension))
                .flatten(),
        }
    }

    /// p ~ N(0, Σ⁻¹), with its velocity Σ p. With Σ = L Lᵀ and standard normals z, p = L⁻ᵀ z and
    /// Σ p = L z.
    pub(crate) fn draw_momentum<R: Rng + ?Sized>(&self, point: &mut PhasePoint, rng: &mut R) {
        for standard in &mut point.velocity {
            *standard = rng.sample(StandardNormal);
        }
        match self {
            Self::Diagonal {
                variance,
                momentum_scale,
            } => {
                let coordinates = point.velocity.iter_mut().zip(&mut point.momentum);
                for ((velocity, momentum), (variance, scale)) in
                    coordinates.zip(variance.iter().zip(momentum_scale))
                {
                    *momentum = scale * *velocity;
                    *velocity = variance * *momentum;
                }
            }
            Self::Dense { factor, .. } => {
                point.momentum.copy_from_slice(&point.velocity);
                factor.solve_upper(&mut point.momentum);
                factor.multiply(&mut point.velocity);
            }
        }
    }

    /// Recomputes what [`kick`](Self::kick) needs of a new gradient.
    pub(crate) fn accelerate(&self, point: &mut PhasePoint) {
        match self {
            Self::Diagonal { .. } => {}
            Self::Dense { covariance, .. } => {
                let acceleration = &mut point.acceleration;
                acceleration.fill(0.0);
                // Row by row, for rows are columns: additions side by side, not one after another.
                let rows = covariance.chunks_exact(acceleration.len().max(1));
                for (slope, row) in point.gradient.iter().zip(rows) {
                    for (acceleration, entry) in acceleration.iter_mut().zip(row) {
                        *acceleration += entry * slope;
                    }
                }
            }
        }
    }

    /// p ← p + t ∇ln p, and with it the velocity Σ p.
    ///
    /// A dense velocity is carried on by t Σ ∇ln p, so that a step costs one product with Σ where
    /// two kicks would cost two; rounding takes it away from Σ p by some ε for each step.
    pub(crate) fn kick(&self, point: &mut PhasePoint, time: f64) {
        let momenta = point.momentum.iter_mut().zip(&mut point.velocity);
        let kicked = momenta.zip(&point.gradient);
        match self {
            Self::Diagonal { variance, .. } => {
                for (((momentum, velocity), slope), variance) in kicked.zip(variance) {
                    *momentum += time * slope;
                    *velocity = variance * *momentum;
                }
            }
            Self::Dense { .. } => {
                for (((momentum, velocity), slope), acceleration) in kicked.zip(&point.acceleration)
                {
                    *momentum += time * slope;
                    *velocity += time * acceleration;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    /// Mean of pᵢ pⱼ over many momenta, against the precision it should be.
    fn check_momenta(metric: &Metric, precision: [[f64; 2]; 2]) {
        let mut rng = Streams::from_seed(1).stream(0, 0);
        let draws = 20_000;
        let mut products = [[0.0; 2]; 2];
        let mut point = PhasePoint::new(2);
        for _ in 0..draws {
            metric.draw_momentum(&mut point, &mut rng);
            for (row, p) in products.iter_mut().zip(&point.momentum) {
                for (product, q) in row.iter_mut().zip(&point.momentum) {
                    *product += p * q / f64::from(draws);
                }
            }
        }
        for (i, row) in products.iter().enumerate() {
            for (j, product) in row.iter().enumerate() {
                // Var(pᵢ pⱼ) = Pᵢᵢ Pⱼⱼ + Pᵢⱼ².
                let variance = precision[i][i] * precision[j][j] + precision[i][j].powi(2);
                let z = (product - precision[i][j]) / (variance / f64::from(draws)).sqrt();
                assert!(z.abs() < 5.0, "z = {z} at {i}, {j}");
            }
        }
    }

    #[test]
    fn momentum_variance_is_the_inverse_of_the_metric() {
        let metric = Metric::diagonal(vec![4.0, 0.01]);
        check_momenta(&metric, [[0.25, 0.0], [0.0, 100.0]]);
    }

    #[test]
    fn momentum_covariance_is_the_inverse_of_a_dense_metric() {
        // The inverse of [[4, 1], [1, 0.5]] is [[0.5, −1], [−1, 4]].
        let metric = Metric::dense(vec![4.0, 1.0, 1.0, 0.5], 2).expect("positive definite");
        check_momenta(&metric, [[0.5, -1.0], [-1.0, 4.0]]);
    }

    #[test]
    fn a_velocity_is_the_metric_times_the_momentum() {
        let dense = Metric::dense(vec![4.0, 1.0, 1.0, 0.5], 2).expect("positive definite");
        let diagonal = Metric::diagonal(vec![4.0, 0.5]);
        for (metric, off_diagonal) in [(dense, 1.0), (diagonal, 0.0)] {
            let mut point = PhasePoint::new(2);
            metric.draw_momentum(&mut point, &mut Streams::from_seed(1).stream(0, 0));
            point.gradient = vec![1.0, -2.0];
            metric.accelerate(&mut point);
            for time in [0.0, 0.3, -1.7] {
                metric.kick(&mut point, time);
                let (p, v) = (&point.momentum, &point.velocity);
                assert!((v[0] - 4.0 * p[0] - off_diagonal * p[1]).abs() < 1e-14);
                assert!((v[1] - off_diagonal * p[0] - 0.5 * p[1]).abs() < 1e-14);
            }
        }
        assert_eq!(Metric::dense(vec![1.0, 2.0, 2.0, 1.0], 2), None);
    }
}
