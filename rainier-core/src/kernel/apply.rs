//! Applies primitive functions to every lane of a block.
//!
//! In: a function and blocks of arguments. Out: a block of values. The function is chosen once a
//! block; each lane's value depends on its own arguments alone, so blocks of one lane and of many
//! give the same bits.

use super::arithmetic::Arithmetic;
use super::beta::LnBeta;
use super::digamma::Digamma;
use super::exponential::{Exp, ExpM1};
use super::gamma::LnGamma;
use super::gamma_ratio::{DigammaDifference, LnRisingFactorial};
use super::logarithm::{Ln, Ln1p};
use super::logistic::{
    LnOneMinusExp, LogAddExp, LogDiffExp, Logistic, LogisticDifference, Softplus, Tanh, larger,
};
use super::pieces::{in_pieces, in_region, ordinary_or_any, ordinary_or_any_pair};
use super::rounding::{floor, sign};
use crate::lanes::{map, zip};
use crate::operation::{Binary, Ternary, Unary};

/// A loop over lanes. A function passed as a value may end up compiled apart, for the baseline; a
/// macro cannot.
macro_rules! each_lane {
    ($out:ident = $function:expr, $x:ident) => {
        for (out, &x) in $out.iter_mut().zip($x) {
            *out = $function(x);
        }
    };
    ($out:ident = $function:expr, $x:ident, $y:ident) => {
        for ((out, &x), &y) in $out.iter_mut().zip($x).zip($y) {
            *out = $function(x, y);
        }
    };
}

/// Writes the function of each lane of `x` into the same lane of `out`.
#[inline(always)]
pub(crate) fn unary<A: Arithmetic, const LANES: usize>(
    function: Unary,
    out: &mut [f64; LANES],
    x: &[f64; LANES],
) {
    match function {
        Unary::Exp => ordinary_or_any::<Exp, A, LANES>(out, x),
        Unary::Ln => ordinary_or_any::<Ln, A, LANES>(out, x),
        Unary::Ln1p => ordinary_or_any::<Ln1p, A, LANES>(out, x),
        Unary::ExpM1 => ordinary_or_any::<ExpM1, A, LANES>(out, x),
        Unary::Sqrt => map(out, x, f64::sqrt),
        Unary::Abs => map(out, x, f64::abs),
        Unary::Sign => each_lane!(out = sign, x),
        Unary::Floor => each_lane!(out = floor, x),
        Unary::Tanh => ordinary_or_any::<Tanh, A, LANES>(out, x),
        Unary::Logistic => ordinary_or_any::<Logistic, A, LANES>(out, x),
        Unary::Softplus => ordinary_or_any::<Softplus, A, LANES>(out, x),
        Unary::LnOneMinusExp => ordinary_or_any::<LnOneMinusExp, A, LANES>(out, x),
        Unary::LnGamma => in_pieces::<LnGamma, A, LANES>(out, x),
        Unary::Digamma => in_pieces::<Digamma, A, LANES>(out, x),
        Unary::Sin
        | Unary::Cos
        | Unary::Tan
        | Unary::Asin
        | Unary::Acos
        | Unary::Atan
        | Unary::Sinh
        | Unary::Cosh
        | Unary::Erf
        | Unary::Erfc
        | Unary::XLnX
        | Unary::ScaledErfc
        | Unary::LnErfc
        | Unary::NormalCdf
        | Unary::LnNormalCdf
        | Unary::LnBesselI0
        | Unary::BesselRatio
        | Unary::Polygamma(_) => each_lane!(out = |x| function.evaluate(x), x),
    }
}

/// Writes the function of each lane pair into the same lane of `out`.
#[inline(always)]
pub(crate) fn binary<A: Arithmetic, const LANES: usize>(
    function: Binary,
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
) {
    match function {
        Binary::LogAddExp => {
            ordinary_or_any_pair::<LogAddExp, A, LANES>(out, x, y);
            mend_cancelled(function, out, x, y);
        }
        Binary::LogDiffExp => {
            ordinary_or_any_pair::<LogDiffExp, A, LANES>(out, x, y);
            mend_cancelled(function, out, x, y);
        }
        Binary::LogisticDifference => {
            ordinary_or_any_pair::<LogisticDifference, A, LANES>(out, x, y);
        }
        Binary::Less => zip(out, x, y, |x, y| f64::from(x < y)),
        Binary::LessOrEqual => zip(out, x, y, |x, y| f64::from(x <= y)),
        Binary::Equal => zip(out, x, y, |x, y| f64::from(x == y)),
        Binary::LnBetaOfRow => in_region::<LnBeta, A, LANES>(out, x, y),
        Binary::LnRisingFactorialOfRow => {
            in_region::<LnRisingFactorial, A, LANES>(out, x, y);
        }
        Binary::DigammaDifference => in_region::<DigammaDifference, A, LANES>(out, x, y),
        Binary::Power
        | Binary::LnBeta
        | Binary::LnRisingFactorial
        | Binary::LnIncompleteGamma(_)
        | Binary::LnIncompleteGammaByShape(_)
        | Binary::LnIncompleteGammaByBound(_)
        | Binary::LnBesselRemainder
        | Binary::BesselRemainderSlope => {
            each_lane!(out = |x, y| function.evaluate(x, y), x, y);
        }
    }
}

/// Computes lanes again whose digits cancelled: sums and differences of exponentials that are near
/// 1 have a logarithm far smaller than its parts. They are rare, so one by one is good enough.
#[inline(always)]
fn mend_cancelled<const LANES: usize>(
    function: Binary,
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
) {
    // Far from 1 a sum is one of its parts, to the last digit or nearly.
    let is_cancelled = |sum: f64, x: f64, y: f64| {
        let larger = larger(x, y).abs();
        4.0 * sum.abs() < if larger < 40.0 { larger } else { 40.0 }
    };
    let lanes = out.iter().zip(x).zip(y);
    if lanes.fold(false, |any, ((&sum, &x), &y)| any | is_cancelled(sum, x, y)) {
        for ((sum, &x), &y) in out.iter_mut().zip(x).zip(y) {
            if is_cancelled(*sum, x, y) {
                *sum = function.evaluate(x, y);
            }
        }
    }
}

/// Writes the function of each lane triple into the same lane of `out`. None has a kernel.
pub(crate) fn ternary<const LANES: usize>(
    function: Ternary,
    out: &mut [f64; LANES],
    [x, y, z]: [&[f64; LANES]; 3],
) {
    for (((out, &x), &y), &z) in out.iter_mut().zip(x).zip(y).zip(z) {
        *out = function.evaluate(x, y, z);
    }
}

/// Writes the whole power of each lane of `x` into the same lane of `out`: the products and the
/// order of them that [`f64::powi`] has.
#[inline(always)]
pub(crate) fn whole_power<const LANES: usize>(
    exponent: i32,
    out: &mut [f64; LANES],
    x: &[f64; LANES],
) {
    let mut factor = *x;
    let mut remaining = exponent.unsigned_abs();
    out.fill(1.0);
    while remaining > 0 {
        if !remaining.is_multiple_of(2) {
            for (out, factor) in out.iter_mut().zip(&factor) {
                *out *= factor;
            }
        }
        remaining /= 2;
        for factor in &mut factor {
            *factor *= *factor;
        }
    }
    if exponent < 0 {
        for out in out {
            *out = 1.0 / *out;
        }
    }
}
