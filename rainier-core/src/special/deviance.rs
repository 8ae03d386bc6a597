//! Evaluates what a logarithm leaves of its argument, and the deviance of a number from its mean.
//!
//! In: a number and its distance from another. Out: v − ln(1 + v) and a ln(a/m) − a + m, which are
//! of second order in the distance and would vanish in the rounding of their terms. The logarithm
//! of every density near its mode is made of them: Loader (2000), "Fast and accurate computation of
//! binomial probabilities", equation 6.

use super::gamma::polynomial;

/// a ln(a/m) − a + m for a > 0, given s = m − a and m, without cancellation where s is small or m
/// is.
pub(super) fn deviance(a: f64, s: f64, m: f64) -> f64 {
    if m < 0.5 * a {
        s - a * (m / a).ln()
    } else {
        a * ln_1p_excess(s / a)
    }
}

/// v − ln(1 + v), without cancellation for small v.
///
/// With y = v / (2 + v) it is v y − 2 (y³/3 + y⁵/5 + …).
pub(super) fn ln_1p_excess(v: f64) -> f64 {
    if v.abs() > 0.5 {
        return v - v.ln_1p();
    }
    let y = v / (2.0 + v);
    let square = y * y;
    v * y - 2.0 * y * square * polynomial(&ODD_RECIPROCALS, square)
}

/// 1/3, 1/5, …; for y² ≤ 1/9 the eighteenth term is below 1e-18 of the first.
const ODD_RECIPROCALS: [f64; 17] = {
    let mut table = [0.0; 17];
    let (mut index, mut odd) = (0, 3.0);
    while index < table.len() {
        table[index] = 1.0 / odd;
        index += 1;
        odd += 2.0;
    }
    table
};
