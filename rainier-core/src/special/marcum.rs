//! Evaluates the logarithms of Marcum's Q-function of whole order and of its complement, and their
//! derivatives.
//!
//! In: a whole order m of either sign, a centre x > 0 and a bound y > 0. Out: ln Q and ln P = ln(1 −
//! Q) of Q(m, x, y) = ∫ g(m, x, t) dt over t > y, with the density
//! g(m, x, t) = (t/x)^((m−1)/2) e^(−t−x) I(2√(xt)), I the modified Bessel function of order |m − 1|;
//! with their derivatives by x and y.
//!
//! # Method
//! g is positive and falls beyond about t = x + m − 1, so that Q is the integral of its definition,
//! by `quadrature` and relative to g at y, if y is beyond. Else P(m, x, y) = Q(1 − m, y, x) is, and
//! the other tail is the complement. ∂Q/∂y = −g(m, x, y) and ∂Q/∂x = g(m + 1, x, y): Gil, Segura &
//! Temme (2014), ACM Transactions on Mathematical Software 40, article 20. g itself comes from
//! Debye's remainder of I and two deviances, as [`ln_density`] says.

use super::complement::complement;
use super::quadrature::integrate_tail;
use super::{Tail, ln_bessel_remainder, ln_exponential_term};

/// √(xy) up to which (xy)² changes no digit of the density.
const RARE: f64 = 1e-8;

/// Logarithm of Marcum's function of the whole order m: ln Q(m, x, y) for the upper tail, for the
/// lower one ln P(m, x, y) = ln(1 − Q). In the notation of radar Q has the arguments √(2x) and √(2y).
///
/// NaN for orders that are not whole, x or y not positive and finite, and for NaN. It costs some
/// hundred Bessel functions.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_gamma, ln_marcum};
///
/// // Around x = 0 it is the incomplete gamma function.
/// let tail = ln_marcum(Tail::Upper, 3.0, 1e-300, 2.0);
/// assert!((tail - ln_incomplete_gamma(Tail::Upper, 3.0, 2.0)).abs() < 1e-13);
/// ```
#[must_use]
pub fn ln_marcum(tail: Tail, order: f64, x: f64, y: f64) -> f64 {
    TailOfMarcum::new(order, x, y).map_or(f64::NAN, |direct| direct.of(tail).logarithm)
}

/// Derivative of [`ln_marcum`] by x.
///
/// ```
/// use rainier_core::special::{Tail, ln_marcum_by_x};
///
/// // A centre farther out puts more above the bound.
/// assert!(ln_marcum_by_x(Tail::Upper, 2.0, 3.0, 30.0) > 0.0);
/// ```
#[must_use]
pub fn ln_marcum_by_x(tail: Tail, order: f64, x: f64, y: f64) -> f64 {
    TailOfMarcum::new(order, x, y).map_or(f64::NAN, |direct| direct.of(tail).by_x)
}

/// Derivative of [`ln_marcum`] by the bound y.
///
/// ```
/// use rainier_core::special::{Tail, ln_marcum_by_y};
///
/// let slope = ln_marcum_by_y(Tail::Upper, 1.0, 1e-300, 5.0);
/// assert!((slope + 1.0).abs() < 1e-13);
/// ```
#[must_use]
pub fn ln_marcum_by_y(tail: Tail, order: f64, x: f64, y: f64) -> f64 {
    TailOfMarcum::new(order, x, y).map_or(f64::NAN, |direct| direct.of(tail).by_y)
}

/// The logarithm of one tail, and its derivatives.
#[derive(Debug, Clone, Copy)]
struct TailOfMarcum {
    tail: Tail,
    logarithm: f64,
    by_x: f64,
    by_y: f64,
}

impl TailOfMarcum {
    /// The tail that is computed directly.
    fn new(order: f64, x: f64, y: f64) -> Option<Self> {
        let is_positive = |number: f64| number > 0.0 && number < f64::INFINITY;
        if !(order.is_finite() && order.fract() == 0.0 && is_positive(x) && is_positive(y)) {
            return None;
        }
        if y - x >= order - 0.5 {
            return Some(Self::upper(order, x, y));
        }
        let exchanged = Self::upper(1.0 - order, y, x);
        Some(Self {
            tail: Tail::Lower,
            logarithm: exchanged.logarithm,
            by_x: exchanged.by_y,
            by_y: exchanged.by_x,
        })
    }

    /// Q, for a bound beyond the largest density.
    fn upper(order: f64, x: f64, y: f64) -> Self {
        let distance = order - 1.0;
        let at_bound = ln_density(distance, y, x);
        // How fast it falls at the bound, and on what scale if that is not at all.
        let hypotenuse = distance.hypot(2.0 * x.sqrt() * y.sqrt());
        let falls = (1.0 - 0.5 * (hypotenuse + distance) / y).max(0.0);
        let spread = (1.0 + distance.abs() + 2.0 * x).sqrt();
        let (plain, []) = integrate_tail((falls + spread.recip()).recip(), |u| {
            (ln_density(distance, y + u, x) - at_bound, [])
        });
        Self {
            tail: Tail::Upper,
            logarithm: at_bound + plain.ln(),
            by_x: (ln_density(order, y, x) - at_bound).exp() / plain,
            by_y: -plain.recip(),
        }
    }

    /// The same of the wanted tail.
    fn of(self, tail: Tail) -> Self {
        if self.tail == tail {
            return self;
        }
        let (logarithm, [by_x, by_y]) = complement(self.logarithm, [self.by_x, self.by_y]);
        Self {
            tail,
            logarithm,
            by_x,
            by_y,
        }
    }
}

/// ln of (y/x)^(k/2) e^(−x−y) I(2√(xy)), I of order |k|, k whole: the sum over n of the terms
/// D(n + k, y) D(n, x) of two exponential series.
///
/// With N = √(k² + 4xy), a = (N + k)/2 and b = (N − k)/2 it is the largest of these terms, −d(a, y) −
/// d(b, x) with d(a, y) = a ln(a/y) − a + y, and Debye's remainder: nothing cancels.
fn ln_density(k: f64, y: f64, x: f64) -> f64 {
    let distance = k.abs();
    let middle = x.sqrt() * y.sqrt();
    if middle < RARE {
        let single = if k > 0.0 {
            ln_exponential_term(k, y, 1.0) - x
        } else {
            ln_exponential_term(-k, x, 1.0) - y
        };
        return single + x * (y / (1.0 + distance));
    }
    let hypotenuse = distance.hypot(2.0 * middle);
    let larger = 0.5 * (hypotenuse + distance);
    let smaller = middle * (middle / larger);
    let [a, b] = if k > 0.0 {
        [larger, smaller]
    } else {
        [smaller, larger]
    };
    let deviance = |count: f64, mean: f64| {
        ln_exponential_term(count, count, 1.0) - ln_exponential_term(count, mean, 1.0)
    };
    ln_bessel_remainder(distance, 2.0 * middle) - deviance(a, y) - deviance(b, x)
}
