//! Says how much probability lies below and above a value.
//!
//! In: a distribution whose distribution function has a formula. Out: ln P(X ≤ x) and ln P(X > x)
//! as expressions, each with all its digits in its own tail, and quantiles.

use rainier_core::{Program, Real};

use super::{Distribution, Number, all_hold};
use crate::combined::{Censored, IntervalCensored, Truncated};

/// A distribution whose distribution function is an expression.
///
/// What truncates, censors or compares tails asks for it.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Normal;
/// use rainier_dist::distribution::Cumulative;
///
/// let z = Normal::standard();
/// let beyond = z.log_survival(&Real::constant(40.0)).as_constant().expect("constant");
/// // P(z > 40) is 1e-350, less than any double.
/// assert!((beyond - -804.608442013754).abs() < 1e-9);
/// assert!((z.quantile(0.975) - 1.959963984540054).abs() < 1e-15);
/// ```
pub trait Cumulative: Distribution {
    /// ln P(X ≤ x), for any number `x` and parameters within their constraints.
    fn log_cumulative(&self, x: &Real) -> Real;

    /// ln P(X > x), for any number `x` and parameters within their constraints.
    fn log_survival(&self, x: &Real) -> Real;

    /// The smallest value x with P(X ≤ x) ≥ `probability`, for a probability between 0 and 1 and
    /// constant parameters; [`Number::NO_VALUE`] otherwise.
    ///
    /// It is found by bisection among all numbers there are (64 steps), in the tail that is
    /// smaller: as exact as the distribution function, and slow. Counts are found up to 2⁵³.
    fn quantile(&self, probability: f64) -> Self::Value {
        let valid = all_hold(&self.constraints()).indicator();
        if !(probability > 0.0 && probability < 1.0) || valid.as_constant() != Some(1.0) {
            return Self::Value::NO_VALUE;
        }
        let x = Real::parameter("x");
        // Rounded tails of counts may miss a probability that they are meant to reach.
        let slack = if Self::Value::IS_COUNT { SLACK } else { 0.0 };
        let (tail, is_reached): (Real, Box<dyn Fn(f64) -> bool>) = if probability <= 0.5 {
            let target = probability.ln() - slack;
            (
                self.log_cumulative(&x),
                Box::new(move |ln_p| ln_p >= target),
            )
        } else {
            let target = (-probability).ln_1p() + slack;
            (self.log_survival(&x), Box::new(move |ln_p| ln_p <= target))
        };
        let Some(mut tail) = Program::compile(&[tail], &[x])
            .ok()
            .and_then(|program| program.bind(&[]).ok())
            .map(|bound| bound.evaluator())
        else {
            return Self::Value::NO_VALUE;
        };
        first_place(|x| is_reached(tail.evaluate(&[x])[0]))
    }

    /// The distribution given that the value lies from `low` to `high`, both included.
    fn truncated(self, low: impl Into<Real>, high: impl Into<Real>) -> Truncated<Self>
    where
        Self: Sized,
    {
        Truncated::between(self, low, high)
    }

    /// The distribution given that the value is `low` or above.
    fn truncated_below(self, low: impl Into<Real>) -> Truncated<Self>
    where
        Self: Sized,
    {
        Truncated::below(self, low)
    }

    /// The distribution given that the value is `high` or below.
    fn truncated_above(self, high: impl Into<Real>) -> Truncated<Self>
    where
        Self: Sized,
    {
        Truncated::above(self, high)
    }

    /// The distribution of values that are recorded as `low` where they are below it, and as
    /// `high` where they are above it.
    fn censored(self, low: impl Into<Real>, high: impl Into<Real>) -> Censored<Self>
    where
        Self: Sized,
    {
        Censored::between(self, low, high)
    }

    /// The distribution of values that are recorded as `low` where they are below it.
    fn censored_below(self, low: impl Into<Real>) -> Censored<Self>
    where
        Self: Sized,
    {
        Censored::below(self, low)
    }

    /// The distribution of values that are recorded as `high` where they are above it.
    fn censored_above(self, high: impl Into<Real>) -> Censored<Self>
    where
        Self: Sized,
    {
        Censored::above(self, high)
    }

    /// The distribution of values that are recorded as `high` where they are above `low` and up to
    /// `high`.
    fn interval_censored(
        self,
        low: impl Into<Real>,
        high: impl Into<Real>,
    ) -> IntervalCensored<Self>
    where
        Self: Sized,
    {
        IntervalCensored::new(self, low, high)
    }
}

/// ln P(from < X ≤ to), by the tails that are smaller; none is no bound.
///
/// Where the probability is far smaller than both tails, the digits of their ratio are lost.
pub(crate) fn log_between<D: Cumulative + ?Sized>(
    distribution: &D,
    from: Option<&Real>,
    to: Option<&Real>,
) -> Real {
    match (from, to) {
        (None, None) => Real::constant(0.0),
        (Some(from), None) => distribution.log_survival(from),
        (None, Some(to)) => distribution.log_cumulative(to),
        (Some(from), Some(to)) => {
            let (above, below) = (
                distribution.log_survival(from),
                distribution.log_cumulative(to),
            );
            let by_survival = above.log_diff_exp(distribution.log_survival(to));
            let by_cumulative = below.log_diff_exp(distribution.log_cumulative(from));
            above.less(&below).select(by_survival, by_cumulative)
        }
    }
}

/// What is just below `x`: the largest whole number below it for counts, else `x` itself, since a
/// single number has no probability.
pub(crate) fn just_below<V: Number>(x: &Real) -> Real {
    if V::IS_COUNT {
        -(-x).floor() - 1.0
    } else {
        x.clone()
    }
}

/// The first number that `is_reached`, as all later ones are: bisection among all numbers.
pub(crate) fn first_place<V: Number>(mut is_reached: impl FnMut(f64) -> bool) -> V {
    let (mut below, mut reached) = V::PLACES;
    while below + 1 < reached {
        let middle = below.midpoint(reached);
        if is_reached(V::at_place(middle).to_f64()) {
            reached = middle;
        } else {
            below = middle;
        }
    }
    V::at_place(reached)
}

/// Relative difference of probabilities below which they count as equal.
const SLACK: f64 = 64.0 * f64::EPSILON;
