//! Evaluates e^x and e^x − 1.
//!
//! In: any number. Out: the power, subnormal results included. Both write x = k ln 2 + r with a
//! whole number k and |r| ≤ ½ ln 2, and rest on one polynomial for e^r.

use std::f64::consts::LOG2_E;

use super::arithmetic::{Arithmetic, polynomial};
use super::pieces::Ordinary;

/// ln 2 in two parts. The first has 33 bits, so that its product with an exponent is exact.
pub(super) const LN_2_HIGH: f64 = 0.6931471804855391;
pub(super) const LN_2_LOW: f64 = 7.440617110012397e-11;

/// From 710 up e^x overflows, from −746 down it is zero.
const OVERFLOW: f64 = 710.0;
pub(super) const UNDERFLOW: f64 = -746.0;

/// From −50 down e^x − 1 is −1.
const MINUS_ONE: f64 = -50.0;

/// Below 2^−54 the next term of the series of e^x − 1, ln(1 + x), … is lost in rounding.
pub(super) const TINY: f64 = 1.0 / (1_u64 << 54) as f64;

/// An argument as k ln 2 + r, with e^r = 1 + r + r² c.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduced {
    /// k as a two's complement number.
    exponent: u64,
    r: f64,
    /// What the rounding of r left out.
    rest: f64,
    /// c.
    curvature: f64,
}

/// e^x. 0 at −∞, ∞ at ∞; NaN stays NaN.
pub(super) struct Exp;

impl Ordinary for Exp {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        is_moderate(x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        exp_of_moderate::<A>(x)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        exp::<A>(x)
    }
}

/// Whether e^x and e^−x are far from the ends of the range.
#[inline(always)]
pub(super) fn is_moderate(x: f64) -> bool {
    x.abs() <= 600.0
}

/// e^x for moderate x.
#[inline(always)]
pub(super) fn exp_of_moderate<A: Arithmetic>(x: f64) -> f64 {
    reduce::<A>(x).power_of_moderate::<A>()
}

/// e^x for any x.
#[inline(always)]
pub(super) fn exp<A: Arithmetic>(x: f64) -> f64 {
    reduce::<A>(clamp(x, UNDERFLOW)).power::<A>()
}

/// e^x − 1. −1 at −∞, ∞ at ∞, x itself near zero (−0 too); NaN stays NaN.
pub(super) struct ExpM1;

impl Ordinary for ExpM1 {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        x.abs() >= TINY && (MINUS_ONE..=OVERFLOW).contains(&x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        let (sum, rest) = reduce::<A>(x).power_minus_one::<A>();
        sum + rest
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        let power = Self::ordinary::<A>(clamp(x, MINUS_ONE));
        if x.abs() < TINY { x } else { power }
    }
}

/// Keeps the exponent in range; the answer at the bounds is that of everything beyond. NaN stays.
#[inline(always)]
pub(super) fn clamp(x: f64, least: f64) -> f64 {
    let x = if x < least { least } else { x };
    if x > OVERFLOW { OVERFLOW } else { x }
}

/// Reduces a clamped argument.
#[inline(always)]
pub(super) fn reduce<A: Arithmetic>(x: f64) -> Reduced {
    /// A sum with it is a whole number whose value is in the low bits.
    const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;
    /// (e^r − 1 − r) / r² on |r| ≤ ½ ln 2: minimax by Remez exchange with 50 digits (mpmath
    /// 1.3.0), leading coefficients rounded first; e^r is off by at most 9.7e-20.
    const CURVATURE: [f64; 11] = [
        0.5,
        0.16666666666666688,
        0.04166666666666683,
        0.008333333333313703,
        0.0013888888888767409,
        0.00019841269904259377,
        2.480158759761542e-05,
        2.75572274345317e-06,
        2.7557018526772775e-07,
        2.511446293636338e-08,
        2.09978513148448e-09,
    ];
    let shifted = A::multiply_add(x, LOG2_E, ROUND);
    let k = shifted - ROUND;
    let high = A::multiply_add(-k, LN_2_HIGH, x);
    let low = k * LN_2_LOW;
    let r = high - low;
    Reduced {
        exponent: shifted.to_bits().wrapping_sub(ROUND.to_bits()),
        r,
        rest: (high - r) - low,
        curvature: polynomial::<A, 11>(&CURVATURE, r),
    }
}

impl Reduced {
    /// 2^k e^r.
    #[inline(always)]
    pub(super) fn power<A: Arithmetic>(self) -> f64 {
        // In two steps, since 2^k alone may be out of range. The last one rounds only what is
        // subnormal or infinite.
        let both = self.exponent.wrapping_add(2 * 1023);
        let first = both >> 1;
        let second = both.wrapping_sub(first);
        self.times::<A>(f64::from_bits(first << 52)) * f64::from_bits(second << 52)
    }

    /// 2^k e^r where 2^k is in range, by far.
    #[inline(always)]
    pub(super) fn power_of_moderate<A: Arithmetic>(self) -> f64 {
        self.times::<A>(f64::from_bits(self.exponent.wrapping_add(1023) << 52))
    }

    /// s e^r.
    #[inline(always)]
    fn times<A: Arithmetic>(self, scale: f64) -> f64 {
        let linear = scale * self.r;
        scale + A::multiply_add(linear * self.r, self.curvature, linear)
    }

    /// 2^k e^r − 1, rounded, and what rounding left out, for k ≥ −1000.
    #[inline(always)]
    pub(super) fn power_minus_one<A: Arithmetic>(self) -> (f64, f64) {
        // Half of it, since 2^k alone may be out of range: 2^(k−1) − ½ + 2^(k−1) (e^r − 1).
        let half = f64::from_bits(self.exponent.wrapping_add(1022) << 52);
        let constant = half - 0.5;
        let linear = half * self.r;
        // The constant is the larger one, or zero.
        let sum = constant + linear;
        let lost = linear - (sum - constant);
        let curved = A::multiply_add(self.r * self.r, self.curvature, self.rest);
        let rest = A::multiply_add(half, curved, lost);
        let total = sum + rest;
        (2.0 * total, 2.0 * (rest - (total - sum)))
    }
}
