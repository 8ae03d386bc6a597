//! Evaluates the logarithms of the regularised incomplete gamma functions, and their derivatives.
//!
//! In: a shape a > 0 and a bound x ≥ 0. Out: ln P(a, x) and ln Q(a, x), the tails of a gamma
//! distribution below and above x, with their derivatives by both arguments; for truncated and
//! censored observations, however far in the tail.
//!
//! # Method
//! The derivative of a tail probability by the shape is an expectation over that tail:
//! ∂Q/∂a = E[(ln T − ψ(a)) 1{T > x}] = −∂P/∂a. On the upper tail of an x above e^ψ(a), and on the
//! lower one of an x below, ln T − ψ(a) has one sign, so neither it nor the density cancels: both
//! integrals are taken there by `quadrature`, relative to the density at x, and the other tail is
//! the complement. For a small shape and bound, where the density is nearly all beside 0, the
//! power series of P (Abramowitz & Stegun 6.5.29) takes their place.
//!
//! Where the derivative by the shape is not asked for, and the shape is no larger than a thousand,
//! the integral is the power series 6.5.29 below the shape, and the continued fraction 6.5.31 above
//! it: a twentieth of the time.

use serde::{Deserialize, Serialize};

use super::complement::complement;
use super::deviance::ln_1p_excess;
use super::gamma::{digamma, digamma_remainder};
use super::quadrature::{exp_excess, integrate_tail};
use super::{ln_exponential_term, ln_rising_factorial};

/// One side of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tail {
    /// Below the bound: the distribution function.
    Lower,
    /// Above the bound: the survival function.
    Upper,
}

/// Logarithm of the regularised incomplete gamma function: ln P(a, x) for the lower tail, ln Q(a, x)
/// for the upper, with P(a, x) = ∫₀ˣ t^(a−1) e^(−t) dt / Γ(a) = 1 − Q(a, x).
///
/// −∞ and 0 at x = 0, 0 and −∞ at x = ∞. NaN for a ≤ 0, a = ∞, x < 0; NaN stays NaN. It costs a
/// hundred exponentials for a > 1000, below it as many divisions.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_gamma};
///
/// // The exponential distribution.
/// assert!((ln_incomplete_gamma(Tail::Upper, 1.0, 1e4) + 1e4).abs() < 1e-10);
/// assert!((ln_incomplete_gamma(Tail::Lower, 1.0, 2.0) - (-(-2.0_f64).exp()).ln_1p()).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_incomplete_gamma(tail: Tail, a: f64, x: f64) -> f64 {
    TailOfGamma::without_shape(a, x).of(tail).logarithm
}

/// Derivative of [`ln_incomplete_gamma`] by the shape a.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_gamma_by_shape};
///
/// // A larger shape puts more above the bound.
/// assert!(ln_incomplete_gamma_by_shape(Tail::Upper, 2.0, 30.0) > 0.0);
/// ```
#[must_use]
pub fn ln_incomplete_gamma_by_shape(tail: Tail, a: f64, x: f64) -> f64 {
    TailOfGamma::new(a, x).of(tail).by_shape
}

/// Derivative of [`ln_incomplete_gamma`] by the bound x: ± x^(a−1) e^(−x) / Γ(a) over the tail. On
/// the upper tail it is minus the hazard rate.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_gamma_by_bound};
///
/// assert!((ln_incomplete_gamma_by_bound(Tail::Upper, 1.0, 1e4) + 1.0).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_incomplete_gamma_by_bound(tail: Tail, a: f64, x: f64) -> f64 {
    TailOfGamma::without_shape(a, x).of(tail).by_bound
}

/// The logarithm of one tail, and its derivatives.
#[derive(Debug, Clone, Copy)]
struct TailOfGamma {
    tail: Tail,
    logarithm: f64,
    by_shape: f64,
    by_bound: f64,
}

impl TailOfGamma {
    /// The tail that is computed directly, perhaps with NaN for the derivative by the shape.
    fn without_shape(a: f64, x: f64) -> Self {
        let is_near_zero = a <= 1.0 && x <= 0.3;
        if !(a > 0.0 && a <= LARGEST_OF_SERIES && x > 0.0 && x < f64::INFINITY) || is_near_zero {
            return Self::new(a, x);
        }
        let (tail, sign, integral) = if x < a {
            (Tail::Lower, 1.0, series(a, x))
        } else {
            (Tail::Upper, -1.0, continued_fraction(a, x))
        };
        match integral {
            Some(plain) => Self {
                tail,
                logarithm: ln_density(a, x) + plain.ln(),
                by_shape: f64::NAN,
                by_bound: sign / (x * plain),
            },
            None => Self::new(a, x),
        }
    }

    /// The tail that is computed directly.
    fn new(a: f64, x: f64) -> Self {
        if !(a > 0.0 && a < f64::INFINITY && x >= 0.0) {
            return Self {
                tail: Tail::Lower,
                logarithm: f64::NAN,
                by_shape: f64::NAN,
                by_bound: f64::NAN,
            };
        }
        if x == 0.0 {
            return Self {
                tail: Tail::Lower,
                logarithm: f64::NEG_INFINITY,
                by_shape: f64::NEG_INFINITY,
                by_bound: f64::INFINITY,
            };
        }
        if x == f64::INFINITY {
            return Self {
                tail: Tail::Upper,
                logarithm: f64::NEG_INFINITY,
                by_shape: f64::INFINITY,
                by_bound: -1.0,
            };
        }
        if a <= 1.0 && x <= 0.3 {
            return by_power_series(a, x);
        }
        let distance = ln_minus_digamma(a, x);
        if distance > 0.0 {
            upper(a, x, distance)
        } else {
            lower(a, x, distance)
        }
    }

    /// The same of the wanted tail.
    fn of(self, tail: Tail) -> Self {
        if self.tail == tail {
            return self;
        }
        let slopes = [self.by_shape, self.by_bound];
        let (logarithm, [by_shape, by_bound]) = complement(self.logarithm, slopes);
        Self {
            tail,
            logarithm,
            by_shape,
            by_bound,
        }
    }
}

/// Shapes up to this are served by series; beyond it they take longer than quadrature.
const LARGEST_OF_SERIES: f64 = 1000.0;

/// Terms after which a series is given up.
const MOST_TERMS: u32 = 400;

/// ∫ t^(a−1) e^−t dt over t < x, relative to x^a e^−x: Σ xⁿ / (a (a + 1) … (a + n)), for x < a. It is
/// added up from its last term on, where roundings die out.
fn series(a: f64, x: f64) -> Option<f64> {
    let (mut last, mut term) = (0, 1.0);
    while term > 0.1 * f64::EPSILON {
        last += 1;
        term *= x / (a + f64::from(last));
        if last == MOST_TERMS {
            return None;
        }
    }
    let inward = |sum: f64, n: u32| 1.0 + sum * x / (a + f64::from(n));
    Some((1..=last).rev().fold(1.0, inward) / a)
}

/// The same over t > x for x ≥ a: 1/(x + 1 − a + c₁), cₙ = n (a − n)/(x + 2n + 1 − a + cₙ₊₁). How many
/// levels there are is told by the ratio of two convergents, after Lentz (1976), Applied Optics 15,
/// 668; the value is computed from the last one on.
fn continued_fraction(a: f64, x: f64) -> Option<f64> {
    let numerator = |n: f64| n * (a - n);
    let denominator = |n: f64| x + 2.0 * n + 1.0 - a;
    let (mut last, mut ratio) = (0, 0.0_f64);
    let (mut above, mut below) = (f64::INFINITY, denominator(0.0).recip());
    while (ratio - 1.0).abs() > 2.0 * f64::EPSILON {
        last += 1;
        let n = f64::from(last);
        below = (denominator(n) + numerator(n) * below).recip();
        above = denominator(n) + numerator(n) / above;
        ratio = above * below;
        if last == MOST_TERMS {
            return None;
        }
    }
    let inward = |inner: f64, n: u32| numerator(f64::from(n)) / (denominator(f64::from(n)) + inner);
    let inner = (1..=last).rev().fold(0.0, inward);
    Some((denominator(0.0) + inner).recip())
}

/// With t = x e^−w the integrand is e^−(a w − x (1 − e^−w)), which falls from 1 since x < a.
fn lower(a: f64, x: f64, distance: f64) -> TailOfGamma {
    let slope = a - x;
    let (plain, [weighted]) = integrate_tail((slope + x.sqrt()).recip(), |w| {
        (-(slope * w + x * exp_excess(w)), [distance - w])
    });
    TailOfGamma {
        tail: Tail::Lower,
        logarithm: ln_density(a, x) + plain.ln(),
        by_shape: weighted / plain,
        by_bound: (x * plain).recip(),
    }
}

/// With t = x (1 + v) the integrand is (1 + v)^(a−1) e^(−x v).
fn upper(a: f64, x: f64, distance: f64) -> TailOfGamma {
    let (plain, [weighted]) = if a > 1.0 {
        let slope = x - a + 1.0;
        integrate_tail((slope + (a - 1.0).sqrt()).recip(), |v| {
            let log_density = -(slope * v + (a - 1.0) * ln_1p_excess(v));
            (log_density, [distance + v.ln_1p()])
        })
    } else {
        integrate_tail(x.recip(), |v| {
            let logarithm = v.ln_1p();
            (-(x * v + (1.0 - a) * logarithm), [distance + logarithm])
        })
    };
    TailOfGamma {
        tail: Tail::Upper,
        logarithm: ln_density(a, x) + plain.ln(),
        by_shape: weighted / plain,
        by_bound: -(x * plain).recip(),
    }
}

/// P(a, x) = x^a / Γ(a + 1) · S, S = 1 + a Σ (−x)ⁿ / (n! (a + n)), n = 1, 2, ….
fn by_power_series(a: f64, x: f64) -> TailOfGamma {
    let (mut sum, mut slope, mut power) = (0.0, 0.0, 1.0);
    // x ≤ 0.3: the fourteenth term is below 1e-18.
    for n in 1..14 {
        let n = f64::from(n);
        power *= -x / n;
        sum += power / (a + n);
        slope += power * n / ((a + n) * (a + n));
    }
    let excess = a * sum;
    TailOfGamma {
        tail: Tail::Lower,
        logarithm: (a * x.ln() - ln_rising_factorial(1.0, a)) + excess.ln_1p(),
        by_shape: (x.ln() - digamma(1.0 + a)) + slope / (1.0 + excess),
        by_bound: a * (-x).exp() / (x * (1.0 + excess)),
    }
}

/// ln(x^a e^(−x) / Γ(a)), x times the density at x.
fn ln_density(a: f64, x: f64) -> f64 {
    ln_exponential_term(a, x, 1.0) + a.ln()
}

/// ln x − ψ(a).
fn ln_minus_digamma(a: f64, x: f64) -> f64 {
    if a < 10.0 || x < 0.5 * a {
        return x.ln() - digamma(a);
    }
    ((x - a) / a).ln_1p() + digamma_remainder(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_and_quadrature_are_two_ways_to_one_number() {
        let (mut compared, mut by_series) = (0, 0);
        for a in [1e-8, 0.01, 0.4, 1.0, 1.5, 3.0, 10.0, 47.3, 200.0, 1000.0] {
            for ratio in [1e-3, 0.1, 0.5, 0.9, 0.999, 1.0, 1.001, 1.2, 2.0, 10.0, 1e3] {
                let x = a * ratio;
                let [quick, slow] = [TailOfGamma::without_shape(a, x), TailOfGamma::new(a, x)];
                let slow = slow.of(quick.tail);
                // A tail near 1 is known by its complement only.
                if slow.logarithm > -0.1 {
                    continue;
                }
                for (found, expected) in [
                    (quick.logarithm, slow.logarithm),
                    (quick.by_bound, slow.by_bound),
                ] {
                    let error = (found / expected - 1.0).abs();
                    assert!(error < 5e-13, "{a}, {x}: {found}, {expected}");
                }
                compared += 1;
                by_series += usize::from(quick.by_shape.is_nan());
            }
        }
        assert!(compared > 70 && by_series > 50, "{compared}, {by_series}");
    }
}
