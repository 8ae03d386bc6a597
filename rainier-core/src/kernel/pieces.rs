//! Applies a function with several formulas to a block, without the formulas no lane needs.
//!
//! In: a function in pieces and a block of arguments. Out: a block of values. Which formula a lane
//! gets depends on its own argument alone.

use super::arithmetic::Arithmetic;

/// A function with two formulas for positive numbers, and a slow one for the others.
pub(super) trait InPieces {
    /// Where the first formula starts.
    const BOUND: f64;

    /// The value from the bound on, and for NaN.
    fn large<A: Arithmetic>(x: f64) -> f64;

    /// The value between zero and the bound.
    fn small<A: Arithmetic>(x: f64) -> f64;

    /// The value at zero and below.
    fn not_positive(x: f64) -> f64;
}

/// Writes the function of each lane of `x` into the same lane of `out`.
#[inline(always)]
pub(super) fn in_pieces<F: InPieces, A: Arithmetic, const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
) {
    let is_small = |x: f64| x < F::BOUND;
    if any(x, |x| !is_small(x)) {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = F::large::<A>(x);
        }
    }
    if any(x, is_small) {
        for (out, &x) in out.iter_mut().zip(x) {
            let small = F::small::<A>(x);
            *out = if is_small(x) { small } else { *out };
        }
    }
    if any(x, |x| x <= 0.0) {
        for (out, &x) in out.iter_mut().zip(x) {
            if x <= 0.0 {
                *out = F::not_positive(x);
            }
        }
    }
}

/// A function with a formula for all numbers, limits included, and a shorter one for most.
pub(super) trait Ordinary {
    /// Whether the shorter formula gives the bits of the longer one.
    fn is_ordinary(x: f64) -> bool;

    /// The value at an ordinary number.
    fn ordinary<A: Arithmetic>(x: f64) -> f64;

    /// The value at any number.
    fn any<A: Arithmetic>(x: f64) -> f64;
}

/// Writes the function of each lane of `x` into the same lane of `out`.
#[inline(always)]
pub(super) fn ordinary_or_any<F: Ordinary, A: Arithmetic, const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
) {
    if any(x, |x| !F::is_ordinary(x)) {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = F::any::<A>(x);
        }
    } else {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = F::ordinary::<A>(x);
        }
    }
}

/// The same of two arguments.
pub(super) trait OrdinaryPair {
    /// Whether the shorter formula gives the bits of the longer one.
    fn is_ordinary(x: f64, y: f64) -> bool;

    /// The value at an ordinary pair.
    fn ordinary<A: Arithmetic>(x: f64, y: f64) -> f64;

    /// The value at any pair.
    fn any<A: Arithmetic>(x: f64, y: f64) -> f64;
}

/// Writes the function of each lane pair into the same lane of `out`.
#[inline(always)]
pub(super) fn ordinary_or_any_pair<F: OrdinaryPair, A: Arithmetic, const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
) {
    let lanes = x.iter().zip(y);
    if lanes.fold(false, |any, (&x, &y)| any | !F::is_ordinary(x, y)) {
        for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
            *out = F::any::<A>(x, y);
        }
    } else {
        for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
            *out = F::ordinary::<A>(x, y);
        }
    }
}

/// A function of two arguments with a formula for a region, and a slow one for what is outside.
pub(super) trait InRegion {
    /// Whether the formula holds.
    fn holds(x: f64, y: f64) -> bool;

    /// The value where it holds, and some number elsewhere.
    fn inside<A: Arithmetic>(x: f64, y: f64) -> f64;

    /// The value elsewhere.
    fn outside(x: f64, y: f64) -> f64;
}

/// Writes the function of each lane pair into the same lane of `out`.
#[inline(always)]
pub(super) fn in_region<F: InRegion, A: Arithmetic, const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
) {
    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *out = F::inside::<A>(x, y);
    }
    let lanes = x.iter().zip(y);
    if lanes.fold(false, |any, (&x, &y)| any | !F::holds(x, y)) {
        for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
            if !F::holds(x, y) {
                *out = F::outside(x, y);
            }
        }
    }
}

/// Whether a lane passes the test.
#[inline(always)]
fn any<const LANES: usize>(x: &[f64; LANES], test: impl Fn(f64) -> bool) -> bool {
    // All lanes are tested, which is faster than to stop at the first.
    x.iter().fold(false, |any, &x| any | test(x))
}
