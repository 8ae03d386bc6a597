//! Compares expressions: [`Condition`], which selects between two others.
//!
//! In: two expressions and an order. Out: a value that is true or false at each evaluation. `==`
//! and `<` are not overloaded, since on expressions they would surprise.

use super::{Expression, Real};
use crate::operation::Binary;

/// Something that is true or false once its expressions have values.
///
/// A comparison with NaN is false, its negation therefore true. [`Condition::select`] computes
/// both branches and keeps one; neither the value nor the gradient of the other can leak, not
/// even when it is NaN or infinite.
///
/// ```
/// use rainier_core::{Program, Real};
///
/// let x = Real::parameter("x");
/// let entropy = x.greater(0.0).select(&x * x.ln(), 0.0);
/// let program = Program::compile_with_gradient(&entropy, &[x])?;
/// let mut evaluator = program.bind(&[])?.evaluator();
/// assert_eq!(evaluator.evaluate(&[1.0]), [0.0, 1.0]);
/// assert_eq!(evaluator.evaluate(&[0.0]), [0.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Condition {
    /// 1 where true, 0 where false.
    indicator: Real,
}

impl Condition {
    /// `then` where the condition holds, else `otherwise`.
    pub fn select(&self, then: impl Into<Real>, otherwise: impl Into<Real>) -> Real {
        let (then, otherwise) = (then.into(), otherwise.into());
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        match (
            self.indicator.as_constant(),
            then.as_constant().zip(otherwise.as_constant()),
        ) {
            (Some(0.0), _) => otherwise,
            (Some(_), _) => then,
            (None, Some((a, b))) if same(a, b) => then,
            (None, _) => Real::node(Expression::Select(self.indicator.clone(), then, otherwise)),
        }
    }

    /// The condition that always holds.
    pub fn always() -> Self {
        Self {
            indicator: Real::constant(1.0),
        }
    }

    /// 1 where the condition holds, else 0.
    pub fn indicator(&self) -> Real {
        self.indicator.clone()
    }

    /// Whether both conditions hold.
    pub fn and(&self, other: &Self) -> Self {
        Self {
            indicator: self.select(&other.indicator, 0.0),
        }
    }

    /// Whether at least one of the conditions holds.
    pub fn or(&self, other: &Self) -> Self {
        Self {
            indicator: self.select(1.0, &other.indicator),
        }
    }

    /// Whether the condition does not hold.
    pub fn not(&self) -> Self {
        Self {
            indicator: self.select(0.0, 1.0),
        }
    }

    fn compare(comparison: Binary, left: Real, right: Real) -> Self {
        let indicator = match (left.as_constant(), right.as_constant()) {
            (Some(left), Some(right)) => Real::constant(comparison.evaluate(left, right)),
            _ => Real::node(Expression::Binary(comparison, left, right)),
        };
        Self { indicator }
    }
}

impl Real {
    /// Whether this is below `other`.
    pub fn less(&self, other: impl Into<Self>) -> Condition {
        Condition::compare(Binary::Less, self.clone(), other.into())
    }

    /// Whether this is at most `other`.
    pub fn less_or_equal(&self, other: impl Into<Self>) -> Condition {
        Condition::compare(Binary::LessOrEqual, self.clone(), other.into())
    }

    /// Whether this is above `other`.
    pub fn greater(&self, other: impl Into<Self>) -> Condition {
        Condition::compare(Binary::Less, other.into(), self.clone())
    }

    /// Whether this is at least `other`.
    pub fn greater_or_equal(&self, other: impl Into<Self>) -> Condition {
        Condition::compare(Binary::LessOrEqual, other.into(), self.clone())
    }

    /// Whether this equals `other`.
    pub fn equal(&self, other: impl Into<Self>) -> Condition {
        Condition::compare(Binary::Equal, self.clone(), other.into())
    }

    /// The smaller of both; `other` where either is NaN.
    #[must_use]
    pub fn min(&self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.less(&other).select(self, &other)
    }

    /// The larger of both; `other` where either is NaN.
    #[must_use]
    pub fn max(&self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.greater(&other).select(self, &other)
    }
}
