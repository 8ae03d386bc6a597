//! Evaluates the digamma function ψ of positive numbers.
//!
//! In: x > 0. Out: ψ(x), with relative accuracy beside its root 1.4616…, too. Two formulas, below
//! and from 2 on.

use super::arithmetic::{Arithmetic, long_polynomial, polynomial};
use super::exponential::{LN_2_HIGH, LN_2_LOW};
use super::logarithm::{Split, curved, split};
use super::pieces::InPieces;
use crate::special;

/// ψ(x), the limits being those of [`special::digamma`].
pub(super) struct Digamma;

impl InPieces for Digamma {
    const BOUND: f64 = 2.0;

    #[inline(always)]
    fn large<A: Arithmetic>(x: f64) -> f64 {
        large::<A>(x)
    }

    #[inline(always)]
    fn small<A: Arithmetic>(x: f64) -> f64 {
        small::<A>(x)
    }

    fn not_positive(x: f64) -> f64 {
        special::digamma(x)
    }
}

/// ψ(x) = ln x − 1/(2x) − u Q(u) with u = 1/x², for x ≥ 2. ∞ at ∞; NaN stays NaN.
#[inline(always)]
fn large<A: Arithmetic>(x: f64) -> f64 {
    /// Q for x ≥ 2: minimax by Remez exchange with 50 digits (mpmath 1.3.0), leading coefficients
    /// rounded first; ψ is off by at most 1.4e-17 of itself. The first coefficients are nearly
    /// those of the asymptotic series, 1/12, −1/120, 1/252 (Abramowitz & Stegun 6.3.18).
    const SERIES: [f64; 15] = [
        0.08333333333328401,
        -0.008333333314392871,
        0.003968251290144659,
        -0.004166467360484369,
        0.007566593277973682,
        -0.0208063942635459,
        0.07682061132931307,
        -0.3289436640123263,
        1.4043498895540987,
        -5.300127789943131,
        16.217373516344882,
        -37.486279429688764,
        60.52824886584659,
        -60.36313270084013,
        27.85729221182505,
    ];
    let Split {
        exponent, mantissa, ..
    } = split(x);
    let fraction = mantissa - 1.0;
    let curved = A::multiply_add(-exponent, LN_2_LOW, curved::<A>(fraction));
    let whole = exponent * LN_2_HIGH;
    let line = whole + fraction;
    let lost = fraction - (line - whole);

    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = square * polynomial::<A, 15>(&SERIES, square);
    let digamma = line - (A::multiply_add(0.5, inverse, series) + (curved - lost));
    // The parts of ∞ and NaN are those of a number.
    if x < f64::INFINITY { digamma } else { x }
}

/// ψ(x) for 0 < x < 2: a polynomial times the distance to the root on [1, 2), and below
/// ψ(x) = ψ(1 + x) − 1/x. −∞ beside zero.
#[inline(always)]
fn small<A: Arithmetic>(x: f64) -> f64 {
    /// The root in two parts, so that the distance to it keeps all its digits.
    const ROOT: f64 = 1.4616321449683622;
    const ROOT_REST: f64 = 9.549995429965697e-17;
    /// ψ(x) / (x − root) as a polynomial in x − 3/2 on [1, 2], the constant term in two parts:
    /// minimax by Remez exchange with 50 digits (mpmath 1.3.0), leading coefficients rounded
    /// first; ψ is off by at most 3.2e-18 of itself.
    const MIDDLE: f64 = 0.9510558760318328;
    const AROUND: [f64; 23] = [
        4.304861501476306e-17,
        -0.4236274212814606,
        0.2405424842407872,
        -0.14840492305389108,
        0.09498872445286,
        -0.06192213327461686,
        0.04076083394266801,
        -0.026975796691677614,
        0.017907248259939935,
        -0.011908219471454094,
        0.00792702286205702,
        -0.005279944868022993,
        0.0035180941630925853,
        -0.0023454371017542874,
        0.0015634626550705742,
        -0.0010367361138224301,
        0.0006904764757891244,
        -0.00048512461440338296,
        0.0003253070248432504,
        -0.00014618998508281937,
        9.42505485732792e-05,
        -0.00017721967988758495,
        0.0001204868652225726,
    ];
    let is_shifted = x < 1.0;
    let (middle, root) = if is_shifted {
        (0.5, ROOT - 1.0)
    } else {
        (1.5, ROOT)
    };
    let distance = (x - root) - ROOT_REST;
    let digamma = distance * (MIDDLE + long_polynomial::<A, 23>(&AROUND, x - middle));
    // From ½ on 1/x = 1 + (1 − x)/x, whose second term is rounded more finely than 1/x.
    let (whole, numerator) = if x < 0.5 { (0.0, 1.0) } else { (1.0, 1.0 - x) };
    let shifted = -whole - (numerator / x - digamma);
    if is_shifted { shifted } else { digamma }
}
