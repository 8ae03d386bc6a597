//! Measures positions: by one variance for each coordinate, or by their whole covariance.
//!
//! In: estimated variances or covariances. Out: momenta drawn from the matching normal, and
//! velocities. The covariance is the *inverse* of the mass matrix of mechanics; "metric" is used
//! here for the covariance only, so that the two are not mixed up.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

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

    /// p ~ N(0, Σ⁻¹). With Σ = L Lᵀ and standard normals z, p = L⁻ᵀ z.
    pub(super) fn draw_momentum<R: Rng + ?Sized>(&self, momentum: &mut [f64], rng: &mut R) {
        for momentum in momentum.iter_mut() {
            *momentum = rng.sample(StandardNormal);
        }
        match self {
            Self::Diagonal { momentum_scale, .. } => {
                for (momentum, scale) in momentum.iter_mut().zip(momentum_scale) {
                    *momentum *= scale;
                }
            }
            Self::Dense { factor, .. } => factor.solve_upper(momentum),
        }
    }

    /// velocity = Σ momentum.
    pub(super) fn velocity(&self, momentum: &[f64], velocity: &mut [f64]) {
        match self {
            Self::Diagonal { variance, .. } => {
                for ((velocity, momentum), variance) in
                    velocity.iter_mut().zip(momentum).zip(variance)
                {
                    *velocity = variance * momentum;
                }
            }
            Self::Dense { covariance, .. } => {
                velocity.fill(0.0);
                // Row by row, for rows are columns: additions side by side, not one after another.
                for (momentum, row) in momentum.iter().zip(covariance.chunks_exact(momentum.len()))
                {
                    for (velocity, entry) in velocity.iter_mut().zip(row) {
                        *velocity += entry * momentum;
                    }
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
        let mut momentum = [0.0; 2];
        for _ in 0..draws {
            metric.draw_momentum(&mut momentum, &mut rng);
            for (row, p) in products.iter_mut().zip(momentum) {
                for (product, q) in row.iter_mut().zip(momentum) {
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
        let metric = Metric::dense(vec![4.0, 1.0, 1.0, 0.5], 2).expect("positive definite");
        let mut velocity = [0.0; 2];
        metric.velocity(&[1.0, -2.0], &mut velocity);
        assert_eq!(velocity, [2.0, 0.0]);
        assert_eq!(Metric::dense(vec![1.0, 2.0, 2.0, 1.0], 2), None);
    }
}
