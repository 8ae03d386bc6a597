//! Measures how a chain remembers: autocovariances by lag.
//!
//! In: one chain, a lag. Out: the covariance of draws that far apart. Lags are computed one by one,
//! since the sums over them stop at the first that no longer matter.

use super::estimates::mean_of;
use super::sum::dot;

/// Autocorrelations of one chain at lags 0 … `max_lag`; 1 at lag 0. NaN for a constant chain, a
/// draw that is not finite, or lags beyond the chain.
///
/// ρₜ = γₜ / γ₀ with γₜ = 1/n Σ (xᵢ − x̄)(xᵢ₊ₜ − x̄), the sum over the n − t pairs.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::autocorrelation;
/// assert_eq!(autocorrelation(&[1.0, -1.0, 1.0, -1.0], 1), [1.0, -0.75]);
/// ```
pub fn autocorrelation(chain: &[f64], max_lag: usize) -> Vec<f64> {
    let deviations = Deviations::of(chain);
    let variance = deviations.autocovariance(0);
    (0..=max_lag)
        .map(|lag| {
            if lag < chain.len() {
                deviations.autocovariance(lag) / variance
            } else {
                f64::NAN
            }
        })
        .collect()
}

/// One chain, centred.
#[derive(Debug)]
pub(super) struct Deviations {
    values: Vec<f64>,
}

impl Deviations {
    pub(super) fn of(chain: &[f64]) -> Self {
        let mean = mean_of(chain);
        Self {
            values: chain.iter().map(|x| x - mean).collect(),
        }
    }

    /// γₜ, with denominator n at every lag, which keeps the sequence positive definite.
    pub(super) fn autocovariance(&self, lag: usize) -> f64 {
        dot(&self.values, &self.values[lag..]) / self.values.len() as f64
    }
}
