//! Adds probability to one value of a discrete distribution.
//!
//! In: a distribution, a whole number and a probability. Out: the distribution in which that
//! number also comes up by itself.

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::count::to_count;
use crate::distribution::{
    Constraint, Discrete, Distribution, Requirement, log_density_where_supported, when_valid,
};
use crate::generator::Generator;

/// With probability π the value is `constant`, else it follows the distribution f.
///
/// p(x) = π·[x = constant] + (1 − π) f(x), computed by log-sum-exp. Mean π·constant + (1 − π) E f.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::{Discrete, Distribution};
///
/// // One count in ten is the default of a form, 24.
/// let hours = Poisson::new(2.0).constant_inflated(24, 0.1);
/// let ln_p = hours.log_density(&Real::constant(24.0)).as_constant();
/// assert!((ln_p.expect("constant") - 0.1_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct ConstantInflated<D> {
    name: &'static str,
    parameter: &'static str,
    distribution: D,
    constant: Real,
    probability: Real,
}

impl<D: Discrete> ConstantInflated<D> {
    /// Adds `constant`, a whole number, with probability `probability` in [0, 1].
    pub fn new(distribution: D, constant: impl Into<Real>, probability: impl Into<Real>) -> Self {
        let name = "ConstantInflated";
        Self::named(
            name,
            "probability",
            distribution,
            constant.into(),
            probability.into(),
        )
    }

    /// The same under another name, whose probability is called `parameter`.
    pub(super) fn named(
        name: &'static str,
        parameter: &'static str,
        distribution: D,
        constant: Real,
        probability: Real,
    ) -> Self {
        Self {
            name,
            parameter,
            distribution,
            constant,
            probability,
        }
    }
}

impl<D: Discrete> Distribution for ConstantInflated<D> {
    type Value = i64;

    fn name(&self) -> &'static str {
        self.name
    }

    fn constraints(&self) -> Vec<Constraint> {
        let requirement = Requirement::UnitInterval;
        let mut constraints = self.distribution.constraints();
        constraints.extend([
            Constraint::new(self.name, self.parameter, &self.probability, requirement),
            Constraint::new(self.name, "constant", &self.constant, Requirement::Whole),
        ]);
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(&self.constant).or(&self.distribution.contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let log_rest = (-&self.probability).ln_1p();
        // In the rows where x is the constant nothing is left that changes from row to row.
        let by_chance = &log_rest + log_density_where_supported(&self.distribution, &self.constant);
        let inflated = self.probability.ln().log_add_exp(by_chance);
        // Inside the support, what is not the constant is in the distribution's own.
        let other = log_rest + self.distribution.log_density_with_edges(x);
        x.equal(&self.constant).select(inflated, other)
    }

    fn generator(&self) -> Generator<i64> {
        let (probability, constant) = (self.probability.clone(), self.constant.clone());
        let other = self.distribution.generator();
        let own = [probability.clone(), constant.clone()];
        let requirements: Vec<Real> = own
            .into_iter()
            .chain(other.requirements().iter().cloned())
            .collect();
        let inflated = Generator::new(requirements, move |environment, rng| {
            if rng.random::<f64>() < environment.value(&probability) {
                to_count(environment.value(&constant))
            } else {
                other.draw(environment, rng)
            }
        });
        when_valid(&self.constraints(), inflated)
    }
}

impl<D: Discrete> Discrete for ConstantInflated<D> {}
