//! States the beta prime distribution: the odds of a beta distributed probability.
//!
//! In: two shapes. Out: its log density, tails, support and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Gamma as GammaDraw};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
    is_per_row,
};
use crate::generator::Generator;

/// Beta prime distribution with shapes a and b, on (0, ∞): x/(1 + x) follows Beta(a, b), and x is
/// the ratio of two gamma variables with these shapes.
///
/// ln p(x) = (a − 1) ln x − (a + b) ln(1 + x) − ln B(a, b). Mean a/(b − 1) for b > 1, else ∞;
/// variance a(a + b − 1)/((b − 1)² (b − 2)) for b > 2, else ∞.
///
/// At x = 0 the density is b for a = 1 and 0 for larger a. For smaller ones it is infinite; 0 is
/// then left out of the support.
///
/// # Numerics
/// The log density of one number keeps all its digits, however large the shapes are. Over data, for
/// an unknown and for shapes below 1 the terms are kept apart, since sums over data then need Σ ln x
/// and Σ ln(1 + x) only; they cancel for large shapes, and the absolute error is a few ε times a + b.
///
/// Tails come from the incomplete beta function at x/(1 + x) or 1/(1 + x), whichever is smaller.
/// Draws are made of logarithms and kept among the positive numbers, which shapes below 0.01 would
/// leave.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::BetaPrime;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// // p(x) = (1 + x)^−2.
/// let odds = BetaPrime::new(1.0, 1.0);
/// let ln_p = odds.log_density(&Real::constant(1.0)).as_constant().expect("constant");
/// assert!((ln_p - 0.25_f64.ln()).abs() < 1e-15);
/// assert!((odds.quantile(0.75) - 3.0).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct BetaPrime {
    a: Real,
    b: Real,
}

impl BetaPrime {
    /// Shapes a and b, both positive.
    pub fn new(a: impl Into<Real>, b: impl Into<Real>) -> Self {
        Self {
            a: a.into(),
            b: b.into(),
        }
    }

    /// ln P(X ≤ x) or ln P(X > x) for positive x.
    fn log_tail(&self, tail: Tail, x: &Real) -> Real {
        let other = match tail {
            Tail::Lower => Tail::Upper,
            Tail::Upper => Tail::Lower,
        };
        let small = self.a.ln_incomplete_beta(tail, &self.b, x / (1.0 + x));
        let large = self.b.ln_incomplete_beta(other, &self.a, 1.0 / (1.0 + x));
        x.less(1.0).select(small, large)
    }
}

impl Distribution for BetaPrime {
    type Value = f64;

    fn name(&self) -> &'static str {
        "BetaPrime"
    }

    fn constraints(&self) -> Vec<Constraint> {
        [("a", &self.a), ("b", &self.b)]
            .map(|(parameter, value)| {
                Constraint::new(self.name(), parameter, value, Requirement::Positive)
            })
            .to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        let edge = x.equal(0.0).and(&self.a.greater_or_equal(1.0));
        self.support().contains(x).or(&edge)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let (a, b) = (&self.a, &self.b);
        let apart = self.log_density_apart(x);
        if is_per_row([x, a, b]) {
            return apart;
        }
        // The density of the share x/(1 + x), a beta variable, by the smaller of it and the rest.
        let (first, second) = (a - 1.0, b - 1.0);
        let small = first.ln_binomial_term(&second, x / (1.0 + x));
        let large = second.ln_binomial_term(&first, 1.0 / (1.0 + x));
        let term = x.less(1.0).select(small, large);
        let joined = term + (a + b - 1.0).ln() - 2.0 * x.ln_1p();
        // Terms of small shapes do not cancel, and a − 1 would lose their digits.
        let is_small = a.less(1.0).or(&b.less(1.0));
        is_small.select(apart, joined)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        (&self.a - 1.0) * x.ln() - (&self.a + &self.b) * x.ln_1p() - self.a.ln_beta(&self.b)
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        // B(1, b) = 1/b.
        let at_zero = self.a.equal(1.0).select(self.b.ln(), f64::NEG_INFINITY);
        x.equal(0.0).select(at_zero, self.log_density_within(x))
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(&self.constraints(), [&self.a, &self.b], |[a, b], rng| {
            let ratio = (draw_log_gamma(a, rng) - draw_log_gamma(b, rng)).exp();
            ratio.clamp(f64::MIN_POSITIVE, f64::MAX)
        })
    }

    fn mean(&self) -> Option<Real> {
        let mean = &self.a / (&self.b - 1.0);
        Some(self.b.greater(1.0).select(mean, f64::INFINITY))
    }

    fn variance(&self) -> Option<Real> {
        let below = &self.b - 1.0;
        let ratio = &self.a / &below * ((&self.a + &below) / &below);
        let variance = ratio / (&self.b - 2.0);
        Some(self.b.greater(2.0).select(variance, f64::INFINITY))
    }

    fn entropy(&self) -> Option<Real> {
        let (a, b) = (&self.a, &self.b);
        let log_mean = a.digamma() - b.digamma();
        Some(a.ln_beta(b) - (a - 1.0) * log_mean + (a + b) * b.digamma_difference(a))
    }
}

/// ln of a gamma draw of scale 1, for shapes whose draws underflow as well: a variable of shape k
/// is one of shape k + 1 times U^(1/k).
fn draw_log_gamma(shape: f64, rng: &mut dyn Rng) -> f64 {
    let Ok(larger) = GammaDraw::new(shape + 1.0, 1.0) else {
        return f64::NAN;
    };
    // 1 − U is never 0.
    larger.sample(rng).ln() + (1.0 - rng.random::<f64>()).ln() / shape
}

impl Cumulative for BetaPrime {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Lower, x);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Upper, x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for BetaPrime {
    fn support(&self) -> Support {
        Support::positive()
    }
}
