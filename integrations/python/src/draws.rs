//! Hands draws to Python: `Draws`.
//!
//! In: what a sampler left. Out: all numbers as one Arrow array each, `[chain, draw, number]`, tables
//! of how each draw was made and of their summary, files.

use std::path::PathBuf;

use arrow_array::{BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field};
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use rainier::dist::PosteriorTrace;
use rainier::sampler::{Run, Statistics, SummaryRow, WriteError};

use crate::arrow::table::Columns;
use crate::error::{SampleError, model_error};

/// Draws of a model's value.
#[pyclass(frozen, name = "Draws", module = "rainier._native")]
#[derive(Debug)]
pub(crate) struct PyDraws {
    trace: PosteriorTrace<Vec<f64>>,
    generator_labels: Vec<String>,
    run: Run,
}

impl PyDraws {
    pub(crate) fn new(
        trace: PosteriorTrace<Vec<f64>>,
        generator_labels: Vec<String>,
        run: Run,
    ) -> Self {
        Self {
            trace,
            generator_labels,
            run,
        }
    }

    fn statistics_of(&self) -> impl Iterator<Item = &Statistics> {
        let trace = self.trace.trace();
        let places = (0..trace.chains())
            .flat_map(|chain| (0..trace.draws_per_chain()).map(move |draw| (chain, draw)));
        places.map(|(chain, draw)| trace.statistics(chain, draw))
    }
}

#[pymethods]
impl PyDraws {
    #[getter]
    fn chains(&self) -> usize {
        self.trace.trace().chains()
    }

    #[getter]
    fn draws(&self) -> usize {
        self.trace.trace().draws_per_chain()
    }

    #[getter]
    fn labels(&self) -> Vec<String> {
        self.trace.trace().names().to_vec()
    }

    #[getter]
    fn generator_labels(&self) -> Vec<String> {
        self.generator_labels.clone()
    }

    /// The reported numbers, chain after chain, draw after draw.
    fn values(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        array(py, self.trace.trace().draws().to_vec())
    }

    /// The numbers of generators, in the same order.
    fn generated(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        array(py, self.trace.draws().concat())
    }

    /// How each draw was made.
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let numbers = |of: fn(&Statistics) -> Option<f64>| -> Float64Array {
            self.statistics_of().map(of).collect()
        };
        let counts = |of: fn(&Statistics) -> Option<i64>| -> Int64Array {
            self.statistics_of().map(of).collect()
        };
        let mut columns = Columns::default();
        columns.add("lp", numbers(|draw| Some(draw.log_density)));
        columns.add("acceptance_rate", numbers(|draw| Some(draw.acceptance)));
        columns.add("step_size", numbers(|draw| draw.step_size));
        columns.add("tree_depth", counts(|draw| draw.tree_depth.map(i64::from)));
        columns.add(
            "n_steps",
            counts(|draw| i64::try_from(draw.gradient_evaluations).ok()),
        );
        columns.add("energy", numbers(|draw| draw.energy));
        let diverging: Vec<bool> = self.statistics_of().map(Statistics::is_divergent).collect();
        let rows = diverging.len();
        columns.add("diverging", BooleanArray::from(diverging));
        columns.into_python(py, rows)
    }

    /// Mean, spread, quantiles and diagnostics of each reported number.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let summary = py.detach(|| self.trace.summary());
        let rows = summary.rows();
        let mut columns = Columns::default();
        let names = rows.iter().map(|row| row.name.as_str());
        columns.add("name", StringArray::from_iter_values(names));
        for (name, of) in SUMMARY {
            columns.add(name, rows.iter().map(of).collect::<Float64Array>());
        }
        columns.into_python(py, rows.len())
    }

    /// The same as a text.
    fn summary_text(&self, py: Python<'_>) -> String {
        py.detach(|| self.trace.summary()).to_string()
    }

    /// What should be looked at before the draws are used.
    fn warnings(&self, py: Python<'_>) -> Vec<String> {
        let warnings = py.detach(|| self.trace.warnings());
        warnings.iter().map(ToString::to_string).collect()
    }

    /// The log likelihood of each outcome, `[chain, draw, outcome]`, and the name and place of each.
    fn log_likelihood(&self, py: Python<'_>) -> PyResult<(Py<PyAny>, Vec<Place>)> {
        let likelihood = py
            .detach(|| self.trace.log_likelihood())
            .map_err(model_error)?;
        let places = (0..likelihood.outcomes()).filter_map(|outcome| likelihood.place(outcome));
        let places = places
            .map(|(name, place)| (name.to_owned(), place))
            .collect();
        Ok((array(py, likelihood.chains().concat())?, places))
    }

    fn write_zarr(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.trace.trace().write_zarr(&path))
            .map_err(write_error)
    }

    fn write_cmdstan_csv(
        &self,
        py: Python<'_>,
        folder: PathBuf,
        model: &str,
    ) -> PyResult<Vec<PathBuf>> {
        py.detach(|| {
            self.trace
                .trace()
                .write_cmdstan_csv(&folder, model, &self.run)
        })
        .map_err(write_error)
    }
}

/// An outcome: the distribution it was fitted to, and its place in the data.
type Place = (String, usize);

type OfRow = fn(&SummaryRow) -> Option<f64>;

/// The columns of a summary and of a table of fits.
pub(crate) const SUMMARY: [(&str, OfRow); 9] = [
    ("mean", |row| Some(row.mean)),
    ("sd", |row| Some(row.sd)),
    ("mcse_mean", |row| Some(row.mcse_mean)),
    ("q5", |row| Some(row.q5)),
    ("q50", |row| Some(row.q50)),
    ("q95", |row| Some(row.q95)),
    ("ess_bulk", |row| Some(row.ess_bulk)),
    ("ess_tail", |row| Some(row.ess_tail)),
    ("rhat", |row| Some(row.rhat)),
];

/// Numbers as a `pyarrow.Array`, which takes the vector's memory over.
fn array(py: Python<'_>, numbers: Vec<f64>) -> PyResult<Py<PyAny>> {
    let array = std::sync::Arc::new(Float64Array::from(numbers));
    let field = std::sync::Arc::new(Field::new("", DataType::Float64, false));
    let array =
        PyArray::try_new(array, field).map_err(|error| SampleError::new_err(error.to_string()))?;
    Ok(array.to_pyarrow(py)?.unbind())
}

fn write_error(error: WriteError) -> PyErr {
    use std::error::Error;

    let message = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    pyo3::exceptions::PyOSError::new_err(message)
}
