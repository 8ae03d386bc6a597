//! Makes and reads tables that Python shares.
//!
//! In: columns by name. Out: record batches as `pyarrow` has them, and the columns of batches that
//! came in; a missing column is an error that names those there are.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, LargeStringArray, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_schema::{Field, Schema};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use super::numbers::must_be_a_number;
use crate::error::model_error;

/// Columns on their way to Python, each with its field.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Adds a column of any type. Columns of results may all be null in principle.
    pub(crate) fn add(&mut self, name: impl Into<String>, array: impl Array + 'static) {
        self.add_shared(name, Arc::new(array));
    }

    /// Adds a column of texts, with wide offsets where the narrow ones cannot count their bytes.
    pub(crate) fn add_texts<'t>(
        &mut self,
        name: &str,
        texts: impl Iterator<Item = &'t str> + Clone,
    ) {
        let bytes: usize = texts.clone().map(str::len).sum();
        if i32::try_from(bytes).is_ok() {
            self.add(name, StringArray::from_iter_values(texts));
        } else {
            self.add(name, LargeStringArray::from_iter_values(texts));
        }
    }

    pub(crate) fn add_shared(&mut self, name: impl Into<String>, array: ArrayRef) {
        self.fields
            .push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(array);
    }

    /// As a `pyarrow.RecordBatch` of so many rows.
    pub(crate) fn into_python(self, py: Python<'_>, rows: usize) -> PyResult<Bound<'_, PyAny>> {
        let schema = Arc::new(Schema::new(self.fields));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(schema, self.arrays, &options);
        PyRecordBatch::new(batch.map_err(model_error)?).into_pyarrow(py)
    }
}

/// The column of that name.
pub(crate) fn column<'b>(batch: &'b RecordBatch, name: &str) -> PyResult<&'b ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| {
        let schema = batch.schema();
        let fields = schema.fields().iter();
        let names: Vec<String> = fields.map(|field| format!("{:?}", field.name())).collect();
        model_error(format!(
            "there must be a column {name:?}, there are {}",
            names.join(", ")
        ))
    })
}

/// Counts of a column: whole numbers that are neither null nor negative, of any number type.
pub(crate) fn counts(name: &str, array: &ArrayRef) -> PyResult<Vec<u64>> {
    let numbers = super::numbers::read(name, array)?;
    let count = |(row, &number): (usize, &f64)| {
        if array.is_null(row) {
            return Err(must_be_a_number(name, row, "null"));
        }
        as_count(number).ok_or_else(|| {
            model_error(format!(
                "column {name:?}, row {row}: must be a count, got {number}"
            ))
        })
    };
    numbers.iter().enumerate().map(count).collect()
}

/// A whole number from 0 to 2⁵³.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number in range"
)]
pub(crate) fn as_count(number: f64) -> Option<u64> {
    let is_count = (0.0..=9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0;
    is_count.then_some(number as u64)
}
