//! Evaluates ln x and ln(1 + x).
//!
//! In: any number. Out: its logarithm, of subnormal numbers too. Both write the argument as 2^k m
//! with √½ ≤ m < √2, and rest on one polynomial for ln m.

use super::arithmetic::{Arithmetic, polynomial};
use super::exponential::{LN_2_HIGH, LN_2_LOW, TINY};

/// ln x. −∞ at ±0, ∞ at ∞, NaN below zero; NaN stays NaN.
#[inline(always)]
pub(super) fn ln<A: Arithmetic>(x: f64) -> f64 {
    let Split {
        exponent, mantissa, ..
    } = split_positive(x);
    let fraction = mantissa - 1.0;
    let logarithm = join::<A>(exponent, fraction, curved::<A>(fraction).value);
    let logarithm = if x < f64::INFINITY { logarithm } else { x };
    let beyond = if x == 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    };
    if x > 0.0 { logarithm } else { beyond }
}

/// ln x for positive normal x < ∞; some number elsewhere.
#[inline(always)]
pub(super) fn ln_of_normal<A: Arithmetic>(x: f64) -> f64 {
    let Split {
        exponent, mantissa, ..
    } = split(x);
    let fraction = mantissa - 1.0;
    join::<A>(exponent, fraction, curved::<A>(fraction).value)
}

/// ln(1 + x). −∞ at −1, ∞ at ∞, NaN below −1, x itself near zero (−0 too); NaN stays NaN.
#[inline(always)]
pub(super) fn ln_1p<A: Arithmetic>(x: f64) -> f64 {
    let sum = 1.0 + x;
    let rest = if x < 1.0 {
        x - (sum - 1.0)
    } else {
        1.0 - (sum - x)
    };
    let logarithm = ln_of_sum::<A>(split(sum), rest, x);
    let logarithm = if x < f64::INFINITY { logarithm } else { x };
    let logarithm = if x.abs() < TINY { x } else { logarithm };
    let beyond = if x == -1.0 {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    };
    if x > -1.0 { logarithm } else { beyond }
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
    let curved = curved::<A>(fraction);
    join::<A>(exponent, fraction, curved.less::<A>(rest))
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

/// ln(2^k (1 + f)) from f and f − ln(1 + f).
#[inline(always)]
fn join<A: Arithmetic>(exponent: f64, fraction: f64, curved: f64) -> f64 {
    let curved = A::multiply_add(-exponent, LN_2_LOW, curved);
    A::multiply_add(exponent, LN_2_HIGH, fraction - curved)
}

/// How far a logarithm is from a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curved {
    /// f − ln(1 + f).
    pub(super) value: f64,
    /// f / (2 + f).
    ratio: f64,
}

/// f − ln(1 + f) for √½ ≤ 1 + f < √2.
///
/// ln(1 + f) = 2 artanh s with s = f / (2 + f), so that f − ln(1 + f) = f²/2 − s (f²/2 + R),
/// R = 2 artanh(s)/s − 2 ≈ ⅔ s² + ⅖ s⁴ + … (the arrangement of FreeBSD's `e_log.c`, which loses
/// nothing where f is small).
#[inline(always)]
pub(super) fn curved<A: Arithmetic>(fraction: f64) -> Curved {
    /// R / s² as a polynomial in s², |s| ≤ (√2 − 1)/(√2 + 1): minimax by Remez exchange with 50
    /// digits (mpmath 1.3.0), leading coefficients rounded first; ln(1 + f) is off by at most
    /// 1.3e-18 of f.
    const SERIES: [f64; 7] = [
        0.6666666666666734,
        0.3999999999941574,
        0.2857142874237644,
        0.22222198556915349,
        0.18183565907543311,
        0.15313994020717753,
        0.14796657241091216,
    ];
    let ratio = fraction / (2.0 + fraction);
    let square = ratio * ratio;
    let half_square = 0.5 * fraction * fraction;
    let series = A::multiply_add(square, polynomial::<A, 7>(&SERIES, square), half_square);
    Curved {
        value: A::multiply_add(-ratio, series, half_square),
        ratio,
    }
}

impl Curved {
    /// f − ln(1 + f + rest) for a rest far below f.
    #[inline(always)]
    pub(super) fn less<A: Arithmetic>(self, rest: f64) -> f64 {
        // 1/(1 + f) is 1 − 2s + 2s² to 2 %, enough for what is below the last digit.
        let slope = 1.0 - 2.0 * (self.ratio - self.ratio * self.ratio);
        A::multiply_add(-rest, slope, self.value)
    }
}
