//! Decides on zero first, and leaves the other numbers to a distribution.
//!
//! In: a distribution and the probability of not being zero. Out: the hurdle
//! distribution, whose two parts never compete for the zeros.

use rainier_core::{Condition, Real};
use rand::RngExt;

use super::ZeroTruncated;
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, Support, when_valid,
};
use crate::generator::Generator;

/// With probability a the value follows the distribution f given that it is not 0, else it is 0.
///
/// ln p(0) = ln(1 − a), ln p(x) = ln a + ln f(x) − ln(1 − f(0)) elsewhere (Mullahy 1986, Journal of
/// Econometrics 33, 341–365). With E₊ = E f / (1 − f(0)) and V₊ the mean and variance of f given that it
/// is not 0, mean a E₊ and variance a (V₊ + (1 − a) E₊²). a *is* the probability of activity, unlike
/// in [`ZeroInflated`](super::ZeroInflated).
///
/// f may be continuous; it is then never 0 by itself, and the same as zero-inflated with π = 1 − a.
///
/// # Numerics
/// ln(1 − f(0)) is exact for f(0) near 1. Draws reject zeros; where f is hardly ever anything
/// else, they invert its distribution function, and give no value beyond 10,000.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::{Discrete, Distribution};
///
/// let demand = Poisson::new(2.0).hurdle(0.25);
/// let ln_p = demand.log_density(&Real::constant(0.0)).as_constant();
/// assert_eq!(ln_p, Some((-0.25_f64).ln_1p()));
/// ```
#[derive(Debug, Clone)]
pub struct Hurdle<D> {
    truncated: ZeroTruncated<D>,
    active_probability: Real,
}

impl<D: Distribution> Hurdle<D> {
    /// Leaves 0 with probability `active_probability` in [0, 1].
    pub fn new(distribution: D, active_probability: impl Into<Real>) -> Self {
        Self {
            truncated: ZeroTruncated::new(distribution),
            active_probability: active_probability.into(),
        }
    }
}

impl<D: Distribution> Distribution for Hurdle<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "Hurdle"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.truncated.distribution().constraints();
        constraints.push(Constraint::new(
            self.name(),
            "active_probability",
            &self.active_probability,
            Requirement::UnitInterval,
        ));
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(0.0).or(&self.truncated.distribution().contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let active = self.active_probability.ln() + self.truncated.log_density_where_not_zero(x);
        x.equal(0.0)
            .select((-&self.active_probability).ln_1p(), active)
    }

    fn generator(&self) -> Generator<D::Value> {
        let active = self.active_probability.clone();
        let not_zero = self.truncated.unguarded_generator();
        let inner = not_zero.requirements().iter().cloned();
        let requirements: Vec<Real> = inner.chain([active.clone()]).collect();
        let hurdle = Generator::new(requirements, move |environment, rng| {
            if rng.random::<f64>() >= environment.value(&active) {
                return D::Value::from_f64(0.0);
            }
            not_zero.draw(environment, rng)
        });
        when_valid(&self.constraints(), hurdle)
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.active_probability * self.truncated.mean()?)
    }

    fn variance(&self) -> Option<Real> {
        let (mean, variance) = (self.truncated.mean()?, self.truncated.variance()?);
        let active = &self.active_probability;
        Some(active * (variance + (1.0 - active) * &mean * &mean))
    }

    fn entropy(&self) -> Option<Real> {
        let (active, entropy) = (&self.active_probability, self.truncated.entropy()?);
        let of_choice = active.x_ln_x() + (1.0 - active).x_ln_x();
        Some(active * entropy - of_choice)
    }
}

impl<D: Cumulative> Cumulative for Hurdle<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let active = self.active_probability.ln() + self.truncated.log_cumulative(x);
        let with_zero = (-&self.active_probability).ln_1p().log_add_exp(&active);
        let inside = x.less(0.0).select(active, with_zero);
        // The two parts sum to one up to rounding.
        Support::WholeLine.piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let active = self.active_probability.ln();
        let above = &active + self.truncated.log_survival(x);
        let below = active + self.truncated.log_cumulative(x);
        let inside = x.less(0.0).select(below.ln_one_minus_exp(), above);
        Support::WholeLine.piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl<D: Discrete> Discrete for Hurdle<D> {}
