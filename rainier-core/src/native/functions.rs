//! Tells how native code computes each primitive function: by an instruction or by a call.
//!
//! In: a function. Out: what to emit for it. What is called gives the interpreter's bits, so this
//! table must name the same functions.

use crate::operation::{Binary, Unary};

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

/// A function of the platform's C convention that evaluates one variant of [`Unary`].
macro_rules! call_one {
    ($function:ident) => {{
        extern "C" fn evaluate(x: f64) -> f64 {
            Unary::$function.evaluate(x)
        }
        OfOne::Call(evaluate)
    }};
}

/// As `call_one`, of [`Binary`].
macro_rules! call_two {
    ($function:ident) => {{
        extern "C" fn evaluate(x: f64, y: f64) -> f64 {
            Binary::$function.evaluate(x, y)
        }
        OfTwo::Call(evaluate)
    }};
}

pub(super) fn of_one(function: Unary) -> OfOne {
    match function {
        Unary::Exp => call_one!(Exp),
        Unary::Ln => call_one!(Ln),
        Unary::Ln1p => call_one!(Ln1p),
        Unary::ExpM1 => call_one!(ExpM1),
        Unary::Sqrt => OfOne::Sqrt,
        Unary::Abs => OfOne::Abs,
        Unary::Sign => OfOne::Sign,
        Unary::Floor => OfOne::Floor,
        Unary::Sin => call_one!(Sin),
        Unary::Cos => call_one!(Cos),
        Unary::Tan => call_one!(Tan),
        Unary::Asin => call_one!(Asin),
        Unary::Acos => call_one!(Acos),
        Unary::Atan => call_one!(Atan),
        Unary::Sinh => call_one!(Sinh),
        Unary::Cosh => call_one!(Cosh),
        Unary::Tanh => call_one!(Tanh),
        Unary::Logistic => call_one!(Logistic),
        Unary::Softplus => call_one!(Softplus),
        Unary::LnOneMinusExp => call_one!(LnOneMinusExp),
        Unary::Erf => call_one!(Erf),
        Unary::Erfc => call_one!(Erfc),
        Unary::LnGamma => call_one!(LnGamma),
        Unary::Digamma => call_one!(Digamma),
        Unary::Polygamma(order) => OfOne::CallOfOrder(polygamma, order),
    }
}

pub(super) fn of_two(function: Binary) -> OfTwo {
    match function {
        Binary::Power => call_two!(Power),
        Binary::LogAddExp => call_two!(LogAddExp),
        Binary::LogDiffExp => call_two!(LogDiffExp),
        Binary::LogisticDifference => call_two!(LogisticDifference),
        Binary::LnBeta => call_two!(LnBeta),
        Binary::Less => OfTwo::Less,
        Binary::LessOrEqual => OfTwo::LessOrEqual,
        Binary::Equal => OfTwo::Equal,
    }
}

extern "C" fn polygamma(order: u32, x: f64) -> f64 {
    Unary::Polygamma(order).evaluate(x)
}
