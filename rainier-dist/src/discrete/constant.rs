//! States the distribution that always gives the same number.
//!
//! In: a whole number. Out: log probability 0 of that number, −∞ of any other.

use rainier_core::{Condition, Real};

use crate::distribution::count::to_count;
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid,
};
use crate::generator::Generator;

/// Point mass: the value is `value` with certainty.
///
/// ln p(value) = 0. Mean `value`, variance 0, entropy 0. A component of mixtures: "silent".
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Constant;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = |x: f64| Constant::new(3).log_density(&Real::constant(x)).as_constant();
/// assert_eq!(ln_p(3.0), Some(0.0));
/// assert_eq!(ln_p(4.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct Constant {
    value: Real,
}

impl Constant {
    /// The point mass at this whole number.
    pub fn new(value: impl Into<Real>) -> Self {
        Self {
            value: value.into(),
        }
    }
}

impl Distribution for Constant {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Constant"
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![Constraint::new(
            self.name(),
            "value",
            &self.value,
            Requirement::Whole,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(&self.value)
    }

    fn log_density_within(&self, _: &Real) -> Real {
        Real::constant(0.0)
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(&self.constraints(), [&self.value], |[value], _| {
            to_count(value)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.value.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(Real::constant(0.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(Real::constant(0.0))
    }
}

impl Cumulative for Constant {
    fn log_cumulative(&self, x: &Real) -> Real {
        x.less(&self.value).select(f64::NEG_INFINITY, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        x.less(&self.value).select(0.0, f64::NEG_INFINITY)
    }
}

impl Discrete for Constant {}
