//! Tells how exact estimates from draws are: Monte Carlo standard errors.
//!
//! In: `[chain][draw]`. Out: standard errors of mean, standard deviation and quantiles, in units of
//! the draws, with the effective size of just that estimate. Vehtari et al. (2021), section 3.2 and
//! appendix B.

use super::beta_quantile::beta_quantile;
use super::effective_size::{effective_size, ess_mean, ess_quantile};
use super::estimates::{mean_of, sorted, variance_of, whole};
use super::split::{checked, halves, is_constant, mapped, pooled};

/// Standard error of the mean: standard deviation / √(effective size of the mean).
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::mcse_mean;
/// let chain: Vec<f64> = (0..100).map(|i| f64::from(i * 37 % 100)).collect();
/// assert!(mcse_mean(&[chain]) < 10.0);
/// ```
pub fn mcse_mean<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| {
        variance_of(&pooled(&chains)).sqrt() / ess_mean(&chains).sqrt()
    })
}

/// Standard error of the standard deviation, by the delta method on the variance:
/// √((m₄ − m₂²) / (4 m₂ · ess)), mₖ the k-th central moment, ess that of squared deviations.
pub fn mcse_sd<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    let Some(chains) = checked(chains) else {
        return f64::NAN;
    };
    if is_constant(&chains) {
        return f64::NAN;
    }
    let mean = mean_of(&pooled(&chains));
    let squares = mapped(&chains, |x| (x - mean).powi(2));
    let size = effective_size(&halves(&squares));
    let squares = pooled(&squares);
    let second = mean_of(&squares);
    let fourth = squares.iter().map(|square| square * square).sum::<f64>() / squares.len() as f64;
    ((fourth - second * second) / size / second / 4.0).sqrt()
}

/// Standard error of a quantile: half the width of the interval between order statistics that
/// covers it with the probability of ± one standard deviation of a normal.
pub fn mcse_quantile<C: AsRef<[f64]>>(chains: &[C], probability: f64) -> f64 {
    // Φ(−1) and Φ(1), to the digits the R package uses.
    const ONE_SIGMA: [f64; 2] = [0.1586553, 0.8413447];
    let size = ess_quantile(chains, probability);
    let Some(chains) = checked(chains) else {
        return f64::NAN;
    };
    if size.is_nan() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let (a, b) = (size * probability + 1.0, size * (1.0 - probability) + 1.0);
    let [low, high] = ONE_SIGMA.map(|p| beta_quantile(p, a, b));
    let draws = sorted(&chains);
    let count = draws.len() as f64;
    // Order statistics counted from 1.
    let low = whole((low * count).floor()).max(1);
    let high = whole((high * count).ceil()).clamp(1, draws.len());
    (draws[high - 1] - draws[low - 1]) / 2.0
}
