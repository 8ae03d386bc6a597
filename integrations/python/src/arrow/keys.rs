//! Reads the columns that name series: `Keys`.
//!
//! In: columns of texts, whole numbers, times or dates. Out: one text a row and column, the same whatever
//! the units or the widths of numbers, since a series draws from the stream of its key; and what errors call a row.

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTemporalType, Date32Type, Date64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch, StringArray};
use arrow_schema::{DataType, TimeUnit};
use pyo3::PyResult;

use super::table::column;
use crate::error::model_error;

/// The texts of one column, which may be more than 2 GiB of them.
#[derive(Debug)]
pub(crate) enum Texts {
    Short(StringArray),
    Long(LargeStringArray),
}

impl Texts {
    pub(crate) fn value(&self, row: usize) -> &str {
        match self {
            Self::Short(texts) => texts.value(row),
            Self::Long(texts) => texts.value(row),
        }
    }
}

/// The columns that name series.
#[derive(Debug)]
pub(crate) struct Keys {
    columns: Vec<(String, ArrayRef)>,
    texts: Vec<Texts>,
    has_rows: bool,
}

impl Keys {
    /// The columns of these names. `has_rows` says whether rows of the batch are rows of the table that
    /// somebody gave; those of a grouped or a spread table are not, and are not told.
    pub(crate) fn new(batch: &RecordBatch, names: &[String], has_rows: bool) -> PyResult<Self> {
        let mut keys = Self {
            columns: Vec::new(),
            texts: Vec::new(),
            has_rows,
        };
        for name in names {
            let array = column(batch, name)?;
            keys.texts.push(texts(name, array, has_rows)?);
            keys.columns.push((name.clone(), array.clone()));
        }
        Ok(keys)
    }

    /// The columns as they came.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &ArrayRef)> {
        self.columns.iter().map(|(name, array)| (&**name, array))
    }

    /// The texts of a row's keys.
    pub(crate) fn of_row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.texts.iter().map(move |texts| texts.value(row))
    }

    /// What errors call the series of a row.
    pub(crate) fn place(&self, row: usize) -> String {
        let keys: Vec<&str> = self.of_row(row).collect();
        let key = keys.join("\t");
        if self.has_rows {
            format!("series {key:?} (row {row})")
        } else {
            format!("series {key:?}")
        }
    }
}

/// Texts of a column without nulls. Whole numbers are written out, and so are times (as of UTC) and dates.
pub(crate) fn texts(name: &str, array: &ArrayRef, has_rows: bool) -> PyResult<Texts> {
    if let Some(row) = (0..array.len()).find(|&row| array.is_null(row)) {
        let row = if has_rows {
            format!(", row {row}")
        } else {
            String::new()
        };
        return Err(model_error(format!(
            "column {name:?}{row}: must be a key, got null"
        )));
    }
    let texts = match array.data_type() {
        DataType::Utf8 => return Ok(Texts::Short(array.as_string::<i32>().clone())),
        DataType::LargeUtf8 => array.as_string::<i64>().clone(),
        DataType::Utf8View => array.as_string_view().iter().collect(),
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => whole::<Int64Type>(array),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => whole::<UInt64Type>(array),
        DataType::Date32 => dates::<Date32Type>(name, array)?,
        DataType::Date64 => dates::<Date64Type>(name, array)?,
        DataType::Timestamp(TimeUnit::Second, _) => times::<TimestampSecondType>(name, array)?,
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            times::<TimestampMillisecondType>(name, array)?
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            times::<TimestampMicrosecondType>(name, array)?
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            times::<TimestampNanosecondType>(name, array)?
        }
        other => {
            return Err(model_error(format!(
                "column {name:?} must hold keys, texts or whole numbers, times or dates, got {other}"
            )));
        }
    };
    Ok(Texts::Long(texts))
}

fn whole<T: ArrowPrimitiveType>(array: &ArrayRef) -> LargeStringArray
where
    T::Native: ToString,
{
    let values = array.as_primitive::<T>().values().iter();
    LargeStringArray::from_iter_values(values.map(ToString::to_string))
}

/// Days, as 2024-01-31.
fn dates<T: ArrowTemporalType>(name: &str, array: &ArrayRef) -> PyResult<LargeStringArray>
where
    i64: From<T::Native>,
{
    written::<T>(name, array, |value| {
        Some(as_datetime::<T>(value)?.date().to_string())
    })
}

/// Times, as 2024-01-31 12:00:00, with as many digits of a second as there are.
fn times<T: ArrowTemporalType>(name: &str, array: &ArrayRef) -> PyResult<LargeStringArray>
where
    i64: From<T::Native>,
{
    written::<T>(name, array, |value| {
        Some(as_datetime::<T>(value)?.to_string())
    })
}

fn written<T: ArrowTemporalType>(
    name: &str,
    array: &ArrayRef,
    write: impl Fn(i64) -> Option<String>,
) -> PyResult<LargeStringArray>
where
    i64: From<T::Native>,
{
    let values = array.as_primitive::<T>().values().iter();
    let texts = values.map(|&value| {
        let value = i64::from(value);
        write(value).ok_or_else(|| {
            model_error(format!(
                "column {name:?}: must be a key, got a time too far away, {value}"
            ))
        })
    });
    Ok(LargeStringArray::from_iter_values(
        texts.collect::<PyResult<Vec<String>>>()?,
    ))
}
