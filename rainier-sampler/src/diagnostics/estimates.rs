//! Estimates location, spread and intervals from pooled draws.
//!
//! In: `[chain][draw]`. Out: mean, standard deviation, quantiles, shortest interval.

use super::split::{checked, pooled};
use crate::sum::sum_of;

/// Mean of all draws; NaN when there are none or one is not finite.
///
/// # Numerics
/// Deviations from the first draw are averaged, so that a large common offset costs no digits.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::mean;
/// assert_eq!(mean(&[[1.0, 2.0], [3.0, 6.0]]), 3.0);
/// ```
pub fn mean<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| mean_of(&pooled(&chains)))
}

/// Standard deviation of all draws, with denominator n − 1; NaN for fewer than two draws.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::standard_deviation;
/// assert_eq!(standard_deviation(&[[1.0, 2.0, 3.0]]), 1.0);
/// ```
pub fn standard_deviation<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| variance_of(&pooled(&chains)).sqrt())
}

/// Quantiles of all draws, one for each probability in [0, 1].
///
/// Linear interpolation between order statistics: with n sorted draws, probability p is at
/// position (n − 1)p (type 7 of Hyndman & Fan 1996, the default of R). NaN for a probability
/// outside [0, 1] or draws that are not finite.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::quantiles;
/// assert_eq!(quantiles(&[[4.0, 1.0], [3.0, 2.0]], &[0.0, 0.5, 0.9]), [1.0, 2.5, 3.7]);
/// ```
pub fn quantiles<C: AsRef<[f64]>>(chains: &[C], probabilities: &[f64]) -> Vec<f64> {
    match checked(chains) {
        Some(chains) => {
            let sorted = sorted(&chains);
            probabilities
                .iter()
                .map(|&p| quantile_of_sorted(&sorted, p))
                .collect()
        }
        None => vec![f64::NAN; probabilities.len()],
    }
}

/// The shortest interval between draws that holds `mass` of them, as `(low, high)`.
///
/// With n sorted draws, the shortest of the intervals from draw i to draw i + ⌊n · mass⌋; of equal
/// ones the lowest. For a distribution with one peak this is the region of highest density. NaN
/// for a mass outside (0, 1].
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::highest_density_interval;
/// let draws = [[0.0, 5.0, 5.1, 5.2, 5.3, 9.0]];
/// assert_eq!(highest_density_interval(&draws, 0.5), (5.0, 5.3));
/// ```
pub fn highest_density_interval<C: AsRef<[f64]>>(chains: &[C], mass: f64) -> (f64, f64) {
    let undefined = (f64::NAN, f64::NAN);
    let Some(chains) = checked(chains) else {
        return undefined;
    };
    if !(mass > 0.0 && mass <= 1.0) {
        return undefined;
    }
    let sorted = sorted(&chains);
    let inside = whole(mass * sorted.len() as f64).min(sorted.len() - 1);
    sorted
        .iter()
        .zip(&sorted[inside..])
        .map(|(&low, &high)| (low, high))
        .min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
        .unwrap_or(undefined)
}

pub(super) fn mean_of(draws: &[f64]) -> f64 {
    let Some(&first) = draws.first() else {
        return f64::NAN;
    };
    first + sum_of(draws, |x| x - first) / draws.len() as f64
}

/// Sample variance, in two passes.
pub(super) fn variance_of(draws: &[f64]) -> f64 {
    let mean = mean_of(draws);
    let squares = sum_of(draws, |x| (x - mean).powi(2));
    if draws.len() < 2 {
        f64::NAN
    } else {
        squares / (draws.len() as f64 - 1.0)
    }
}

pub(super) fn sorted<C: AsRef<[f64]>>(chains: &[C]) -> Vec<f64> {
    let mut draws = pooled(chains);
    draws.sort_unstable_by(f64::total_cmp);
    draws
}

pub(super) fn quantile_of_sorted(sorted: &[f64], probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let position = (sorted.len() as f64 - 1.0) * probability;
    let below = whole(position);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Whole part of a number that is not negative and far below 2⁵³.
pub(super) fn whole(position: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index: not negative, and rounding down is meant"
    )]
    let index = position as usize;
    index
}
