//! Takes data in: many shapes of numbers become columns, whose values are checked when a model is
//! bound to them.
//!
//! In: numbers, or a placeholder for numbers to come. Out: a [`Column`], and an [`Observation`]
//! that knows which values its distribution can have produced.

use std::borrow::Cow;
use std::sync::Arc;

use rainier_core::{Column, Condition, Program, Real};

use crate::at_positions::AtPositions;
use crate::distribution::{Distribution, Multivariate};
use crate::error::{DataError, DataRequirement, ModelError, RowError};

/// Data a distribution can be fitted to: one number, or a slice, array or `Vec` of numbers of any
/// primitive type (`true` is 1), or a [`Column`] whose values may come later.
///
/// Whole numbers beyond ±2⁵³ are rounded to the nearest double.
pub trait IntoColumn {
    /// The data as one value per row.
    fn into_column(self) -> Column;
}

/// Rows of several numbers: a slice, array or `Vec` of arrays, slices or `Vec`s of numbers.
pub trait IntoRows {
    /// The numbers, row by row.
    fn into_rows(self) -> Vec<Vec<f64>>;
}

/// The numbers of one row.
pub trait Numbers {
    /// The nearest doubles.
    fn to_numbers(&self) -> Vec<f64>;
}

impl<S: Scalar> Numbers for [S] {
    fn to_numbers(&self) -> Vec<f64> {
        self.iter().map(|value| value.to_f64()).collect()
    }
}

impl<S: Scalar, const N: usize> Numbers for [S; N] {
    fn to_numbers(&self) -> Vec<f64> {
        self.as_slice().to_numbers()
    }
}

impl<S: Scalar> Numbers for Vec<S> {
    fn to_numbers(&self) -> Vec<f64> {
        self.as_slice().to_numbers()
    }
}

impl<R: Numbers + ?Sized> Numbers for &R {
    fn to_numbers(&self) -> Vec<f64> {
        (**self).to_numbers()
    }
}

impl<R: Numbers> IntoRows for &[R] {
    fn into_rows(self) -> Vec<Vec<f64>> {
        self.iter().map(Numbers::to_numbers).collect()
    }
}

impl<R: Numbers> IntoRows for Vec<R> {
    fn into_rows(self) -> Vec<Vec<f64>> {
        self.as_slice().into_rows()
    }
}

impl<R: Numbers> IntoRows for &Vec<R> {
    fn into_rows(self) -> Vec<Vec<f64>> {
        self.as_slice().into_rows()
    }
}

impl<R: Numbers, const N: usize> IntoRows for [R; N] {
    fn into_rows(self) -> Vec<Vec<f64>> {
        self.as_slice().into_rows()
    }
}

impl<R: Numbers, const N: usize> IntoRows for &[R; N] {
    fn into_rows(self) -> Vec<Vec<f64>> {
        self.as_slice().into_rows()
    }
}

/// A primitive number.
pub trait Scalar: Copy {
    /// The nearest double.
    fn to_f64(self) -> f64;
}

/// An outcome that may be missing: a number, or an `Option` of one.
pub trait Outcome: Copy {
    /// The nearest double; none if the outcome is missing.
    fn seen(self) -> Option<f64>;
}

impl<S: Scalar> Outcome for S {
    fn seen(self) -> Option<f64> {
        Some(self.to_f64())
    }
}

impl<S: Scalar> Outcome for Option<S> {
    fn seen(self) -> Option<f64> {
        self.map(S::to_f64)
    }
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
    /// One, or one for each number of a row that is checked as a whole.
    columns: Vec<Column>,
    /// Which number of a row the column holds, where rows have several.
    component: Option<usize>,
    requirement: Requirement,
    /// For each row its place in the data, where some were left out.
    places: Option<Arc<[usize]>>,
}

/// What must hold of each value, beside that it is a number.
#[derive(Debug)]
pub(crate) enum Requirement {
    /// Any number: the support is the whole line, or is not known before parameters are.
    Number,
    /// Any number but the infinite ones.
    Finite,
    /// A row for which the program gives 1.
    InSupport(Program),
}

impl Requirement {
    /// A support that depends on unknowns or on other columns does not compile as a function of
    /// the data alone. It is checked by the density instead.
    fn of_support(data: &[Real], inside: &Condition) -> Self {
        match Program::compile(&[inside.indicator()], data) {
            Ok(program) => Self::InSupport(program),
            Err(_) => Self::Number,
        }
    }
}

impl Observation {
    /// The values of `column`, seen under `distribution`.
    pub(crate) fn under(distribution: &(impl Distribution + ?Sized), column: &Column) -> Self {
        Self::within(distribution.name(), column, |x| distribution.contains(x))
    }

    /// The values of `column`, which must be as `contains` says.
    pub(crate) fn within(
        distribution: &'static str,
        column: &Column,
        contains: impl Fn(&Real) -> Condition,
    ) -> Self {
        let datum = Real::parameter("datum");
        let requirement = Requirement::of_support(std::slice::from_ref(&datum), &contains(&datum));
        Self::new(distribution, vec![column.clone()], None, requirement)
    }

    /// The rows of `columns`, seen under `distribution`: an observation of each column, which
    /// names it, then one of whole rows.
    pub(crate) fn of_rows(
        distribution: &(impl Multivariate + ?Sized),
        columns: &[Column],
    ) -> Vec<Self> {
        let data: Vec<Real> = columns.iter().map(|_| Real::parameter("datum")).collect();
        let components = columns.iter().zip(&data).enumerate();
        let each = components.map(|(component, (column, datum))| {
            let inside = distribution.contains_component(component, datum);
            let requirement = Requirement::of_support(std::slice::from_ref(datum), &inside);
            let columns = vec![column.clone()];
            Self::new(distribution.name(), columns, Some(component), requirement)
        });
        let mut observations: Vec<Self> = each.collect();
        let requirement = Requirement::of_support(&data, &distribution.contains(&data));
        let columns = columns.to_vec();
        observations.push(Self::new(distribution.name(), columns, None, requirement));
        observations
    }

    pub(crate) fn new(
        distribution: impl Into<Cow<'static, str>>,
        columns: Vec<Column>,
        component: Option<usize>,
        requirement: Requirement,
    ) -> Self {
        Self {
            distribution: distribution.into(),
            columns,
            component,
            requirement,
            places: None,
        }
    }

    /// The same of rows that stood at `places` in the data.
    pub(crate) fn at_places(self, places: Option<&Arc<[usize]>>) -> Self {
        let places = places.cloned();
        Self { places, ..self }
    }

    /// For each row its place in the data, where some were left out.
    pub(crate) fn places(&self) -> Option<&Arc<[usize]>> {
        self.places.as_ref()
    }

    /// Where a row of the columns stood in the data.
    pub(crate) fn place(&self, row: usize) -> usize {
        self.places.as_ref().map_or(row, |places| places[row])
    }

    /// The values of `column`, on which predictions depend.
    pub(crate) fn covariate(column: &Column) -> Self {
        Self::new("Predictor", vec![column.clone()], None, Requirement::Finite)
    }

    /// Whether [`check`](Self::check) refuses all values outside the distribution's support.
    pub(crate) fn checks_support(&self) -> bool {
        matches!(self.requirement, Requirement::InSupport(_))
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn component(&self) -> Option<usize> {
        self.component
    }

    pub(crate) fn distribution(&self) -> &str {
        &self.distribution
    }

    pub(crate) fn requirement(&self) -> &Requirement {
        &self.requirement
    }

    /// Checks the values the columns have, or get.
    pub(crate) fn check(&self, columns: &[&[f64]]) -> Result<(), ModelError> {
        self.refuse(columns, DataRequirement::Number, |row| {
            row.iter().all(|value| !value.is_nan())
        })?;
        match &self.requirement {
            Requirement::Number => {}
            Requirement::Finite => {
                self.refuse(columns, DataRequirement::Finite, |row| {
                    row.iter().all(|value| value.is_finite())
                })?;
            }
            Requirement::InSupport(program) => {
                let rows = match columns {
                    [column] => Cow::Borrowed(*column),
                    _ => Cow::Owned(by_row(columns)),
                };
                let program = program.bind(&[])?;
                let mut is_inside = AtPositions::new(&program, &rows);
                self.refuse(columns, DataRequirement::InSupport, |_| {
                    is_inside.next()[0] != 0.0
                })?;
            }
        }
        Ok(())
    }

    fn refuse(
        &self,
        columns: &[&[f64]],
        requirement: DataRequirement,
        mut holds: impl FnMut(&[f64]) -> bool,
    ) -> Result<(), ModelError> {
        let rows = rows_of(columns);
        let mut values = vec![0.0; columns.len()];
        for row in 0..rows {
            for (value, column) in values.iter_mut().zip(columns) {
                *value = column[row];
            }
            if holds(&values) {
                continue;
            }
            let (distribution, column) = (self.distribution.clone(), self.component);
            let row = self.place(row);
            return Err(match values[..] {
                [value] => DataError {
                    distribution,
                    row,
                    column,
                    requirement,
                    value,
                }
                .into(),
                _ => RowError {
                    distribution,
                    row,
                    requirement,
                    values,
                }
                .into(),
            });
        }
        Ok(())
    }
}

/// How many rows all columns have: their lengths are compared when programs are bound.
fn rows_of(columns: &[&[f64]]) -> usize {
    columns.iter().map(|column| column.len()).min().unwrap_or(0)
}

/// The values of all columns, row after row.
fn by_row(columns: &[&[f64]]) -> Vec<f64> {
    (0..rows_of(columns))
        .flat_map(|row| columns.iter().map(move |column| column[row]))
        .collect()
}
