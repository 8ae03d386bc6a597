//! Reads a column of lists, one list a row: the values of one series.
//!
//! In: an Arrow array of lists of numbers. Out: the numbers of each row, without a copy where they
//! are doubles. A row that is null, or holds what is null or not finite, has a [`BadEntry`] instead.

use std::fmt;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use pyo3::PyResult;

use super::numbers::{read, required};
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

/// Why there are no numbers in a row: which entry of its list, if it is one, and what is there.
#[derive(Debug, Clone)]
pub(crate) struct BadEntry {
    column: String,
    entry: Option<usize>,
    must: &'static str,
    got: String,
}

impl fmt::Display for BadEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "column {:?}", self.column)?;
        if let Some(entry) = self.entry {
            write!(formatter, ", entry {entry}")?;
        }
        write!(formatter, ": must be {}, got {}", self.must, self.got)
    }
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
    pub(crate) fn row(&self, row: usize) -> Result<ScalarBuffer<f64>, BadEntry> {
        if self
            .null_rows
            .as_ref()
            .is_some_and(|nulls| nulls.is_null(row))
        {
            return Err(self.bad(None, "a list of numbers", "null"));
        }
        let (start, end) = (self.offsets[row], self.offsets[row + 1]);
        let is_null = |&place: &usize| {
            let nulls = self.null_values.as_ref();
            nulls.is_some_and(|nulls| nulls.is_null(place))
        };
        if let Some(place) = (start..end).find(is_null) {
            return Err(self.bad(Some(place - start), "a number", "null"));
        }
        let numbers = self.values.slice(start, end - start);
        match numbers.iter().position(|number| !number.is_finite()) {
            Some(entry) => {
                let number = numbers[entry];
                Err(self.bad(Some(entry), required(number), number))
            }
            None => Ok(numbers),
        }
    }

    fn bad(&self, entry: Option<usize>, must: &'static str, got: impl fmt::Display) -> BadEntry {
        BadEntry {
            column: self.column.clone(),
            entry,
            must,
            got: got.to_string(),
        }
    }
}
