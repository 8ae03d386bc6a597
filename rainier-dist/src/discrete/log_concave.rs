//! Draws whole numbers whose log probabilities are concave, in a bounded number of steps.
//!
//! In: a mode, a variance, and how much less probable than the mode another number is. Out: a draw.

use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Exp1};

/// A draw of m + i with probability proportional to e^`log_ratio`(i), which is 0 at i = 0, at most 0
/// elsewhere, concave, and −∞ outside the support.
///
/// Rejection from a uniform middle with exponential tails (Devroye 1987, Computing 39, 87–91), on
/// the ground that p(m + i) ≤ p(m) min(1, e^(1 − p(m) |i|)). In place of p(m) any smaller number
/// does, and the probability of a mode is at least 1/√(12σ² + 1): no whole numbers of that variance
/// spread wider than equally likely ones. Fewer than seven trials are expected.
pub(super) fn draw_log_concave(
    variance: f64,
    log_ratio: impl Fn(f64) -> f64,
    rng: &mut dyn Rng,
) -> f64 {
    let peak = (12.0 * variance + 1.0).sqrt().recip();
    let middle = 1.0 + 0.5 * peak;
    loop {
        let exponential: f64 = Exp1.sample(rng);
        let [part, place, level, sign] = [(); 4].map(|()| rng.random::<f64>());
        let (distance, log_envelope) = if part * (1.0 + middle) < middle {
            (place * middle, 0.0)
        } else {
            (middle + exponential, -exponential)
        };
        let step = (distance / peak).round().copysign(sign - 0.5);
        if level.ln() + log_envelope <= log_ratio(step) {
            return step;
        }
    }
}
