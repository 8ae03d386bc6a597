//! Says how a kernel multiplies and adds: in one rounding or in two.
//!
//! In: three numbers, or a polynomial and its argument. Out: a b + c with the roundings the
//! instruction set is good at. Kernels are generic over it and written once.

/// A way to compute a b + c.
pub(crate) trait Arithmetic: std::fmt::Debug + Copy {
    /// a b + c.
    fn multiply_add(a: f64, b: f64, c: f64) -> f64;
}

/// One rounding, by the processor's fused instruction. Without such an instruction in the
/// caller's instruction set this becomes a call that takes a hundred times as long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fused;

/// Two roundings, a product and a sum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Separate;

impl Arithmetic for Fused {
    #[inline(always)]
    fn multiply_add(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
}

impl Arithmetic for Separate {
    #[inline(always)]
    fn multiply_add(a: f64, b: f64, c: f64) -> f64 {
        a * b + c
    }
}

/// A polynomial of at least two terms, the constant term first.
///
/// Even and odd powers are summed apart, each by Horner's rule in x²: two short chains of
/// dependent operations in place of a long one, for one multiplication more.
#[inline(always)]
pub(super) fn polynomial<A: Arithmetic, const TERMS: usize>(
    coefficients: &[f64; TERMS],
    x: f64,
) -> f64 {
    let square = x * x;
    let mut next = TERMS - 2;
    let (mut even, mut odd) = (coefficients[next], coefficients[next + 1]);
    while next >= 2 {
        next -= 2;
        even = A::multiply_add(even, square, coefficients[next]);
        odd = A::multiply_add(odd, square, coefficients[next + 1]);
    }
    let sum = A::multiply_add(odd, x, even);
    if next == 1 {
        A::multiply_add(sum, x, coefficients[0])
    } else {
        sum
    }
}
