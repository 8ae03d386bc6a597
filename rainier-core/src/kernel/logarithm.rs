//! Evaluates ln x and ln(1 + x).
//!
//! In: any number. Out: its logarithm, of subnormal numbers too. Both write the argument as 2^k m
//! with √½ ≤ m < √2, and rest on one polynomial for ln m.

use super::arithmetic::{Arithmetic, long_polynomial, polynomial};
use super::exponential::{LN_2_HIGH, LN_2_LOW, TINY};
use super::pieces::Ordinary;

/// ln x. −∞ at ±0, ∞ at ∞, NaN below zero; NaN stays NaN.
pub(super) struct Ln;

impl Ordinary for Ln {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        (f64::MIN_POSITIVE..=f64::MAX).contains(&x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        ln_of_normal::<A>(x)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        let Split {
            exponent, mantissa, ..
        } = split_positive(x);
        let logarithm = join::<A>(exponent, mantissa - 1.0, NOTHING);
        let logarithm = if x < f64::INFINITY { logarithm } else { x };
        let beyond = if x == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        };
        if x > 0.0 { logarithm } else { beyond }
    }
}

/// ln(1 + x). −∞ at −1, ∞ at ∞, NaN below −1, x itself near zero (−0 too); NaN stays NaN.
pub(super) struct Ln1p;

impl Ordinary for Ln1p {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        x > -1.0 && (TINY..=f64::MAX).contains(&x.abs())
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        let sum = 1.0 + x;
        let rest = if x < 1.0 {
            x - (sum - 1.0)
        } else {
            1.0 - (sum - x)
        };
        ln_of_sum::<A>(split(sum), rest, x)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        let logarithm = Self::ordinary::<A>(x);
        let logarithm = if x < f64::INFINITY { logarithm } else { x };
        let logarithm = if x.abs() < TINY { x } else { logarithm };
        let beyond = if x == -1.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        };
        if x > -1.0 { logarithm } else { beyond }
    }
}

/// ln x for positive normal x < ∞; some number elsewhere.
#[inline(always)]
pub(super) fn ln_of_normal<A: Arithmetic>(x: f64) -> f64 {
    let Split {
        exponent, mantissa, ..
    } = split(x);
    join::<A>(exponent, mantissa - 1.0, NOTHING)
}

/// ln(1 + x) for 0 ≤ x < 2^1000; some number for NaN.
#[inline(always)]
pub(super) fn ln_1p_of_positive<A: Arithmetic>(x: f64) -> f64 {
    let sum = 1.0 + x;
    let (larger, smaller) = if x < 1.0 { (1.0, x) } else { (x, 1.0) };
    ln_of_sum::<A>(split(sum), smaller - (sum - larger), x)
}

/// ln(1 + x) for 0 ≤ x ≤ 1, with fewer steps; some number for NaN.
#[inline(always)]
pub(super) fn ln_1p_of_share<A: Arithmetic>(x: f64) -> f64 {
    let sum = 1.0 + x;
    ln_of_sum::<A>(split(sum), x - (sum - 1.0), x)
}

/// ln(1 + x) from the parts of the sum 1 + x and what its rounding left out. Where the sum is in
/// [√½, √2) only x counts.
#[inline(always)]
pub(super) fn ln_of_sum<A: Arithmetic>(sum: Split, rest: f64, x: f64) -> f64 {
    let Split {
        exponent,
        mantissa,
        scale,
    } = sum;
    let is_near_one = exponent == 0.0;
    let fraction = if is_near_one { x } else { mantissa - 1.0 };
    // From 2^54 on the rest is not worth a thought, and the scale is not always a number.
    let is_lost = is_near_one || exponent > 54.0;
    let rest = if is_lost { 0.0 } else { rest * scale };
    join::<A>(exponent, fraction, change::<A>(fraction, rest))
}

/// A positive number as 2^k m with √½ ≤ m < √2.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    /// k.
    pub(super) exponent: f64,
    /// m.
    pub(super) mantissa: f64,
    /// 2^−k; of no use if the number was subnormal.
    pub(super) scale: f64,
}

/// Splits a positive number.
#[inline(always)]
pub(super) fn split_positive(x: f64) -> Split {
    const TO_NORMAL: f64 = (1_u64 << 54) as f64;
    let is_subnormal = x < f64::MIN_POSITIVE;
    let mut parts = split(if is_subnormal { x * TO_NORMAL } else { x });
    parts.exponent -= if is_subnormal { 54.0 } else { 0.0 };
    parts
}

/// Splits a positive normal number.
#[inline(always)]
pub(super) fn split(x: f64) -> Split {
    const SQRT_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    const ONE: u64 = 1.0_f64.to_bits();
    const MANTISSA: u64 = (1 << 52) - 1;
    /// A number with it in front of a whole number in the low bits is that number plus 2^52.
    const WHOLE: u64 = ((1_u64 << 52) as f64).to_bits();
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    // Vectors of integers become floating point numbers without a conversion instruction.
    let biased = f64::from_bits((bits >> 52) | WHOLE);
    Split {
        exponent: biased - ((1_u64 << 52) + 1023) as f64,
        mantissa: f64::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF)),
        scale: f64::from_bits((2046_u64 << 52).wrapping_sub(bits & !MANTISSA)),
    }
}

/// No rest. Adding −0 changes no number, so that the compiler leaves it out, unlike 0.
const NOTHING: f64 = -0.0;

/// ln(2^k (1 + f)) + rest for a rest below the last digit of f.
///
/// Whatever the polynomial is not needed for comes first, so that little waits for it.
#[inline(always)]
fn join<A: Arithmetic>(exponent: f64, fraction: f64, rest: f64) -> f64 {
    let whole = exponent * LN_2_HIGH;
    let line = whole + fraction;
    let lost = (fraction - (line - whole)) + rest;
    let known = A::multiply_add(exponent, LN_2_LOW, lost);
    line + A::multiply_add(fraction * fraction, curvature::<A>(fraction), known)
}

/// (ln(1 + f) − f) / f² for √½ ≤ 1 + f < √2, near −½.
#[inline(always)]
fn curvature<A: Arithmetic>(fraction: f64) -> f64 {
    /// Weighted least squares at 240 Chebyshev nodes, the weights renewed until the errors are
    /// level (Lawson 1961), with 60 digits (mpmath 1.3.0), leading coefficients rounded first;
    /// ln(1 + f) is off by at most 2.5e-18 of itself.
    const SERIES: [f64; 21] = [
        -0.5,
        0.33333333333333354,
        -0.24999999999999645,
        0.19999999999979115,
        -0.16666666666781346,
        0.1428571429007219,
        -0.12499999990321514,
        0.11111110727414211,
        -0.10000000180337851,
        0.09090926833474443,
        -0.08333345982156976,
        0.07691839253871569,
        -0.07142086743176825,
        0.06673774623603401,
        -0.06268021299741462,
        0.05826019953722757,
        -0.053420069823298236,
        0.053950574676264504,
        -0.062211510182502316,
        0.056979901070751626,
        -0.02466454917669945,
    ];
    long_polynomial::<A, 21>(&SERIES, fraction)
}

/// f − ln(1 + f) for √½ ≤ 1 + f < √2.
#[inline(always)]
pub(super) fn curved<A: Arithmetic>(fraction: f64) -> f64 {
    -(fraction * fraction) * curvature::<A>(fraction)
}

/// ln(1 + f + rest) − ln(1 + f) for a rest far below f.
#[inline(always)]
pub(super) fn change<A: Arithmetic>(fraction: f64, rest: f64) -> f64 {
    /// 1/(1 + f), interpolated at Chebyshev nodes, to 1 %: enough for what is below the last digit.
    const SLOPE: [f64; 3] = [1.005, -1.081, 0.914];
    rest * polynomial::<A, 3>(&SLOPE, fraction)
}
