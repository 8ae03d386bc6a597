//! Tells how native code computes each primitive function: by an instruction or by a call.
//!
//! In: a function. Out: what to emit for it. Native code must give the interpreter's bits, so the
//! functions called are those of the same instruction set.

use crate::kernel::InstructionSet;
use crate::operation::{Binary, Ternary, Unary};
use crate::special::{self, Tail};

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
    /// A call with the function's place in a table ahead of the arguments.
    CallByPlace(extern "C" fn(u32, f64, f64) -> f64, u32),
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
        called => match InstructionSet::detect().binary_function(called) {
            Some(function) => OfTwo::Call(function),
            None => OfTwo::CallByPlace(by_place_of_two, place(&OF_TAILS, &called)),
        },
    }
}

/// A call with the place of the function in a table ahead of the arguments.
pub(super) fn of_three(function: Ternary) -> (extern "C" fn(u32, f64, f64, f64) -> f64, u32) {
    (by_place_of_three, place(&OF_THREE, &function))
}

/// Functions of two arguments for each tail.
const OF_TAILS: [Binary; 6] = [
    Binary::LnIncompleteGamma(Tail::Lower),
    Binary::LnIncompleteGamma(Tail::Upper),
    Binary::LnIncompleteGammaByShape(Tail::Lower),
    Binary::LnIncompleteGammaByShape(Tail::Upper),
    Binary::LnIncompleteGammaByBound(Tail::Lower),
    Binary::LnIncompleteGammaByBound(Tail::Upper),
];

/// Functions of three arguments.
pub(super) const OF_THREE: [Ternary; 24] = [
    Ternary::LnIncompleteBeta(Tail::Lower),
    Ternary::LnIncompleteBeta(Tail::Upper),
    Ternary::LnIncompleteBetaByA(Tail::Lower),
    Ternary::LnIncompleteBetaByA(Tail::Upper),
    Ternary::LnIncompleteBetaByB(Tail::Lower),
    Ternary::LnIncompleteBetaByB(Tail::Upper),
    Ternary::LnIncompleteBetaByBound(Tail::Lower),
    Ternary::LnIncompleteBetaByBound(Tail::Upper),
    Ternary::LnExponentialTerm,
    Ternary::LnExponentialTermByA,
    Ternary::LnExponentialTermByX,
    Ternary::LnBinomialTerm,
    Ternary::LnBinomialTermByA,
    Ternary::LnBinomialTermByB,
    Ternary::LnBinomialTermByX,
    Ternary::LnIncompleteBessel,
    Ternary::LnIncompleteBesselByKappa,
    Ternary::LnIncompleteBesselByEnd,
    Ternary::LnMarcum(Tail::Lower),
    Ternary::LnMarcum(Tail::Upper),
    Ternary::LnMarcumByX(Tail::Lower),
    Ternary::LnMarcumByX(Tail::Upper),
    Ternary::LnMarcumByY(Tail::Lower),
    Ternary::LnMarcumByY(Tail::Upper),
];

fn place<T: PartialEq>(table: &[T], entry: &T) -> u32 {
    let place = table.iter().position(|known| known == entry);
    let place = place.expect("the table has every such function");
    u32::try_from(place).expect("the table is short")
}

extern "C" fn by_place_of_two(place: u32, x: f64, y: f64) -> f64 {
    OF_TAILS[place as usize].evaluate(x, y)
}

extern "C" fn by_place_of_three(place: u32, x: f64, y: f64, z: f64) -> f64 {
    OF_THREE[place as usize].evaluate(x, y, z)
}

extern "C" fn polygamma(order: u32, x: f64) -> f64 {
    special::polygamma(order, x)
}
