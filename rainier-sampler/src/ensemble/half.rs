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
    use super::*;
    use crate::random::Streams;

    #[test]
    fn every_order_of_different_walkers_is_as_likely_as_every_other() {
        let half = Half {
            positions: &[0.0, 1.0, 2.0, 3.0],
            walkers: 4,
        };
        let mut rng = Streams::from_seed(3).stream(0, 0);
        let mut counts = [[[0_u32; 4]; 4]; 4];
        let draws = 24_000;
        for _ in 0..draws {
            let [a, b, c] = half.draw(&mut rng).map(|walker| walker[0] as usize);
            counts[a][b][c] += 1;
        }
        // 24 orders, each a thousand times, with the standard error of a binomial count.
        let error = (f64::from(draws) / 24.0 * 23.0 / 24.0).sqrt();
        for a in 0..4 {
            for b in 0..4 {
                for c in 0..4 {
                    let expected = if a != b && b != c && a != c {
                        1000.0
                    } else {
                        0.0
                    };
                    let found = f64::from(counts[a][b][c]);
                    let allowed = if expected > 0.0 { 5.0 * error } else { 0.0 };
                    assert!((found - expected).abs() <= allowed, "{a} {b} {c}: {found}");
                }
            }
        }
    }
}
