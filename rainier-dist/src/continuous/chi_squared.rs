//! States the chi-squared distribution, a gamma distribution by another name.
//!
//! In: degrees of freedom. Out: its log density, tails, support and draws.

use rainier_core::{Condition, Real};

use super::Gamma;
use crate::distribution::{Constraint, Continuous, Cumulative, Distribution, Requirement, Support};
use crate::generator::Generator;

/// Chi-squared distribution with ν degrees of freedom, on (0, ∞): the sum of squares of ν standard
/// normal variables.
///
/// ln p(x) = (ν/2 − 1) ln x − x/2 − (ν/2) ln 2 − ln Γ(ν/2), the [`Gamma`] distribution of shape ν/2
/// and scale 2, whose notes on x = 0 and on numerics hold. ν need not be whole. Mean ν, variance
/// 2ν.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::ChiSquared;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = ChiSquared::new(2.0).log_density(&Real::constant(3.0)).as_constant();
/// assert!((ln_p.expect("constant") - (0.5_f64.ln() - 1.5)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct ChiSquared {
    degrees_of_freedom: Real,
    gamma: Gamma,
}

impl ChiSquared {
    /// The chi-squared distribution with these degrees of freedom, which must be positive.
    pub fn new(degrees_of_freedom: impl Into<Real>) -> Self {
        let degrees_of_freedom = degrees_of_freedom.into();
        Self {
            gamma: Gamma::new(0.5 * &degrees_of_freedom, 2.0),
            degrees_of_freedom,
        }
    }
}

impl Distribution for ChiSquared {
    type Value = f64;

    fn name(&self) -> &'static str {
        "ChiSquared"
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![Constraint::new(
            self.name(),
            "degrees_of_freedom",
            &self.degrees_of_freedom,
            Requirement::Positive,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        self.gamma.contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.gamma.log_density_within(x)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        self.gamma.log_density_apart(x)
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        self.gamma.log_density_with_edges(x)
    }

    fn generator(&self) -> Generator<f64> {
        self.gamma.generator()
    }

    fn mean(&self) -> Option<Real> {
        self.gamma.mean()
    }

    fn variance(&self) -> Option<Real> {
        self.gamma.variance()
    }

    fn entropy(&self) -> Option<Real> {
        self.gamma.entropy()
    }
}

impl Cumulative for ChiSquared {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.gamma.log_cumulative(x)
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.gamma.log_survival(x)
    }
}

impl Continuous for ChiSquared {
    fn support(&self) -> Support {
        self.gamma.support()
    }
}
