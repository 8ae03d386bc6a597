//! Adds probability to one value of a distribution.
//!
//! In: a distribution, a number and a probability. Out: the distribution in which that number also
//! comes up by itself.

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, Support,
    log_density_where_supported, when_valid,
};
use crate::generator::Generator;

/// With probability π the value is `constant`, else it follows the distribution f.
///
/// p(x) = π·[x = constant] + (1 − π) f(x), computed by log-sum-exp. Mean π·constant + (1 − π) E f,
/// variance (1 − π) Var f + π(1 − π)(E f − constant)².
///
/// Where f is continuous the constant has probability π, all other numbers together the density
/// (1 − π) f(x); beside a probability, the density f(constant) is nothing. The result is then neither
/// [`Continuous`](crate::distribution::Continuous) nor a count: it can be fitted and drawn from, and
/// is no prior.
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

impl<D: Distribution> ConstantInflated<D> {
    /// Adds `constant` with probability `probability` in [0, 1]; among counts it must be a whole
    /// number.
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

impl<D: Distribution> Distribution for ConstantInflated<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        self.name
    }

    fn constraints(&self) -> Vec<Constraint> {
        let requirement = Requirement::UnitInterval;
        let of_constant = if D::Value::IS_COUNT {
            Requirement::Whole
        } else {
            Requirement::Finite
        };
        let mut constraints = self.distribution.constraints();
        constraints.extend([
            Constraint::new(self.name, self.parameter, &self.probability, requirement),
            Constraint::new(self.name, "constant", &self.constant, of_constant),
        ]);
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(&self.constant).or(&self.distribution.contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let log_rest = (-&self.probability).ln_1p();
        // In the rows where x is the constant nothing is left that changes from row to row.
        let inflated = if D::Value::IS_COUNT {
            let f = log_density_where_supported(&self.distribution, &self.constant);
            self.probability.ln().log_add_exp(&log_rest + f)
        } else {
            self.probability.ln()
        };
        // Inside the support, what is not the constant is in the distribution's own.
        let other = log_rest + self.distribution.log_density_with_edges(x);
        x.equal(&self.constant).select(inflated, other)
    }

    fn generator(&self) -> Generator<D::Value> {
        let (probability, constant) = (self.probability.clone(), self.constant.clone());
        let other = self.distribution.generator();
        let own = [probability.clone(), constant.clone()];
        let requirements: Vec<Real> = own
            .into_iter()
            .chain(other.requirements().iter().cloned())
            .collect();
        let inflated = Generator::new(requirements, move |environment, rng| {
            if rng.random::<f64>() < environment.value(&probability) {
                D::Value::from_f64(environment.value(&constant))
            } else {
                other.draw(environment, rng)
            }
        });
        when_valid(&self.constraints(), inflated)
    }

    fn mean(&self) -> Option<Real> {
        let mean = self.distribution.mean()?;
        Some(&self.probability * &self.constant + (1.0 - &self.probability) * mean)
    }

    fn variance(&self) -> Option<Real> {
        let (probability, rest) = (&self.probability, 1.0 - &self.probability);
        let distance = self.distribution.mean()? - &self.constant;
        let between = probability * (&distance * &distance);
        Some(rest * (self.distribution.variance()? + between))
    }

    /// −q ln q for the constant with its probability q, and what is left of f without it.
    fn entropy(&self) -> Option<Real> {
        let entropy = self.distribution.entropy()?;
        let rest = 1.0 - &self.probability;
        let own = if D::Value::IS_COUNT {
            log_density_where_supported(&self.distribution, &self.constant).exp()
        } else {
            Real::constant(0.0)
        };
        let of_constant = (&self.probability + &rest * &own).x_ln_x();
        let of_choice = (1.0 - &own) * rest.x_ln_x();
        Some(rest * (entropy + own.x_ln_x()) - of_constant - of_choice)
    }
}

impl<D: Cumulative> ConstantInflated<D> {
    /// A tail of f, to which the constant is added where it `counts`.
    fn tail(&self, f: Real, counts: &Condition) -> Real {
        let own = (-&self.probability).ln_1p() + f;
        counts.select(self.probability.ln().log_add_exp(&own), &own)
    }
}

impl<D: Cumulative> Cumulative for ConstantInflated<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let f = self.distribution.log_cumulative(x);
        let inside = self.tail(f, &x.greater_or_equal(&self.constant));
        // The two parts sum to one up to rounding.
        Support::WholeLine.piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let f = self.distribution.log_survival(x);
        let inside = self.tail(f, &x.less(&self.constant));
        Support::WholeLine.piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl<D: Discrete> Discrete for ConstantInflated<D> {}
