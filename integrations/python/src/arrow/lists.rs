//! Reads a column of lists, one list a row: the values of one series.
//!
//! In: an Arrow array of lists of numbers. Out: the numbers of each row, without a copy where they
//! are doubles. A row that is null, holds a null or holds NaN is an error that names it.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use pyo3::PyResult;

use super::numbers::{must_be_a_number, read};
use crate::error::model_error;

/// The lists of a column.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    column: String,
    values: ScalarBuffer<f64>,
    /// Where each row begins, and the last one ends.
    offsets: Vec<usize>,
    null_rows: Option<NullBuffer>,
    null_values: Option<NullBuffer>,
}

impl Lists {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in memory are not negative and fit it"
    )]
    pub(crate) fn of_array(column: &str, array: &dyn Array) -> PyResult<Self> {
        let (items, offsets) = match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                let offsets = lists.value_offsets().iter().map(|&offset| offset as usize);
                (lists.values().clone(), offsets.collect())
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                let offsets = lists.value_offsets().iter().map(|&offset| offset as usize);
                (lists.values().clone(), offsets.collect())
            }
            DataType::FixedSizeList(_, _) => {
                let lists = array.as_fixed_size_list();
                let width = lists.value_length() as usize;
                let offsets = (0..=array.len()).map(|row| row * width);
                (lists.values().clone(), offsets.collect())
            }
            other => {
                return Err(model_error(format!(
                    "column {column:?} must hold lists of numbers, one list a row, got {other}"
                )));
            }
        };
        Ok(Self {
            values: read(column, &items)?,
            column: column.to_owned(),
            offsets,
            null_rows: array.nulls().cloned(),
            null_values: items.logical_nulls(),
        })
    }

    /// The numbers of a row.
    pub(crate) fn row(&self, row: usize) -> PyResult<ScalarBuffer<f64>> {
        if self
            .null_rows
            .as_ref()
            .is_some_and(|nulls| nulls.is_null(row))
        {
            return Err(must_be_a_number(&self.column, row, "null"));
        }
        let (start, end) = (self.offsets[row], self.offsets[row + 1]);
        let is_null = |&place: &usize| {
            let nulls = self.null_values.as_ref();
            nulls.is_some_and(|nulls| nulls.is_null(place))
        };
        if let Some(place) = (start..end).find(is_null) {
            return Err(self.refused(row, place - start, "null"));
        }
        let numbers = self.values.slice(start, end - start);
        match numbers.iter().position(|number| number.is_nan()) {
            Some(entry) => Err(self.refused(row, entry, "NaN")),
            None => Ok(numbers),
        }
    }

    fn refused(&self, row: usize, entry: usize, got: &str) -> pyo3::PyErr {
        model_error(format!(
            "column {:?}, row {row}, entry {entry}: must be a number, got {got}",
            self.column
        ))
    }
}
