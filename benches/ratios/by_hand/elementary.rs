//! Computes exp and ln without branches, so that loops over them become vector code.
//!
//! In: one double. Out: one double, with a relative error of at most 2 ε, which every run checks.
//! `FUSED` says whether the loop around has fused multiply-add as an instruction; elsewhere that
//! would be a slow call.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E};

use anyhow::{Result, ensure};

/// ln 2 in two parts, of which n · `LN_2_HIGH` is exact for every exponent n.
const LN_2_HIGH: f64 = 0.6931471804855391;
const LN_2_LOW: f64 = 7.440617110012397e-11;

/// 1.5 · 2⁵²: adding it rounds to the nearest whole number, kept in the low bits.
const ROUND: f64 = 6755399441055744.0;

/// Coefficients of (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2, constant first: minimax by Remez exchange,
/// largest error of eʳ 3.5e-18.
const EXP: [f64; 10] = [
    0.5000000000000012742,
    0.16666666666666699052,
    0.041666666666515416203,
    0.0083333333333072163251,
    0.0013888888947016294747,
    0.00019841269917354885189,
    0.000024801489941986953631,
    2.7557216329515087804e-6,
    2.7631280378061360781e-7,
    2.5117851188768949662e-8,
];

/// Coefficients of (2 artanh(s)/s − 2) / s² in s², for s² ≤ (√2 − 1)²/(√2 + 1)²: as above,
/// largest error times s² 2.5e-18.
const LN: [f64; 7] = [
    0.66666666666667346543,
    0.39999999999412884249,
    0.28571428742825227287,
    0.22222198524585184953,
    0.18183567032898026759,
    0.15313976897103144937,
    0.1479672881384691746,
];

/// a · b + c.
#[inline(always)]
pub(super) fn multiply_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// eˣ; arguments beyond ±708 count as ±708.
#[inline(always)]
pub(super) fn exp<const FUSED: bool>(x: f64) -> f64 {
    let x = x.clamp(-708.0, 708.0);
    let rounded = multiply_add::<FUSED>(x, LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = multiply_add::<FUSED>(-n, LN_2_HIGH, x);
    let r = multiply_add::<FUSED>(-n, LN_2_LOW, r);
    let tail = multiply_add::<FUSED>(r * r, polynomial::<FUSED, 10>(&EXP, r), r);
    let power = f64::from_bits((rounded.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    multiply_add::<FUSED>(power, tail, power)
}

/// ln x for normal positive x.
#[inline(always)]
pub(super) fn ln<const FUSED: bool>(x: f64) -> f64 {
    // x = 2ⁿ m with m from √½ up to √2.
    let biased = x
        .to_bits()
        .wrapping_sub(FRAC_1_SQRT_2.to_bits())
        .wrapping_add(1.0_f64.to_bits())
        >> 52;
    let m = f64::from_bits(
        x.to_bits()
            .wrapping_sub(biased << 52)
            .wrapping_add(1.0_f64.to_bits()),
    );
    // 2⁵² + biased, as a double.
    let n = f64::from_bits(biased | 0x4330_0000_0000_0000) - (4503599627370496.0 + 1023.0);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let tail = multiply_add::<FUSED>(s * square, polynomial::<FUSED, 7>(&LN, square), 2.0 * s);
    multiply_add::<FUSED>(n, LN_2_HIGH, multiply_add::<FUSED>(n, LN_2_LOW, tail))
}

#[inline(always)]
fn polynomial<const FUSED: bool, const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut value = coefficients[N - 1];
    for index in (0..N - 1).rev() {
        value = multiply_add::<FUSED>(value, x, coefficients[index]);
    }
    value
}

/// Holds both functions, with and without fused multiply-add, against the standard library's.
pub(crate) fn check() -> Result<()> {
    for step in -70_000..70_000 {
        let x = 0.01 * f64::from(step) + 0.003;
        let y = x.exp();
        for (function, ours, theirs, scale) in [
            ("exp", exp::<true>(x), y, y),
            ("exp", exp::<false>(x), y, y),
            ("ln", ln::<true>(y), y.ln(), y.ln().abs()),
            ("ln", ln::<false>(y), y.ln(), y.ln().abs()),
        ] {
            let error = (ours - theirs).abs() / (scale * f64::EPSILON);
            ensure!(error <= 2.0, "{function} at x = {x} is off by {error:.1} ε");
        }
    }
    Ok(())
}
