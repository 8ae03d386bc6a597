//! Adds probability to zero.
//!
//! In: a distribution and a probability. Out: the distribution with extra zeros.

use rainier_core::{Condition, Real};

use super::ConstantInflated;
use crate::distribution::{Constraint, Cumulative, Discrete, Distribution};
use crate::generator::Generator;

/// With probability π the value is 0, else it follows the distribution f.
///
/// ln p(0) = ln(π + (1 − π) f(0)), ln p(x) = ln(1 − π) + ln f(x) elsewhere. Mean (1 − π) E f,
/// variance (1 − π)(Var f + π (E f)²). π is
/// the `zero_probability` of a structural zero (Lambert 1992, Technometrics 34, 1–14); zeros are
/// more frequent than that, since f gives some as well. Some authors write π for 1 − π.
///
/// f may be continuous, as the size of what often does not happen: then 0 has the probability π and
/// the other numbers the density (1 − π) f(x). See [`ConstantInflated`] for what that is good for.
///
/// # Numerics
/// ln p(0) is a log-sum-exp. With data, the rows that are 0 and the others collapse separately: a
/// zero-inflated Poisson model needs the number of both and the sum.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::{Discrete, Distribution};
///
/// let visits = Poisson::new(4.0).zero_inflated(0.3);
/// let ln_p = visits.log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") - (0.7_f64.ln() + 4.0_f64.ln() - 4.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct ZeroInflated<D> {
    inflated: ConstantInflated<D>,
}

impl<D: Distribution> ZeroInflated<D> {
    /// Adds zeros with probability `zero_probability` in [0, 1].
    pub fn new(distribution: D, zero_probability: impl Into<Real>) -> Self {
        Self {
            inflated: ConstantInflated::named(
                "ZeroInflated",
                "zero_probability",
                distribution,
                Real::constant(0.0),
                zero_probability.into(),
            ),
        }
    }
}

impl<D: Distribution> Distribution for ZeroInflated<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        self.inflated.name()
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.inflated.constraints()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.inflated.contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.inflated.log_density_within(x)
    }

    fn generator(&self) -> Generator<D::Value> {
        self.inflated.generator()
    }

    fn mean(&self) -> Option<Real> {
        self.inflated.mean()
    }

    fn variance(&self) -> Option<Real> {
        self.inflated.variance()
    }

    fn entropy(&self) -> Option<Real> {
        self.inflated.entropy()
    }
}

impl<D: Cumulative> Cumulative for ZeroInflated<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.inflated.log_cumulative(x)
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.inflated.log_survival(x)
    }
}

impl<D: Discrete> Discrete for ZeroInflated<D> {}
