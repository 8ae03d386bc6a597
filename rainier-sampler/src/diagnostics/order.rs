//! Sorts draws once, for all that is asked of their order.
//!
//! In: pooled draws. Out: their values in order, the order of their distances from a point, their
//! ranks, and what these would be on the scale of a normal.

use std::hint::select_unpredictable;

use super::merge::by_distance;
use super::normal_quantile::normal_quantile;
use super::sort::Sorted;
use super::split::{checked, pooled};

/// The rank of each draw among all draws of all chains, `[chain][draw]`: 1 for the least, ties by
/// their mean rank. All are NaN where no diagnostic is defined.
///
/// Chains that have mixed have ranks of all sizes, each chain as many.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::ranks;
/// assert_eq!(ranks(&[[0.5, 0.1], [0.9, 0.5]]), [[2.5, 1.0], [4.0, 2.5]]);
/// ```
pub fn ranks<C: AsRef<[f64]>>(chains: &[C]) -> Vec<Vec<f64>> {
    match checked(chains) {
        Some(chains) => {
            let mut ranks = Vec::new();
            Order::of(&pooled(&chains)).ranks(&mut ranks);
            let by_chain = ranks.chunks(chains[0].len());
            by_chain.map(<[f64]>::to_vec).collect()
        }
        None => chains
            .iter()
            .map(|chain| vec![f64::NAN; chain.as_ref().len()])
            .collect(),
    }
}

/// The normal scores of all draws of all chains, chain after chain.
pub(super) fn normal_scores(chains: &[impl AsRef<[f64]>]) -> Vec<f64> {
    let mut scores = Vec::new();
    Order::of(&pooled(chains)).normal_scores(&mut scores);
    scores
}

/// Draws in ascending order, with the place each had. Keeps its room, and what depends on the number of
/// draws alone, from one use to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    sorted: Sorted,
    merged: Sorted,
    bits: Vec<i64>,
    begins: Vec<usize>,
    table: ScoreTable,
}

impl Order {
    fn of(draws: &[f64]) -> Self {
        let mut order = Self::default();
        order.sort(draws);
        order
    }

    /// Becomes the order of these draws.
    pub(super) fn sort(&mut self, draws: &[f64]) {
        self.sorted.sort(draws);
    }

    /// The values in order.
    pub(super) fn values(&self) -> &[f64] {
        &self.sorted.values
    }

    /// Becomes the order of the distances from `centre`.
    pub(super) fn sort_by_distance(&mut self, centre: f64) {
        by_distance(&self.sorted, centre, &mut self.bits, &mut self.merged);
        std::mem::swap(&mut self.sorted, &mut self.merged);
    }

    /// Writes the normal score of each draw at its place: z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the rank
    /// among all S draws, ties by their mean rank. Vehtari et al. (2021), equation 14.
    pub(super) fn normal_scores(&mut self, scores: &mut Vec<f64>) {
        let mut table = std::mem::take(&mut self.table);
        table.resize(self.sorted.values.len());
        self.by_rank(scores, |twice_rank| table.score(twice_rank));
        self.table = table;
    }

    /// Writes the rank of each draw at its place.
    fn ranks(&mut self, ranks: &mut Vec<f64>) {
        self.by_rank(ranks, |twice_rank| 0.5 * twice_rank as f64);
    }

    /// Writes what `of` makes of twice the rank of each draw; ties have their mean rank.
    fn by_rank(&mut self, numbers: &mut Vec<f64>, mut of: impl FnMut(usize) -> f64) {
        let Sorted { values, places, .. } = &self.sorted;
        let count = values.len();
        numbers.resize(count, 0.0);
        self.begins.resize(count, 0);
        // No processor guesses where a tie goes on: no branch decides.
        let are_tied = |pair: &[f64]| pair[0].to_bits() == pair[1].to_bits();
        let mut begin = 0;
        for (i, pair) in values.windows(2).enumerate() {
            begin = select_unpredictable(are_tied(pair), begin, i + 1);
            self.begins[i + 1] = begin;
        }
        let mut end = count;
        for i in (0..count).rev() {
            numbers[places[i] as usize] = of(self.begins[i] + end + 1);
            let is_tied = i > 0 && are_tied(&values[i - 1..=i]);
            end = select_unpredictable(is_tied, end, i);
        }
    }
}

/// Normal scores by rank, kept from one use to the next.
#[derive(Debug, Clone, Default)]
struct ScoreTable {
    size: usize,
    /// By twice the rank; NaN where none was asked for yet.
    scores: Vec<f64>,
}

impl ScoreTable {
    /// Becomes the table of `size` draws.
    fn resize(&mut self, size: usize) {
        if self.size != size {
            self.size = size;
            self.scores.clear();
            self.scores.resize(2 * size + 1, f64::NAN);
        }
    }

    fn score(&mut self, twice_rank: usize) -> f64 {
        let score = &mut self.scores[twice_rank];
        if score.is_nan() {
            let rank = 0.5 * twice_rank as f64;
            *score = normal_quantile((rank - 0.375) / (self.size as f64 + 0.25));
        }
        *score
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores_by(order: &mut Order) -> Vec<f64> {
        let mut scores = Vec::new();
        order.normal_scores(&mut scores);
        scores
    }

    #[test]
    fn distances_are_in_the_order_that_sorting_them_gives() {
        let mut merged = Order::default();
        for centre in [-5.0, 0.0, 1.0, 2.4, 2.5, 9.0, 100.0] {
            let draws = [3.0, -0.0, 1.0, 9.0, 2.0, 0.0, 1.0, 4.0, -3.0];
            let distances: Vec<f64> = draws.iter().map(|x: &f64| (x - centre).abs()).collect();
            merged.sort(&draws);
            merged.sort_by_distance(centre);
            let mut expected = Order::of(&distances);
            assert_eq!(merged.values(), expected.values());
            assert_eq!(scores_by(&mut merged), scores_by(&mut expected));
        }
    }

    #[test]
    fn scores_are_the_same_whatever_was_asked_before() {
        let mut kept = Order::default();
        for draws in [
            [1.0, 2.0, 3.0, 4.0].as_slice(),
            &[1.0, 1.0, 2.0],
            &[1.0, 2.0, 2.0],
        ] {
            kept.sort(draws);
            assert_eq!(scores_by(&mut kept), scores_by(&mut Order::of(draws)));
        }
        // The middle of three is at (2 − 3/8) / 3.25 = ½.
        kept.sort(&[7.0, 5.0, 6.0]);
        assert_eq!(scores_by(&mut kept)[2], 0.0);
    }
}
