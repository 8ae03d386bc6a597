//! Evaluates the error function, its complement, and the logarithm of the complement.
//!
//! In: a real number. Out: erf x, erfc x, ln erfc x; the last one far into the tail, where erfc x
//! itself is zero. The normal distribution function is Φ(x) = erfc(−x/√2) / 2.

/// Error function, erf x = 2/√π ∫₀ˣ e^(−t²) dt.
///
/// −1 at −∞, 1 at ∞; NaN stays NaN. Computed by libm (FreeBSD's msun).
///
/// ```
/// use rainier_core::special::erf;
///
/// assert_eq!(erf(0.0), 0.0);
/// assert_eq!(erf(f64::NEG_INFINITY), -1.0);
/// ```
#[must_use]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function, erfc x = 1 − erf x = 2/√π ∫ₓ^∞ e^(−t²) dt.
///
/// 2 at −∞, 0 at ∞; NaN stays NaN. Computed by libm (FreeBSD's msun).
///
/// # Numerics
/// Keeps its relative accuracy in the upper tail until it underflows at x = 26.5; from there on
/// only [`ln_erfc`] is of use.
///
/// ```
/// use rainier_core::special::erfc;
///
/// assert_eq!(erfc(0.0), 1.0);
/// assert!(erfc(26.0) > 0.0);
/// ```
#[must_use]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// Logarithm of the complementary error function, ln erfc x.
///
/// ln 2 at −∞, −∞ at ∞; NaN stays NaN. Finite as long as −x² is, so up to x = 1.3e154.
///
/// # Method
/// From 25 up the asymptotic series (Abramowitz & Stegun 7.1.23),
/// ln erfc x ≈ −x² − ln(x √π) + ln(1 + Σₖ (−1)ᵏ (2k − 1)!! / (2x²)ᵏ); near zero ln(1 − erf x).
///
/// ```
/// use rainier_core::special::ln_erfc;
///
/// assert_eq!(ln_erfc(0.0), 0.0);
/// assert_eq!(ln_erfc(f64::NEG_INFINITY), std::f64::consts::LN_2);
/// assert!((ln_erfc(1e6) / -1e12 - 1.0).abs() < 1e-10);
/// ```
#[must_use]
pub fn ln_erfc(x: f64) -> f64 {
    if x < 0.5 {
        (-erf(x)).ln_1p()
    } else if x < SERIES_FROM {
        erfc(x).ln()
    } else {
        ln_erfc_by_series(x)
    }
}

/// Here erfc x = 8e-274 is still a normal number, and six terms of the series reach 1e-18 of the
/// answer.
const SERIES_FROM: f64 = 25.0;

fn ln_erfc_by_series(x: f64) -> f64 {
    /// ln √π.
    const LN_SQRT_PI: f64 = 0.572_364_942_924_700_1;
    let square = x * x;
    let half_inverse = 0.5 / square;
    // (2k − 1)!! multiplied in on the way out: 1·u (1 − 3u (1 − 5u (…))).
    let series = [11.0, 9.0, 7.0, 5.0, 3.0, 1.0]
        .into_iter()
        .fold(0.0, |inner, odd| odd * half_inverse * (1.0 - inner));
    -(square + (x.ln() + LN_SQRT_PI - (-series).ln_1p()))
}
