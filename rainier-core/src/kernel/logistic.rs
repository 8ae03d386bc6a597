//! Evaluates the logistic family and the hyperbolic tangent.
//!
//! In: numbers on the log or log-odds scale. Out: what the functions of the same names in
//! [`special`](crate::special) give, limits included.

use super::arithmetic::Arithmetic;
use super::exponential::{
    ExpM1, TINY, UNDERFLOW, clamp, exp, exp_of_moderate, is_moderate, reduce,
};
use super::logarithm::{ln_1p_of_share, ln_of_sum, split, split_positive};
use super::pieces::{Ordinary, OrdinaryPair};

/// 1 / (1 + e^−x).
pub(super) struct Logistic;

impl Ordinary for Logistic {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        is_moderate(x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        share(x, exp_of_moderate::<A>(-x.abs()))
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        share(x, exp::<A>(-x.abs()))
    }
}

/// The logistic function from e^−|x|.
#[inline(always)]
fn share(x: f64, smaller: f64) -> f64 {
    let odds = if x < 0.0 { smaller } else { 1.0 };
    odds / (1.0 + smaller)
}

/// ln(1 + e^x).
pub(super) struct Softplus;

impl Ordinary for Softplus {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        is_moderate(x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        above_line::<A>(x, exp_of_moderate::<A>(-x.abs()))
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        above_line::<A>(x, exp::<A>(-x.abs()))
    }
}

/// ln(1 + e^x) from e^−|x|.
#[inline(always)]
fn above_line<A: Arithmetic>(x: f64, smaller: f64) -> f64 {
    // Written so that NaN comes through.
    let line = if x < 0.0 { 0.0 } else { x };
    line + ln_1p_of_share::<A>(smaller)
}

/// ln(1 − e^x) for x ≤ 0; NaN above.
pub(super) struct LnOneMinusExp;

impl Ordinary for LnOneMinusExp {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        (-36.0..=-TINY).contains(&x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        let reduced = reduce::<A>(x);
        let power = reduced.power_of_moderate::<A>();
        let (difference, rest) = reduced.power_minus_one::<A>();
        ln_of_sum::<A>(split(-difference), -rest, -power)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
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
}

/// ln(e^x + e^y), but where digits cancel.
pub(super) struct LogAddExp;

impl OrdinaryPair for LogAddExp {
    #[inline(always)]
    fn is_ordinary(x: f64, y: f64) -> bool {
        is_moderate(x - y)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64, y: f64) -> f64 {
        let (larger, smaller) = if x >= y { (x, y) } else { (y, x) };
        larger + ln_1p_of_share::<A>(exp_of_moderate::<A>(smaller - larger))
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64, y: f64) -> f64 {
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
}

/// ln(e^x − e^y) for x ≥ y, but where digits cancel.
pub(super) struct LogDiffExp;

impl OrdinaryPair for LogDiffExp {
    #[inline(always)]
    fn is_ordinary(x: f64, y: f64) -> bool {
        LnOneMinusExp::is_ordinary(y - x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64, y: f64) -> f64 {
        x + LnOneMinusExp::ordinary::<A>(y - x)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64, y: f64) -> f64 {
        let difference = x + LnOneMinusExp::any::<A>(y - x);
        // Zero is taken away; −∞ − (−∞) gave NaN.
        if y == f64::NEG_INFINITY {
            x
        } else {
            difference
        }
    }
}

/// 1 / (1 + e^(y − x)); ½ where x equals y, infinities included.
pub(super) struct LogisticDifference;

impl OrdinaryPair for LogisticDifference {
    #[inline(always)]
    fn is_ordinary(x: f64, y: f64) -> bool {
        is_moderate(x - y)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64, y: f64) -> f64 {
        Logistic::ordinary::<A>(x - y)
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64, y: f64) -> f64 {
        let share = Logistic::any::<A>(x - y);
        if x == y { 0.5 } else { share }
    }
}

/// tanh x = m / (m + 2) with m = e^(2|x|) − 1, from ½ on 1 − 2 / (m + 2), with the sign of x.
pub(super) struct Tanh;

impl Ordinary for Tanh {
    #[inline(always)]
    fn is_ordinary(x: f64) -> bool {
        ExpM1::is_ordinary(x + x)
    }

    #[inline(always)]
    fn ordinary<A: Arithmetic>(x: f64) -> f64 {
        tanh(x, ExpM1::ordinary::<A>(2.0 * x.abs()))
    }

    #[inline(always)]
    fn any<A: Arithmetic>(x: f64) -> f64 {
        tanh(x, ExpM1::any::<A>(2.0 * x.abs()))
    }
}

/// tanh x from m.
#[inline(always)]
fn tanh(x: f64, above_one: f64) -> f64 {
    let is_small = x.abs() < 0.5;
    let quotient = if is_small { above_one } else { 2.0 } / (above_one + 2.0);
    let tanh = if is_small { quotient } else { 1.0 - quotient };
    tanh.copysign(x)
}
