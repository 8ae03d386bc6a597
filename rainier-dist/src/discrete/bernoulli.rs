//! States the Bernoulli distribution.
//!
//! In: a probability or its logit. Out: the log probability of 0 and 1, and draws.

use rainier_core::{Condition, Real};
use rand::RngExt;

use super::success::Success;
use crate::distribution::count::{log_cumulative_between, log_survival_between, times_log};
use crate::distribution::{Constraint, Cumulative, Discrete, Distribution, draw_if_valid};
use crate::generator::Generator;

const NAME: &str = "Bernoulli";

/// Bernoulli distribution: 1 with probability p, else 0.
///
/// ln p(1) = ln p, ln p(0) = ln(1 − p). Mean p, variance p(1 − p), entropy −p ln p − (1 − p) ln(1 − p).
///
/// # Numerics
/// By its logit η the log probabilities are −ln(1 + e^−η) and −ln(1 + e^η), which neither overflow
/// nor round to 0: a p within 1e-300 of 1 keeps its digits.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Bernoulli;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = |x: f64| Bernoulli::new(0.25).log_density(&Real::constant(x)).as_constant();
/// assert_eq!(ln_p(1.0), Some(0.25_f64.ln()));
/// assert_eq!(ln_p(0.0), Some((-0.25_f64).ln_1p()));
/// assert_eq!(ln_p(2.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct Bernoulli {
    success: Success,
}

impl Bernoulli {
    /// The Bernoulli distribution with this probability, in [0, 1].
    pub fn new(probability: impl Into<Real>) -> Self {
        Self {
            success: Success::by_probability(NAME, probability.into()),
        }
    }

    /// The Bernoulli distribution with this logit η = ln(p/(1 − p)), any finite number: the outcome
    /// of a logistic regression.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::discrete::Bernoulli;
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let ln_p = Bernoulli::with_logit(800.0).log_density(&Real::constant(0.0)).as_constant();
    /// assert_eq!(ln_p, Some(-800.0));
    /// ```
    pub fn with_logit(logit: impl Into<Real>) -> Self {
        Self {
            success: Success::by_logit(NAME, logit.into()),
        }
    }
}

impl Distribution for Bernoulli {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![self.success.constraint.clone()]
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(0.0).or(&x.equal(1.0))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let success = &self.success;
        x.equal(0.0)
            .select(&success.log_complement, &success.log_probability)
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(
            &self.constraints(),
            [&self.success.probability],
            |[probability], rng| i64::from(rng.random::<f64>() < probability),
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.success.probability.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(self.success.variance())
    }

    fn entropy(&self) -> Option<Real> {
        let success = &self.success;
        let terms = times_log(&success.probability, &success.log_probability)
            + times_log(&success.complement, &success.log_complement);
        Some(-terms)
    }
}

impl Cumulative for Bernoulli {
    fn log_cumulative(&self, x: &Real) -> Real {
        let ends = [0.0.into(), 1.0.into()];
        log_cumulative_between(x, &ends, |_| self.success.log_complement.clone())
    }

    fn log_survival(&self, x: &Real) -> Real {
        let ends = [0.0.into(), 1.0.into()];
        log_survival_between(x, &ends, |_| self.success.log_probability.clone())
    }
}

impl Discrete for Bernoulli {}
