//! Outlier windows by mode `calibrated`: from all of a series' past, calibrated by earlier windows.
//!
//! In: counts in long form (domain, bin, count). Out: a table with one row an episode.

#![expect(
    clippy::cast_possible_wrap,
    reason = "numbers of windows are far below 2^63"
)]

use arrow_array::{BooleanArray, Float64Array, Int64Array, StringArray};
use dns_anomaly::{CalibratedDomain, CalibratedEpisode, CalibratedSettings, detect_calibrated};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use super::counted::{direction_of, series_of, start_of, width_of};
use crate::arrow::table::Columns;
use crate::error::model_error;
use crate::watch::watched_or_left;

/// Outlier windows of counts in long form, mode `calibrated`: one row an episode.
#[pyfunction]
#[pyo3(signature = (batch, *, bin, window, false_discovery_rate, seed, threads))]
pub(super) fn detect_calibrated_windows(
    py: Python<'_>,
    batch: PyRecordBatch,
    bin: u32,
    window: u32,
    false_discovery_rate: Option<f64>,
    seed: u64,
    threads: Option<usize>,
) -> PyResult<Bound<'_, PyAny>> {
    let (width, window) = (width_of(bin)?, width_of(window)?);
    let mut settings = CalibratedSettings::default()
        .with_window(window)
        .with_seed(seed);
    if let Some(rate) = false_discovery_rate {
        settings = settings.with_false_discovery_rate(rate);
    }
    if let Some(threads) = threads {
        settings = settings.with_threads(threads);
    }
    let batch = batch.into_inner();
    let found = watched_or_left(py, None, batch.clone(), move |_| {
        let table = series_of(&batch, width)?;
        detect_calibrated(&table, &[], &settings).map_err(model_error)
    })??;
    let rows: Vec<(&CalibratedDomain, &CalibratedEpisode)> = found
        .domains
        .iter()
        .flat_map(|domain| domain.episodes.iter().map(move |episode| (domain, episode)))
        .collect();
    let whole = |of: &dyn Fn(&CalibratedDomain, &CalibratedEpisode) -> i64| -> Int64Array {
        rows.iter()
            .map(|(domain, episode)| Some(of(domain, episode)))
            .collect()
    };
    let number = |of: fn(&CalibratedEpisode) -> f64| -> Float64Array {
        rows.iter().map(|(_, episode)| Some(of(episode))).collect()
    };
    let text = |of: fn(&CalibratedEpisode) -> &'static str| -> StringArray {
        rows.iter().map(|(_, episode)| Some(of(episode))).collect()
    };
    let start = |bin: i64| start_of(width, bin);
    let mut columns = Columns::default();
    columns.add("rank", whole(&|domain, _| domain.rank as i64));
    let domains = rows.iter().map(|(domain, _)| &*domain.domain);
    columns.add_texts("domain", domains);
    columns.add("start", whole(&|_, episode| start(episode.first_bin)));
    columns.add("end", whole(&|_, episode| start(episode.end_bin)));
    columns.add("windows", whole(&|_, episode| episode.windows as i64));
    columns.add("statistic", text(|episode| episode.measure.name()));
    columns.add("direction", text(|episode| direction_of(episode.direction)));
    columns.add("expected", number(|episode| episode.expected));
    columns.add("excess", number(|episode| episode.excess));
    columns.add("p", number(|episode| episode.p));
    columns.add("q", number(|episode| episode.discovery.q));
    let discoveries = rows.iter().map(|(_, episode)| Some(episode.is_discovery));
    columns.add("is_discovery", discoveries.collect::<BooleanArray>());
    columns.into_python(py, rows.len())
}
