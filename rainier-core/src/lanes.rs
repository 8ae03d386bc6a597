//! Applies a function of numbers to every lane of a block.
//!
//! In: blocks and a function. Out: a block. One lane is scalar code, many are a block of rows.

/// Writes f(x) of each lane of `x` into the same lane of `out`.
pub(crate) fn map<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    f: impl Fn(f64) -> f64,
) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

/// Writes f(x, y) of each pair of lanes into the same lane of `out`.
pub(crate) fn zip<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
    f: impl Fn(f64, f64) -> f64,
) {
    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *out = f(x, y);
    }
}

/// Writes f(x, y, z) of each triple of lanes into the same lane of `out`.
pub(crate) fn zip3<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
    z: &[f64; LANES],
    f: impl Fn(f64, f64, f64) -> f64,
) {
    for (((out, &x), &y), &z) in out.iter_mut().zip(x).zip(y).zip(z) {
        *out = f(x, y, z);
    }
}
