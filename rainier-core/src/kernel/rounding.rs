//! Evaluates floor and sign, and whole powers.
//!
//! In: any number. Out: what the standard library gives, bit for bit, without its calls where the
//! instruction set lacks rounding.

/// The largest whole number not above x.
#[inline(always)]
pub(super) fn floor(x: f64) -> f64 {
    /// From here on every number is whole.
    const WHOLE: f64 = (1_u64 << 52) as f64;
    let size = x.abs();
    let nearest = ((size + WHOLE) - WHOLE).copysign(x);
    let below = if nearest > x { nearest - 1.0 } else { nearest };
    // Written so that NaN stays.
    if size < WHOLE { below } else { x }
}

/// −1, 0 or 1; ±0 and NaN themselves.
#[inline(always)]
pub(super) fn sign(x: f64) -> f64 {
    let sign = 1.0_f64.copysign(x);
    if (x == 0.0) | x.is_nan() { x } else { sign }
}
