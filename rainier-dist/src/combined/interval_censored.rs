//! Records values within an interval as its upper end.
//!
//! In: a distribution whose tails are known, and an interval. Out: the distribution of what is
//! recorded.

use rainier_core::{Condition, Real};

use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, log_between,
    log_density_where_supported, when_valid,
};
use crate::generator::Generator;

const NAME: &str = "IntervalCensored";

/// Distribution of X recorded as `high` where low < X ≤ high: a failure that was found by an
/// inspection, of which only the inspection before is known to have found none.
///
/// p(high) = P(low < X ≤ high), nothing else within the interval, and p(x) = f(x) outside. For a
/// continuous f this is a probability at `high` and a density elsewhere, as of
/// [`Censored`](super::Censored). The ends are finite; what has only one is censored below or above.
///
/// The ends may be expressions or columns. Most often each row has its own interval, and its upper
/// end as the outcome:
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::{Exponential, Gamma};
/// use rainier_dist::distribution::Cumulative;
/// use rainier_dist::{Param, Predictor, model};
///
/// // Found broken at the second of these times, whole at the first.
/// let found = [((0.0, 2.0), 2.0), ((2.0, 4.0), 4.0), ((0.0, 1.0), 1.0)];
/// let lifetimes = model! {
///     rate = Gamma::new(1, 1).param();
///     let lifetime = {
///         let rate = rate.clone();
///         Predictor::from_fn(move |(last_whole, broken): &(Real, Real)| {
///             Exponential::new(&rate).interval_censored(last_whole, broken)
///         })
///     };
///     () = lifetime.fit(&found);
///     yield rate
/// };
/// assert_eq!(lifetimes.compile()?.dimension(), 1);
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
///
/// # Numerics
/// P(low < X ≤ high) is a difference of the smaller tails, as logarithms: it and its slopes are
/// numbers however far out the interval is. Where it is far smaller than both tails, the digits of
/// their ratio are lost.
#[derive(Debug, Clone)]
pub struct IntervalCensored<D> {
    distribution: D,
    low: Real,
    high: Real,
}

impl<D: Cumulative> IntervalCensored<D> {
    /// Values above `low` and up to `high` are recorded as `high`; `low` must be below `high`, for
    /// counts both be whole.
    pub fn new(distribution: D, low: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self {
            distribution,
            low: low.into(),
            high: high.into(),
        }
    }

    /// Whether `x` is strictly between the ends.
    fn is_hidden(&self, x: &Real) -> Condition {
        x.greater(&self.low).and(&x.less(&self.high))
    }
}

impl<D: Cumulative> Distribution for IntervalCensored<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        let mut own = |parameter, value: &Real, requirement| {
            constraints.push(Constraint::new(NAME, parameter, value, requirement));
        };
        let of_ends = if D::Value::IS_COUNT {
            Requirement::Whole
        } else {
            Requirement::Finite
        };
        own("low", &self.low, of_ends);
        own("high", &self.high, of_ends);
        own(
            "high - low",
            &(&self.high - &self.low),
            Requirement::Positive,
        );
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        let seen = self.is_hidden(x).not().and(&self.distribution.contains(x));
        x.equal(&self.high).or(&seen)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let within = log_between(&self.distribution, Some(&self.low), Some(&self.high));
        let outside = log_density_where_supported(&self.distribution, x);
        x.equal(&self.high).select(within, outside)
    }

    fn generator(&self) -> Generator<D::Value> {
        let generator = self.distribution.generator();
        let [low, high] = [self.low.clone(), self.high.clone()];
        let inner = generator.requirements().iter();
        let requirements: Vec<Real> = inner.chain([&low, &high]).cloned().collect();
        let recorded = Generator::new(requirements, move |environment, rng| {
            let draw = generator.draw(environment, rng);
            let end = environment.value(&high);
            if draw.to_f64() > environment.value(&low) && draw.to_f64() <= end {
                D::Value::from_f64(end)
            } else {
                draw
            }
        });
        when_valid(&self.constraints(), recorded)
    }
}

/// Within the interval both tails are those at its lower end.
impl<D: Cumulative> Cumulative for IntervalCensored<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let place = self.is_hidden(x).select(&self.low, x);
        self.distribution.log_cumulative(&place)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let place = self.is_hidden(x).select(&self.low, x);
        self.distribution.log_survival(&place)
    }
}

impl<D: Cumulative + Discrete> Discrete for IntervalCensored<D> {}
