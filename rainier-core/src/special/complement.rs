//! Turns a probability into that of the opposite, as logarithms with slopes.
//!
//! In: ln T and its derivatives. Out: ln(1 − T) and its derivatives, which are those of ln T times
//! −T / (1 − T).

use super::ln_one_minus_exp;

/// ln(1 − e^l) and its derivatives, given l ≤ 0 and its derivatives.
pub(super) fn complement<const COUNT: usize>(
    logarithm: f64,
    slopes: [f64; COUNT],
) -> (f64, [f64; COUNT]) {
    let odds = (-logarithm).exp_m1().recip();
    let times_odds = |slope: f64| if odds == 0.0 { 0.0 } else { -slope * odds };
    (ln_one_minus_exp(logarithm), slopes.map(times_odds))
}
