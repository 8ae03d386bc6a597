//! Evaluates the modified Bessel function I₀ as a logarithm, and the ratio I₁/I₀.
//!
//! In: a real number, such as the concentration of a von Mises distribution. Out: ln I₀(x), and its
//! derivative I₁(x)/I₀(x). Neither overflows.

use std::f64::consts::TAU;

/// Logarithm of the modified Bessel function of order zero, ln I₀(x), I₀(x) = Σₖ (x²/4)ᵏ / k!².
///
/// Even, 0 at 0, ∞ at ±∞ like |x| − ½ ln(2π|x|); NaN stays NaN.
///
/// # Method
/// The series, whose terms are positive, up to 30; from there on the asymptotic series
/// (Abramowitz & Stegun 9.7.1).
///
/// ```
/// use rainier_core::special::ln_bessel_i0;
///
/// assert_eq!(ln_bessel_i0(0.0), 0.0);
/// assert_eq!(ln_bessel_i0(1e-100), 0.25e-200);
/// assert_eq!(ln_bessel_i0(1e300), 1e300);
/// ```
#[must_use]
pub fn ln_bessel_i0(x: f64) -> f64 {
    let x = x.abs();
    if x < ASYMPTOTIC_FROM {
        return power_series(x).ln_1p();
    }
    if x == f64::INFINITY {
        return x;
    }
    x + (asymptotic_series(0.0, x).ln() - 0.5 * (TAU * x).ln())
}

/// Ratio of modified Bessel functions, I₁(x)/I₀(x): the derivative of ln I₀(x), and the mean
/// resultant length of a von Mises distribution of concentration x.
///
/// Odd, ±1 at ±∞; NaN stays NaN.
///
/// # Method
/// Gauss's continued fraction (Amos 1974, Math. Comp. 28, equation 9) up to 30, whose terms are
/// positive; from there on the quotient of the asymptotic series.
///
/// ```
/// use rainier_core::special::bessel_ratio;
///
/// assert_eq!(bessel_ratio(1e-100), 0.5e-100);
/// assert_eq!(bessel_ratio(-f64::INFINITY), -1.0);
/// ```
#[must_use]
pub fn bessel_ratio(x: f64) -> f64 {
    let size = x.abs();
    if size < ASYMPTOTIC_FROM {
        return continued_fraction(x);
    }
    (asymptotic_series(1.0, size) / asymptotic_series(0.0, size)).copysign(x)
}

/// From here on the asymptotic series reaches the last digit before its terms grow again.
const ASYMPTOTIC_FROM: f64 = 30.0;

/// I₀(x) − 1 = Σ (x²/4)ᵏ / k!², k = 1, 2, ….
fn power_series(x: f64) -> f64 {
    let quarter = 0.25 * x * x;
    let (mut sum, mut term, mut k) = (0.0, 1.0, 1.0);
    // Terms grow while k² < x²/4 and then fall fast: 52 are enough at 30.
    while term > 0.25 * f64::EPSILON * sum {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}

/// I₁/I₀ = x / (2 + x² / (4 + x² / (6 + …))), from the inside out, where it is nearly 0.
fn continued_fraction(x: f64) -> f64 {
    let square = x * x;
    let depth = 20.0 + x.abs().ceil();
    let (mut inner, mut level) = (0.0, 2.0 * depth);
    while level > 2.0 {
        inner = square / (level + inner);
        level -= 2.0;
    }
    x / (2.0 + inner)
}

/// `√(2πx) e^(−x) I_ν(x)` ≈ 1 − (μ − 1²)/(8x) + (μ − 1²)(μ − 3²)/(2! (8x)²) − …, with μ = 4ν².
fn asymptotic_series(order: f64, x: f64) -> f64 {
    let mu = 4.0 * order * order;
    let inverse = (8.0 * x).recip();
    // Added from the inside out; the nineteenth term is below 3e-17 at 30.
    (1..19).rev().fold(1.0, |inner, k| {
        let k = f64::from(k);
        let odd = 2.0 * k - 1.0;
        1.0 - inner * ((mu - odd * odd) * inverse / k)
    })
}
