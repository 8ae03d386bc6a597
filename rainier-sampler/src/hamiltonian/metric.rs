//! Measures positions: by one variance for each coordinate, or by their whole covariance.
//!
//! In: estimated variances or covariances. Out: momenta drawn from the matching normal, and
//! velocities. The covariance is the *inverse* of the mass matrix of mechanics; "metric" is used
//! here for the covariance only, so that the two are not mixed up.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{Point, Vector};
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
    pub(crate) fn draw_momentum<V: Vector, R: Rng + ?Sized>(
        &self,
        point: &mut Point<V>,
        rng: &mut R,
    ) {
        for standard in point.velocity.as_mut() {
            *standard = rng.sample(StandardNormal);
        }
        self.set_out(point);
    }

    /// Makes a momentum, and its velocity, of standard normals in the place of the velocity.
    pub(crate) fn set_out<V: Vector>(&self, point: &mut Point<V>) {
        let (momentum, velocity) = (point.momentum.as_mut(), point.velocity.as_mut());
        match self {
            Self::Diagonal {
                variance,
                momentum_scale,
            } => {
                let coordinates = velocity.iter_mut().zip(momentum);
                for ((velocity, momentum), (variance, scale)) in
                    coordinates.zip(variance.iter().zip(momentum_scale))
                {
                    *momentum = scale * *velocity;
                    *velocity = variance * *momentum;
                }
            }
            Self::Dense { factor, .. } => {
                momentum.copy_from_slice(velocity);
                factor.solve_upper(momentum);
                factor.multiply(velocity);
            }
        }
    }

    /// Recomputes what [`kick`](Self::kick) needs of a new gradient.
    #[inline]
    pub(crate) fn accelerate<V: Vector>(&self, point: &mut Point<V>) {
        match self {
            Self::Diagonal { .. } => {}
            Self::Dense { covariance, .. } => {
                let acceleration = point.acceleration.as_mut();
                acceleration.fill(0.0);
                // Row by row, for rows are columns: additions side by side, not one after another.
                let rows = covariance.chunks_exact(acceleration.len().max(1));
                for (slope, row) in point.gradient.as_ref().iter().zip(rows) {
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
    #[inline]
    pub(crate) fn kick<V: Vector>(&self, point: &mut Point<V>, time: f64) {
        let (momentum, velocity) = (point.momentum.as_mut(), point.velocity.as_mut());
        // All as long as the first, which the compiler may know.
        let dimension = momentum.len();
        let velocity = &mut velocity[..dimension];
        let gradient = &point.gradient;
        match self {
            Self::Diagonal { variance, .. } => {
                let variance = &variance[..dimension];
                for i in 0..dimension {
                    momentum[i] += time * gradient.just_written(i);
                    velocity[i] = variance[i] * momentum[i];
                }
            }
            Self::Dense { .. } => {
                let acceleration = &point.acceleration.as_ref()[..dimension];
                for i in 0..dimension {
                    momentum[i] += time * gradient.just_written(i);
                    velocity[i] += time * acceleration[i];
                }
            }
        }
    }

    /// The same from a point to another, where the new velocity then leads: q ← q + u Σ p.
    #[inline]
    pub(crate) fn kick_and_drift<V: Vector>(
        &self,
        from: &Point<V>,
        to: &mut Point<V>,
        kick_time: f64,
        drift_time: f64,
    ) {
        let momentum = to.momentum.as_mut();
        let dimension = momentum.len();
        let velocity = &mut to.velocity.as_mut()[..dimension];
        let position = &mut to.position.as_mut()[..dimension];
        let (from_position, from_momentum) = (
            &from.position.as_ref()[..dimension],
            &from.momentum.as_ref()[..dimension],
        );
        let gradient = &from.gradient.as_ref()[..dimension];
        match self {
            Self::Diagonal { variance, .. } => {
                let variance = &variance[..dimension];
                for i in 0..dimension {
                    momentum[i] = from_momentum[i] + kick_time * gradient[i];
                    velocity[i] = variance[i] * momentum[i];
                    position[i] = from_position[i] + drift_time * velocity[i];
                }
            }
            Self::Dense { .. } => {
                let from_velocity = &from.velocity.as_ref()[..dimension];
                let acceleration = &from.acceleration.as_ref()[..dimension];
                for i in 0..dimension {
                    momentum[i] = from_momentum[i] + kick_time * gradient[i];
                    velocity[i] = from_velocity[i] + kick_time * acceleration[i];
                    position[i] = from_position[i] + drift_time * velocity[i];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hamiltonian::PhasePoint;
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
                let mut moved = PhasePoint::new(2);
                metric.kick_and_drift(&point, &mut moved, time, 0.7);
                metric.kick(&mut point, time);
                assert_eq!(
                    (&moved.momentum, &moved.velocity),
                    (&point.momentum, &point.velocity)
                );
                let drifted = point.position.iter().zip(&point.velocity);
                assert!(drifted.map(|(q, v)| q + 0.7 * v).eq(moved.position));
                let (p, v) = (&point.momentum, &point.velocity);
                assert!((v[0] - 4.0 * p[0] - off_diagonal * p[1]).abs() < 1e-14);
                assert!((v[1] - off_diagonal * p[0] - 0.5 * p[1]).abs() < 1e-14);
            }
        }
        assert_eq!(Metric::dense(vec![1.0, 2.0, 2.0, 1.0], 2), None);
    }
}
