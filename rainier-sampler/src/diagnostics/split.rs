//! Checks chains and cuts each into its first and second half.
//!
//! In: chains as the caller has them. Out: slices of equal length, or nothing when no diagnostic is
//! defined. Halves let a drift within a chain show as a difference between chains.

use crate::sum::are_finite;

/// The chains as slices, or `None` unless there is one, all are as long, and every draw is finite.
pub(super) fn checked<C: AsRef<[f64]>>(chains: &[C]) -> Option<Vec<&[f64]>> {
    let chains: Vec<&[f64]> = chains.iter().map(AsRef::as_ref).collect();
    let draws = chains.first()?.len();
    let fits = |chain: &&[f64]| chain.len() == draws && are_finite(chain);
    (draws > 0 && chains.iter().all(fits)).then_some(chains)
}

/// Both halves of each chain; the middle draw of an odd number is left out.
pub(super) fn halves<C: AsRef<[f64]>>(chains: &[C]) -> Vec<&[f64]> {
    chains
        .iter()
        .flat_map(|chain| {
            let chain = chain.as_ref();
            let half = chain.len() / 2;
            [&chain[..half], &chain[chain.len() - half..]]
        })
        .collect()
}

/// All draws in one vector, chain after chain.
pub(super) fn pooled<C: AsRef<[f64]>>(chains: &[C]) -> Vec<f64> {
    chains
        .iter()
        .flat_map(|chain| chain.as_ref().iter().copied())
        .collect()
}

/// What [`pooled`] put into one vector, as `count` parts of equal length.
pub(super) fn parts(pooled: &[f64], count: usize) -> Vec<&[f64]> {
    pooled.chunks_exact((pooled.len() / count).max(1)).collect()
}

/// The chains with `change` applied to each draw.
pub(super) fn mapped<C: AsRef<[f64]>>(chains: &[C], change: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    chains
        .iter()
        .map(|chain| chain.as_ref().iter().map(|&x| change(x)).collect())
        .collect()
}

/// Whether all draws are equal. There is no threshold: draws that differ by 1e-300 differ.
pub(super) fn is_constant<C: AsRef<[f64]>>(chains: &[C]) -> bool {
    let mut draws = chains.iter().flat_map(AsRef::as_ref);
    let first = draws.next();
    draws.all(|x| Some(x) == first)
}

/// ln Σ exp(x), without overflow; −∞ for no numbers.
pub(super) fn ln_sum_exp(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        // NaN is passed over by `max`, and must not be lost.
        return values.fold(largest, |sum, x| if x.is_nan() { x } else { sum });
    }
    largest + values.map(|x| (x - largest).exp()).sum::<f64>().ln()
}
