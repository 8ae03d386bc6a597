//! Tests whether ranks are uniform, as simulation-based calibration needs.
//!
//! In: ranks of true values among posterior draws. Out: χ² over a histogram and its p-value.

use crate::chi_square::chi_square;
use crate::goodness_of_fit::GoodnessOfFit;

/// Expected ranks in a bin; larger bins see smaller deviations, more bins finer shapes.
const PER_BIN: usize = 20;

/// Most bins of the histogram: the usual tilts, humps and spikes show in twenty.
const MOST_BINS: usize = 20;

/// Tests whether `ranks`, each in 0 ..= `draws`, are uniform.
///
/// The rank of a true value among `draws` independent posterior draws is uniform over `draws + 1`
/// values if the inference is right (Talts et al. 2018, arXiv:1804.06788, theorem 1). Ranks fall
/// into at most twenty bins of about twenty ranks or more; bins may differ by one value in width,
/// which the expected counts allow for.
///
/// # Panics
/// If a rank exceeds `draws`, or if there are too few ranks for two bins.
///
/// ```
/// use testkit::uniformity;
///
/// let even: Vec<usize> = (0..1000).map(|i| i % 100).collect();
/// let humped: Vec<usize> = even.iter().map(|&rank| 25 + rank / 2).collect();
/// assert!(uniformity(&even, 99).is_plausible());
/// assert!(!uniformity(&humped, 99).is_plausible());
/// ```
pub fn uniformity(ranks: &[usize], draws: usize) -> GoodnessOfFit {
    let values = draws + 1;
    let bins = (ranks.len() / PER_BIN).min(MOST_BINS).min(values);
    assert!(
        bins > 1,
        "{} ranks of {values} values must fill two bins",
        ranks.len()
    );
    let mut observed = vec![0; bins];
    for &rank in ranks {
        assert!(
            rank <= draws,
            "a rank among {draws} draws must be at most that, got {rank}"
        );
        observed[rank * bins / values] += 1;
    }
    // Bin b holds the ranks r with b ≤ r·bins/values < b + 1.
    let first = |bin: usize| (bin * values).div_ceil(bins);
    let expected: Vec<f64> = (0..bins)
        .map(|bin| (first(bin + 1) - first(bin)) as f64)
        .collect();
    chi_square(&observed, &expected)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    /// Ranks of u^power among 0 ..= draws; uniform for power 1.
    fn ranks(power: f64, draws: u32, count: usize) -> Vec<usize> {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        (0..count)
            .map(|_| {
                let u = rng.random::<f64>().powf(power);
                (0..draws)
                    .filter(|&i| f64::from(i + 1) / f64::from(draws + 1) <= u)
                    .count()
            })
            .collect()
    }

    #[test]
    fn uniform_ranks_are_plausible_and_tilted_ones_are_not() {
        assert!(uniformity(&ranks(1.0, 99, 4_000), 99).is_plausible());
        assert!(!uniformity(&ranks(1.15, 99, 4_000), 99).is_plausible());
    }

    #[test]
    fn bins_of_unequal_width_are_allowed_for() {
        // 27 values in 20 bins: seven bins hold two values, and equal expectations would fail.
        assert!(uniformity(&ranks(1.0, 26, 20_000), 26).is_plausible());
    }

    #[test]
    fn few_values_make_few_bins() {
        assert!(uniformity(&ranks(1.0, 1, 1_000), 1).is_plausible());
        assert!(!uniformity(&ranks(1.5, 1, 1_000), 1).is_plausible());
    }

    #[test]
    #[should_panic(expected = "at most that")]
    fn impossible_rank_is_refused() {
        uniformity(&[11; 100], 10);
    }

    #[test]
    #[should_panic(expected = "two bins")]
    fn too_few_ranks_are_refused() {
        uniformity(&[1; 39], 10);
    }
}
