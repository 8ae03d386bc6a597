//! States the beta distribution.
//!
//! In: two shapes, or mean and precision. Out: its log density, tails, support and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand_distr::{Beta as BetaDraw, Distribution as _};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
    is_per_row,
};
use crate::generator::Generator;

const NAME: &str = "Beta";

/// Beta distribution with shapes a and b, on (0, 1): a probability seen to succeed a − 1 times
/// and to fail b − 1 times.
///
/// ln p(x) = (a − 1) ln x + (b − 1) ln(1 − x) − ln B(a, b). Mean a/(a + b), variance
/// ab/((a + b)² (a + b + 1)).
///
/// At x = 0 the density is b for a = 1 and 0 for larger a. For smaller ones it is infinite; 0 is
/// then left out of the support, so that no sampler can fall into that hole. Likewise at 1.
///
/// # Numerics
/// The log density of one number keeps all its digits, however large the shapes are. Over data, and
/// for an unknown, the terms are kept apart, since sums then need Σ ln x and Σ ln(1 − x) only; there
/// they cancel for large shapes.
/// x near 1 is known only to ε; where that matters, model 1 − x by Beta(b, a). Inside a model the
/// unknown does not suffer: ln x and ln(1 − x) are computed from its parameter.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Beta;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Beta::new(2.0, 2.0).log_density(&Real::constant(0.5)).as_constant();
/// assert!((ln_p.expect("constant") - 1.5_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Beta {
    a: Real,
    b: Real,
    constraints: Vec<Constraint>,
}

impl Beta {
    /// Shapes a and b, both positive.
    pub fn new(a: impl Into<Real>, b: impl Into<Real>) -> Self {
        let (a, b) = (a.into(), b.into());
        let constraints = vec![
            Constraint::new(NAME, "a", &a, Requirement::Positive),
            Constraint::new(NAME, "b", &b, Requirement::Positive),
        ];
        Self { a, b, constraints }
    }

    /// Mean m in (0, 1) and precision κ = a + b, positive: a = mκ, b = (1 − m)κ, variance
    /// m(1 − m)/(κ + 1).
    ///
    /// ```
    /// use rainier_dist::continuous::Beta;
    ///
    /// let probability = Beta::with_mean_and_precision(0.25, 8.0);
    /// assert_eq!(probability.a().as_constant(), Some(2.0));
    /// assert_eq!(probability.b().as_constant(), Some(6.0));
    /// ```
    pub fn with_mean_and_precision(mean: impl Into<Real>, precision: impl Into<Real>) -> Self {
        let (mean, precision) = (mean.into(), precision.into());
        let constraints = vec![
            Constraint::new(NAME, "mean", &mean, Requirement::OpenUnitInterval),
            Constraint::new(NAME, "precision", &precision, Requirement::Positive),
        ];
        Self {
            a: &mean * &precision,
            b: (1.0 - mean) * precision,
            constraints,
        }
    }

    /// The exponent of x, plus one.
    pub fn a(&self) -> &Real {
        &self.a
    }

    /// The exponent of 1 − x, plus one.
    pub fn b(&self) -> &Real {
        &self.b
    }
}

impl Distribution for Beta {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        let zero = x.equal(0.0).and(&self.a.greater_or_equal(1.0));
        let one = x.equal(1.0).and(&self.b.greater_or_equal(1.0));
        self.support().contains(x).or(&zero).or(&one)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let (a, b) = (&self.a, &self.b);
        let apart = self.log_density_apart(x);
        if is_per_row([x, a, b]) {
            return apart;
        }
        let joined = (a - 1.0).ln_binomial_term(b - 1.0, x) + (a + b - 1.0).ln();
        // Terms of small shapes do not cancel, and a − 1 would lose their digits.
        let is_small = a.less(1.0).or(&b.less(1.0));
        is_small.select(apart, joined)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        (&self.a - 1.0) * x.ln() + (&self.b - 1.0) * (-x).ln_1p() - self.a.ln_beta(&self.b)
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        // B(1, b) = 1/b.
        let at_zero = self.a.equal(1.0).select(self.b.ln(), f64::NEG_INFINITY);
        let at_one = self.b.equal(1.0).select(self.a.ln(), f64::NEG_INFINITY);
        let inside = self.log_density_within(x);
        x.equal(0.0)
            .select(at_zero, x.equal(1.0).select(at_one, inside))
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(&self.constraints, [&self.a, &self.b], |[a, b], rng| {
            BetaDraw::new(a, b).map_or(f64::NAN, |beta| beta.sample(rng))
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.a / (&self.a + &self.b))
    }

    fn variance(&self) -> Option<Real> {
        let total = &self.a + &self.b;
        Some(&self.a / &total * (&self.b / &total) / (total + 1.0))
    }

    fn entropy(&self) -> Option<Real> {
        let (a, b) = (&self.a, &self.b);
        // −E ln X and −E ln(1 − X).
        let (zero, one) = (a.digamma_difference(b), b.digamma_difference(a));
        Some(a.ln_beta(b) + (a - 1.0) * zero + (b - 1.0) * one)
    }
}

/// P(X ≤ x) = I(x), the regularised incomplete beta function.
impl Cumulative for Beta {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.a.ln_incomplete_beta(Tail::Lower, &self.b, x);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.a.ln_incomplete_beta(Tail::Upper, &self.b, x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Beta {
    fn support(&self) -> Support {
        Support::unit_interval()
    }
}
