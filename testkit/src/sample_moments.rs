//! Estimates the mean and variance of a law from draws, each with its standard error.
//!
//! In: independent draws. Out: what `within_standard_errors` needs.

use crate::tolerance::within_standard_errors;

/// A moment of a sample and the standard error of that estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleMoment {
    /// The estimate.
    pub value: f64,
    /// Its standard error, computed from the same sample.
    pub standard_error: f64,
}

impl SampleMoment {
    /// Whether `expected` lies within the allowed number of standard errors.
    pub fn agrees_with(&self, expected: f64) -> bool {
        within_standard_errors(self.value, expected, self.standard_error)
    }
}

/// Mean of independent draws, with standard error s/√n.
///
/// Fewer than two draws have no standard error: it is NaN and agrees with nothing.
///
/// ```
/// let mean = testkit::sample_mean(&[1.0, 2.0, 3.0]);
/// assert_eq!(mean.value, 2.0);
/// assert_eq!(mean.standard_error, (1.0_f64 / 3.0).sqrt());
/// ```
pub fn sample_mean(draws: &[f64]) -> SampleMoment {
    let count = draws.len() as f64;
    let value = draws.iter().sum::<f64>() / count;
    let variance = central_moment(draws, value, 2) / (count - 1.0);
    SampleMoment {
        value,
        standard_error: (variance / count).sqrt(),
    }
}

/// Variance of independent draws, with standard error √((m₄ − s⁴)/n).
///
/// s² has divisor n − 1; m₄ is the fourth central moment of the sample, which must exist for the
/// law. For heavy tails the standard error itself is poor below some thousands of draws.
pub fn sample_variance(draws: &[f64]) -> SampleMoment {
    let count = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / count;
    let value = central_moment(draws, mean, 2) / (count - 1.0);
    let fourth = central_moment(draws, mean, 4) / count;
    SampleMoment {
        value,
        standard_error: ((fourth - value * value) / count).sqrt(),
    }
}

/// Σ (x − mean)^order.
fn central_moment(draws: &[f64], mean: f64, order: i32) -> f64 {
    draws.iter().map(|draw| (draw - mean).powi(order)).sum()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn uniform(count: usize) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        (0..count).map(|_| rng.random()).collect()
    }

    #[test]
    fn moments_of_the_uniform_are_found_and_five_percent_more_is_refused() {
        let draws = uniform(50_000);
        assert!(sample_mean(&draws).agrees_with(0.5));
        assert!(!sample_mean(&draws).agrees_with(0.525));
        assert!(sample_variance(&draws).agrees_with(1.0 / 12.0));
        assert!(!sample_variance(&draws).agrees_with(1.05 / 12.0));
    }

    #[test]
    fn standard_errors_match_the_law() {
        // Uniform: σ² = 1/12, μ₄ = 1/80; the errors of the errors are of order 1/√n.
        let count = 50_000.0_f64;
        let draws = uniform(50_000);
        let mean_error = (1.0 / 12.0 / count).sqrt();
        let variance_error = ((1.0 / 80.0 - 1.0 / 144.0) / count).sqrt();
        let near = 5.0 / count.sqrt();
        assert!((sample_mean(&draws).standard_error / mean_error - 1.0).abs() < near);
        assert!((sample_variance(&draws).standard_error / variance_error - 1.0).abs() < near);
    }

    #[test]
    fn one_draw_agrees_with_nothing() {
        assert!(!sample_mean(&[1.0]).agrees_with(1.0));
        assert!(!sample_mean(&[]).agrees_with(0.0));
        assert!(!sample_variance(&[1.0]).agrees_with(0.0));
    }
}
