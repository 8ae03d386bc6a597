//! Evaluates what Stirling's formula leaves of ln Γ, and divided differences of polynomials.
//!
//! In: the reciprocal of a number from 4 up, or two of them. Out: the remainder r of
//! [`special::stirling`](crate::special::stirling), and slopes without cancellation.

use super::arithmetic::{Arithmetic, polynomial};
use crate::special::stirling::COEFFICIENTS;

/// r(x) for x ≥ 4, from 1/x.
#[inline(always)]
pub(super) fn remainder_from_four<A: Arithmetic>(inverse: f64) -> f64 {
    inverse * polynomial::<A, 9>(&COEFFICIENTS, inverse * inverse)
}

/// (a P(a²) − b P(b²)) / (a − b) for the polynomial of r, from a = 1/x and b = 1/(x + d):
/// P(b²) + a (a + b) (P(a²) − P(b²)) / (a² − b²).
#[inline(always)]
pub(super) fn remainder_slope<A: Arithmetic>(a: f64, b: f64) -> f64 {
    let Divided { value, slope } = divided::<A, 9>(&COEFFICIENTS, a * a, b * b);
    A::multiply_add(a * (a + b), slope, value)
}

/// A polynomial at v and its mean slope between u and v.
#[derive(Debug, Clone, Copy)]
pub(super) struct Divided {
    /// P(v).
    pub(super) value: f64,
    /// (P(u) − P(v)) / (u − v).
    pub(super) slope: f64,
}

/// Horner's rule for a polynomial, the constant term first, and its divided difference. The even
/// and the odd terms are polynomials in the squares: P(x) = E(x²) + x O(x²), slope
/// (u + v) (E′ + u O′) + O(v²) with the slopes E′ and O′ between u² and v². That halves the chain
/// of operations.
#[inline(always)]
pub(super) fn divided<A: Arithmetic, const TERMS: usize>(
    coefficients: &[f64; TERMS],
    u: f64,
    v: f64,
) -> Divided {
    let (u_square, v_square) = (u * u, v * v);
    let (mut values, mut slopes) = ([0.0; 2], [0.0; 2]);
    let mut left = TERMS;
    while left > 0 {
        left -= 1;
        let half = left % 2;
        slopes[half] = A::multiply_add(slopes[half], u_square, values[half]);
        values[half] = A::multiply_add(values[half], v_square, coefficients[left]);
    }
    let slope = A::multiply_add(u, slopes[1], slopes[0]);
    Divided {
        value: A::multiply_add(v, values[1], values[0]),
        slope: A::multiply_add(u + v, slope, values[1]),
    }
}
