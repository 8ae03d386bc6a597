//! Evaluates the logarithm of a term of the binomial expansion, and its derivatives.
//!
//! In: two exponents a, b ≥ 0, not necessarily whole, and a share x in [0, 1]. Out: ln T(a, b, x)
//! with T = Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) · x^a (1 − x)^b, the term of (x + (1 − x))^(a + b):
//! the prefactor of the incomplete beta functions, the probability of a binomial count, the density
//! of a beta distribution. T(a, b, x) = T(b, a, 1 − x).
//!
//! # Method
//! With n = a + b and d(a, m) = a ln(a/m) − a + m,
//! ln T = ln D(a, a) + ln D(b, b) − ln D(n, n) − d(a, nx) − d(b, n(1 − x)), where ln D(a, a) is the
//! largest term of an exponential series, from Stirling's formula (Loader 2000, equation 4). All
//! that is large is negative. Both deviances rest on a − nx, which is computed with one rounding.
//! Where one exponent is below 4, the three factors are ordinary numbers and nothing cancels.

use super::deviance::deviance;
use super::double_double::exact_sum;
use super::gamma_ratio::digamma_remainder_difference;
use super::{digamma_difference, ln_rising_factorial, stirling};

/// Logarithm of a term of the binomial expansion,
/// ln T(a, b, x) = ln Γ(a + b + 1) − ln Γ(a + 1) − ln Γ(b + 1) + a ln x + b ln(1 − x).
///
/// At x = 0 it is −∞, but 0 for a = 0; at x = 1 likewise by b. NaN for exponents that are negative
/// or infinite, for x outside [0, 1], and for NaN.
///
/// # Numerics
/// x near 1 is known only to ε; where 1 − x is known better, exchange the exponents.
///
/// ```
/// use rainier_core::special::ln_binomial_term;
///
/// // Two heads in four throws.
/// assert!((ln_binomial_term(2.0, 2.0, 0.5) - 0.375_f64.ln()).abs() < 1e-15);
/// assert_eq!(ln_binomial_term(0.0, 2.0, 0.0), 0.0);
/// ```
#[must_use]
pub fn ln_binomial_term(a: f64, b: f64, x: f64) -> f64 {
    Term::new(a, b, x).map_or(f64::NAN, Term::logarithm)
}

/// Derivative of [`ln_binomial_term`] by a: ψ(a + b + 1) − ψ(a + 1) + ln x.
///
/// ```
/// use rainier_core::special::ln_binomial_term_by_a;
///
/// // The term is (a + 1) xᵃ (1 − x) for b = 1.
/// let slope = ln_binomial_term_by_a(3.0, 1.0, 0.25);
/// assert!((slope - (0.25 + 0.25_f64.ln())).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_binomial_term_by_a(a: f64, b: f64, x: f64) -> f64 {
    Term::new(a, b, x).map_or(f64::NAN, Term::slope_by_a)
}

/// Derivative of [`ln_binomial_term`] by b: ψ(a + b + 1) − ψ(b + 1) + ln(1 − x).
///
/// ```
/// use rainier_core::special::ln_binomial_term_by_b;
///
/// let slope = ln_binomial_term_by_b(1.0, 3.0, 0.25);
/// assert!((slope - (0.25 + 0.75_f64.ln())).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_binomial_term_by_b(a: f64, b: f64, x: f64) -> f64 {
    Term::new(a, b, x).map_or(f64::NAN, |term| term.exchanged().slope_by_a())
}

/// Derivative of [`ln_binomial_term`] by x: a/x − b/(1 − x), exact where its terms cancel. At x = 0
/// it is ∞, but −b for a = 0; at x = 1 it is −∞, but a for b = 0.
///
/// ```
/// use rainier_core::special::ln_binomial_term_by_x;
///
/// // 0.3 is smaller than three tenths by 1.11e-17, which 1e9 trials over x (1 − x) multiply.
/// let slope = ln_binomial_term_by_x(3e8, 7e8, 0.3);
/// assert!((slope - 1.1102230246251565e-8 / 0.21).abs() < 1e-20);
/// ```
#[must_use]
pub fn ln_binomial_term_by_x(a: f64, b: f64, x: f64) -> f64 {
    Term::new(a, b, x).map_or(f64::NAN, Term::slope_by_x)
}

/// The exponents, and both shares.
#[derive(Debug, Clone, Copy)]
struct Term {
    a: f64,
    b: f64,
    x: f64,
    y: f64,
}

impl Term {
    fn new(a: f64, b: f64, x: f64) -> Option<Self> {
        let is_exponent = |exponent: f64| (0.0..f64::INFINITY).contains(&exponent);
        let is_inside = is_exponent(a) && is_exponent(b) && (0.0..=1.0).contains(&x);
        is_inside.then_some(Self {
            a,
            b,
            x,
            y: 1.0 - x,
        })
    }

    fn exchanged(self) -> Self {
        Self {
            a: self.b,
            b: self.a,
            x: self.y,
            y: self.x,
        }
    }

    fn ln_x(self) -> f64 {
        if self.x > 0.5 {
            (-self.y).ln_1p()
        } else {
            self.x.ln()
        }
    }

    /// a ln x, whose limit for a = 0 is 0.
    fn power(self) -> f64 {
        if self.a == 0.0 {
            0.0
        } else {
            self.a * self.ln_x()
        }
    }

    /// a − (a + b) x = a (1 − x) − b x, by the share that was not rounded: subtracting from 1 is
    /// exact from ½ up.
    fn distance(self) -> f64 {
        let (total, rest) = exact_sum(self.a, self.b);
        if self.x <= 0.5 {
            -(self.x.mul_add(total, -self.a) + rest * self.x)
        } else {
            self.y.mul_add(total, -self.b) + rest * self.y
        }
    }

    fn logarithm(self) -> f64 {
        let Self { a, b, x, y } = self;
        let (smaller, larger) = if a <= b { (a, b) } else { (b, a) };
        if smaller < stirling::FROM {
            let ways =
                ln_rising_factorial(larger + 1.0, smaller) - ln_rising_factorial(1.0, smaller);
            return ways + (self.power() + self.exchanged().power());
        }
        let total = a + b;
        let distance = self.distance();
        let largest = stirling::ln_largest_term(smaller)
            + (stirling::ln_largest_term(larger) - stirling::ln_largest_term(total));
        largest - (deviance(a, -distance, total * x) + deviance(b, distance, total * y))
    }

    fn slope_by_a(self) -> f64 {
        let Self { a, b, y, .. } = self;
        let shifted = a + 1.0;
        // (n + 1) x over a + 1, less 1.
        let distance = -(self.distance() + y) / shifted;
        if shifted < 10.0 || distance.abs() > 0.5 {
            return self.ln_x() + digamma_difference(shifted, b);
        }
        distance.ln_1p() + digamma_remainder_difference(shifted, b)
    }

    fn slope_by_x(self) -> f64 {
        let Self { a, b, x, y } = self;
        if a == 0.0 {
            return if b == 0.0 { 0.0 } else { -b / y };
        }
        if b == 0.0 {
            return a / x;
        }
        self.distance() / x / y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFINITY: f64 = f64::INFINITY;

    #[test]
    fn certain_and_impossible_terms_have_their_limits() {
        for ([a, b, x], value, slope) in [
            ([0.0, 0.0, 0.0], 0.0, 0.0),
            ([0.0, 9.0, 0.0], 0.0, -9.0),
            ([9.0, 0.0, 1.0], 0.0, 9.0),
            ([9.0, 9.0, 0.0], -INFINITY, INFINITY),
            ([9.0, 9.0, 1.0], -INFINITY, -INFINITY),
            ([1.0, 1.0, 0.0], -INFINITY, INFINITY),
        ] {
            assert_eq!(ln_binomial_term(a, b, x), value, "{a} {b} {x}");
            assert_eq!(ln_binomial_term_by_x(a, b, x), slope, "{a} {b} {x}");
        }
    }

    #[test]
    fn exchanging_exponents_and_shares_changes_nothing() {
        for [a, b, x] in [
            [0.5, 7.0, 0.125],
            [5e8, 3e5, 0.75],
            [4.0, 4.0, 0.0009765625],
        ] {
            assert_eq!(ln_binomial_term(a, b, x), ln_binomial_term(b, a, 1.0 - x));
            let exchanged = ln_binomial_term_by_b(b, a, 1.0 - x);
            assert_eq!(ln_binomial_term_by_a(a, b, x), exchanged);
        }
    }

    #[test]
    fn exponents_below_zero_and_shares_outside_have_no_term() {
        for [a, b, x] in [
            [-1.0, 1.0, 0.5],
            [1.0, INFINITY, 0.5],
            [1.0, 1.0, 1.5],
            [1.0, 1.0, -0.5],
            [f64::NAN, 1.0, 0.5],
            [1.0, 1.0, f64::NAN],
        ] {
            assert!(ln_binomial_term(a, b, x).is_nan(), "{a} {b} {x}");
            assert!(ln_binomial_term_by_x(a, b, x).is_nan(), "{a} {b} {x}");
        }
    }
}
