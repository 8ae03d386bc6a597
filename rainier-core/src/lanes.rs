//! Applies a function of numbers to every lane of a block.
//!
//! In: blocks and a function. Out: a block. One lane is scalar code, many are a block of rows.
//!
//! Lanes are taken eight at a time, all read before the first is written: the compiler then needs
//! no proof that the blocks are apart to use vector instructions.

/// Lanes that are read together: a vector of the widest instruction set.
const WIDTH: usize = 8;

/// Writes f(x) of each lane of `x` into the same lane of `out`.
#[inline(always)]
pub(crate) fn map<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    f: impl Fn(f64) -> f64,
) {
    zip3(out, x, x, x, |x, _, _| f(x));
}

/// Writes f(x, y) of each pair of lanes into the same lane of `out`.
#[inline(always)]
pub(crate) fn zip<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
    f: impl Fn(f64, f64) -> f64,
) {
    zip3(out, x, y, y, |x, y, _| f(x, y));
}

/// Writes f(x, y, z) of each three lanes into the same lane of `out`.
#[inline(always)]
pub(crate) fn zip3<const LANES: usize>(
    out: &mut [f64; LANES],
    x: &[f64; LANES],
    y: &[f64; LANES],
    z: &[f64; LANES],
    f: impl Fn(f64, f64, f64) -> f64,
) {
    let (out, out_rest) = out.as_chunks_mut::<WIDTH>();
    let (x, x_rest) = x.as_chunks::<WIDTH>();
    let (y, y_rest) = y.as_chunks::<WIDTH>();
    let (z, z_rest) = z.as_chunks::<WIDTH>();
    for (((out, &x), &y), &z) in out.iter_mut().zip(x).zip(y).zip(z) {
        *out = std::array::from_fn(|lane| f(x[lane], y[lane], z[lane]));
    }
    for (((out, &x), &y), &z) in out_rest.iter_mut().zip(x_rest).zip(y_rest).zip(z_rest) {
        *out = f(x, y, z);
    }
}
