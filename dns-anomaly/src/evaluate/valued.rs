//! Reads files of one series each: `timestamp,value` under a header, as the Numenta Anomaly Benchmark has them.
//!
//! In: names and texts. Out: a [`SeriesTable`], a series a file, named by it. Values are rounded to counts; several rows
//! in a bin add up, and a series ends with its last row.

use crate::bin_width::BinWidth;
use crate::evaluate::labels::file_name;
use crate::record::Silence;
use crate::series::{SeriesBuilder, SeriesError, SeriesTable};
use crate::timestamp::Timestamp;

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValuedError {
    /// A row that is not a time and a number of at least 0.
    #[error("{file}:{line}: a row must be a time and a number of at least 0, got `{text}`")]
    Row {
        /// Name of the file.
        file: String,
        /// Number of the line, from 1.
        line: usize,
        /// The row.
        text: String,
    },
    /// Rows that make no series.
    #[error(transparent)]
    Series(#[from] SeriesError),
}

/// Whether a text starts with the header of such a file.
pub fn is_valued(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.trim_end() == "timestamp,value")
}

/// Reads files, given by name and text.
///
/// # Errors
/// At the first row that is not a time and a number.
///
/// ```
/// use dns_anomaly::{BinWidth, read_valued};
///
/// let text = "timestamp,value\n2015-02-26 21:42:53,3\n2015-02-26 22:47:53,1.0\n";
/// let table = read_valued([("folder/a.csv", text)], BinWidth::HOUR)?;
/// assert_eq!(table.series()[0].domain(), "a.csv");
/// assert_eq!(table.series()[0].counts(), [3, 1]);
/// # Ok::<(), dns_anomaly::ValuedError>(())
/// ```
pub fn read_valued<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    width: BinWidth,
) -> Result<SeriesTable, ValuedError> {
    let mut builder = SeriesBuilder::new(width);
    for (name, text) in files {
        let mut rows = text.lines().enumerate().skip(1).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let key = builder.key(file_name(name), None, Silence::IsMissing);
        for (line, row) in rows {
            let (time, count) = parse(row).ok_or_else(|| ValuedError::Row {
                file: name.to_owned(),
                line: line + 1,
                text: row.to_owned(),
            })?;
            builder.add(key, width.bin_of(time), count, None);
        }
    }
    Ok(builder.finish(None)?)
}

fn parse(row: &str) -> Option<(Timestamp, u64)> {
    let (time, value) = row.trim_end().split_once(',')?;
    let value: f64 = value.parse().ok()?;
    if !(0.0..9e15).contains(&value) {
        return None;
    }
    Some((time.parse().ok()?, value.round() as u64))
}
