//! Evaluates ln B(a, b) of two positive numbers, one of them 4 or more.
//!
//! In: two numbers. Out: ln B(a, b), to a few units in the last place, absolute where the answer is
//! below 1. One formula without branches; what is outside goes to [`special`], and so do two
//! numbers below 4, whose digits cancel in this formula.

use super::arithmetic::Arithmetic;
use super::gamma::{ln_gamma_near_two, remainder};
use super::gamma_ratio::is_moderate_or_zero;
use super::logarithm::{ln_1p_of_share, ln_of_normal};
use super::logistic::larger;
use super::pieces::InRegion;
use super::stirling::{FROM, remainder_from_four};
use crate::special;

/// ln B(a, b), the limits being those of [`special::ln_beta`].
pub(super) struct LnBeta;

impl InRegion for LnBeta {
    #[inline(always)]
    fn holds(a: f64, b: f64) -> bool {
        let is_known = a == 1.0 || b == 1.0 || a == 0.0 || b == 0.0;
        is_moderate_or_zero(a) && is_moderate_or_zero(b) && (larger(a, b) >= FROM || is_known)
    }

    #[inline(always)]
    fn inside<A: Arithmetic>(a: f64, b: f64) -> f64 {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        ln_beta::<A>(a, b)
    }

    fn outside(a: f64, b: f64) -> f64 {
        special::ln_beta(a, b)
    }
}

/// ln B(a, b) for a ≤ b and b ≥ 4; −ln b for a = 1, −ln a for b = 1, ∞ for a = 0.
///
/// With s = a + b and Stirling's formula for b and s, whose remainder is r,
///
/// ln B = ln Γ(a) − a (ln s − 1) − (b − ½) ln(1 + a/b) + r(b) − r(s).
///
/// - From a = 5/2 on Stirling's formula for a, too, cancels the large terms:
///   ln Γ(a) − a (ln s − 1) = ½ ln(2π/a) + r(a) − a ln(s/a).
/// - Below, ln Γ(a) = ln Γ(2 + t) − ln w as in `ln_gamma`.
#[inline(always)]
fn ln_beta<A: Arithmetic>(a: f64, b: f64) -> f64 {
    /// ½ ln 2π.
    const HALF_LN_TWO_PI: f64 = 0.9189385332046728;

    let sum = a + b;
    let is_large = a >= 2.5;
    let is_first = a < 0.5;
    let is_second = a < 1.5;
    let t = if is_second { a - 1.0 } else { a - 2.0 };
    let t = if is_first { a } else { t };
    let w = if is_second { a } else { 1.0 };
    let w = if is_first { a + a * a } else { w };

    // ln Γ(a) or what Stirling's formula puts in its place, but for the logarithm of w or √a.
    let [of_a, of_b, of_sum] = reciprocals(if is_large { a } else { 1.0 }, b, sum);
    let below = ln_gamma_near_two::<A>(t);
    let above = HALF_LN_TWO_PI + remainder::<A>(of_a);
    let constant = if is_large { above } else { below };
    let scale = if is_large { 0.5 } else { 1.0 };

    // B(1, b) = 1/b: the uniform distribution gets its exact zero.
    let is_reciprocal = a == 1.0 || b == 1.0;
    let w = if is_large { a } else { w };
    let logarithm = ln_of_normal::<A>(if is_reciprocal { a * b } else { w });

    let ratio = ln_of_normal::<A>(if is_large { sum / a } else { sum });
    let ratio = if is_large { ratio } else { ratio - 1.0 };
    let terms = a * ratio + (b - 0.5) * ln_1p_of_share::<A>(a / b);
    let remainders = remainder_from_four::<A>(of_b) - remainder_from_four::<A>(of_sum);
    let value = (constant - A::multiply_add(scale, logarithm, terms)) + remainders;
    let value = if is_reciprocal { -logarithm } else { value };
    if a == 0.0 { f64::INFINITY } else { value }
}

/// The reciprocals of three numbers by one division, good for terms that are small.
#[inline(always)]
fn reciprocals(a: f64, b: f64, c: f64) -> [f64; 3] {
    let of_product = 1.0 / (a * b * c);
    [
        of_product * (b * c),
        of_product * (a * c),
        of_product * (a * b),
    ]
}
