//! Evaluates the logarithms of the regularised incomplete beta functions, and their derivatives.
//!
//! In: two shapes a, b > 0 and a bound x in [0, 1]. Out: ln I and ln(1 − I), I the incomplete beta
//! function over B(a, b): the tails of a beta distribution below and above x. Their derivatives by
//! all three; for truncated and censored observations, however far in the tail.
//!
//! # Method
//! As for the incomplete gamma function: ∂I/∂a = E[(ln T − ψ(a) + ψ(a + b)) 1{T < x}] and
//! ∂I/∂b = E[(ln(1 − T) − ψ(b) + ψ(a + b)) 1{T < x}], each on the tail where the bracket has one
//! sign, by `quadrature` in the log-odds of T. Beside a bound where the density of a small shape
//! has nearly all its mass the power series (Abramowitz & Stegun 26.5.4) takes its place. The upper
//! tail is the lower one of 1 − x with the shapes exchanged.

use super::complement::complement;
use super::deviance::ln_1p_excess;
use super::quadrature::{exp_excess, integrate_tail};
use super::{Tail, digamma_difference, ln_binomial_term, ln_rising_factorial};

/// Logarithm of the regularised incomplete beta function: ln I for the lower tail, ln(1 − I) for the
/// upper, with I = ∫₀ˣ t^(a−1) (1 − t)^(b−1) dt / B(a, b).
///
/// −∞ and 0 at x = 0, 0 and −∞ at x = 1. NaN for a shape that is not positive and finite, for x
/// outside [0, 1], and for NaN. It costs a hundred exponentials and as many logarithms.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_beta};
///
/// // The largest of 1000 uniform numbers.
/// let below = ln_incomplete_beta(Tail::Lower, 1000.0, 1.0, 0.25);
/// assert!((below / (1000.0 * 0.25_f64.ln()) - 1.0).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_incomplete_beta(tail: Tail, a: f64, b: f64, x: f64) -> f64 {
    match Bound::new(a, b, x) {
        Some(bound) => bound.on(bound.is_low_for_a(), tail).logarithm,
        None => f64::NAN,
    }
}

/// Derivative of [`ln_incomplete_beta`] by the first shape, a.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_beta_by_a};
///
/// // I is xᵃ for b = 1.
/// let slope = ln_incomplete_beta_by_a(Tail::Lower, 3.0, 1.0, 0.25);
/// assert!((slope - 0.25_f64.ln()).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_incomplete_beta_by_a(tail: Tail, a: f64, b: f64, x: f64) -> f64 {
    match Bound::new(a, b, x) {
        Some(bound) => bound.on(bound.is_low_for_a(), tail).by_a,
        None => f64::NAN,
    }
}

/// Derivative of [`ln_incomplete_beta`] by the second shape, b.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_beta_by_b};
///
/// // 1 − I is (1 − x)ᵇ for a = 1.
/// let slope = ln_incomplete_beta_by_b(Tail::Upper, 1.0, 3.0, 0.25);
/// assert!((slope - 0.75_f64.ln()).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_incomplete_beta_by_b(tail: Tail, a: f64, b: f64, x: f64) -> f64 {
    match Bound::new(a, b, x) {
        Some(bound) => bound.on(bound.is_low_for_b(), tail).by_b,
        None => f64::NAN,
    }
}

/// Derivative of [`ln_incomplete_beta`] by the bound x: ± the density over the tail.
///
/// ```
/// use rainier_core::special::{Tail, ln_incomplete_beta_by_bound};
///
/// let slope = ln_incomplete_beta_by_bound(Tail::Lower, 3.0, 1.0, 0.25);
/// assert!((slope - 3.0 / 0.25).abs() < 1e-13);
/// ```
#[must_use]
pub fn ln_incomplete_beta_by_bound(tail: Tail, a: f64, b: f64, x: f64) -> f64 {
    match Bound::new(a, b, x) {
        Some(bound) => bound.on(bound.is_low_for_a(), tail).by_bound,
        None => f64::NAN,
    }
}

/// The shapes, the bound and its complement.
#[derive(Debug, Clone, Copy)]
struct Bound {
    a: f64,
    b: f64,
    x: f64,
    y: f64,
}

/// The logarithm of a tail, and its derivatives.
#[derive(Debug, Clone, Copy)]
struct TailOfBeta {
    logarithm: f64,
    by_a: f64,
    by_b: f64,
    by_bound: f64,
}

impl Bound {
    fn new(a: f64, b: f64, x: f64) -> Option<Self> {
        let is_shape = |shape: f64| shape > 0.0 && shape < f64::INFINITY;
        let is_inside = is_shape(a) && is_shape(b) && (0.0..=1.0).contains(&x);
        is_inside.then_some(Self {
            a,
            b,
            x,
            y: 1.0 - x,
        })
    }

    /// Whether to compute the lower tail, since ln T − E[ln T] is negative on the whole of it.
    fn is_low_for_a(self) -> bool {
        self.side_of_series()
            .unwrap_or_else(|| self.ln_x() + digamma_difference(self.a, self.b) < 0.0)
    }

    /// Whether to compute the lower tail, since ln(1 − T) − E[ln(1 − T)] is positive on the whole
    /// of it.
    fn is_low_for_b(self) -> bool {
        self.side_of_series()
            .unwrap_or_else(|| self.exchanged().ln_x() + digamma_difference(self.b, self.a) > 0.0)
    }

    /// Whether it is the lower tail that the power series serves, if it serves one.
    fn side_of_series(self) -> Option<bool> {
        if self.is_near_zero() {
            Some(true)
        } else {
            self.exchanged().is_near_zero().then_some(false)
        }
    }

    /// Whether the density is nearly a power of t up to x, and a small shape makes it steep.
    fn is_near_zero(self) -> bool {
        self.a <= 1.0 && self.x <= 0.5 && (self.b <= 1.0 || self.x * self.b <= 1.0)
    }

    /// The wanted tail, by way of the lower or of the upper one.
    fn on(self, by_lower: bool, tail: Tail) -> TailOfBeta {
        let computed = if by_lower {
            self.lower()
        } else {
            let exchanged = self.exchanged().lower();
            TailOfBeta {
                by_a: exchanged.by_b,
                by_b: exchanged.by_a,
                by_bound: -exchanged.by_bound,
                ..exchanged
            }
        };
        if by_lower == (tail == Tail::Lower) {
            computed
        } else {
            computed.complement()
        }
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

    fn lower(self) -> TailOfBeta {
        let Self { a, b, x, .. } = self;
        if x == 0.0 {
            return TailOfBeta {
                logarithm: f64::NEG_INFINITY,
                by_a: f64::NEG_INFINITY,
                by_b: digamma_difference(b, a),
                by_bound: f64::INFINITY,
            };
        }
        if self.is_near_zero() {
            self.by_power_series()
        } else {
            self.by_quadrature()
        }
    }

    /// I = x^a Γ(a + b) / (Γ(a + 1) Γ(b)) · (1 + a S), S = Σ cₙ xⁿ / (a + n) with
    /// cₙ = (1 − b) (2 − b) … (n − b) / n!, n = 1, 2, ….
    fn by_power_series(self) -> TailOfBeta {
        let Self { a, b, x, .. } = self;
        let (mut sum, mut by_a, mut by_b) = (0.0, 0.0, 0.0);
        let (mut term, mut term_by_b) = (1.0, 0.0);
        // x ≤ ½: the sixtieth term is below 1e-18.
        for n in 1..60 {
            let n = f64::from(n);
            term_by_b = x * (term_by_b * (n - b) - term) / n;
            term *= x * (n - b) / n;
            sum += term / (a + n);
            by_a += term * n / ((a + n) * (a + n));
            by_b += term_by_b / (a + n);
        }
        let whole = 1.0 + a * sum;
        // ψ(a + b) − ψ(a + 1), where neither 1 + a nor a + b loses a small shape.
        let of_total = if b < 1.0 {
            -digamma_difference(a + b, 1.0 - b)
        } else {
            digamma_difference(1.0 + a, b - 1.0)
        };
        let constant = ln_rising_factorial(b, a) - ln_rising_factorial(1.0, a);
        TailOfBeta {
            logarithm: a * x.ln() + constant + (a * sum).ln_1p(),
            by_a: x.ln() + of_total + by_a / whole,
            by_b: digamma_difference(b, a) + a * by_b / whole,
            by_bound: a * ((b - 1.0) * (-x).ln_1p()).exp() / (x * whole),
        }
    }

    /// With the odds of t being e^−w times those of x, the integrand is
    /// e^(−a w) / (1 − x (1 − e^−w))^(a + b), which falls from 1 since x is below the mean.
    fn by_quadrature(self) -> TailOfBeta {
        let Self { a, b, x, y } = self;
        let total = a + b;
        let slope = self.slope();
        let width = (slope.max(0.0) + (total * x * y).sqrt()).recip();
        // ln(1 − x (1 − e^−w)) = curve(w) − x w; near x = 1 from the other end.
        let curve = |w: f64| {
            if x <= 0.5 {
                x * exp_excess(w) - ln_1p_excess(x * (-w).exp_m1())
            } else {
                y * exp_excess(-w) - ln_1p_excess(y * w.exp_m1())
            }
        };
        let distance_a = self.ln_x() + digamma_difference(a, b);
        let distance_b = self.exchanged().ln_x() + digamma_difference(b, a);
        let (plain, [of_a, of_b]) = integrate_tail(width, |w| {
            let curve = curve(w);
            let weights = [distance_a - (y * w + curve), distance_b + (x * w - curve)];
            (-(slope * w + total * curve), weights)
        });
        TailOfBeta {
            logarithm: self.ln_density() + plain.ln(),
            by_a: of_a / plain,
            by_b: of_b / plain,
            by_bound: (x * y * plain).recip(),
        }
    }

    /// a − (a + b) x = a y − b x, the slope of the density in the log-odds.
    fn slope(self) -> f64 {
        self.a * self.y - self.b * self.x
    }

    /// ln(x^a y^b / B(a, b)), x y times the density at x.
    fn ln_density(self) -> f64 {
        let Self { a, b, x, y } = self;
        let (smaller, larger) = if a <= b { (a, b) } else { (b, a) };
        // ab / (a + b), which neither overflows nor underflows before its parts do.
        let term = if x <= 0.5 {
            ln_binomial_term(a, b, x)
        } else {
            ln_binomial_term(b, a, y)
        };
        term + (smaller / (1.0 + smaller / larger)).ln()
    }
}

impl TailOfBeta {
    /// With T = e^l the other tail is 1 − T: its logarithm's derivatives are those of l times
    /// −T / (1 − T).
    fn complement(self) -> Self {
        let slopes = [self.by_a, self.by_b, self.by_bound];
        let (logarithm, [by_a, by_b, by_bound]) = complement(self.logarithm, slopes);
        Self {
            logarithm,
            by_a,
            by_b,
            by_bound,
        }
    }
}
