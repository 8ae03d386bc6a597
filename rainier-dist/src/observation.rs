//! Takes data in: many shapes of numbers become columns, whose values are checked when a model is
//! bound to them.
//!
//! In: numbers, or a placeholder for numbers to come. Out: a [`Column`], and an [`Observation`]
//! that knows which values its distribution can have produced.

use std::borrow::Cow;

use rainier_core::{Column, Program, Real};

use crate::distribution::Distribution;
use crate::error::{DataError, DataRequirement, ModelError};

/// Data a distribution can be fitted to: one number, or a slice, array or `Vec` of numbers of any
/// primitive type (`true` is 1), or a [`Column`] whose values may come later.
///
/// Whole numbers beyond ±2⁵³ are rounded to the nearest double.
pub trait IntoColumn {
    /// The data as one value per row.
    fn into_column(self) -> Column;
}

/// A primitive number.
pub trait Scalar: Copy {
    /// The nearest double.
    fn to_f64(self) -> f64;
}

impl IntoColumn for Column {
    fn into_column(self) -> Column {
        self
    }
}

impl IntoColumn for &Column {
    fn into_column(self) -> Column {
        self.clone()
    }
}

impl<S: Scalar> IntoColumn for &[S] {
    fn into_column(self) -> Column {
        Column::new(
            self.iter()
                .map(|value| value.to_f64())
                .collect::<Box<[f64]>>(),
        )
    }
}

impl<S: Scalar> IntoColumn for Vec<S> {
    fn into_column(self) -> Column {
        self.as_slice().into_column()
    }
}

impl<S: Scalar> IntoColumn for &Vec<S> {
    fn into_column(self) -> Column {
        self.as_slice().into_column()
    }
}

impl<S: Scalar, const N: usize> IntoColumn for [S; N] {
    fn into_column(self) -> Column {
        self.as_slice().into_column()
    }
}

impl<S: Scalar, const N: usize> IntoColumn for &[S; N] {
    fn into_column(self) -> Column {
        self.as_slice().into_column()
    }
}

macro_rules! scalar {
    ($($number:ty: $convert:expr;)*) => {
        $(
            impl Scalar for $number {
                fn to_f64(self) -> f64 {
                    $convert(self)
                }
            }

            impl IntoColumn for $number {
                fn into_column(self) -> Column {
                    [self].into_column()
                }
            }
        )*
    };
}

scalar! {
    f64: |value| value;
    f32: f64::from;
    i8: f64::from;
    i16: f64::from;
    i32: f64::from;
    i64: |value| value as f64;
    isize: |value| value as f64;
    u8: f64::from;
    u16: f64::from;
    u32: f64::from;
    u64: |value| value as f64;
    usize: |value| value as f64;
    bool: f64::from;
}

/// Data seen under a distribution, or read by a predictor.
#[derive(Debug)]
pub(crate) struct Observation {
    distribution: Cow<'static, str>,
    column: Column,
    requirement: Requirement,
}

/// What must hold of each value, beside that it is a number.
#[derive(Debug)]
pub(crate) enum Requirement {
    /// Any number: the support is the whole line, or is not known before parameters are.
    Number,
    /// Any number but the infinite ones.
    Finite,
    /// A number for which the program gives 1.
    InSupport(Program),
}

impl Observation {
    /// The values of `column`, seen under `distribution`.
    pub(crate) fn under(distribution: &(impl Distribution + ?Sized), column: &Column) -> Self {
        let datum = Real::parameter("datum");
        let inside = distribution.contains(&datum).indicator();
        // A support that depends on unknowns or on other columns does not compile as a function of
        // the datum alone. It is checked by the density instead.
        let requirement = match Program::compile(&[inside], &[datum]) {
            Ok(program) => Requirement::InSupport(program),
            Err(_) => Requirement::Number,
        };
        Self::new(distribution.name(), column.clone(), requirement)
    }

    pub(crate) fn new(
        distribution: impl Into<Cow<'static, str>>,
        column: Column,
        requirement: Requirement,
    ) -> Self {
        Self {
            distribution: distribution.into(),
            column,
            requirement,
        }
    }

    /// The values of `column`, on which predictions depend.
    pub(crate) fn covariate(column: &Column) -> Self {
        Self::new("Predictor", column.clone(), Requirement::Finite)
    }

    /// Whether [`check`](Self::check) refuses all values outside the distribution's support.
    pub(crate) fn checks_support(&self) -> bool {
        matches!(self.requirement, Requirement::InSupport(_))
    }

    pub(crate) fn column(&self) -> &Column {
        &self.column
    }

    pub(crate) fn distribution(&self) -> &str {
        &self.distribution
    }

    pub(crate) fn requirement(&self) -> &Requirement {
        &self.requirement
    }

    /// Checks the values the column has, or gets.
    pub(crate) fn check(&self, values: &[f64]) -> Result<(), ModelError> {
        self.refuse(values, DataRequirement::Number, |value| !value.is_nan())?;
        match &self.requirement {
            Requirement::Number => {}
            Requirement::Finite => {
                self.refuse(values, DataRequirement::Finite, f64::is_finite)?;
            }
            Requirement::InSupport(program) => {
                let mut evaluator = program.bind(&[])?.evaluator();
                self.refuse(values, DataRequirement::InSupport, |value| {
                    evaluator.evaluate(&[value])[0] != 0.0
                })?;
            }
        }
        Ok(())
    }

    fn refuse(
        &self,
        values: &[f64],
        requirement: DataRequirement,
        mut holds: impl FnMut(f64) -> bool,
    ) -> Result<(), DataError> {
        match values.iter().position(|&value| !holds(value)) {
            None => Ok(()),
            Some(row) => {
                let (distribution, value) = (self.distribution.clone(), values[row]);
                Err(DataError {
                    distribution,
                    row,
                    requirement,
                    value,
                })
            }
        }
    }
}
