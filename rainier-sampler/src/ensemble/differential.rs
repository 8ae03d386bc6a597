//! Proposes points by the differences of other walkers: differential evolution.
//!
//! In: a position and the half that stands still. Out: another position, and the log of the volume
//! factor of its acceptance. Steps follow the shape of the ensemble, along the difference of two
//! walkers or along the line to a third.

use rand::{Rng, RngExt};

use super::half::Half;

/// How often a difference is taken whole, which leads from one mode to another: ter Braak (2006),
/// section 2.
const WHOLE: f64 = 0.1;
/// How often the step goes along the line to another walker: ter Braak & Vrugt (2008), section 3.
const SNOOKER: f64 = 0.1;
/// Spread of the factor around its best value. With one factor alone, and others that stand
/// still, a walker could only reach a grid.
const SPREAD: f64 = 0.2;

/// Writes the proposal and returns the log of its volume factor.
///
/// Nine times in ten, x + γ (a − b) with two walkers a, b: symmetric, no factor. γ is
/// 2.38 / √(2d) ± 20 %, best for normals (ter Braak 2006, section 2), and 1 now and then. Else the
/// snooker move.
pub(super) fn propose<R: Rng + ?Sized>(
    walker: &[f64],
    others: &Half<'_>,
    proposal: &mut [f64],
    rng: &mut R,
) -> f64 {
    let kind = rng.random::<f64>();
    // Half of the smallest ensemble has no third walker; a whole difference takes the place.
    if kind < SNOOKER && others.walkers >= 3 {
        return snooker(walker, others.draw(rng), proposal, rng);
    }
    let factor = if kind < SNOOKER + WHOLE {
        1.0
    } else {
        let best = 2.38 / (2.0 * walker.len() as f64).sqrt();
        best * rng.random_range(1.0 - SPREAD..1.0 + SPREAD)
    };
    let [a, b] = others.draw(rng);
    for (((proposal, x), a), b) in proposal.iter_mut().zip(walker).zip(a).zip(b) {
        *proposal = x + factor * (a - b);
    }
    0.0
}

/// x + γ e (e·(a − b)), where e is the direction from z to x and γ is uniform on (1.2, 2.2).
///
/// The factor is (|x′ − z| / |x − z|)^(d−1), since lines through z lie the denser the nearer to z:
/// ter Braak & Vrugt (2008), equations 3 and 4.
fn snooker<R: Rng + ?Sized>(
    walker: &[f64],
    [z, a, b]: [&[f64]; 3],
    proposal: &mut [f64],
    rng: &mut R,
) -> f64 {
    let (mut square, mut along) = (0.0, 0.0);
    for (((x, z), a), b) in walker.iter().zip(z).zip(a).zip(b) {
        square += (x - z).powi(2);
        along += (x - z) * (a - b);
    }
    // x′ − z is a multiple of x − z. Where both are at one place there is no line, the factor is
    // not a number, and a comparison with it rejects.
    let multiple = 1.0 + rng.random_range(1.2..2.2) * along / square;
    for ((proposal, x), z) in proposal.iter_mut().zip(walker).zip(z) {
        *proposal = z + multiple * (x - z);
    }
    (walker.len() as f64 - 1.0) * multiple.abs().ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn a_snooker_move_stays_on_its_line_and_knows_its_factor() {
        let mut rng = Streams::from_seed(5).stream(0, 0);
        let mut proposal = [0.0; 3];
        let (x, z) = ([1.0, 2.0, -1.0], [0.5, 0.0, 0.0]);
        let factor = snooker(
            &x,
            [&z, &[3.0, 1.0, 0.0], &[0.0, 0.0, 1.0]],
            &mut proposal,
            &mut rng,
        );
        // e·(a − b) = (1.5 + 2 + 1) / |x − z|, and |x − z|² = 5.25.
        let multiple = (proposal[0] - z[0]) / (x[0] - z[0]);
        let drawn = (multiple - 1.0) * 5.25 / 4.5;
        assert!(drawn > 1.2 && drawn < 2.2, "{drawn}");
        for ((proposal, x), z) in proposal.iter().zip(x).zip(z) {
            assert!((proposal - z - multiple * (x - z)).abs() < 1e-14);
        }
        assert!((factor - 2.0 * multiple.ln()).abs() < 1e-14);
    }

    #[test]
    fn a_difference_is_taken_whole_once_in_ten() {
        let mut rng = Streams::from_seed(5).stream(0, 0);
        let half = Half {
            positions: &[0.0, 3.0, 0.5],
            walkers: 3,
        };
        let draws = 20_000;
        let mut whole = 0;
        for _ in 0..draws {
            let mut proposal = [0.0];
            propose(&[100.0], &half, &mut proposal, &mut rng);
            let step = (proposal[0] - 100.0).abs();
            whole += u32::from(
                [3.0, 2.5, 0.5]
                    .iter()
                    .any(|whole| (step - whole).abs() < 1e-9),
            );
        }
        let error = (WHOLE * (1.0 - WHOLE) / f64::from(draws)).sqrt();
        assert!(
            (f64::from(whole) / f64::from(draws) - WHOLE).abs() < 5.0 * error,
            "{whole}"
        );
    }
}
