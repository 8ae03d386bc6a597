//! Reads an Arrow array as doubles.
//!
//! In: an array of any primitive number. Out: its values as one buffer: the array's own memory where
//! it holds doubles. Whole numbers beyond ±2⁵³ are rounded to the nearest double. What is null, and
//! not finite in covariates, is refused here, where its row is known: from a density there is no way back to it.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowNativeTypeOp};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use pyo3::PyResult;

use crate::error::model_error;

/// The values of an array without nulls.
pub(crate) fn of_array(column: &str, array: &dyn Array) -> PyResult<ScalarBuffer<f64>> {
    let values = read(column, array)?;
    if let Some(row) = (0..array.len()).find(|&row| array.is_null(row)) {
        return Err(must_be_a_number(column, row, "null"));
    }
    Ok(values)
}

/// The values of an array in which all are finite.
pub(crate) fn of_finite_array(column: &str, array: &dyn Array) -> PyResult<ScalarBuffer<f64>> {
    let values = of_array(column, array)?;
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => {
            let (must, got) = (required(values[row]), values[row]);
            Err(model_error(format!(
                "column {column:?}, row {row}: must be {must}, got {got}"
            )))
        }
        None => Ok(values),
    }
}

/// What a number that is not finite had to be.
pub(super) fn required(number: f64) -> &'static str {
    if number.is_nan() {
        "a number"
    } else {
        "finite"
    }
}

/// The values of an array; those of nulls mean nothing.
pub(super) fn read(column: &str, array: &dyn Array) -> PyResult<ScalarBuffer<f64>> {
    match array.data_type() {
        DataType::Float64 => Ok(array.as_primitive::<Float64Type>().values().clone()),
        DataType::Float32 => Ok(converted::<Float32Type>(array, f64::from)),
        DataType::Int8 => Ok(converted::<Int8Type>(array, f64::from)),
        DataType::Int16 => Ok(converted::<Int16Type>(array, f64::from)),
        DataType::Int32 => Ok(converted::<Int32Type>(array, f64::from)),
        DataType::Int64 => Ok(converted::<Int64Type>(array, |value| value as f64)),
        DataType::UInt8 => Ok(converted::<UInt8Type>(array, f64::from)),
        DataType::UInt16 => Ok(converted::<UInt16Type>(array, f64::from)),
        DataType::UInt32 => Ok(converted::<UInt32Type>(array, f64::from)),
        DataType::UInt64 => Ok(converted::<UInt64Type>(array, |value| value as f64)),
        DataType::Boolean => {
            let values = array.as_boolean().values();
            Ok(values.iter().map(f64::from).collect::<Vec<f64>>().into())
        }
        other => Err(model_error(format!(
            "column {column:?} must hold numbers, got {other}"
        ))),
    }
}

fn converted<T: ArrowPrimitiveType>(
    array: &dyn Array,
    convert: impl Fn(T::Native) -> f64,
) -> ScalarBuffer<f64>
where
    T::Native: ArrowNativeTypeOp,
{
    let values = array.as_primitive::<T>().values().iter();
    values
        .map(|&value| convert(value))
        .collect::<Vec<f64>>()
        .into()
}

/// The error about one value of a column.
pub(super) fn must_be_a_number(column: &str, row: usize, got: &str) -> pyo3::PyErr {
    model_error(format!(
        "column {column:?}, row {row}: must be a number, got {got}"
    ))
}
