//! Records values beyond a limit as the limit.
//!
//! In: a distribution whose tails are known, and limits. Out: the distribution of what is recorded.

use rainier_core::{Condition, Real};

use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, just_below,
    log_density_where_supported, when_valid,
};
use crate::generator::Generator;

/// Distribution of X moved to the nearest of `low` and `high` where it is beyond them: how much it
/// was beyond is not known, only that it was.
///
/// p(low) = P(X ≤ low), p(high) = P(X ≥ high), and p(x) = f(x) between. For a continuous f this is a
/// probability at each limit and a density between them, so that the result is neither
/// [`Continuous`](crate::distribution::Continuous) nor a count: it can be fitted and drawn from, and
/// is no prior.
///
/// Data must be recorded that way: a value beyond a limit is outside of the support. A limit may be
/// an expression, or a column with a limit for each row, infinite where nothing was censored:
/// survival times are `Exponential::new(rate).censored_above(limits)`.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Normal;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// // A gauge that ends at 2.
/// let reading = Normal::standard().censored_above(2.0);
/// let ln_p = reading.log_density(&Real::constant(2.0)).as_constant().expect("constant");
/// assert!((ln_p.exp() - 0.022750131948179195).abs() < 1e-16);
/// ```
#[derive(Debug, Clone)]
pub struct Censored<D> {
    distribution: D,
    low: Option<Real>,
    high: Option<Real>,
}

impl<D: Cumulative> Censored<D> {
    /// Values below `low` are recorded as `low`, those above `high` as `high`; `low` must be below
    /// `high`, and both be finite.
    pub fn between(distribution: D, low: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self {
            distribution,
            low: Some(low.into()),
            high: Some(high.into()),
        }
    }

    /// Values below `low` are recorded as `low`.
    pub fn below(distribution: D, low: impl Into<Real>) -> Self {
        Self {
            distribution,
            low: Some(low.into()),
            high: None,
        }
    }

    /// Values above `high` are recorded as `high`.
    pub fn above(distribution: D, high: impl Into<Real>) -> Self {
        Self {
            distribution,
            low: None,
            high: Some(high.into()),
        }
    }

    /// Whether `x` is beyond the lower and beyond the upper limit.
    fn is_beyond(&self, x: &Real) -> [Condition; 2] {
        let never = || Condition::always().not();
        let below = self.low.as_ref().map_or_else(never, |low| x.less(low));
        let above = self
            .high
            .as_ref()
            .map_or_else(never, |high| x.greater(high));
        [below, above]
    }

    /// Whether `x` is the lower and whether it is the upper limit.
    fn is_limit(&self, x: &Real) -> [Condition; 2] {
        [&self.low, &self.high].map(|limit| match limit {
            Some(limit) => x.equal(limit),
            None => Condition::always().not(),
        })
    }
}

impl<D: Cumulative> Distribution for Censored<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "Censored"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        let mut own = |parameter, value: &Real, requirement| {
            constraints.push(Constraint::new("Censored", parameter, value, requirement));
        };
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            // A finite difference excludes infinite limits as well.
            own("high - low", &(high - low), Requirement::Positive);
        }
        if D::Value::IS_COUNT {
            for (parameter, limit) in [("low", &self.low), ("high", &self.high)] {
                if let Some(limit) = limit {
                    own(parameter, limit, Requirement::Whole);
                }
            }
        }
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        let [below, above] = self.is_beyond(x);
        let [is_low, is_high] = self.is_limit(x);
        let between = below.or(&above).not().and(&self.distribution.contains(x));
        between.or(&is_low).or(&is_high)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let [is_low, is_high] = self.is_limit(x);
        let between = log_density_where_supported(&self.distribution, x);
        let mut density = between;
        if let Some(high) = &self.high {
            let above = self
                .distribution
                .log_survival(&just_below::<D::Value>(high));
            density = is_high.select(above, density);
        }
        if let Some(low) = &self.low {
            density = is_low.select(self.distribution.log_cumulative(low), density);
        }
        density
    }

    fn generator(&self) -> Generator<D::Value> {
        let generator = self.distribution.generator();
        let [low, high] = [self.low.clone(), self.high.clone()];
        let requirements: Vec<Real> = [&low, &high]
            .into_iter()
            .flatten()
            .chain(generator.requirements())
            .cloned()
            .collect();
        let recorded = Generator::new(requirements, move |environment, rng| {
            let at = |limit: &Option<Real>, none| {
                limit
                    .as_ref()
                    .map_or(none, |limit| environment.value(limit))
            };
            let draw = generator.draw(environment, rng);
            let (low, high) = (at(&low, f64::NEG_INFINITY), at(&high, f64::INFINITY));
            if draw.to_f64() < low {
                D::Value::from_f64(low)
            } else if draw.to_f64() > high {
                D::Value::from_f64(high)
            } else {
                draw
            }
        });
        when_valid(&self.constraints(), recorded)
    }
}

impl<D: Cumulative> Cumulative for Censored<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let mut tail = self.distribution.log_cumulative(x);
        if let Some(high) = &self.high {
            tail = x.greater_or_equal(high).select(0.0, tail);
        }
        if let Some(low) = &self.low {
            tail = x.less(low).select(f64::NEG_INFINITY, tail);
        }
        tail
    }

    fn log_survival(&self, x: &Real) -> Real {
        let mut tail = self.distribution.log_survival(x);
        if let Some(high) = &self.high {
            tail = x.greater_or_equal(high).select(f64::NEG_INFINITY, tail);
        }
        if let Some(low) = &self.low {
            tail = x.less(low).select(0.0, tail);
        }
        tail
    }
}

impl<D: Cumulative + Discrete> Discrete for Censored<D> {}
