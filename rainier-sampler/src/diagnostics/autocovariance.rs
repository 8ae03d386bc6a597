//! Measures how a chain remembers: autocovariances by lag.
//!
//! In: one chain, a lag. Out: the covariance of draws that far apart. Lags are computed one by one,
//! since the sums over them stop at the first that no longer matter.

use crate::sum::{dot, sum_of};

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
    let deviations = Deviations::of(chain, 0.0);
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
    /// Of the chain from the origin.
    pub(super) mean: f64,
    values: Vec<f64>,
}

impl Deviations {
    /// Of a chain whose numbers are counted from `origin`: its first, or that of chains compared
    /// with it. Draws with a large common offset differ exactly, but their means would lose digits.
    pub(super) fn of(chain: &[f64], origin: f64) -> Self {
        let first = chain.first().map_or(f64::NAN, |x| x - origin);
        let sum = sum_of(chain, |x| (x - origin) - first);
        let mean = first + sum / chain.len() as f64;
        Self {
            mean,
            values: chain.iter().map(|x| (x - origin) - mean).collect(),
        }
    }

    /// γₜ, with denominator n at every lag, which keeps the sequence positive definite.
    pub(super) fn autocovariance(&self, lag: usize) -> f64 {
        dot(&self.values, &self.values[lag..]) / self.values.len() as f64
    }
}
