//! Gives `Real` the arithmetic operators, in every mix of `Real`, `&Real` and `f64`.
//!
//! In: two operands. Out: a node, or a constant where both are constant or one is neutral. `Zero` and
//! `One` let generic numeric code, such as sums and products of matrices, work on expressions.

use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_traits::{One, Zero};

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

impl Zero for Real {
    fn zero() -> Self {
        Self::constant(0.0)
    }

    /// Whether this is the constant 0; an unknown never is.
    fn is_zero(&self) -> bool {
        self.as_constant() == Some(0.0)
    }
}

impl One for Real {
    fn one() -> Self {
        Self::constant(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_elements_add_no_nodes() {
        let x = Real::parameter("x");
        assert!((Real::zero() + &x).is_same(&x));
        assert!((&x * Real::one()).is_same(&x));
        assert!(Real::zero().is_zero() && !x.is_zero());
    }

    #[test]
    fn generic_code_works_on_expressions() {
        fn power<T: Clone + One>(base: &T, exponent: u32) -> T {
            (0..exponent).fold(T::one(), |product, _| product * base.clone())
        }
        let cube = power(&Real::constant(3.0), 3);
        assert_eq!(cube.as_constant(), Some(27.0));
    }
}
