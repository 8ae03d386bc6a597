//! Weighs a point of a trajectory by its energy.
//!
//! In: how far the energy lies above that of the trajectory's first point. Out: the weight e^−error, and the probability
//! min(1, e^−error) with which such a point is accepted.
//!
//! The power of e is taken here and not by the system's library: the same operations for one chain and for many side by
//! side give both the same bits, and have no branch that would keep a compiler from doing several at once.

use std::f64::consts::{LN_2, LOG2_E};

/// The weight exp(−error) of a point whose energy lies `error` above the trajectory's first.
///
/// Capped at e⁶⁰⁰, so that no sum overflows: a chain that has arrived meets an energy so far below
/// its own with probability below e⁻⁶⁰⁰.
#[inline(always)]
pub(crate) fn weight(error: f64) -> f64 {
    exp((-error).min(LARGEST))
}

/// The probability min(1, exp(−error)) that a proposal is accepted.
#[inline(always)]
pub(crate) fn acceptance(error: f64) -> f64 {
    exp((-error).min(0.0))
}

const LARGEST: f64 = 600.0;
/// Below it a power of e counts as 0.
const SMALLEST: f64 = -700.0;

/// ln 2 without its last 22 bits, so that a multiple of up to 2¹¹ is exact.
const LN_2_HIGH: f64 = f64::from_bits(LN_2.to_bits() >> 22 << 22);
const LN_2_LOW: f64 = LN_2_REST + (LN_2 - LN_2_HIGH);
/// What the nearest number leaves out of ln 2.
const LN_2_REST: f64 = 2.319_046_813_846_299_6e-17;

/// Added to a small number, it leaves the nearest whole one in the last bits.
const SHIFT: f64 = 1.5 * (1_u64 << 52) as f64;
const BITS_OF_FRACTION: u32 = 52;
const BIAS: u64 = 1023;

/// 1/2!, 1/3!, … 1/13!: the series of e^r is exact to a few units in the last place for |r| ≤ ½ ln 2.
const SERIES: [f64; 12] = {
    let (mut series, mut factorial, mut term) = ([0.0; 12], 1.0, 0);
    while term < 12 {
        factorial *= (term + 2) as f64;
        series[term] = 1.0 / factorial;
        term += 1;
    }
    series
};

/// e^x for x up to [`LARGEST`]: x = k ln 2 + r with a whole number k, e^x = 2^k e^r.
#[inline(always)]
fn exp(x: f64) -> f64 {
    let bounded = x.max(SMALLEST);
    let shifted = bounded * LOG2_E + SHIFT;
    let k = shifted - SHIFT;
    let r = (bounded - k * LN_2_HIGH) - k * LN_2_LOW;
    let power_of_two = f64::from_bits(shifted.to_bits().wrapping_add(BIAS) << BITS_OF_FRACTION);
    let exact = power_of_two * exp_near_zero(r);
    if x < SMALLEST { 0.0 } else { exact }
}

/// The series of e^r, its terms added in pairs, and pairs of pairs, so that few wait for others.
#[inline(always)]
fn exp_near_zero(r: f64) -> f64 {
    let [c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = SERIES;
    let (r2, r4) = (r * r, (r * r) * (r * r));
    let from_2 = (c2 + c3 * r) + (c4 + c5 * r) * r2;
    let from_6 = (c6 + c7 * r) + (c8 + c9 * r) * r2;
    let from_10 = (c10 + c11 * r) + (c12 + c13 * r) * r2;
    1.0 + (r + r2 * (from_2 + r4 * (from_6 + r4 * from_10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_the_library() {
        let mut largest = 0.0_f64;
        for k in 0..260_001_u32 {
            let x = f64::from(k) * 0.005 - 700.0;
            let error = testkit::relative_error(exp(x), x.exp());
            largest = largest.max(error);
        }
        assert!(largest < 4.0 * f64::EPSILON, "{largest:e}");
    }

    #[test]
    fn weights_neither_overflow_nor_are_negative() {
        assert_eq!(weight(0.0), 1.0);
        assert_eq!(weight(1000.0), 0.0);
        assert_eq!(weight(f64::INFINITY), 0.0);
        assert!((weight(-1e6) * 1e6).is_finite());
        assert!((weight(-1e6) / 600.0_f64.exp() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn acceptance_is_a_probability() {
        for (error, expected) in [
            (0.0, 1.0),
            (-3.0, 1.0),
            (f64::NEG_INFINITY, 1.0),
            (1e9, 0.0),
        ] {
            assert_eq!(acceptance(error), expected, "{error}");
        }
        assert!((acceptance(2.0_f64.ln()) - 0.5).abs() < 1e-16);
    }
}
