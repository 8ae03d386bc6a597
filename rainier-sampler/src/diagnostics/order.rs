//! Sorts draws once, for all that is asked of their order.
//!
//! In: pooled draws. Out: their values in order, the order of their distances from a point, their
//! ranks, and what these would be on the scale of a normal.

use super::normal_quantile::normal_quantile;
use super::sort::sorted_with_places;
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
        Some(chains) => Order::of(&pooled(&chains)).ranks(chains[0].len()),
        None => chains
            .iter()
            .map(|chain| vec![f64::NAN; chain.as_ref().len()])
            .collect(),
    }
}

/// The normal scores of all draws of all chains, chain by chain.
pub(super) fn normal_scores(chains: &[impl AsRef<[f64]>]) -> Vec<Vec<f64>> {
    let length = chains.first().map_or(0, |chain| chain.as_ref().len());
    Order::of(&pooled(chains)).normal_scores(length, &mut ScoreTable::default())
}

/// Draws in ascending order, with the place each had.
#[derive(Debug, Clone)]
pub(super) struct Order {
    sorted: Vec<(f64, u32)>,
}

impl Order {
    pub(super) fn of(draws: &[f64]) -> Self {
        Self {
            sorted: sorted_with_places(draws),
        }
    }

    /// The values in order.
    pub(super) fn values(&self) -> Vec<f64> {
        self.sorted.iter().map(|(value, _)| *value).collect()
    }

    /// The order of the distances from `centre`: both sides are in order already.
    pub(super) fn of_distances(&self, centre: f64) -> Self {
        let distance = |&(value, place): &(f64, u32)| ((value - centre).abs(), place);
        let split = self.sorted.partition_point(|(value, _)| *value < centre);
        let below: Vec<_> = self.sorted[..split].iter().rev().map(distance).collect();
        let above: Vec<_> = self.sorted[split..].iter().map(distance).collect();
        let mut sorted = vec![(0.0, 0); self.sorted.len()];
        let (mut low, mut high) = (0, 0);
        // Draws on both sides come in no order that a processor could guess: no branch decides.
        while let (Some(of_low), Some(of_high)) = (below.get(low), above.get(high)) {
            let is_low = of_low.0 < of_high.0;
            sorted[low + high] = if is_low { *of_low } else { *of_high };
            low += usize::from(is_low);
            high += usize::from(!is_low);
        }
        let rest = &mut sorted[low + high..];
        rest.copy_from_slice(if low < below.len() {
            &below[low..]
        } else {
            &above[high..]
        });
        Self { sorted }
    }

    /// The normal score of each draw at its place, by chains of `length`: z = Φ⁻¹((r − 3/8) / (S + 1/4)), r the rank among
    /// all S draws, ties by their mean rank. Vehtari et al. (2021), equation 14.
    pub(super) fn normal_scores(&self, length: usize, table: &mut ScoreTable) -> Vec<Vec<f64>> {
        let table = table.of_size(self.sorted.len());
        self.by_rank(length, |twice_rank| table.score(twice_rank))
    }

    /// The rank of each draw at its place, by chains of `length`.
    fn ranks(&self, length: usize) -> Vec<Vec<f64>> {
        self.by_rank(length, |twice_rank| 0.5 * twice_rank as f64)
    }

    /// What `of` makes of twice the rank of each draw; ties have their mean rank.
    fn by_rank(&self, length: usize, mut of: impl FnMut(usize) -> f64) -> Vec<Vec<f64>> {
        let mut numbers = vec![0.0; self.sorted.len()];
        let mut smaller = 0;
        // Equality, not `total_cmp`, decides on ties: 0 and −0 are one value.
        for tied in self.sorted.chunk_by(|a, b| a.0 == b.0) {
            let number = of(2 * smaller + tied.len() + 1);
            smaller += tied.len();
            for (_, place) in tied {
                numbers[*place as usize] = number;
            }
        }
        numbers.chunks(length.max(1)).map(<[f64]>::to_vec).collect()
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
            let expected = Order::of(&distances).normal_scores(9, &mut table);
            assert_eq!(merged.normal_scores(9, &mut table), expected);
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
            let kept = Order::of(draws).normal_scores(9, &mut table);
            assert_eq!(
                kept,
                Order::of(draws).normal_scores(9, &mut ScoreTable::default())
            );
        }
        // The middle of three is at (2 − 3/8) / 3.25 = ½.
        assert_eq!(
            Order::of(&[7.0, 5.0, 6.0]).normal_scores(9, &mut table)[0][2],
            0.0
        );
    }
}
