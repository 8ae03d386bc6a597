//! States the geometric distribution.
//!
//! In: a probability of success. Out: the log probability of a number of failures, and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, OpenClosed01};

use crate::distribution::count::{at_count, is_apart, is_count, times_log, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid,
};
use crate::generator::Generator;

/// Geometric distribution: failures before the first success of probability p, from 0.
///
/// ln p(k) = ln p + k ln(1 − p), k = 0, 1, 2, … Mean (1 − p)/p, variance (1 − p)/p², entropy
/// −ln p − (1 − p)/p · ln(1 − p).
///
/// # Numerics
/// The derivative by p of one count, (1 − (k + 1) p) / (p (1 − p)), is exact for rare successes, too,
/// where 1/p and k/(1 − p) cancel; over data these are kept apart.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Geometric;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Geometric::new(0.5).log_density(&Real::constant(2.0)).as_constant();
/// assert!((ln_p.expect("constant") - 0.125_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Geometric {
    probability: Real,
}

impl Geometric {
    /// The geometric distribution with this probability of success, in (0, 1].
    pub fn new(probability: impl Into<Real>) -> Self {
        Self {
            probability: probability.into(),
        }
    }

    /// 1 − p.
    fn failure(&self) -> Real {
        1.0 - &self.probability
    }

    /// ln(1 − p).
    fn log_failure(&self) -> Real {
        (-&self.probability).ln_1p()
    }
}

impl Distribution for Geometric {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Geometric"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let requirement = Requirement::PositiveProbability;
        vec![Constraint::new(
            self.name(),
            "probability",
            &self.probability,
            requirement,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_apart(x, [&self.probability]) {
            return self.log_density_apart(x);
        }
        // The share of one success among k + 1 outcomes is that of k + 1 orders.
        let outcomes = Real::constant(1.0).ln_binomial_term(x, &self.probability);
        outcomes - x.ln_1p()
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        self.probability.ln() + times_log(x, &self.log_failure())
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(
            &self.constraints(),
            [&self.probability],
            |[probability], rng| {
                // Inversion: P(K ≥ k) = (1 − p)^k. Exact for the smallest p too, where a loop over
                // trials would never end.
                let tail: f64 = OpenClosed01.sample(rng);
                to_count((tail.ln() / (-probability).ln_1p()).floor())
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.failure() / &self.probability)
    }

    fn variance(&self) -> Option<Real> {
        Some(self.failure() / &self.probability / &self.probability)
    }

    fn entropy(&self) -> Option<Real> {
        let failures = times_log(&self.failure(), &self.log_failure()) / &self.probability;
        Some(-self.probability.ln() - failures)
    }
}

/// P(X > k) = (1 − p)^(k + 1).
impl Cumulative for Geometric {
    fn log_cumulative(&self, x: &Real) -> Real {
        let at = |k: &Real| ((k + 1.0) * self.log_failure()).ln_one_minus_exp();
        at_count(x, f64::NEG_INFINITY, at, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let at = |k: &Real| (k + 1.0) * self.log_failure();
        at_count(x, 0.0, at, f64::NEG_INFINITY)
    }
}

impl Discrete for Geometric {}
