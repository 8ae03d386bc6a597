//! Replaces draws by the normal scores of their ranks.
//!
//! In: chains. Out: chains of the same shape whose values have moments, whatever the draws had.

use super::normal_quantile::normal_quantile;
use super::split::pooled;

/// z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the rank among all S draws, ties by their mean rank.
///
/// Vehtari et al. (2021), equation 14.
pub(super) fn normal_scores(chains: &[impl AsRef<[f64]>]) -> Vec<Vec<f64>> {
    let draws = pooled(chains);
    let mut order: Vec<usize> = (0..draws.len()).collect();
    order.sort_unstable_by(|&i, &j| draws[i].total_cmp(&draws[j]));
    let mut scores = vec![0.0; draws.len()];
    // Equality, not `total_cmp`, decides on ties: 0 and −0 are one value.
    let mut smaller = 0;
    for tied in order.chunk_by(|&i, &j| draws[i] == draws[j]) {
        let rank = smaller as f64 + 0.5 * (tied.len() as f64 + 1.0);
        smaller += tied.len();
        let score = normal_quantile((rank - 0.375) / (draws.len() as f64 + 0.25));
        for &i in tied {
            scores[i] = score;
        }
    }
    let length = chains.first().map_or(0, |chain| chain.as_ref().len());
    scores.chunks(length.max(1)).map(<[f64]>::to_vec).collect()
}
