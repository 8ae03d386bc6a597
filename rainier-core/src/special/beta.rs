//! Evaluates the logarithms of the beta function and of binomial coefficients.
//!
//! In: two positive numbers, of any sizes. Out: ln B(a, b) and ln C(n, k), without the cancellation
//! of ln Γ(a) + ln Γ(b) − ln Γ(a + b), which has no correct digit left when one argument is large.

use std::f64::consts::PI;

use super::double_double::exact_sum;
use super::gamma::{digamma, ln_gamma};
use super::stirling;

/// Logarithm of the beta function, ln |B(a, b)| = ln |Γ(a)| + ln |Γ(b)| − ln |Γ(a + b)|.
///
/// For a, b ≥ 0 it is ∞ where one argument is 0, −∞ where one is ∞, NaN where that contradicts
/// itself (0 and ∞). With a negative argument it is the three terms, added. NaN stays NaN. Its
/// derivative by a is ψ(a) − ψ(a + b), [`digamma_difference`](super::digamma_difference).
///
/// # Numerics
/// For positive arguments relative accuracy is lost only near the curve B(a, b) = 1 through (1, 1)
/// and (½, 3.4), where the answer goes through zero; the absolute error stays small there.
///
/// # Method
/// Write r(x) for what Stirling's formula leaves of ln Γ(x). In the sum of three Stirling formulas
/// the large terms combine to logarithms of ratios, for both arguments large
///
/// ln B = ½ ln(2π/b) − (a − ½) ln(1 + b/a) − b ln(1 + a/b) + r(a) + r(b) − r(a + b),
///
/// and for b alone large
///
/// ln B = ln Γ(a) + a [1 − ln(a + b)] − (b − ½) ln(1 + a/b) + r(b) − r(a + b).
///
/// The idea is that of Didonato & Morris (1992), ACM TOMS 18, algorithm 708 (`bcorr`, `algdiv`).
///
/// ```
/// use rainier_core::special::ln_beta;
///
/// assert_eq!(ln_beta(1.0, 1e300), -(1e300_f64).ln());
/// assert!((ln_beta(0.5, 0.5) - std::f64::consts::PI.ln()).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    if a.is_nan() || b.is_nan() || (a == 0.0 && b == f64::INFINITY) {
        return f64::NAN;
    }
    if a < 0.0 {
        return (ln_gamma(a) + ln_gamma(b)) - ln_gamma(a + b);
    }
    if a == 0.0 {
        return f64::INFINITY;
    }
    if b == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    // B(1, b) = 1/b: the uniform distribution gets its exact zero.
    if a == 1.0 {
        return -b.ln();
    }
    if b == 1.0 {
        return -a.ln();
    }
    if a >= stirling::FROM {
        both_large(a, b)
    } else if b >= stirling::FROM {
        one_large(a, b)
    } else {
        both_small(a, b)
    }
}

/// Logarithm of the binomial coefficient, ln C(n, k) = −ln(k B(k, n − k + 1)), for real 0 ≤ k ≤ n.
///
/// Outside (k < 0 or k > n) there is nothing to choose: −∞. Exactly 0 at k = 0 and k = n. NaN for
/// n < 0 and for NaN.
///
/// ```
/// use rainier_core::special::ln_binomial;
///
/// assert!((ln_binomial(5.0, 2.0) - 10.0_f64.ln()).abs() < 1e-15);
/// assert_eq!(ln_binomial(1e15, 1.0), (1e15_f64).ln());
/// assert_eq!(ln_binomial(3.0, 4.0), f64::NEG_INFINITY);
/// ```
#[must_use]
pub fn ln_binomial(n: f64, k: f64) -> f64 {
    if n.is_nan() || k.is_nan() || n < 0.0 {
        return f64::NAN;
    }
    if k < 0.0 || k > n {
        return f64::NEG_INFINITY;
    }
    let fewer = k.min(n - k);
    if fewer == 0.0 {
        return 0.0;
    }
    let more = n - fewer;
    -(fewer.ln() + ln_beta(fewer, more + 1.0))
}

/// Both arguments large. The two great terms have the same sign, so no large terms cancel.
fn both_large(a: f64, b: f64) -> f64 {
    let remainder = stirling::remainder(a) + stirling::remainder_difference(b, a);
    let ratio = a / b;
    let logarithms = (a - 0.5) * ratio.recip().ln_1p() + b * ratio.ln_1p();
    (0.5 * (2.0 * PI / b).ln() + remainder) - logarithms
}

/// Only b large.
fn one_large(a: f64, b: f64) -> f64 {
    let remainder = stirling::remainder_difference(b, a);
    let logarithms = a * ((a + b).ln() - 1.0) + (b - 0.5) * (a / b).ln_1p();
    ln_gamma(a) - (logarithms - remainder)
}

/// Neither large: the terms are small and their errors relative, so little is lost near 1, either.
fn both_small(a: f64, b: f64) -> f64 {
    let (sum, rest) = exact_sum(a, b);
    // Rounding a + b would cost more than everything else.
    let of_sum = ln_gamma(sum) + digamma(sum) * rest;
    (ln_gamma(a) + ln_gamma(b)) - of_sum
}
