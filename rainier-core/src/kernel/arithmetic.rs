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

/// A polynomial, the constant term first.
///
/// Four terms at a time, these by pairs (Estrin's scheme), the fours by Horner's rule in x⁴: a
/// short chain of dependent operations for two multiplications more than Horner's rule.
#[inline(always)]
pub(super) fn polynomial<A: Arithmetic, const TERMS: usize>(
    coefficients: &[f64; TERMS],
    x: f64,
) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let mut left = (TERMS - 1) / 4 * 4;
    let mut sum = up_to_four::<A>(coefficients, left, TERMS - left, x, square);
    while left > 0 {
        left -= 4;
        sum = A::multiply_add(
            sum,
            fourth,
            up_to_four::<A>(coefficients, left, 4, x, square),
        );
    }
    sum
}

/// The same by eights, these by fours: from 17 terms on a shorter chain, and now and then a last
/// digit less.
#[inline(always)]
pub(super) fn long_polynomial<A: Arithmetic, const TERMS: usize>(
    coefficients: &[f64; TERMS],
    x: f64,
) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let mut left = (TERMS - 1) / 8 * 8;
    let mut sum = if TERMS - left > 4 {
        let high = up_to_four::<A>(coefficients, left + 4, TERMS - left - 4, x, square);
        A::multiply_add(
            high,
            fourth,
            up_to_four::<A>(coefficients, left, 4, x, square),
        )
    } else {
        up_to_four::<A>(coefficients, left, TERMS - left, x, square)
    };
    while left > 0 {
        left -= 8;
        let high = up_to_four::<A>(coefficients, left + 4, 4, x, square);
        let low = up_to_four::<A>(coefficients, left, 4, x, square);
        let eight = A::multiply_add(high, fourth, low);
        sum = A::multiply_add(sum, fourth * fourth, eight);
    }
    sum
}

/// The polynomial of one to four coefficients from a place on.
#[inline(always)]
fn up_to_four<A: Arithmetic>(
    coefficients: &[f64],
    at: usize,
    terms: usize,
    x: f64,
    square: f64,
) -> f64 {
    let pair = |at: usize| A::multiply_add(coefficients[at + 1], x, coefficients[at]);
    match terms {
        1 => coefficients[at],
        2 => pair(at),
        3 => A::multiply_add(coefficients[at + 2], square, pair(at)),
        _ => A::multiply_add(pair(at + 2), square, pair(at)),
    }
}
