//! Proposes a point on the line through a walker and its partner.
//!
//! In: two positions. Out: a third one, and the log of the volume factor of its acceptance.

use rand::{Rng, RngExt};

/// Writes `partner + z (walker − partner)` and returns (d − 1) ln z.
///
/// z on [1/a, a] has density ∝ 1/√z, drawn by inversion: √z = (1 + (a − 1) u) / √a with u uniform
/// on [0, 1). Accepting with probability min(1, z^(d−1) p(Y)/p(X)) keeps p: Goodman & Weare (2010),
/// equations 7–10.
pub(super) fn propose<R: Rng + ?Sized>(
    walker: &[f64],
    partner: &[f64],
    stretch: f64,
    proposal: &mut [f64],
    rng: &mut R,
) -> f64 {
    let root = 1.0 + (stretch - 1.0) * rng.random::<f64>();
    let z = root * root / stretch;
    for ((proposal, walker), partner) in proposal.iter_mut().zip(walker).zip(partner) {
        *proposal = partner + z * (walker - partner);
    }
    (walker.len() as f64 - 1.0) * z.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn z_has_the_density_one_over_its_root() {
        let mut rng = Streams::from_seed(2).stream(0, 0);
        let draws = 20_000;
        let (stretch, mut proposal) = (2.0, [0.0]);
        let mean: f64 = (0..draws)
            .map(|_| {
                propose(&[1.0], &[0.0], stretch, &mut proposal, &mut rng);
                proposal[0]
            })
            .sum::<f64>()
            / f64::from(draws);
        // E z = (a + 1 + 1/a) / 3, and E z² = (a² + a + 1 + 1/a + 1/a²) / 5 for this density.
        let expected: f64 = (2.0 + 1.0 + 0.5) / 3.0;
        let variance = (4.0 + 2.0 + 1.0 + 0.5 + 0.25) / 5.0 - expected.powi(2);
        let standard_error = (variance / f64::from(draws)).sqrt();
        assert!((mean - expected).abs() < 5.0 * standard_error);
        // Negative control: z uniform on [1/a, a] has another mean.
        assert!((mean - 1.25).abs() > 5.0 * standard_error);
    }

    #[test]
    fn the_volume_factor_has_one_dimension_less() {
        let mut rng = Streams::from_seed(2).stream(0, 0);
        let mut proposal = [0.0; 3];
        let log_volume = propose(&[1.0, 2.0, 3.0], &[0.0; 3], 2.0, &mut proposal, &mut rng);
        assert!((log_volume - 2.0 * proposal[0].ln()).abs() < 1e-14);
    }
}
