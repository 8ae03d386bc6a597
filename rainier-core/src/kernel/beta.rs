//! Evaluates ln B(a, b) of two positive numbers.
//!
//! In: two numbers in the region of [`is_moderate_or_zero`]. Out: ln B(a, b), to a few units in the last
//! place, absolute where the answer is below 1. One formula without branches; the functions of
//! [`special`] take the numbers outside.

use super::arithmetic::Arithmetic;
use super::gamma::{ln_gamma_near_two, remainder};
use super::gamma_ratio::{is_moderate_or_zero, rising_by_four, shifted};
use super::logarithm::{ln_1p_of_share, ln_of_normal};
use super::pieces::InRegion;
use super::stirling::remainder_from_four;
use crate::special;

/// ln B(a, b), the limits being those of [`special::ln_beta`].
pub(super) struct LnBeta;

impl InRegion for LnBeta {
    #[inline(always)]
    fn holds(a: f64, b: f64) -> bool {
        is_moderate_or_zero(a) && is_moderate_or_zero(b)
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

/// ln B(a, b) for a ≤ b; ∞ for a = 0.
///
/// With s = a + b and Stirling's formula for b and s, whose remainder is r,
///
/// ln B = ln Γ(a) − a (ln s − 1) − (b − ½) ln(1 + a/b) + r(b) − r(s).
///
/// - A small b is moved up by B(a, b) = B(a, b + 4) (s)₄ / (b)₄.
/// - From a = 5/2 on Stirling's formula for a, too, cancels the large terms:
///   ln Γ(a) − a (ln s − 1) = ½ ln(2π/a) + r(a) − a ln(s/a).
/// - Below, ln Γ(a) = ln Γ(2 + t) − ln w as in `ln_gamma`, and ln w is one logarithm with the
///   factors of the move.
#[inline(always)]
fn ln_beta<A: Arithmetic>(a: f64, b: f64) -> f64 {
    /// ½ ln 2π.
    const HALF_LN_TWO_PI: f64 = 0.9189385332046728;
    const LARGE: f64 = 2.5;

    let is_large = a >= LARGE;
    let large_b = shifted(b);
    let sum = a + large_b;
    let moved = if b < 4.0 {
        rising_by_four(b) / rising_by_four(a + b)
    } else {
        1.0
    };

    // ln Γ(a) or what Stirling's formula puts in its place, but for a logarithm of w or √a.
    let is_first = a < 0.5;
    let is_second = a < 1.5;
    let t = if is_second { a - 1.0 } else { a - 2.0 };
    let t = if is_first { a } else { t };
    let w = if is_second { a } else { 1.0 };
    let w = if is_first { a + a * a } else { w };
    let below = ln_gamma_near_two::<A>(t);
    let [of_a, of_b, of_sum] = reciprocals(if is_large { a } else { 1.0 }, large_b, sum);
    let above = HALF_LN_TWO_PI + remainder::<A>(of_a);
    let constant = if is_large { above } else { below };

    // B(1, b) = 1/b: the uniform distribution gets its exact zero.
    let is_reciprocal = a == 1.0 || b == 1.0;
    let product = if is_large {
        a * moved * moved
    } else {
        w * moved
    };
    let product = if is_reciprocal { a * b } else { product };
    let logarithm = ln_of_normal::<A>(product);
    let scale = if is_large { 0.5 } else { 1.0 };

    let ratio = ln_of_normal::<A>(if is_large { sum / a } else { sum });
    let ratio = if is_large { ratio } else { ratio - 1.0 };
    let terms = a * ratio + (large_b - 0.5) * ln_1p_of_share::<A>(a / large_b);
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
