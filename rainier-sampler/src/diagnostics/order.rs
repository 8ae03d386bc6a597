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
            let ranks = Order::of(&pooled(&chains)).ranks();
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
    Order::of(&pooled(chains)).normal_scores(&mut ScoreTable::default())
}

/// Draws in ascending order, with the place each had.
#[derive(Debug, Clone)]
pub(super) struct Order {
    sorted: Sorted,
}

impl Order {
    pub(super) fn of(draws: &[f64]) -> Self {
        Self {
            sorted: Sorted::of(draws),
        }
    }

    /// The values in order.
    pub(super) fn values(&self) -> &[f64] {
        &self.sorted.values
    }

    /// The order of the distances from `centre`.
    pub(super) fn of_distances(&self, centre: f64) -> Self {
        Self {
            sorted: by_distance(&self.sorted, centre),
        }
    }

    /// The normal score of each draw at its place: z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the rank among
    /// all S draws, ties by their mean rank. Vehtari et al. (2021), equation 14.
    pub(super) fn normal_scores(&self, table: &mut ScoreTable) -> Vec<f64> {
        let table = table.of_size(self.sorted.values.len());
        self.by_rank(|twice_rank| table.score(twice_rank))
    }

    /// The rank of each draw at its place.
    fn ranks(&self) -> Vec<f64> {
        self.by_rank(|twice_rank| 0.5 * twice_rank as f64)
    }

    /// What `of` makes of twice the rank of each draw; ties have their mean rank.
    fn by_rank(&self, mut of: impl FnMut(usize) -> f64) -> Vec<f64> {
        let Sorted { values, places } = &self.sorted;
        let count = values.len();
        let mut numbers = vec![0.0; count];
        // No processor guesses where a tie goes on: no branch decides.
        let are_tied = |pair: &[f64]| pair[0].to_bits() == pair[1].to_bits();
        let (mut begins, mut begin) = (vec![0; count], 0);
        for (i, pair) in values.windows(2).enumerate() {
            begin = select_unpredictable(are_tied(pair), begin, i + 1);
            begins[i + 1] = begin;
        }
        let mut end = count;
        for i in (0..count).rev() {
            numbers[places[i] as usize] = of(begins[i] + end + 1);
            let is_tied = i > 0 && are_tied(&values[i - 1..=i]);
            end = select_unpredictable(is_tied, end, i);
        }
        numbers
    }
}

/// Normal scores by rank, kept from one use to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScoreTable {
    size: usize,
    /// By twice the rank; NaN where none was asked for yet.
    scores: Vec<f64>,
}

impl ScoreTable {
    /// The table of `size` draws.
    fn of_size(&mut self, size: usize) -> &mut Self {
        if self.size != size {
            self.size = size;
            self.scores.clear();
            self.scores.resize(2 * size + 1, f64::NAN);
        }
        self
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

    #[test]
    fn distances_are_in_the_order_that_sorting_them_gives() {
        for centre in [-5.0, 0.0, 1.0, 2.4, 2.5, 9.0, 100.0] {
            let draws = [3.0, -0.0, 1.0, 9.0, 2.0, 0.0, 1.0, 4.0, -3.0];
            let distances: Vec<f64> = draws.iter().map(|x: &f64| (x - centre).abs()).collect();
            let merged = Order::of(&draws).of_distances(centre);
            assert_eq!(merged.values(), Order::of(&distances).values());
            let mut table = ScoreTable::default();
            let expected = Order::of(&distances).normal_scores(&mut table);
            assert_eq!(merged.normal_scores(&mut table), expected);
        }
    }

    #[test]
    fn scores_are_the_same_whatever_was_asked_before() {
        let mut table = ScoreTable::default();
        for draws in [
            [1.0, 2.0, 3.0, 4.0].as_slice(),
            &[1.0, 1.0, 2.0],
            &[1.0, 2.0, 2.0],
        ] {
            let kept = Order::of(draws).normal_scores(&mut table);
            assert_eq!(
                kept,
                Order::of(draws).normal_scores(&mut ScoreTable::default())
            );
        }
        // The middle of three is at (2 − 3/8) / 3.25 = ½.
        assert_eq!(
            Order::of(&[7.0, 5.0, 6.0]).normal_scores(&mut table)[2],
            0.0
        );
    }
}
