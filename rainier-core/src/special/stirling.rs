//! Evaluates what Stirling's formula leaves of ln Γ, and differences of it.
//!
//! In: a number from 4 up. Out: r(x) = ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], r(x) − r(x + d)
//! without cancellation, and the largest term of the exponential series. From 4 up no recurrence is
//! needed.

use std::f64::consts::TAU;

use super::gamma::polynomial;

/// From this argument on the functions of this file hold.
pub(super) const FROM: f64 = 4.0;

/// x r(x) is a polynomial in 1/x², interpolated at the Chebyshev nodes of [0, 1/16] with 60 digits
/// (mpmath 1.3.0); r is off by at most 5.3e-18. The first coefficients are nearly those of the
/// asymptotic series, 1/12, −1/360, 1/1260 (Abramowitz & Stegun 6.1.42), which by itself reaches
/// the last digit only from 10 up.
pub(crate) const COEFFICIENTS: [f64; 9] = [
    0.08333333333333331,
    -0.0027777777777176055,
    0.0007936507676291937,
    -0.0005952337085914222,
    0.0008413741438815142,
    -0.0018988790775843355,
    0.005842830219816524,
    -0.018529842349409912,
    0.03686739114470535,
];

/// r(x) for x ≥ 4.
pub(super) fn remainder(x: f64) -> f64 {
    let inverse = x.recip();
    inverse * polynomial(&COEFFICIENTS, inverse * inverse)
}

/// ln(x^x e^−x / Γ(x + 1)) for x ≥ 4: the largest term of the series of e^x, over e^x.
pub(super) fn ln_largest_term(x: f64) -> f64 {
    -(0.5 * (TAU * x).ln() + remainder(x))
}

/// r(x) − r(x + d) for x ≥ 4, d ≥ 0, by divided differences.
pub(super) fn remainder_difference(x: f64, step: f64) -> f64 {
    let (first, second) = (x.recip(), (x + step).recip());
    let (u, v) = (first * first, second * second);
    let slope = divided_difference(&COEFFICIENTS, u, v);
    // a P(a²) − b P(b²) = (a − b) [P(b²) + a (a + b) (P(a²) − P(b²)) / (a² − b²)].
    step * second * first * (polynomial(&COEFFICIENTS, v) + first * (first + second) * slope)
}

/// (P(u) − P(v)) / (u − v) for a polynomial with the constant term first, by Horner's rule.
pub(super) fn divided_difference(coefficients: &[f64], u: f64, v: f64) -> f64 {
    let (mut value, mut difference) = (0.0, 0.0);
    for coefficient in coefficients.iter().rev() {
        difference = difference * u + value;
        value = value * v + coefficient;
    }
    difference
}
