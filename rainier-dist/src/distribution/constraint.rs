//! States what must hold of a parameter, and acts on it at three times.
//!
//! In: a parameter's expression and a [`Requirement`]. Out: an error when a model is compiled (for
//! constants), a condition in its log density (for unknowns), "no value" when a draw is made.

use std::fmt;

use rainier_core::{Condition, Real};
use rand::Rng;

use super::Number;
use crate::error::ParameterError;
use crate::generator::Generator;

/// Distance from one allowed for a sum of probabilities: a thousand roundings and more, and far
/// below any error a person would make.
const SUM_TOLERANCE: f64 = 1e-9;

/// A parameter together with what must hold of it.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// The name of the distribution.
    pub distribution: &'static str,
    /// The parameter's name, as its constructor calls it.
    pub parameter: &'static str,
    /// The parameter.
    pub value: Real,
    /// What must hold of it.
    pub requirement: Requirement,
}

impl Constraint {
    /// The constraint that `parameter` of `distribution` must be as `requirement` says.
    pub fn new(
        distribution: &'static str,
        parameter: &'static str,
        value: &Real,
        requirement: Requirement,
    ) -> Self {
        Self {
            distribution,
            parameter,
            value: value.clone(),
            requirement,
        }
    }

    /// Whether the constraint holds, as part of an expression.
    pub fn condition(&self) -> Condition {
        self.requirement.condition(&self.value)
    }

    /// Checks the parameter if it is constant; unknowns pass.
    ///
    /// # Errors
    /// If the parameter is a constant that breaks the requirement.
    ///
    /// ```
    /// use rainier_dist::continuous::Normal;
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let error = Normal::new(0.0, -1.0).constraints()[1].check().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "Normal: standard_deviation must be positive and finite, got -1"
    /// );
    /// ```
    pub fn check(&self) -> Result<(), ParameterError> {
        match self.value.as_constant() {
            Some(value) if !self.requirement.holds(value) => Err(ParameterError::new(
                self.distribution,
                self.parameter,
                self.requirement.to_string(),
                value,
            )),
            Some(_) | None => Ok(()),
        }
    }
}

/// What can be required of a parameter. NaN breaks every requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// Any finite number.
    Finite,
    /// Above 0 and finite.
    Positive,
    /// 0 or above, and finite.
    NonNegative,
    /// In [0, 1].
    UnitInterval,
    /// In (0, 1].
    PositiveProbability,
    /// In [0, 1).
    ProbabilityBelowOne,
    /// In (0, 1).
    OpenUnitInterval,
    /// A finite whole number.
    Whole,
    /// 0, 1, 2, …
    WholeNonNegative,
    /// 1 up to rounding, as a sum of probabilities.
    SumsToOne,
}

impl Requirement {
    /// Whether `value` is as required, as part of an expression.
    pub fn condition(self, value: &Real) -> Condition {
        let whole = || value.equal(value.floor());
        match self {
            Self::Finite => value.abs().less(f64::INFINITY),
            Self::Positive => value.greater(0.0).and(&value.less(f64::INFINITY)),
            Self::NonNegative => value.greater_or_equal(0.0).and(&value.less(f64::INFINITY)),
            Self::UnitInterval => value.greater_or_equal(0.0).and(&value.less_or_equal(1.0)),
            Self::PositiveProbability => value.greater(0.0).and(&value.less_or_equal(1.0)),
            Self::ProbabilityBelowOne => value.greater_or_equal(0.0).and(&value.less(1.0)),
            Self::OpenUnitInterval => value.greater(0.0).and(&value.less(1.0)),
            Self::Whole => value.abs().less(f64::INFINITY).and(&whole()),
            Self::WholeNonNegative => value
                .greater_or_equal(0.0)
                .and(&value.less(f64::INFINITY))
                .and(&whole()),
            Self::SumsToOne => (value - 1.0).abs().less_or_equal(SUM_TOLERANCE),
        }
    }

    /// Whether a number is as required.
    pub fn holds(self, value: f64) -> bool {
        let indicator = self.condition(&Real::constant(value)).indicator();
        indicator.as_constant() == Some(1.0)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Finite => "finite",
            Self::Positive => "positive and finite",
            Self::NonNegative => "0 or above, and finite",
            Self::UnitInterval => "in [0, 1]",
            Self::PositiveProbability => "in (0, 1]",
            Self::ProbabilityBelowOne => "in [0, 1)",
            Self::OpenUnitInterval => "in (0, 1)",
            Self::Whole => "a whole number",
            Self::WholeNonNegative => "a whole number, 0 or above",
            Self::SumsToOne => "1 in sum",
        })
    }
}

impl Requirement {
    /// What of the requirement must be asked in a model: not what the way `value` is written
    /// ensures already, nor that it is finite. A parameter that is not makes the density −∞ or NaN
    /// by itself, which both mean that the point is outside of the model.
    fn open_question(self, value: &Real) -> Condition {
        let (low, high) = value.range();
        let above = |bound: f64, or_equal: Condition| {
            if low >= bound {
                Condition::always()
            } else {
                or_equal
            }
        };
        let below = |bound: f64, or_equal: Condition| {
            if high <= bound {
                Condition::always()
            } else {
                or_equal
            }
        };
        match self {
            Self::Finite => Condition::always(),
            Self::Positive => above(0.0, value.greater(0.0)),
            Self::NonNegative => above(0.0, value.greater_or_equal(0.0)),
            Self::UnitInterval => {
                above(0.0, value.greater_or_equal(0.0)).and(&below(1.0, value.less_or_equal(1.0)))
            }
            Self::PositiveProbability => {
                above(0.0, value.greater(0.0)).and(&below(1.0, value.less_or_equal(1.0)))
            }
            Self::ProbabilityBelowOne => {
                above(0.0, value.greater_or_equal(0.0)).and(&below(1.0, value.less(1.0)))
            }
            Self::OpenUnitInterval => {
                above(0.0, value.greater(0.0)).and(&below(1.0, value.less(1.0)))
            }
            Self::Whole | Self::WholeNonNegative | Self::SumsToOne => self.condition(value),
        }
    }
}

/// Whether no unknown has left its domain, as far as a model must ask.
pub(crate) fn all_open_questions(constraints: &[Constraint]) -> Condition {
    constraints
        .iter()
        .fold(Condition::always(), |all, constraint| {
            all.and(&constraint.requirement.open_question(&constraint.value))
        })
}

/// Whether all constraints hold; those that constants meet leave no trace.
pub(crate) fn all_hold(constraints: &[Constraint]) -> Condition {
    constraints
        .iter()
        .fold(Condition::always(), |all, constraint| {
            all.and(&constraint.condition())
        })
}

/// The generator that gives `draw` the values of `parameters`, or gives no value where a
/// constraint is broken.
pub(crate) fn draw_if_valid<const N: usize, T: Number>(
    constraints: &[Constraint],
    parameters: [&Real; N],
    draw: impl Fn([f64; N], &mut dyn Rng) -> T + Send + Sync + 'static,
) -> Generator<T> {
    let parameters = parameters.map(Real::clone);
    let unguarded = Generator::new(parameters.clone(), move |environment, rng| {
        draw(
            parameters
                .each_ref()
                .map(|parameter| environment.value(parameter)),
            rng,
        )
    });
    when_valid(constraints, unguarded)
}

/// The generator that gives no value where a constraint is broken.
pub(crate) fn when_valid<T: Number>(
    constraints: &[Constraint],
    generator: Generator<T>,
) -> Generator<T> {
    when_valid_else(constraints, generator, || T::NO_VALUE)
}

/// The generator that gives `none` where a constraint is broken.
pub(crate) fn when_valid_else<T: 'static>(
    constraints: &[Constraint],
    generator: Generator<T>,
    none: impl Fn() -> T + Send + Sync + 'static,
) -> Generator<T> {
    let valid = all_hold(constraints).indicator();
    let requirements: Vec<Real> = generator
        .requirements()
        .iter()
        .chain([&valid])
        .cloned()
        .collect();
    Generator::new(requirements, move |environment, rng| {
        if environment.value(&valid) == 1.0 {
            generator.draw(environment, rng)
        } else {
            none()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Requirement; 10] = [
        Requirement::Finite,
        Requirement::Positive,
        Requirement::NonNegative,
        Requirement::UnitInterval,
        Requirement::PositiveProbability,
        Requirement::ProbabilityBelowOne,
        Requirement::OpenUnitInterval,
        Requirement::Whole,
        Requirement::WholeNonNegative,
        Requirement::SumsToOne,
    ];

    /// Each requirement's verdicts on a few numbers, in the order of `ALL`.
    fn verdicts(value: f64) -> [bool; 10] {
        ALL.map(|requirement| requirement.holds(value))
    }

    #[test]
    fn edges_belong_where_the_words_say() {
        let [t, f] = [true, false];
        assert_eq!(verdicts(0.0), [t, f, t, t, f, t, f, t, t, f]);
        assert_eq!(verdicts(1.0), [t, t, t, t, t, f, f, t, t, t]);
        assert_eq!(verdicts(0.5), [t, t, t, t, t, t, t, f, f, f]);
        assert_eq!(verdicts(-3.0), [t, f, f, f, f, f, f, t, f, f]);
    }

    #[test]
    fn nothing_allows_what_is_not_finite() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(verdicts(value), [false; 10], "{value}");
        }
    }

    #[test]
    fn unknowns_pass_and_constants_are_checked() {
        let check = |value: Real| Constraint::new("D", "p", &value, Requirement::Positive).check();
        assert_eq!(check(Real::parameter("p")), Ok(()));
        assert_eq!(check(Real::constant(2.0)), Ok(()));
        let error = check(Real::constant(f64::NAN)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "D: p must be positive and finite, got NaN"
        );
    }

    #[test]
    fn constraints_met_by_constants_leave_no_trace() {
        let constraint = Constraint::new("D", "p", &Real::constant(2.0), Requirement::Positive);
        assert_eq!(all_hold(&[constraint]).indicator().as_constant(), Some(1.0));
    }
}
