//! Leaves out the values of a distribution that lie beyond a bound.
//!
//! In: a distribution whose tails are known, and bounds. Out: the distribution given that the value
//! lies within them.

use std::sync::Arc;

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Discrete, Distribution, Number, Requirement, Support,
    all_hold, first_place, just_below, log_between, when_valid,
};
use crate::environment::Environment;
use crate::generator::Generator;

const NAME: &str = "Truncated";

/// Probability within the bounds below which rejecting draws takes longer than inverting the
/// distribution function.
const SELDOM: f64 = 0.01;

/// Draws rejected before that is given up: with one in a hundred accepted, never.
const TRIES: usize = 10_000;

/// Distribution of X given low ≤ X ≤ high, where X follows the distribution f: of what is beyond the
/// bounds nothing was seen, not even how much it was.
///
/// ln p(x) = ln f(x) − ln P(low ≤ X ≤ high) within the bounds, which may be expressions. Both belong
/// to the support; counts that are not zero are `truncated_below(1)`. Bounds that leave nothing of f
/// are out of their domain.
///
/// # Numerics
/// The probability within the bounds is a difference of the smaller tails' logarithms, exact also
/// where it is too small for a number. Where it is far smaller than both tails, the digits of the
/// ratio are lost, and with less than 1e-16 of them it counts as none at all: an interval of 1e-17
/// around the median of a normal distribution is refused. Where f's own tails are beyond all numbers, as those of a normal distribution 1e154
/// standard deviations away, nothing is left of f.
///
/// Draws reject what is beyond the bounds, or invert the distribution function where
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
/// assert!((ln_p - 40.02496884720726_f64.ln()).abs() < 1e-11);
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

    /// ln P(low ≤ X ≤ high); −∞ for bounds and parameters out of their domain, so that nothing of
    /// theirs leaks out of the condition that it is finite.
    fn log_mass(&self) -> Real {
        let (from, to) = (self.from(), self.high.as_ref());
        let mass = log_between(&*self.distribution, from.as_ref(), to);
        all_hold(&self.constraints_of_parts()).select(mass, f64::NEG_INFINITY)
    }

    /// What must hold of the distribution and of the bounds.
    fn constraints_of_parts(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        let bounds = [("low", &self.low), ("high", &self.high)];
        constraints.extend(bounds.into_iter().filter_map(|(name, bound)| {
            let bound = bound.as_ref()?;
            Some(Constraint::new(NAME, name, bound, Requirement::Finite))
        }));
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            let requirement = if D::Value::IS_COUNT {
                Requirement::NonNegative
            } else {
                Requirement::Positive
            };
            let width = high - low;
            constraints.push(Constraint::new(NAME, "high - low", &width, requirement));
        }
        constraints
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
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.constraints_of_parts();
        // Something must be left.
        constraints.push(Constraint::new(
            NAME,
            "log probability within",
            &self.log_mass(),
            Requirement::Finite,
        ));
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
        let (from, log_mass, truncated) = (self.from(), self.log_mass(), self.clone());
        let own = [&self.low, &self.high, &from];
        let requirements: Vec<Real> = own
            .into_iter()
            .flatten()
            .chain([&log_mass])
            .chain(generator.requirements())
            .cloned()
            .collect();
        let draw = Generator::new(requirements, move |environment, rng| {
            let [low, high] = truncated.bounds(environment);
            if environment.value(&log_mass) >= SELDOM.ln() {
                for _ in 0..TRIES {
                    let draw = generator.draw(environment, rng);
                    let value = draw.to_f64();
                    if value >= low && value <= high {
                        return draw;
                    }
                }
            }
            let draw = truncated.invert(from.as_ref(), environment, rng);
            // Rounding may end just beyond a bound.
            if draw.to_f64() < low {
                D::Value::from_f64(if D::Value::IS_COUNT { low.ceil() } else { low })
            } else if draw.to_f64() > high {
                D::Value::from_f64(if D::Value::IS_COUNT {
                    high.floor()
                } else {
                    high
                })
            } else {
                draw
            }
        });
        when_valid(&self.constraints(), draw)
    }
}

impl<D: Cumulative> Truncated<D> {
    /// The bounds' values, infinite where there is none.
    fn bounds(&self, environment: &Environment<'_>) -> [f64; 2] {
        let value = |bound: Option<&Real>, none| bound.map_or(none, |real| environment.value(real));
        [
            value(self.low.as_ref(), f64::NEG_INFINITY),
            value(self.high.as_ref(), f64::INFINITY),
        ]
    }

    /// A draw by inversion of the distribution function, in the tail where the bounds are; `from`
    /// is the lower bound, itself excluded.
    fn invert(
        &self,
        from: Option<&Real>,
        environment: &Environment<'_>,
        rng: &mut dyn Rng,
    ) -> D::Value {
        let survival = |x: &Real| environment.value(&self.distribution.log_survival(x));
        let cumulative = |x: &Real| environment.value(&self.distribution.log_cumulative(x));
        let (nothing, all) = (f64::NEG_INFINITY, 0.0);
        let to = self.high.as_ref();
        let (above, below) = (from.map_or(all, survival), to.map_or(all, cumulative));
        let share = 1.0 - rng.random::<f64>();
        // ln of a probability that is uniform between a tail's values at the bounds.
        let between = |larger: f64, smaller: f64| {
            let ratio = (smaller - larger).exp();
            larger + (ratio + share * (1.0 - ratio)).ln()
        };
        if above < below {
            let target = between(above, to.map_or(nothing, survival));
            first_place(|x| survival(&Real::constant(x)) <= target)
        } else {
            let target = between(below, from.map_or(nothing, cumulative));
            first_place(|x| cumulative(&Real::constant(x)) >= target)
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
