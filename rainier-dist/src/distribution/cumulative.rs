//! Says how much probability lies below and above a value.
//!
//! In: a distribution whose distribution function has a formula. Out: ln P(X ≤ x) and ln P(X > x)
//! as expressions, each with all its digits in its own tail, and quantiles.

use rainier_core::{Program, Real};

use super::number::places::Places;
use super::{Distribution, Number, all_hold};

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
        let (mut below, mut reached) = Self::Value::PLACES;
        while below + 1 < reached {
            let middle = below.midpoint(reached);
            if is_reached(tail.evaluate(&[Self::Value::at_place(middle).to_f64()])[0]) {
                reached = middle;
            } else {
                below = middle;
            }
        }
        Self::Value::at_place(reached)
    }
}

/// Relative difference of probabilities below which they count as equal.
const SLACK: f64 = 64.0 * f64::EPSILON;
