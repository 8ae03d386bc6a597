//! Point forecasts of intermittent counts.
//!
//! In: a list of counts a row. Out: a row of forecasts for each.

use arrow_array::Float64Array;
use dns_anomaly::croston::{
    Classic, Correction, CrostonError, PointForecast, SizeUpdate, Talk, Tsb,
};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use crate::arrow::keys::Keys;
use crate::arrow::lists::Lists;
use crate::arrow::table::{Columns, column};
use crate::error::model_error;

/// The methods by the names of the command line.
const METHODS: [&str; 6] = ["talk", "talk-unconditional", "croston", "sba", "sbj", "tsb"];

fn forecast(
    method: &str,
    alpha: f64,
    alpha_probability: f64,
    counts: &[f64],
) -> Result<PointForecast, CrostonError> {
    let talk = Talk::default().with_weight(1.0 - alpha);
    let classic = Classic::default().with_alpha(alpha);
    match method {
        "talk-unconditional" => talk
            .with_size_update(SizeUpdate::Unconditional)
            .forecast(counts),
        "croston" => classic.forecast(counts),
        "sba" => classic
            .with_correction(Correction::SyntetosBoylan)
            .forecast(counts),
        "sbj" => classic
            .with_correction(Correction::ShaleBoylanJohnston)
            .forecast(counts),
        "tsb" => Tsb::default()
            .with_alpha_demand(alpha)
            .with_alpha_probability(alpha_probability)
            .forecast(counts),
        _ => talk.forecast(counts),
    }
}

/// Series forecast before Python looks for Ctrl-C: microseconds each, or a millisecond.
const BETWEEN_LOOKS: usize = 100;

/// A point forecast of each row of lists.
#[pyfunction]
#[pyo3(signature = (batch, *, keys, has_rows, counts, method, alpha, alpha_probability))]
#[expect(clippy::too_many_arguments, reason = "they are named in Python")]
pub(super) fn croston<'py>(
    py: Python<'py>,
    batch: PyRecordBatch,
    keys: Vec<String>,
    has_rows: bool,
    counts: &str,
    method: &str,
    alpha: f64,
    alpha_probability: Option<f64>,
) -> PyResult<Bound<'py, PyAny>> {
    if !METHODS.contains(&method) {
        return Err(model_error(format!(
            "method must be one of {}, got {method:?}",
            METHODS.join(", ")
        )));
    }
    let batch = batch.into_inner();
    let lists = Lists::of_array(counts, column(&batch, counts)?)?;
    let mut columns = Columns::default();
    let keys = Keys::new(&batch, &keys, has_rows)?;
    for (name, array) in keys.columns() {
        columns.add_shared(name, array.clone());
    }
    let alpha_probability = alpha_probability.unwrap_or(alpha);
    let of_row = |row: usize| {
        let place = || keys.place(row);
        let values = lists.row(row);
        let values = values.map_err(|bad| model_error(format!("{}, {bad}", place())))?;
        let forecast = forecast(method, alpha, alpha_probability, &values);
        forecast.map_err(|error| model_error(format!("{}, column {counts:?}: {error}", place())))
    };
    let mut forecasts: Vec<PointForecast> = Vec::with_capacity(batch.num_rows());
    while forecasts.len() < batch.num_rows() {
        let next = forecasts.len()..batch.num_rows().min(forecasts.len() + BETWEEN_LOOKS);
        forecasts.extend(py.detach(|| next.map(of_row).collect::<PyResult<Vec<_>>>())?);
        py.check_signals()?;
    }
    let numbers = |of: fn(&PointForecast) -> f64| -> Float64Array {
        forecasts
            .iter()
            .map(|forecast| Some(of(forecast)))
            .collect()
    };
    columns.add("size", numbers(PointForecast::expected_size));
    columns.add("active_prob", numbers(PointForecast::active_prob));
    columns.add("rate", numbers(PointForecast::rate));
    columns.into_python(py, batch.num_rows())
}
