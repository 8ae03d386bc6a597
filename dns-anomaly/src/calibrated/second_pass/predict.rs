//! Predicts a window from draws of its model.
//!
//! In: draws, a number of bins, what was observed. Out: the tails of busy bins and of the sum, averaged over the draws,
//! so that there is no floor under p.

use rainier::compute::special::ln_beta;

use super::model::WindowDraw;
use crate::calibrated::negative_binomial::Bound;
use crate::calibrated::tail::Tail;

/// Tails of a window's statistics.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Predicted {
    pub(super) sum: Tail,
    pub(super) busy: Tail,
    /// Mean of the sum.
    pub(super) expected_sum: f64,
}

/// Numbers of busy bins less probable than this say nothing about the sum.
const NEGLIGIBLE: f64 = 1e-14;

/// The prediction for a window of `bins` bins in which `busy` were busy and all counted `sum`.
pub(super) fn predict(draws: &[WindowDraw], bins: usize, busy: u64, sum: u64) -> Predicted {
    let mut predicted = Predicted::default();
    let weight = 1.0 / draws.len() as f64;
    let mut masses = vec![0.0; bins + 1];
    let (mut at, mut next) = ((0.0, 0.0), (0.0, 0.0));
    for draw in draws {
        draw.busy_masses(&mut masses);
        for (z, mass) in masses.iter().enumerate() {
            let mass = weight * mass;
            let side = match (z as u64).cmp(&busy) {
                std::cmp::Ordering::Less => &mut predicted.busy.below,
                std::cmp::Ordering::Equal => &mut predicted.busy.at,
                std::cmp::Ordering::Greater => &mut predicted.busy.above,
            };
            *side += mass;
            let z = z as f64;
            predicted.expected_sum += mass * z * (1.0 + draw.mean_size);
            if mass < weight * NEGLIGIBLE {
                continue;
            }
            for (sides, bound) in [(&mut at, sum as f64), (&mut next, sum as f64 + 1.0)] {
                let (below, at_least) = draw.sum_sides(z, bound);
                sides.0 += mass * below;
                sides.1 += mass * at_least;
            }
        }
    }
    predicted.sum = Tail::between(at, next);
    predicted
}

impl WindowDraw {
    /// P(Z = 0), P(Z = 1), … of the beta-binomial, by the ratios of neighbours.
    fn busy_masses(&self, masses: &mut [f64]) {
        let bins = (masses.len() - 1) as f64;
        let square = self.activity_spread * self.activity_spread;
        let [active, silent] = [
            1.0 / ((1.0 - self.share) * square),
            1.0 / (self.share * square),
        ];
        let mut ln_mass = ln_beta(active, silent + bins) - ln_beta(active, silent);
        for (z, mass) in masses.iter_mut().enumerate() {
            *mass = ln_mass.exp();
            let (z, left) = (z as f64, bins - z as f64);
            ln_mass += (left * (active + z) / ((z + 1.0) * (silent + left - 1.0))).ln();
        }
    }

    /// P(S < s | Z = z) and P(S ≥ s | Z = z).
    fn sum_sides(&self, z: f64, s: f64) -> (f64, f64) {
        if z == 0.0 {
            return if s > 0.0 { (1.0, 0.0) } else { (0.0, 1.0) };
        }
        let spread = self.size_spread * self.size_spread;
        let shape = 1.0 / (1.0 / (z * self.dispersion) + spread);
        Bound::new(s - z, shape).sides(z * self.mean_size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAW: WindowDraw = WindowDraw {
        share: 0.3,
        activity_spread: 0.5,
        mean_size: 2.0,
        dispersion: 1.5,
        size_spread: 0.4,
    };

    #[test]
    fn sides_add_up_and_neighbours_join() {
        for (busy, sum) in [(0, 0), (3, 9), (10, 31), (24, 400)] {
            let found = predict(&[DRAW], 24, busy, sum);
            let Tail { below, at, above } = found.busy;
            assert!((below + at + above - 1.0).abs() < 1e-12, "{busy}");
            let Tail { below, at, above } = found.sum;
            assert!((below + at + above - 1.0).abs() < 1e-9, "{sum}");
            let after = predict(&[DRAW], 24, busy, sum + 1).sum;
            assert!((below + at - after.below).abs() < 1e-9, "{sum}");
        }
    }

    #[test]
    fn moments_are_those_of_the_model() {
        let mean: f64 = (0..2_000)
            .map(|sum| predict(&[DRAW], 24, 0, sum).sum.above)
            .sum();
        let expected = 24.0 * DRAW.share * (1.0 + DRAW.mean_size);
        assert!((mean - expected).abs() < 1e-6 * expected, "{mean}");
        assert!((predict(&[DRAW], 24, 0, 0).expected_sum - expected).abs() < 1e-9);
    }

    #[test]
    fn draws_are_averaged() {
        let other = WindowDraw { share: 0.7, ..DRAW };
        let [one, two, both] =
            [&[DRAW][..], &[other], &[DRAW, other]].map(|draws| predict(draws, 24, 8, 30).sum);
        assert!((both.above - 0.5 * (one.above + two.above)).abs() < 1e-12);
    }
}
