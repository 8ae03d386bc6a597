//! Gives `Real` the arithmetic operators, in every mix of `Real`, `&Real` and `f64`.
//!
//! In: two operands. Out: a node, or a constant where both are constant or one is neutral.

use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{Expression, Real};

fn add(a: Real, b: Real) -> Real {
    match (a.as_constant(), b.as_constant()) {
        (Some(a), Some(b)) => Real::constant(a + b),
        (Some(0.0), None) => b,
        (None, Some(0.0)) => a,
        _ => Real::node(Expression::Add(a, b)),
    }
}

fn subtract(a: Real, b: Real) -> Real {
    add(a, negate(b))
}

fn multiply(a: Real, b: Real) -> Real {
    match (a.as_constant(), b.as_constant()) {
        (Some(a), Some(b)) => Real::constant(a * b),
        (Some(1.0), None) => b,
        (None, Some(1.0)) => a,
        _ => Real::node(Expression::Multiply(a, b)),
    }
}

fn divide(a: Real, b: Real) -> Real {
    match (a.as_constant(), b.as_constant()) {
        (Some(a), Some(b)) => Real::constant(a / b),
        (None, Some(1.0)) => a,
        _ => Real::node(Expression::Divide(a, b)),
    }
}

fn negate(a: Real) -> Real {
    multiply(Real::constant(-1.0), a)
}

macro_rules! operator {
    ($trait:ident, $method:ident, $function:ident) => {
        operator!(@one $trait, $method, $function, Real, Real);
        operator!(@one $trait, $method, $function, Real, &Real);
        operator!(@one $trait, $method, $function, &Real, Real);
        operator!(@one $trait, $method, $function, &Real, &Real);
        operator!(@one $trait, $method, $function, Real, f64);
        operator!(@one $trait, $method, $function, &Real, f64);
        operator!(@one $trait, $method, $function, f64, Real);
        operator!(@one $trait, $method, $function, f64, &Real);
    };
    (@one $trait:ident, $method:ident, $function:ident, $left:ty, $right:ty) => {
        impl $trait<$right> for $left {
            type Output = Real;

            fn $method(self, other: $right) -> Real {
                $function(self.into(), other.into())
            }
        }
    };
}

operator!(Add, add, add);
operator!(Sub, sub, subtract);
operator!(Mul, mul, multiply);
operator!(Div, div, divide);

impl Neg for Real {
    type Output = Self;

    fn neg(self) -> Self {
        negate(self)
    }
}

impl Neg for &Real {
    type Output = Real;

    fn neg(self) -> Real {
        negate(self.clone())
    }
}

impl Sum for Real {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        Self::sum(terms)
    }
}
