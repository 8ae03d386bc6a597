//! States the Bernoulli distribution.
//!
//! In: a probability. Out: the log probability of 0 and 1, and draws.

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::{Constraint, Discrete, Distribution, Requirement, draw_if_valid};
use crate::generator::Generator;

/// Bernoulli distribution: 1 with probability p, else 0.
///
/// ln p(1) = ln p, ln p(0) = ln(1 − p). Mean p, variance p(1 − p).
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
    probability: Real,
}

impl Bernoulli {
    /// The Bernoulli distribution with this probability, in [0, 1].
    pub fn new(probability: impl Into<Real>) -> Self {
        Self {
            probability: probability.into(),
        }
    }
}

impl Distribution for Bernoulli {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Bernoulli"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let requirement = Requirement::UnitInterval;
        vec![Constraint::new(
            self.name(),
            "probability",
            &self.probability,
            requirement,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(0.0).or(&x.equal(1.0))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        x.equal(0.0)
            .select((-&self.probability).ln_1p(), self.probability.ln())
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(
            &self.constraints(),
            [&self.probability],
            |[probability], rng| i64::from(rng.random::<f64>() < probability),
        )
    }
}

impl Discrete for Bernoulli {}
