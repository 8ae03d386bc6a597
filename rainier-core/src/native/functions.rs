//! Tells how native code computes each primitive function: by an instruction or by a call.
//!
//! In: a function. Out: what to emit for it. Native code must give the interpreter's bits, so this
//! table names the functions that `operation.rs` names. It names them itself, since a call through
//! [`Unary::evaluate`] may choose among all of them anew each time.

use crate::operation::{Binary, Unary};
use crate::special;

/// How a function of one argument is computed.
#[derive(Debug, Clone, Copy)]
pub(super) enum OfOne {
    Sqrt,
    Abs,
    Sign,
    Floor,
    Call(extern "C" fn(f64) -> f64),
    /// A call with a whole number ahead of the argument.
    CallOfOrder(extern "C" fn(u32, f64) -> f64, u32),
}

/// How a function of two arguments is computed.
#[derive(Debug, Clone, Copy)]
pub(super) enum OfTwo {
    Less,
    LessOrEqual,
    Equal,
    Call(extern "C" fn(f64, f64) -> f64),
}

/// A call of a function of one argument, made to follow the platform's C convention.
macro_rules! call_one {
    ($function:expr) => {{
        extern "C" fn call(x: f64) -> f64 {
            $function(x)
        }
        OfOne::Call(call)
    }};
}

/// A call of a function of two arguments, made to follow the platform's C convention.
macro_rules! call_two {
    ($function:expr) => {{
        extern "C" fn call(x: f64, y: f64) -> f64 {
            $function(x, y)
        }
        OfTwo::Call(call)
    }};
}

pub(super) fn of_one(function: Unary) -> OfOne {
    match function {
        Unary::Exp => call_one!(f64::exp),
        Unary::Ln => call_one!(f64::ln),
        Unary::Ln1p => call_one!(f64::ln_1p),
        Unary::ExpM1 => call_one!(f64::exp_m1),
        Unary::Sqrt => OfOne::Sqrt,
        Unary::Abs => OfOne::Abs,
        Unary::Sign => OfOne::Sign,
        Unary::Floor => OfOne::Floor,
        Unary::Sin => call_one!(f64::sin),
        Unary::Cos => call_one!(f64::cos),
        Unary::Tan => call_one!(f64::tan),
        Unary::Asin => call_one!(f64::asin),
        Unary::Acos => call_one!(f64::acos),
        Unary::Atan => call_one!(f64::atan),
        Unary::Sinh => call_one!(f64::sinh),
        Unary::Cosh => call_one!(f64::cosh),
        Unary::Tanh => call_one!(f64::tanh),
        Unary::Logistic => call_one!(special::logistic),
        Unary::Softplus => call_one!(special::softplus),
        Unary::LnOneMinusExp => call_one!(special::ln_one_minus_exp),
        Unary::Erf => call_one!(special::erf),
        Unary::Erfc => call_one!(special::erfc),
        Unary::LnGamma => call_one!(special::ln_gamma),
        Unary::Digamma => call_one!(special::digamma),
        Unary::Polygamma(order) => OfOne::CallOfOrder(polygamma, order),
    }
}

pub(super) fn of_two(function: Binary) -> OfTwo {
    match function {
        Binary::Power => call_two!(f64::powf),
        Binary::LogAddExp => call_two!(special::log_add_exp),
        Binary::LogDiffExp => call_two!(special::log_diff_exp),
        Binary::LogisticDifference => call_two!(logistic_difference),
        Binary::LnBeta => call_two!(special::ln_beta),
        Binary::Less => OfTwo::Less,
        Binary::LessOrEqual => OfTwo::LessOrEqual,
        Binary::Equal => OfTwo::Equal,
    }
}

extern "C" fn polygamma(order: u32, x: f64) -> f64 {
    special::polygamma(order, x)
}

fn logistic_difference(x: f64, y: f64) -> f64 {
    Binary::LogisticDifference.evaluate(x, y)
}
