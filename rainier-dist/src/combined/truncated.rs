//! Leaves out the values of a distribution that lie beyond a bound.
//!
//! In: a distribution whose tails are known, and bounds. Out: the distribution given that the value
//! lies within them.

use std::sync::Arc;

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Discrete, Distribution, Number, Requirement, Support,
    first_place, just_below, log_between, when_valid,
};
use crate::environment::Environment;
use crate::generator::Generator;

/// Probability within the bounds below which rejecting draws takes longer than inverting the
/// distribution function.
const SELDOM: f64 = 0.01;

/// Distribution of X given low ≤ X ≤ high, where X follows the distribution f: of what is beyond the
/// bounds nothing was seen, not even how much it was.
///
/// ln p(x) = ln f(x) − ln P(low ≤ X ≤ high) within the bounds, which may be expressions. Both belong
/// to the support; counts that are not zero are `truncated_below(1)`.
///
/// # Numerics
/// The probability within the bounds is a difference of the smaller tails' logarithms, exact also
/// where it is too small for a number. Where it is far smaller than both tails, the digits of the
/// ratio are lost. Draws reject what is beyond the bounds, or invert the distribution function where
/// less than one draw in a hundred is within.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Normal;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// // 40 standard deviations out, a normal tail is nearly exponential with rate 40.
/// let tail = Normal::standard().truncated_below(40.0);
/// let ln_p = tail.log_density(&Real::constant(40.0)).as_constant().expect("constant");
/// assert!((ln_p - 40.02496879881475_f64.ln()).abs() < 1e-11);
/// ```
#[derive(Debug)]
pub struct Truncated<D> {
    distribution: Arc<D>,
    low: Option<Real>,
    high: Option<Real>,
}

impl<D: Cumulative> Truncated<D> {
    /// Values from `low` to `high`, both included and finite; `low` must be below `high`, for counts
    /// not above it.
    pub fn between(distribution: D, low: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self::new(distribution, Some(low.into()), Some(high.into()))
    }

    /// Nothing below `low`, which must be finite.
    pub fn below(distribution: D, low: impl Into<Real>) -> Self {
        Self::new(distribution, Some(low.into()), None)
    }

    /// Nothing above `high`, which must be finite.
    pub fn above(distribution: D, high: impl Into<Real>) -> Self {
        Self::new(distribution, None, Some(high.into()))
    }

    fn new(distribution: D, low: Option<Real>, high: Option<Real>) -> Self {
        let distribution = Arc::new(distribution);
        Self {
            distribution,
            low,
            high,
        }
    }

    /// The lower bound, itself excluded.
    fn from(&self) -> Option<Real> {
        self.low.as_ref().map(just_below::<D::Value>)
    }

    /// ln P(low ≤ X ≤ high).
    fn log_mass(&self) -> Real {
        log_between(
            &*self.distribution,
            self.from().as_ref(),
            self.high.as_ref(),
        )
    }

    fn is_within(&self, x: &Real) -> Condition {
        let above = self.low.as_ref().map(|low| x.greater_or_equal(low));
        let below = self.high.as_ref().map(|high| x.less_or_equal(high));
        [above, below]
            .into_iter()
            .flatten()
            .fold(Condition::always(), |all, one| all.and(&one))
    }
}

impl<D: Cumulative> Distribution for Truncated<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "Truncated"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let own = |parameter, value, requirement| {
            Constraint::new("Truncated", parameter, value, requirement)
        };
        let mut constraints = self.distribution.constraints();
        let bounds = [("low", &self.low), ("high", &self.high)];
        constraints.extend(bounds.into_iter().filter_map(|(name, bound)| {
            let bound = bound.as_ref()?;
            Some(own(name, bound, Requirement::Finite))
        }));
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            let requirement = if D::Value::IS_COUNT {
                Requirement::NonNegative
            } else {
                Requirement::Positive
            };
            constraints.push(own("high - low", &(high - low), requirement));
        }
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        self.is_within(x).and(&self.distribution.contains(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.distribution.log_density_within(x) - self.log_mass()
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        self.distribution.log_density_with_edges(x) - self.log_mass()
    }

    fn generator(&self) -> Generator<D::Value> {
        let generator = self.distribution.generator();
        let [from, to] = [self.from(), self.high.clone()];
        let (log_mass, truncated) = (self.log_mass(), self.clone());
        let inside = [&self.low, &self.high, &from].map(Clone::clone);
        let requirements: Vec<Real> = inside
            .iter()
            .flatten()
            .chain([&log_mass])
            .chain(generator.requirements())
            .cloned()
            .collect();
        let [low, high, _] = inside;
        let draw = Generator::new(requirements, move |environment, rng| {
            let at = |bound: &Option<Real>, none| {
                bound
                    .as_ref()
                    .map_or(none, |bound| environment.value(bound))
            };
            let mass = environment.value(&log_mass);
            if mass >= SELDOM.ln() {
                let (low, high) = (at(&low, f64::NEG_INFINITY), at(&high, f64::INFINITY));
                loop {
                    let draw = generator.draw(environment, rng);
                    let value = draw.to_f64();
                    // What is no value stays none.
                    if !(value < low || value > high) || value.is_nan() {
                        return draw;
                    }
                }
            }
            if mass.is_nan() || mass == f64::NEG_INFINITY {
                return D::Value::NO_VALUE;
            }
            truncated.invert([from.as_ref(), to.as_ref()], environment, rng)
        });
        when_valid(&self.constraints(), draw)
    }
}

impl<D: Cumulative> Truncated<D> {
    /// A draw by inversion of the distribution function, in the tail where the bounds are.
    fn invert(
        &self,
        [from, to]: [Option<&Real>; 2],
        environment: &Environment<'_>,
        rng: &mut dyn Rng,
    ) -> D::Value {
        let tail = |of: &dyn Fn(&Real) -> Real, bound: Option<&Real>, none: f64| {
            bound.map_or(none, |bound| environment.value(&of(bound)))
        };
        let survival = |x: &Real| self.distribution.log_survival(x);
        let cumulative = |x: &Real| self.distribution.log_cumulative(x);
        let share = 1.0 - rng.random::<f64>();
        let (nothing, all) = (f64::NEG_INFINITY, 0.0);
        let (above, below) = (tail(&survival, from, all), tail(&cumulative, to, all));
        // ln of a value uniform between the tail's values at the bounds.
        let between = |larger: f64, smaller: f64| {
            let ratio = (smaller - larger).exp();
            larger + (ratio + share * (1.0 - ratio)).ln()
        };
        let draw: D::Value = if above < below {
            let target = between(above, tail(&survival, to, nothing));
            first_place(|x| environment.value(&survival(&Real::constant(x))) <= target)
        } else {
            let target = between(below, tail(&cumulative, from, nothing));
            first_place(|x| environment.value(&cumulative(&Real::constant(x))) >= target)
        };
        // Rounding may end just beyond a bound.
        let bound = |bound: &Option<Real>, none| {
            bound
                .as_ref()
                .map_or(none, |bound| environment.value(bound))
        };
        let low = bound(&self.low, f64::NEG_INFINITY);
        let high = bound(&self.high, f64::INFINITY);
        if draw.to_f64() < low {
            D::Value::from_f64(if D::Value::IS_COUNT { low.ceil() } else { low })
        } else if draw.to_f64() > high {
            D::Value::from_f64(
                high.floor()
                    .max(if D::Value::IS_COUNT { low } else { high }),
            )
        } else {
            draw
        }
    }
}

impl<D: Cumulative> Cumulative for Truncated<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let from = self.from();
        let within = log_between(&*self.distribution, from.as_ref(), Some(x)) - self.log_mass();
        self.piecewise(x, f64::NEG_INFINITY, within, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let within =
            log_between(&*self.distribution, Some(x), self.high.as_ref()) - self.log_mass();
        self.piecewise(x, 0.0, within, f64::NEG_INFINITY)
    }
}

impl<D: Cumulative> Truncated<D> {
    fn piecewise(&self, x: &Real, below: f64, within: Real, above: f64) -> Real {
        let until_high = match &self.high {
            Some(high) => x.greater_or_equal(high).select(above, within),
            None => within,
        };
        match &self.low {
            Some(low) => x.less(low).select(below, until_high),
            None => until_high,
        }
    }
}

impl<D: Cumulative + Continuous> Continuous for Truncated<D> {
    fn support(&self) -> Support {
        self.distribution
            .support()
            .within(self.low.as_ref(), self.high.as_ref())
    }
}

impl<D: Cumulative + Discrete> Discrete for Truncated<D> {}

// Written out, since a derive would ask `D: Clone`.
impl<D> Clone for Truncated<D> {
    fn clone(&self) -> Self {
        Self {
            distribution: Arc::clone(&self.distribution),
            low: self.low.clone(),
            high: self.high.clone(),
        }
    }
}
