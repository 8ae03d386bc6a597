//! Turns tables of counts into series, and bins back into times.
//!
//! In: columns domain, bin, count, or one row a domain with lists of both. Out: the series of
//! `dns-anomaly`; a count that is none is an error that names its row, or its domain and place in the list.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use dns_anomaly::{BinWidth, Direction, SeriesTable};
use pyo3::PyResult;

use crate::arrow::keys::{Keys, texts};
use crate::arrow::lists::{BadEntry, Lists};
use crate::arrow::table::{as_count, column, counts};
use crate::error::model_error;

/// The series of counts in long form. `bin` holds bin numbers.
pub(super) fn series_of(batch: &RecordBatch, width: BinWidth) -> PyResult<SeriesTable> {
    let domains = texts("domain", column(batch, "domain")?, true)?;
    let bins = column(batch, "bin")?.as_primitive::<Int64Type>();
    let counts = counts("count", column(batch, "count")?)?;
    let cells = (0..batch.num_rows()).map(|row| (domains.value(row), bins.value(row), counts[row]));
    SeriesTable::from_counts(width, cells, None).map_err(model_error)
}

/// The same of one row a domain: the numbers of its bins and their counts. Series go on to
/// `observed_until`, or to the newest bin of all.
pub(super) fn series_of_lists(
    batch: &RecordBatch,
    width: BinWidth,
    observed_until: Option<i64>,
) -> PyResult<SeriesTable> {
    let keys = Keys::new(batch, &["domain".to_owned()], false)?;
    let bins = Lists::of_array("bins", column(batch, "bins")?)?;
    let counts = Lists::of_array("counts", column(batch, "counts")?)?;
    let mut cells = Vec::new();
    for row in 0..batch.num_rows() {
        let in_place = |bad: BadEntry| model_error(format!("{}, {bad}", keys.place(row)));
        let bins = bins.row(row).map_err(in_place)?;
        let counts = counts.row(row).map_err(in_place)?;
        let domain = keys.of_row(row).next().unwrap_or_default();
        if bins.len() != counts.len() {
            return Err(model_error(format!(
                "{}: there must be a count for each bin, there are {} for {}",
                keys.place(row),
                counts.len(),
                bins.len()
            )));
        }
        for (entry, (&bin, &count)) in bins.iter().zip(counts.iter()).enumerate() {
            let count = as_count(count).ok_or_else(|| {
                model_error(format!(
                    "{}, column \"counts\", entry {entry}: must be a count, got {count}",
                    keys.place(row)
                ))
            })?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the number of a bin, far below 2^53"
            )]
            cells.push((domain, bin as i64, count));
        }
    }
    SeriesTable::from_counts(width, cells, observed_until).map_err(model_error)
}

pub(super) fn width_of(seconds: u32) -> PyResult<BinWidth> {
    BinWidth::from_seconds(seconds).map_err(model_error)
}

/// Where a bin starts, in microseconds since 1970.
pub(super) fn start_of(width: BinWidth, bin: i64) -> i64 {
    width.start_of(bin).microseconds()
}

pub(super) fn direction_of(direction: Direction) -> &'static str {
    match direction {
        Direction::More => "more",
        Direction::Fewer => "fewer",
    }
}
