//! Evaluates what Debye's exponential leaves of a modified Bessel function of any order.
//!
//! In: an order ν ≥ 0 and an argument x ≥ 0. Out: the logarithm of that remainder, a number of
//! moderate size however large both are, and its derivative.
//!
//! # Method
//! With N = √(ν² + x²), Iν(x) is e^N (x/(ν + N))^ν times the remainder. Where N is below 40 it
//! comes from the power series, whose terms are positive, and Gauss's continued fraction. From there
//! on Debye's expansion (Abramowitz & Stegun 9.7.7) serves large orders and large arguments alike:
//! with p = ν/N its k-th term is Wₖ(p²)/N^k.

use std::f64::consts::TAU;

use super::ln_gamma;

/// ln(Iν(x) e^−N ((ν + N)/x)^ν) with N = √(ν² + x²), Iν the modified Bessel function of the order
/// ν ≥ 0: about −½ ln(2πN). At x = 0 it is ν ln ν − ν − ln Γ(ν + 1).
///
/// NaN for negative arguments and for NaN, −∞ for infinite ones.
///
/// ```
/// use rainier_core::special::{ln_bessel_i0, ln_bessel_remainder};
///
/// assert!((ln_bessel_remainder(0.0, 3.0) - (ln_bessel_i0(3.0) - 3.0)).abs() < 1e-15);
/// let expected = -0.5 * (std::f64::consts::TAU * 5e300).ln();
/// assert!((ln_bessel_remainder(3e300, 4e300) - expected).abs() < 1e-12);
/// ```
#[must_use]
pub fn ln_bessel_remainder(order: f64, x: f64) -> f64 {
    if !(order >= 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    let size = order.hypot(x);
    if size < DEBYE_FROM {
        let power = if order == 0.0 {
            0.0
        } else {
            order * (0.5 * (order + size)).ln()
        };
        return (power - size - ln_gamma(order + 1.0)) + power_series(order, x).ln_1p();
    }
    if size == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    Debye::new(order, size).sum.ln() - 0.5 * (TAU * size).ln()
}

/// Derivative of [`ln_bessel_remainder`] by x, which is Iν₊₁/Iν − x/(ν + N); 0 at x = 0.
///
/// ```
/// use rainier_core::special::{bessel_ratio, bessel_remainder_slope};
///
/// assert!((bessel_remainder_slope(0.0, 3.0) - (bessel_ratio(3.0) - 1.0)).abs() < 1e-15);
/// ```
#[must_use]
pub fn bessel_remainder_slope(order: f64, x: f64) -> f64 {
    if !(order >= 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    let size = order.hypot(x);
    if x == 0.0 || size == f64::INFINITY {
        return 0.0;
    }
    if size < DEBYE_FROM {
        return continued_fraction(order, x) - x / (order + size);
    }
    let debye = Debye::new(order, size);
    -(x / size) * (debye.slope / debye.sum)
}

/// From this √(ν² + x²) on Debye's expansion reaches the last digit.
const DEBYE_FROM: f64 = 40.0;

/// Γ(ν + 1) (x/2)^(−ν) Iν(x) − 1 = Σ (x²/4)ᵏ / (k! (ν + 1) … (ν + k)), k = 1, 2, ….
fn power_series(order: f64, x: f64) -> f64 {
    let quarter = 0.25 * x * x;
    let (mut sum, mut term, mut k) = (0.0, 1.0, 1.0);
    while term > 0.25 * f64::EPSILON * sum {
        term *= quarter / (k * (order + k));
        sum += term;
        k += 1.0;
    }
    sum
}

/// Iν₊₁/Iν = x / (2 (ν + 1) + x² / (2 (ν + 2) + …)), from the inside out, where it is nearly 0.
fn continued_fraction(order: f64, x: f64) -> f64 {
    let square = x * x;
    let (mut inner, mut level) = (0.0, 20.0 + x.ceil());
    while level > 1.0 {
        inner = square / (2.0 * (order + level) + inner);
        level -= 1.0;
    }
    x / (2.0 * (order + 1.0) + inner)
}

/// Number of terms after the first; the next is below 1e-18 at N = 40.
const TERMS: usize = 14;

/// Coefficients of Wₖ by powers of p².
const POLYNOMIALS: [[f64; TERMS + 1]; TERMS + 1] = polynomials();

/// uₖ₊₁(p) = ½ p² (1 − p²) uₖ′(p) + ⅛ ∫₀^p (1 − 5t²) uₖ(t) dt with uₖ(p) = p^k Wₖ(p²)
/// (Abramowitz & Stegun 9.3.10).
const fn polynomials() -> [[f64; TERMS + 1]; TERMS + 1] {
    let mut table = [[0.0; TERMS + 1]; TERMS + 1];
    table[0][0] = 1.0;
    let mut k = 0;
    while k < TERMS {
        let mut j = 0;
        while j <= k {
            let power = (k + 2 * j) as f64;
            let coefficient = table[k][j];
            table[k + 1][j] += coefficient * (0.5 * power + 0.125 / (power + 1.0));
            table[k + 1][j + 1] -= coefficient * (0.5 * power + 0.625 / (power + 3.0));
            j += 1;
        }
        k += 1;
    }
    table
}

/// Debye's expansion and what its derivative adds.
#[derive(Debug, Clone, Copy)]
struct Debye {
    /// Σ Wₖ/N^k.
    sum: f64,
    /// Σ Zₖ₋₁/N^k, k = 1, 2, …, with Zₖ = (k + ½) Wₖ + 2 p² Wₖ′, so that the terms of the
    /// derivative's expansion are Wₖ − (1 − p²) Zₖ₋₁.
    slope: f64,
}

impl Debye {
    fn new(order: f64, size: f64) -> Self {
        let share = (order / size) * (order / size);
        let inverse = size.recip();
        let (mut sum, mut slope) = (0.0, 0.0);
        for (k, coefficients) in POLYNOMIALS.iter().enumerate().rev() {
            let (mut value, mut by_share) = (0.0, 0.0);
            for &coefficient in coefficients[..=k].iter().rev() {
                by_share = by_share * share + value;
                value = value * share + coefficient;
            }
            sum = sum * inverse + value;
            slope = slope * inverse + ((k as f64 + 0.5) * value + 2.0 * share * by_share);
        }
        Self {
            sum,
            slope: slope * inverse,
        }
    }
}
