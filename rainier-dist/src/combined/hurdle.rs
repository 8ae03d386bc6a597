//! Decides on zero first, and leaves the other numbers to a distribution.
//!
//! In: a distribution and the probability of not being zero. Out: the hurdle
//! distribution, whose two parts never compete for the zeros.

use std::sync::Arc;

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, Support,
    log_density_where_supported, when_valid,
};
use crate::environment::Environment;
use crate::generator::Generator;

/// Probability of not being zero below which rejecting zeros takes too long (a thousand draws).
const SELDOM: f64 = 1e-3;

/// Numbers tried by inversion before a draw is given up.
const LONGEST_SEARCH: i32 = 10_000;

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
    distribution: Arc<D>,
    active_probability: Real,
}

impl<D: Distribution> Hurdle<D> {
    /// Leaves 0 with probability `active_probability` in [0, 1].
    pub fn new(distribution: D, active_probability: impl Into<Real>) -> Self {
        Self {
            distribution: Arc::new(distribution),
            active_probability: active_probability.into(),
        }
    }

    /// ln(1 − f(0)).
    fn log_not_zero(&self) -> Real {
        self.log_zero().ln_one_minus_exp()
    }

    /// ln f(0), for a continuous f the probability of exactly 0: none.
    fn log_zero(&self) -> Real {
        let zero = Real::constant(0.0);
        if D::Value::IS_COUNT {
            log_density_where_supported(&*self.distribution, &zero)
        } else {
            Real::constant(f64::NEG_INFINITY)
        }
    }

    /// Mean and variance of f given that it is not 0.
    fn active_moments(&self) -> Option<(Real, Real)> {
        let (mean, variance) = (self.distribution.mean()?, self.distribution.variance()?);
        let not_zero = self.log_not_zero().exp();
        let active = &mean / &not_zero;
        // E X² − (E X)² over the probability; what is left out lies at 0.
        let variance = (variance + &mean * (&mean - &active)) / not_zero;
        Some((active, variance))
    }
}

impl<D: Distribution> Distribution for Hurdle<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "Hurdle"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        constraints.push(Constraint::new(
            self.name(),
            "active_probability",
            &self.active_probability,
            Requirement::UnitInterval,
        ));
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(0.0).or(&self.distribution.contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let active = self.active_probability.ln() - self.log_not_zero()
            + log_density_where_supported(&*self.distribution, x);
        x.equal(0.0)
            .select((-&self.active_probability).ln_1p(), active)
    }

    fn generator(&self) -> Generator<D::Value> {
        let (active, log_not_zero) = (self.active_probability.clone(), self.log_not_zero());
        let distribution = Arc::clone(&self.distribution);
        let generator = distribution.generator();
        let own = [active.clone(), log_not_zero.clone()];
        let requirements: Vec<Real> = own
            .into_iter()
            .chain(generator.requirements().iter().cloned())
            .collect();
        let hurdle = Generator::new(requirements, move |environment, rng| {
            if rng.random::<f64>() >= environment.value(&active) {
                return D::Value::from_f64(0.0);
            }
            let not_zero = environment.value(&log_not_zero).exp();
            if not_zero < SELDOM {
                return invert(&*distribution, not_zero, environment, rng);
            }
            loop {
                let draw = generator.draw(environment, rng);
                if draw.to_f64() != 0.0 {
                    return draw;
                }
            }
        });
        when_valid(&self.constraints(), hurdle)
    }

    fn mean(&self) -> Option<Real> {
        let mean = self.distribution.mean()?;
        Some(&self.active_probability * mean / self.log_not_zero().exp())
    }

    fn variance(&self) -> Option<Real> {
        let (mean, variance) = self.active_moments()?;
        let active = &self.active_probability;
        Some(active * (variance + (1.0 - active) * &mean * &mean))
    }
}

impl<D: Cumulative> Cumulative for Hurdle<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let active = self.active_probability.ln() - self.log_not_zero();
        let f = self.distribution.log_cumulative(x);
        let some = &active + f.log_diff_exp(self.log_zero());
        let with_zero = (-&self.active_probability).ln_1p().log_add_exp(some);
        let inside = x.less(0.0).select(active + f, with_zero);
        // The two parts sum to one up to rounding.
        Support::WholeLine.piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let active = self.active_probability.ln() - self.log_not_zero();
        let above = &active + self.distribution.log_survival(x);
        let below = active + self.distribution.log_cumulative(x);
        let inside = x.less(0.0).select(below.ln_one_minus_exp(), above);
        Support::WholeLine.piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

/// A draw of the distribution given that it is positive, by adding up probabilities.
fn invert<D: Distribution>(
    distribution: &D,
    not_zero: f64,
    environment: &Environment<'_>,
    rng: &mut dyn Rng,
) -> D::Value {
    let mut left = rng.random::<f64>() * not_zero;
    for count in 1..LONGEST_SEARCH {
        let log_density = log_density_where_supported(distribution, &Real::from(count));
        left -= environment.value(&log_density).exp();
        if left < 0.0 {
            return D::Value::from_f64(f64::from(count));
        }
    }
    D::Value::NO_VALUE
}

impl<D: Discrete> Discrete for Hurdle<D> {}
