//! Draws partners from the half of an ensemble that stands still.
//!
//! In: the positions of a half. Out: positions of walkers drawn without repetition.

use rand::{Rng, RngExt};

/// The walkers that do not move now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half<'a> {
    /// `[walker][coordinate]`.
    pub(super) positions: &'a [f64],
    pub(super) walkers: usize,
}

impl<'a> Half<'a> {
    /// The positions of `N` different walkers. There must be so many.
    pub(super) fn draw<const N: usize, R: Rng + ?Sized>(&self, rng: &mut R) -> [&'a [f64]; N] {
        debug_assert!(N <= self.walkers);
        let mut drawn = [usize::MAX; N];
        for place in 0..N {
            // One of those left, counted past those taken.
            let mut walker = rng.random_range(0..self.walkers - place);
            let mut taken = drawn;
            let taken = &mut taken[..place];
            taken.sort_unstable();
            for &mut other in taken {
                walker += usize::from(walker >= other);
            }
            drawn[place] = walker;
        }
        let dimension = self.positions.len() / self.walkers;
        drawn.map(|walker| &self.positions[walker * dimension..(walker + 1) * dimension])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::random::Streams;

    #[test]
    fn every_order_of_different_walkers_is_as_likely_as_every_other() {
        let half = Half {
            positions: &[0.0, 1.0, 2.0, 3.0],
            walkers: 4,
        };
        let mut rng = Streams::from_seed(3).stream(0, 0);
        let mut counts = HashMap::new();
        let draws = 24_000;
        for _ in 0..draws {
            let drawn = half
                .draw::<3, _>(&mut rng)
                .map(|walker| walker[0].to_bits());
            assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2]);
            *counts.entry(drawn).or_insert(0_u32) += 1;
        }
        // 24 orders, each a thousand times, with the standard error of a binomial count.
        assert_eq!(counts.len(), 24);
        let error = (f64::from(draws) / 24.0 * 23.0 / 24.0).sqrt();
        for count in counts.into_values() {
            assert!((f64::from(count) - 1000.0).abs() < 5.0 * error, "{count}");
        }
    }
}
