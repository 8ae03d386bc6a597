//! Evaluates the logistic family and the hyperbolic tangent.
//!
//! In: numbers on the log or log-odds scale. Out: what the functions of the same names in
//! [`special`](crate::special) give, limits included.

use super::arithmetic::Arithmetic;
use super::exponential::{TINY, UNDERFLOW, clamp, exp, exp_m1, reduce};
use super::logarithm::{ln_1p_of_share, ln_of_sum, split_positive};

/// 1 / (1 + e^−x).
#[inline(always)]
pub(super) fn logistic<A: Arithmetic>(x: f64) -> f64 {
    let smaller = exp::<A>(-x.abs());
    let odds = if x < 0.0 { smaller } else { 1.0 };
    odds / (1.0 + smaller)
}

/// ln(1 + e^x).
#[inline(always)]
pub(super) fn softplus<A: Arithmetic>(x: f64) -> f64 {
    // Written so that NaN comes through.
    let line = if x < 0.0 { 0.0 } else { x };
    line + ln_1p_of_share::<A>(exp::<A>(-x.abs()))
}

/// ln(1 − e^x) for x ≤ 0; NaN above.
#[inline(always)]
pub(super) fn ln_one_minus_exp<A: Arithmetic>(x: f64) -> f64 {
    let reduced = reduce::<A>(clamp(x, UNDERFLOW));
    let power = reduced.power::<A>();
    let (difference, rest) = reduced.power_minus_one::<A>();
    let is_linear = x > -TINY;
    let difference = if is_linear { x } else { difference };
    let rest = if is_linear { 0.0 } else { rest };
    let logarithm = ln_of_sum::<A>(split_positive(-difference), -rest, -power);
    // From here on the exponent was too small for the difference.
    let logarithm = if power < TINY { -power } else { logarithm };
    let beyond = if x == 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    };
    if x < 0.0 { logarithm } else { beyond }
}

/// ln(e^x + e^y).
#[inline(always)]
pub(super) fn log_add_exp<A: Arithmetic>(x: f64, y: f64) -> f64 {
    let (larger, smaller) = if x >= y { (x, y) } else { (y, x) };
    let sum = larger + ln_1p_of_share::<A>(exp::<A>(smaller - larger));
    // ∞ swallows the other term; −∞ means that both are zero. Subtracting gave NaN.
    let sum = if larger.abs() == f64::INFINITY {
        larger
    } else {
        sum
    };
    if x.is_nan() | y.is_nan() {
        f64::NAN
    } else {
        sum
    }
}

/// ln(e^x − e^y) for x ≥ y.
#[inline(always)]
pub(super) fn log_diff_exp<A: Arithmetic>(x: f64, y: f64) -> f64 {
    let difference = x + ln_one_minus_exp::<A>(y - x);
    // Zero is taken away; −∞ − (−∞) gave NaN.
    if y == f64::NEG_INFINITY {
        x
    } else {
        difference
    }
}

/// 1 / (1 + e^(y − x)); ½ where x equals y, infinities included.
#[inline(always)]
pub(super) fn logistic_difference<A: Arithmetic>(x: f64, y: f64) -> f64 {
    let share = logistic::<A>(x - y);
    if x == y { 0.5 } else { share }
}

/// tanh x = m / (m + 2) with m = e^(2|x|) − 1, from ½ on 1 − 2 / (m + 2), with the sign of x.
#[inline(always)]
pub(super) fn tanh<A: Arithmetic>(x: f64) -> f64 {
    let size = x.abs();
    let above_one = exp_m1::<A>(2.0 * size);
    let is_small = size < 0.5;
    let quotient = if is_small { above_one } else { 2.0 } / (above_one + 2.0);
    let tanh = if is_small { quotient } else { 1.0 - quotient };
    tanh.copysign(x)
}
