//! Fills the gaps of counted series: from the bins in which someone asked to one list of counts a domain.
//!
//! In: one row a domain, the numbers of its bins and their counts. Out: one row a domain, when its first
//! bin starts, and the counts of all bins from there on.

use std::sync::Arc;

use arrow_array::{Int64Array, ListArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use super::counted::{series_of_lists, start_of, width_of};
use crate::arrow::table::Columns;
use crate::error::model_error;

/// One list of counts a domain. All go on to `observed_until`, or to the newest bin of the batch.
#[pyfunction]
#[pyo3(signature = (batch, *, bin, observed_until))]
pub(super) fn filled(
    py: Python<'_>,
    batch: PyRecordBatch,
    bin: u32,
    observed_until: Option<i64>,
) -> PyResult<Bound<'_, PyAny>> {
    let (batch, width) = (batch.into_inner(), width_of(bin)?);
    let table = py.detach(|| series_of_lists(&batch, width, observed_until))?;
    let series = table.series();
    // Offsets of lists are of 32 bits.
    let all: usize = series.iter().map(|one| one.bins().count()).sum();
    if i32::try_from(all).is_err() {
        return Err(model_error(format!(
            "counts of all series must be fewer than 2^31, got {all} in {} series: take fewer series or wider bins",
            series.len()
        )));
    }
    let starts = series.iter().map(|one| start_of(width, one.bins().start));
    let lists: Vec<Vec<u64>> = series.iter().map(dns_anomaly::Series::counts).collect();
    let ends = OffsetBuffer::from_lengths(lists.iter().map(Vec::len));
    let counts = lists.iter().flatten();
    let counts: Int64Array = counts.map(|&count| i64::try_from(count).ok()).collect();
    let item = Arc::new(Field::new("item", DataType::Int64, true));
    let mut columns = Columns::default();
    let domains = series.iter().map(dns_anomaly::Series::domain);
    columns.add_texts("domain", domains);
    columns.add("start", starts.map(Some).collect::<Int64Array>());
    columns.add("counts", ListArray::new(item, ends, Arc::new(counts), None));
    columns.into_python(py, series.len())
}
