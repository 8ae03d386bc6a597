//! Measures positions: one variance for each coordinate.
//!
//! In: estimated variances of the coordinates. Out: momenta drawn from the matching normal, and
//! velocities. The variances are the *inverse* of the mass matrix of mechanics; "metric" is used
//! here for the variances only, so that the two are not mixed up.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

/// A diagonal metric Σ = diag(variance): kinetic energy ½ Σᵢ varianceᵢ pᵢ².
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    variance: Vec<f64>,
    /// Standard deviation of each momentum, 1 / √variance.
    momentum_scale: Vec<f64>,
}

impl Metric {
    pub(crate) fn identity(dimension: usize) -> Self {
        Self::diagonal(vec![1.0; dimension])
    }

    /// The metric of the given variances, each finite and greater than 0.
    pub(crate) fn diagonal(variance: Vec<f64>) -> Self {
        debug_assert!(variance.iter().all(|v| v.is_finite() && *v > 0.0));
        let momentum_scale = variance.iter().map(|v| v.sqrt().recip()).collect();
        Self {
            variance,
            momentum_scale,
        }
    }

    pub(super) fn draw_momentum<R: Rng + ?Sized>(&self, momentum: &mut [f64], rng: &mut R) {
        for (momentum, scale) in momentum.iter_mut().zip(&self.momentum_scale) {
            let standard: f64 = rng.sample(StandardNormal);
            *momentum = scale * standard;
        }
    }

    /// velocity = Σ momentum.
    pub(super) fn velocity(&self, momentum: &[f64], velocity: &mut [f64]) {
        for ((velocity, momentum), variance) in
            velocity.iter_mut().zip(momentum).zip(&self.variance)
        {
            *velocity = variance * momentum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn momentum_variance_is_the_inverse_of_the_metric() {
        let metric = Metric::diagonal(vec![4.0, 0.01]);
        let mut rng = Streams::from_seed(1).stream(0, 0);
        let draws = 20_000;
        let mut squares = [0.0; 2];
        let mut momentum = [0.0; 2];
        for _ in 0..draws {
            metric.draw_momentum(&mut momentum, &mut rng);
            for (square, p) in squares.iter_mut().zip(momentum) {
                *square += p * p;
            }
        }
        for (square, variance) in squares.iter().zip([0.25, 100.0]) {
            // The mean of n squared normals has standard error √(2/n) times the variance.
            let z = (square / f64::from(draws) / variance - 1.0) / (2.0 / f64::from(draws)).sqrt();
            assert!(z.abs() < 5.0, "z = {z}");
        }
    }
}
