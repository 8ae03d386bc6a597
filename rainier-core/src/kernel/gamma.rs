//! Evaluates ln Γ(x) of positive numbers.
//!
//! In: x > 0. Out: ln Γ(x), with relative accuracy beside its zeros 1 and 2, too. Two formulas,
//! below and from 5/2 on; both rest on the parts of ln x.

use super::arithmetic::{Arithmetic, polynomial};
use super::exponential::{LN_2_HIGH, LN_2_LOW};
use super::logarithm::{Split, change, curved, split, split_positive};
use super::pieces::InPieces;
use crate::special;

/// ln |Γ(x)|, the limits being those of [`special::ln_gamma`].
pub(super) struct LnGamma;

impl InPieces for LnGamma {
    const BOUND: f64 = 2.5;

    #[inline(always)]
    fn large<A: Arithmetic>(x: f64) -> f64 {
        large::<A>(x)
    }

    #[inline(always)]
    fn small<A: Arithmetic>(x: f64) -> f64 {
        small::<A>(x)
    }

    fn not_positive(x: f64) -> f64 {
        special::ln_gamma(x)
    }
}

/// ln Γ(x) = (x − ½)(ln x − 1) + ½ ln 2π − ½ + r(x) for x ≥ 5/2. ∞ at ∞; NaN stays NaN.
///
/// Nothing cancels: only at the left end is a term negative. So the logarithm needs no more
/// digits than a number has, but it needs them after the 1 is taken away.
#[inline(always)]
fn large<A: Arithmetic>(x: f64) -> f64 {
    /// ½ ln 2π − ½ in two parts.
    const CONSTANT: f64 = 0.4189385332046727;
    const CONSTANT_REST: f64 = 1.6728209650585413e-17;
    let Split {
        exponent, mantissa, ..
    } = split(x);
    let fraction = mantissa - 1.0;
    let curved = A::multiply_add(-exponent, LN_2_LOW, curved::<A>(fraction));
    // Exact, and the larger part of the sum.
    let whole = A::multiply_add(exponent, LN_2_HIGH, -1.0);
    let line = whole + fraction;
    let lost = fraction - (line - whole);
    let logarithm_less_one = line - (curved - lost);

    let inverse = 1.0 / x;
    let remainder = A::multiply_add(inverse, remainder_times::<A>(inverse), CONSTANT_REST);
    A::multiply_add(x - 0.5, logarithm_less_one, CONSTANT + remainder)
}

/// x r(x) as a polynomial in 1/x², x ≥ 5/2: minimax by Remez exchange with 50 digits (mpmath
/// 1.3.0), leading coefficients rounded first; ln Γ is off by at most 3.4e-18 of itself. The
/// first coefficients are nearly those of Stirling's series, 1/12, −1/360, 1/1260 (Abramowitz
/// & Stegun 6.1.41).
const REMAINDER: [f64; 12] = [
    0.08333333333332603,
    -0.002777777775186556,
    0.0007936504504709302,
    -0.0005952141332708188,
    0.0008407246376421154,
    -0.0018881048601632805,
    0.005809847448601527,
    -0.020342985996690835,
    0.06646704941849516,
    -0.16986786447816588,
    0.2834330324417426,
    -0.2244513945609613,
];

/// x r(x) for x ≥ 5/2, from 1/x.
#[inline(always)]
fn remainder_times<A: Arithmetic>(inverse: f64) -> f64 {
    polynomial::<A, 12>(&REMAINDER, inverse * inverse)
}

/// What Stirling's formula leaves of ln Γ(x) for x ≥ 5/2, from 1/x.
#[inline(always)]
pub(super) fn remainder<A: Arithmetic>(inverse: f64) -> f64 {
    inverse * remainder_times::<A>(inverse)
}

/// ln Γ(x) for 0 < x < 5/2, by a polynomial for ln Γ(2 + t), −19/32 ≤ t ≤ ½:
///
/// ln Γ(x) = ln Γ(2 + t) − ln w with t, w = x, x (1 + x) below ½; x − 1, x below 45/32; x − 2, 1.
#[inline(always)]
fn small<A: Arithmetic>(x: f64) -> f64 {
    /// A little below √2, where k = 0 ends: around the least value of ln Γ no logarithm is needed.
    const SECOND: f64 = 1.40625;
    /// The constant term of the polynomial for ln Γ(2 + t)/t is 1 − γ, with Euler's γ. Less ½ and
    /// less ¼, so that the greater part of the answer is exact.
    const LESS_HALF: f64 = -0.07721566490153285;
    const LESS_QUARTER: f64 = 0.17278433509846713;
    let square = x * x;
    let product = x + square;
    let is_first = x < 0.5;
    let is_second = x < SECOND;
    let t = if is_second { x - 1.0 } else { x - 2.0 };
    let t = if is_first { x } else { t };
    let w = if is_second { x } else { 1.0 };
    let w = if is_first { product } else { w };
    let rest = if is_first {
        (x - product) + square
    } else {
        0.0
    };

    let Split {
        exponent,
        mantissa,
        scale,
    } = split_positive(w);
    let fraction = mantissa - 1.0;
    let curved = curved::<A>(fraction) - change::<A>(fraction, rest * scale);
    let curved = A::multiply_add(-exponent, LN_2_LOW, curved);
    // In ln w the part that `curved` computed is small; the rest of it, and a half or a quarter
    // of t, are exact or known with what rounding left out. The larger one comes first in each sum.
    let whole = exponent * LN_2_HIGH;
    let line = whole + fraction;
    let line_lost = fraction - (line - whole);
    let (part, constant) = if is_second {
        (0.5 * t, LESS_HALF)
    } else {
        (0.25 * t, LESS_QUARTER)
    };
    let head = part - line;
    let head_lost = part - (head + line);
    let tail = curved - (line_lost - head_lost);
    let near_two = near_two::<A>(t, constant);
    head + A::multiply_add(t, near_two, tail)
}

/// The linear term of ln Γ(2 + t)/t.
const LINEAR: f64 = 0.3224670334241131;

/// The terms after it, −19/32 ≤ t ≤ ½: minimax by Remez exchange with 50 digits (mpmath 1.3.0),
/// leading coefficients rounded first; ln Γ is off by at most 2.1e-17 of itself.
const NEAR_TWO: [f64; 17] = [
    -0.06735230105320048,
    0.02058080842780802,
    -0.007385551028428706,
    0.002890510329489066,
    -0.0011927539215292008,
    0.0005096695540811945,
    -0.00022315455945178667,
    9.94571613572046e-05,
    -4.492852177513253e-05,
    2.0509434960896663e-05,
    -9.42391434857536e-06,
    4.368281241739344e-06,
    -2.1019643332810486e-06,
    9.57279384734743e-07,
    -3.092728730334443e-07,
    2.4398676977768767e-07,
    -2.4152963952713823e-07,
];

/// ln Γ(2 + t)/t, −19/32 ≤ t ≤ ½, with another constant term than its own.
#[inline(always)]
fn near_two<A: Arithmetic>(t: f64, constant: f64) -> f64 {
    // The first terms one by one, since each addition to them rounds as the sum does.
    let above = A::multiply_add(t, polynomial::<A, 17>(&NEAR_TWO, t), LINEAR);
    A::multiply_add(t, above, constant)
}

/// ln Γ(2 + t), −19/32 ≤ t ≤ ½.
#[inline(always)]
pub(super) fn ln_gamma_near_two<A: Arithmetic>(t: f64) -> f64 {
    /// 1 − γ.
    const ONE_LESS_EULER: f64 = 0.42278433509846713;
    t * near_two::<A>(t, ONE_LESS_EULER)
}
