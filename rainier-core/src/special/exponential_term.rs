//! Evaluates the logarithm of a term of the exponential series, and its derivatives.
//!
//! In: a real number of a term, a ≥ 0, and two factors of the argument. Out: ln D(a, xy) with
//! D(a, z) = z^a e^−z / Γ(a + 1), the a-th term of the series of e^z over e^z: the prefactor of the
//! incomplete gamma functions, the probability of a Poisson count, the density of a gamma
//! distribution. The product xy is never rounded, so that a rate and a time may both be given.
//!
//! # Method
//! ln D(a, z) = ln D(a, a) − [a ln(a/z) − a + z]: the largest term, for which Stirling's formula
//! suffices, and a deviance; both are negative and nothing cancels (Loader 2000, equation 5). Below
//! a = 4 the three terms of the definition are small, or one is far larger than the others.

use super::deviance::deviance;
use super::gamma::{digamma, digamma_remainder};
use super::{ln_rising_factorial, stirling};

/// Logarithm of a term of the exponential series, ln D(a, xy) = a ln(xy) − xy − ln Γ(a + 1).
///
/// −xy for a = 0. −∞ where xy is 0 or ∞, but 0 for a = 0 and xy = 0. NaN where a or xy is negative
/// and for a = ∞; NaN stays NaN.
///
/// ```
/// use rainier_core::special::ln_exponential_term;
///
/// // The probability of a million events where a million are expected is 1 / √(2π·10⁶), nearly.
/// let largest = ln_exponential_term(1e6, 1e3, 1e3);
/// let expected = -0.5 * (std::f64::consts::TAU * 1e6).ln() - 1e-6 / 12.0;
/// assert!((largest / expected - 1.0).abs() < 1e-15);
/// assert_eq!(ln_exponential_term(0.0, 3.0, 2.0), -6.0);
/// ```
#[must_use]
pub fn ln_exponential_term(a: f64, x: f64, y: f64) -> f64 {
    let z = x * y;
    if !((0.0..f64::INFINITY).contains(&a) && x >= 0.0 && y >= 0.0) {
        return f64::NAN;
    }
    if a == 0.0 {
        return -z;
    }
    if x == 0.0 || y == 0.0 || z == f64::INFINITY {
        return if z.is_nan() {
            f64::NAN
        } else {
            f64::NEG_INFINITY
        };
    }
    if a < stirling::FROM {
        return a * ln_product(x, y) - z - ln_rising_factorial(1.0, a);
    }
    if z < f64::MIN_POSITIVE {
        return stirling::ln_largest_term(a) + a * (1.0 + ln_product(x, y) - a.ln());
    }
    stirling::ln_largest_term(a) - deviance(a, x.mul_add(y, -a), z)
}

/// Derivative of [`ln_exponential_term`] by a: ln(xy) − ψ(a + 1), ψ the digamma function.
///
/// ```
/// use rainier_core::special::ln_exponential_term_by_a;
///
/// // Near its root, at a + ½, ln(xy) and ψ(a + 1) agree in nearly all digits.
/// let slope = ln_exponential_term_by_a(1e9, 1e9, 1.0);
/// assert!((slope / -0.5e-9 - 1.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn ln_exponential_term_by_a(a: f64, x: f64, y: f64) -> f64 {
    let shifted = a + 1.0;
    // xy − (a + 1) over a + 1.
    let distance = (x.mul_add(y, -a) - 1.0) / shifted;
    if shifted < 10.0 || distance.is_nan() || distance.abs() > 0.5 {
        return ln_product(x, y) - digamma(shifted);
    }
    distance.ln_1p() + digamma_remainder(shifted)
}

/// Derivative of [`ln_exponential_term`] by x: (a − xy) / x, exact where its terms cancel. At x = 0
/// it is ∞, but −y for a = 0.
///
/// ```
/// use rainier_core::special::ln_exponential_term_by_x;
///
/// // 0.1 is larger than a tenth by 5.55e-18, which 1e7 multiplies.
/// let slope = ln_exponential_term_by_x(1e6, 1e7, 0.1);
/// assert!((slope / -5.551115123125783e-18 - 1.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_exponential_term_by_x(a: f64, x: f64, y: f64) -> f64 {
    if a == 0.0 {
        return -y;
    }
    -x.mul_add(y, -a) / x
}

/// ln x + ln y, where a product that is no ordinary number would lose digits.
fn ln_product(x: f64, y: f64) -> f64 {
    let product = x * y;
    if (f64::MIN_POSITIVE..f64::INFINITY).contains(&product) {
        product.ln()
    } else {
        x.ln() + y.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFINITY: f64 = f64::INFINITY;

    #[test]
    fn terms_of_nothing_and_of_infinitely_much_have_their_limits() {
        for ([a, x, y], value) in [
            ([0.0, 0.0, 1.0], 0.0),
            ([0.0, INFINITY, 1.0], -INFINITY),
            ([3.0, 0.0, 1.0], -INFINITY),
            ([30.0, 0.0, 1.0], -INFINITY),
            ([30.0, INFINITY, 1.0], -INFINITY),
        ] {
            assert_eq!(ln_exponential_term(a, x, y), value, "{a} {x} {y}");
        }
        assert_eq!(ln_exponential_term_by_x(0.0, 0.0, 2.0), -2.0);
        assert_eq!(ln_exponential_term_by_x(3.0, 0.0, 2.0), INFINITY);
    }

    #[test]
    fn negative_arguments_and_nan_have_no_term() {
        for [a, x, y] in [
            [-1.0, 1.0, 1.0],
            [1.0, -1.0, 1.0],
            [1.0, 1.0, -1.0],
            [INFINITY, 1.0, 1.0],
            [1.0, 0.0, INFINITY],
            [f64::NAN, 1.0, 1.0],
            [1.0, f64::NAN, 1.0],
        ] {
            assert!(ln_exponential_term(a, x, y).is_nan(), "{a} {x} {y}");
        }
    }

    #[test]
    fn a_product_beyond_all_numbers_keeps_its_logarithm() {
        // 5 ln(1e-350) − ln 5!, mpmath 1.3.0.
        let value = ln_exponential_term(5.0, 1e-200, 1e-150);
        assert!((value + 4034.311404482362).abs() < 2e-12, "{value}");
    }
}
