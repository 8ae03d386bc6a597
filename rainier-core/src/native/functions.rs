//! Tells how native code computes each primitive function: by an instruction or by a call.
//!
//! In: a function. Out: what to emit for it. Native code must give the interpreter's bits, so the
//! functions called are those of the same instruction set.

use crate::kernel::InstructionSet;
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

pub(super) fn of_one(function: Unary) -> OfOne {
    match function {
        Unary::Sqrt => OfOne::Sqrt,
        Unary::Abs => OfOne::Abs,
        Unary::Sign => OfOne::Sign,
        Unary::Floor => OfOne::Floor,
        Unary::Polygamma(order) => OfOne::CallOfOrder(polygamma, order),
        called => {
            let function = InstructionSet::detect().unary_function(called);
            OfOne::Call(function.expect("only polygamma takes an order"))
        }
    }
}

pub(super) fn of_two(function: Binary) -> OfTwo {
    match function {
        Binary::Less => OfTwo::Less,
        Binary::LessOrEqual => OfTwo::LessOrEqual,
        Binary::Equal => OfTwo::Equal,
        called => OfTwo::Call(InstructionSet::detect().binary_function(called)),
    }
}

extern "C" fn polygamma(order: u32, x: f64) -> f64 {
    special::polygamma(order, x)
}
