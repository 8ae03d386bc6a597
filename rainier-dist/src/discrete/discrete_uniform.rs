//! States the uniform distribution of whole numbers.
//!
//! In: the smallest and the largest number. Out: one log probability for all, tails and draws.

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::count::{log_cumulative_between, log_survival_between, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "DiscreteUniform";

/// Uniform distribution of the whole numbers from `low` to `high`, both included.
///
/// ln p(k) = −ln m with m = high − low + 1 numbers. Mean (low + high)/2, variance (m² − 1)/12,
/// entropy ln m. `low` and `high` must be whole, and `low` at most `high`.
///
/// [`continuous::Uniform`](crate::continuous::Uniform) is the distribution of all numbers between.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::DiscreteUniform;
/// use rainier_dist::distribution::Distribution;
///
/// let die = |x: f64| DiscreteUniform::new(1, 6).log_density(&Real::constant(x)).as_constant();
/// assert_eq!(die(6.0), Some(-6.0_f64.ln()));
/// assert_eq!(die(2.5), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct DiscreteUniform {
    low: Real,
    high: Real,
}

impl DiscreteUniform {
    /// The whole numbers from `low` to `high`.
    pub fn new(low: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self {
            low: low.into(),
            high: high.into(),
        }
    }

    /// high − low, one less than there are numbers.
    fn width(&self) -> Real {
        &self.high - &self.low
    }

    fn log_number(&self) -> Real {
        self.width().ln_1p()
    }

    fn ends(&self) -> [Real; 2] {
        [self.low.clone(), self.high.clone()]
    }
}

impl Distribution for DiscreteUniform {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![
            Constraint::new(NAME, "low", &self.low, Requirement::Whole),
            Constraint::new(NAME, "high", &self.high, Requirement::Whole),
            Constraint::new(NAME, "high - low", &self.width(), Requirement::NonNegative),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        let between = x
            .greater_or_equal(&self.low)
            .and(&x.less_or_equal(&self.high));
        between.and(&x.equal(x.floor()))
    }

    fn log_density_within(&self, _: &Real) -> Real {
        -self.log_number()
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.low, &self.high];
        draw_if_valid(&self.constraints(), parameters, |[low, high], rng| {
            rng.random_range(to_count(low)..=to_count(high))
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.low + 0.5 * self.width())
    }

    fn variance(&self) -> Option<Real> {
        let width = self.width();
        Some(&width * (&width + 2.0) / 12.0)
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.log_number())
    }
}

/// P(X ≤ k) = (k − low + 1)/m.
impl Cumulative for DiscreteUniform {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_cumulative_between(x, &self.ends(), |k| {
            (k - &self.low).ln_1p() - self.log_number()
        })
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_survival_between(x, &self.ends(), |k| {
            (&self.high - k).ln() - self.log_number()
        })
    }
}

impl Discrete for DiscreteUniform {}
