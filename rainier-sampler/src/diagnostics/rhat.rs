//! Compares chains: R-hat, near 1 when they cannot be told apart.
//!
//! In: `[chain][draw]`. Out: the larger of two ratios of total to within-chain spread, one for
//! location and one for scale, of rank-normalised half chains. Vehtari et al. (2021), section 4.

use super::estimates::{mean_of, quantile_of_sorted, sorted, variance_of};
use super::order::normal_scores;
use super::split::{checked, halves, is_constant, mapped, parts};

/// Rank-normalised split R-hat: the larger of that of the draws and that of their distances from
/// the median. NaN for constant draws and for fewer than 4 draws a chain.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::rhat;
/// let apart: Vec<Vec<f64>> =
///     (0..2).map(|chain| (0..50).map(|i| f64::from(10 * chain + i % 5)).collect()).collect();
/// assert!(rhat(&apart) > 1.5);
/// ```
pub fn rhat<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    let Some(chains) = checked(chains) else {
        return f64::NAN;
    };
    let median = quantile_of_sorted(&sorted(&chains), 0.5);
    let folded = mapped(&chains, |x| (x - median).abs());
    let [scores, folded] = [
        normal_scores(&halves(&chains)),
        normal_scores(&halves(&folded)),
    ];
    let count = 2 * chains.len();
    rhat_of(&chains, &parts(&scores, count), &parts(&folded, count))
}

/// The same, of chains whose halves have these normal scores, and these of their distances from the
/// median of the chains.
pub(super) fn rhat_of(chains: &[&[f64]], scores: &[&[f64]], folded: &[&[f64]]) -> f64 {
    const FEWEST: usize = 4;
    if chains[0].len() < FEWEST || is_constant(chains) {
        return f64::NAN;
    }
    let location = ratio(scores);
    // Draws of two values at equal distance from the median have no spread of distances.
    let scale = ratio(folded);
    if scale.is_nan() {
        location
    } else {
        location.max(scale)
    }
}

/// √((B / W + n − 1) / n), with B = n · variance of the means and W the mean of the variances.
fn ratio(chains: &[&[f64]]) -> f64 {
    let n = chains[0].len() as f64;
    let means: Vec<f64> = chains.iter().map(|chain| mean_of(chain)).collect();
    let variances: Vec<f64> = chains.iter().map(|chain| variance_of(chain)).collect();
    let (between, within) = (n * variance_of(&means), mean_of(&variances));
    ((between / within + n - 1.0) / n).sqrt()
}
