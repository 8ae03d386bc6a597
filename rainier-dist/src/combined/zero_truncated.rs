//! Leaves zero out of a distribution.
//!
//! In: a discrete distribution. Out: the distribution of its counts given that they are not 0.

use std::sync::Arc;

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement,
    log_density_where_supported, when_valid,
};
use crate::environment::Environment;
use crate::generator::Generator;

/// Probability of not being zero below which rejecting zeros takes too long (a thousand draws).
const SELDOM: f64 = 1e-3;

/// Numbers tried by inversion before a draw is given up.
const LONGEST_SEARCH: i32 = 10_000;

/// The distribution f given that the count is not 0: sizes of groups that were seen at all.
///
/// ln p(x) = ln f(x) − ln(1 − f(0)), x ≠ 0. Mean E f / (1 − f(0)), variance
/// Var f / (1 − f(0)) − f(0) (E f)² / (1 − f(0))². f must be able to be anything but 0.
///
/// # Numerics
/// ln(1 − f(0)) is exact for f(0) near 1. Where f(0) is 0 at an edge of f's parameters, as of a
/// binomial count with p = 1, the truncation adds nothing to the slopes. The variance cancels there: its absolute error is ε. Draws
/// reject zeros; where f is hardly ever anything else, they invert its distribution function, and
/// give no value beyond 10,000.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::{Discrete, Distribution};
///
/// // However small the rate, a group that was seen has somebody in it.
/// let size = Poisson::new(1e-30).zero_truncated();
/// assert_eq!(size.log_density(&Real::constant(1.0)).as_constant(), Some(0.0));
/// assert_eq!(size.log_density(&Real::constant(0.0)).as_constant(), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug)]
pub struct ZeroTruncated<D> {
    distribution: Arc<D>,
}

impl<D: Distribution> ZeroTruncated<D> {
    /// The distribution of `distribution`'s values that are not 0.
    pub fn new(distribution: D) -> Self {
        Self {
            distribution: Arc::new(distribution),
        }
    }

    /// The distribution that zero is left out of.
    pub(super) fn distribution(&self) -> &D {
        &self.distribution
    }

    /// ln f(0), for a continuous f the probability of exactly 0: none.
    fn log_zero(&self) -> Real {
        if D::Value::IS_COUNT {
            log_density_where_supported(&*self.distribution, &Real::constant(0.0))
        } else {
            Real::constant(f64::NEG_INFINITY)
        }
    }

    /// ln(1 − f(0)).
    fn log_not_zero(&self) -> Real {
        let log_zero = self.log_zero();
        // The slope of ln 0 is infinite, of which e^−∞ makes no number.
        let is_never = log_zero.equal(f64::NEG_INFINITY);
        is_never.select(0.0, log_zero.ln_one_minus_exp())
    }

    /// ln p(x), −∞ outside the support of f; `x` is not 0.
    pub(super) fn log_density_where_not_zero(&self, x: &Real) -> Real {
        self.given_not_zero(log_density_where_supported(&*self.distribution, x))
    }

    /// ln p(x) from ln f(x); −∞ where f is nothing but 0.
    fn given_not_zero(&self, log_density: Real) -> Real {
        let log_not_zero = self.log_not_zero();
        let is_nothing = log_not_zero.equal(f64::NEG_INFINITY);
        is_nothing.select(f64::NEG_INFINITY, log_density - log_not_zero)
    }

    /// Draws for parameters within their constraints.
    pub(super) fn unguarded_generator(&self) -> Generator<D::Value> {
        let log_not_zero = self.log_not_zero();
        let distribution = Arc::clone(&self.distribution);
        let generator = distribution.generator();
        let inner = generator.requirements().iter().cloned();
        let requirements: Vec<Real> = inner.chain([log_not_zero.clone()]).collect();
        Generator::new(requirements, move |environment, rng| {
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
        })
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

impl<D: Distribution> Distribution for ZeroTruncated<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "ZeroTruncated"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        let log_not_zero = self.log_not_zero();
        // Of unknowns it is not asked: nothing but 0 is a limit that no sampler reaches.
        if log_not_zero.as_constant().is_some() {
            let parameter = "log probability of a count that is not 0";
            let requirement = Requirement::Finite;
            let constraint = Constraint::new(self.name(), parameter, &log_not_zero, requirement);
            constraints.push(constraint);
        }
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        x.equal(0.0).not().and(&self.distribution.contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.given_not_zero(self.distribution.log_density_with_edges(x))
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        self.given_not_zero(self.distribution.log_density_apart(x))
    }

    fn generator(&self) -> Generator<D::Value> {
        when_valid(&self.constraints(), self.unguarded_generator())
    }

    fn mean(&self) -> Option<Real> {
        let mean = self.distribution.mean()?;
        Some(mean / self.log_not_zero().exp())
    }

    fn variance(&self) -> Option<Real> {
        let (mean, variance) = (self.mean()?, self.distribution.variance()?);
        let within = variance / self.log_not_zero().exp();
        Some(within - self.log_zero().exp() * &mean * &mean)
    }

    /// ln(1 − f(0)) and f's entropy without the term of 0, over 1 − f(0).
    fn entropy(&self) -> Option<Real> {
        let entropy = self.distribution.entropy()?;
        let log_not_zero = self.log_not_zero();
        let others = entropy + self.log_zero().exp().x_ln_x();
        Some(others / log_not_zero.exp() + log_not_zero)
    }
}

/// Below 0 the tails of f over 1 − f(0); from 0 on P(X > x) is, and P(X ≤ x) is (F(x) − f(0)) over it.
impl<D: Cumulative> Cumulative for ZeroTruncated<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let log_below = self.distribution.log_cumulative(x);
        let log_not_zero = self.log_not_zero();
        let log_zero = self.log_zero();
        let without_zero = log_below.log_diff_exp(&log_zero) - &log_not_zero;
        let is_never = log_zero.equal(f64::NEG_INFINITY);
        let from_below = is_never.select(&log_below, without_zero);
        let from_above = (self.distribution.log_survival(x) - &log_not_zero).ln_one_minus_exp();
        // Either difference is exact where what it is taken from is far from 1.
        let from_zero = log_below.less(0.5_f64.ln()).select(from_below, from_above);
        // Where nothing is below 0 the difference at 0 is that of equal numbers, which has no slope.
        let is_first = log_below.less_or_equal(&log_zero);
        let from_zero = is_first.select(f64::NEG_INFINITY, from_zero);
        x.less(0.0).select(log_below - log_not_zero, from_zero)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let log_not_zero = self.log_not_zero();
        let below = (self.distribution.log_cumulative(x) - &log_not_zero).ln_one_minus_exp();
        let above = self.distribution.log_survival(x) - log_not_zero;
        x.less(0.0).select(below, above)
    }
}

impl<D: Discrete> Discrete for ZeroTruncated<D> {}

// Written out, since the distribution is shared: the derive would ask `D: Clone`.
impl<D> Clone for ZeroTruncated<D> {
    fn clone(&self) -> Self {
        Self {
            distribution: Arc::clone(&self.distribution),
        }
    }
}
