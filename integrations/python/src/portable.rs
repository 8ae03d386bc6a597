//! Fits a model that came as bytes to many series: `PortableTemplate`.
//!
//! In: a table with one row a series: its key, and a list of numbers for each column of the model. Out:
//! a table with one row a series, in the same order: what is kept of its draws. A series draws from
//! a stream of its own, found from seed and key, so that a row depends on nothing but seed, key and
//! data: not on threads, batches or machines.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use rainier::dist::{FittedSeries, PortableTemplate, SampleError};
use rainier::sampler::{Hmc, Run};
use rayon::prelude::*;

use crate::arrow::lists::Lists;
use crate::arrow::table::{Columns, column, texts};
use crate::draws::SUMMARY;
use crate::error::{model_error, sample_error};
use crate::watch::{Watch, watched};

/// Series that a thread takes at once: many times the lanes of lock step.
const TOGETHER: usize = 256;

/// A model that came as bytes.
#[pyclass(frozen, name = "PortableTemplate", module = "rainier._native")]
#[derive(Debug)]
pub(crate) struct PyPortableTemplate(PortableTemplate);

/// One series: its number in the table, its stream, and the values of each column of the model.
type Row<'a> = (usize, u64, Vec<(&'a str, ScalarBuffer<f64>)>);

/// What came of one series: a fit, or why there is none.
type Outcome = Result<FittedSeries, SampleError>;

#[pymethods]
impl PyPortableTemplate {
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        PortableTemplate::from_bytes(bytes)
            .map(Self)
            .map_err(model_error)
    }

    #[getter]
    fn labels(&self) -> Vec<String> {
        self.0.labels().to_vec()
    }

    /// The columns that wait for data.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.0.columns().into_iter().map(str::to_owned).collect()
    }

    /// The names of a fit's columns after its keys.
    fn result_names(&self) -> Vec<String> {
        result_names(self.0.labels()).collect()
    }

    /// Fits each row of a batch. `data` says which column of the table each column of the model is.
    /// With `keep_errors` what is wrong with a series stands in its row, else it is raised.
    #[pyo3(signature = (batch, *, keys, data, draws, tune, chains, steps, target_accept, seed, threads, keep_errors, progress))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn fit_many<'py>(
        &self,
        py: Python<'py>,
        batch: PyRecordBatch,
        keys: Vec<String>,
        data: Vec<(String, String)>,
        draws: usize,
        tune: usize,
        chains: usize,
        steps: Option<u32>,
        target_accept: Option<f64>,
        seed: u64,
        threads: Option<usize>,
        keep_errors: bool,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let batch = batch.into_inner();
        let series = SeriesOfBatch::new(&batch, &keys, &data)?;
        let mut sampler = Hmc::default();
        if let Some(steps) = steps {
            sampler = sampler.with_steps(steps);
        }
        if let Some(target) = target_accept {
            sampler = sampler.with_target_acceptance(target);
        }
        let run = Run::default()
            .with_seed(seed)
            .with_chains(chains)
            .with_warm_up(tune)
            .with_draws(draws)
            .with_threads(1);
        let fits = watched(py, progress.as_ref(), |watch| {
            let rows: Vec<usize> = (0..batch.num_rows()).collect();
            let fit = |rows: &[usize]| self.fit(&series, rows, &sampler, &run, keep_errors, watch);
            let parts: PyResult<Vec<Vec<Option<Outcome>>>> = match pool(threads) {
                Some(pool) => pool.install(|| rows.par_chunks(TOGETHER).map(fit).collect()),
                None => rows.chunks(TOGETHER).map(fit).collect(),
            };
            parts.map(|parts| parts.into_iter().flatten().collect::<Vec<_>>())
        })??;
        let mut columns = Columns::default();
        for (name, array) in &series.keys {
            columns.add_shared(name.as_str(), (*array).clone());
        }
        self.add_fits(&series, &fits, &mut columns);
        columns.into_python(py, batch.num_rows())
    }
}

/// A pool of so many threads; none where one thread is enough, or no others can be had.
fn pool(threads: Option<usize>) -> Option<rayon::ThreadPool> {
    let threads = threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    (threads > 1)
        .then(|| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .ok()
        })
        .flatten()
}

/// The columns of a batch that a fit reads.
struct SeriesOfBatch<'a> {
    keys: Vec<(&'a String, &'a ArrayRef)>,
    key_texts: Vec<StringArray>,
    /// By the model's names.
    lists: Vec<(&'a str, Lists)>,
}

impl<'a> SeriesOfBatch<'a> {
    fn new(
        batch: &'a RecordBatch,
        keys: &'a [String],
        data: &'a [(String, String)],
    ) -> PyResult<Self> {
        let mut of_batch = Self {
            keys: Vec::new(),
            key_texts: Vec::new(),
            lists: Vec::new(),
        };
        for name in keys {
            let array = column(batch, name)?;
            of_batch.keys.push((name, array));
            of_batch.key_texts.push(texts(name, array)?);
        }
        for (model, table) in data {
            let lists = Lists::of_array(table, column(batch, table)?)?;
            of_batch.lists.push((model, lists));
        }
        Ok(of_batch)
    }

    /// The number of a series' streams: that of `dns-anomaly` for a domain, or a domain and its group.
    fn stream(&self, row: usize) -> u64 {
        let mut parts = self.key_texts.iter().map(|texts| texts.value(row));
        let first = parts.next().unwrap_or_default();
        let others: Vec<&str> = parts.collect();
        dns_anomaly::stream_key(first, Some(&others.join("\t")))
    }

    fn values(&self, row: usize) -> PyResult<Row<'_>> {
        let columns = self.lists.iter();
        let values = columns.map(|(name, lists)| Ok((*name, lists.row(row)?)));
        Ok((row, self.stream(row), values.collect::<PyResult<_>>()?))
    }

    /// What went wrong, and in which series.
    fn refused(&self, row: usize, error: &SampleError) -> PyErr {
        let keys: Vec<&str> = self
            .key_texts
            .iter()
            .map(|texts| texts.value(row))
            .collect();
        let names: Vec<&str> = self.lists.iter().map(|(name, _)| *name).collect();
        let place = format!(
            "series {:?} (row {row}), column {}: ",
            keys.join("\t"),
            names.join(", ")
        );
        let inner = sample_error(error);
        Python::attach(|py| {
            let message = format!("{place}{}", inner.value(py));
            PyErr::from_type(inner.get_type(py), message)
        })
    }
}

impl PyPortableTemplate {
    /// The outcomes of some rows; none for those left out after a cancellation.
    fn fit(
        &self,
        series: &SeriesOfBatch<'_>,
        rows: &[usize],
        sampler: &Hmc,
        run: &Run,
        keep_errors: bool,
        watch: &Watch,
    ) -> PyResult<Vec<Option<Outcome>>> {
        if watch.is_cancelled() {
            return Ok(rows.iter().map(|_| None).collect());
        }
        let rows: Vec<Row<'_>> = rows
            .iter()
            .map(|&row| series.values(row))
            .collect::<PyResult<_>>()?;
        let first = rows.first().map_or(0, |&(row, _, _)| row);
        let keyed = rows
            .iter()
            .map(|(_, key, values)| (*key, values.as_slice()));
        let fits = self.0.fit_many(keyed, sampler, run);
        let mut outcomes = Vec::with_capacity(rows.len());
        for (place, fit) in fits.map_err(|error| sample_error(&error))?.enumerate() {
            if watch.is_cancelled() {
                break;
            }
            watch.add(1);
            match fit.outcome {
                Err(error) if !keep_errors => return Err(series.refused(first + place, &error)),
                outcome => outcomes.push(Some(outcome)),
            }
        }
        outcomes.resize_with(rows.len(), || None);
        Ok(outcomes)
    }

    fn add_fits(
        &self,
        series: &SeriesOfBatch<'_>,
        fits: &[Option<Outcome>],
        columns: &mut Columns,
    ) {
        let fitted = |fit| match fit {
            &Some(Ok(ref fit)) => Some(fit),
            Some(Err(_)) | None => None,
        };
        let known: Vec<Option<&FittedSeries>> = fits.iter().map(fitted).collect();
        let mut names = result_names(self.0.labels());
        let mut add = |columns: &mut Columns, array: ArrayRef| {
            columns.add_shared(names.next().unwrap_or_default(), array);
        };
        for label in 0..self.0.labels().len() {
            for (_, of) in SUMMARY {
                let numbers = known.iter().map(|fit| {
                    let fit = fit.as_ref()?;
                    fit.summary.rows().get(label).and_then(of)
                });
                let numbers: Float64Array = numbers.collect();
                add(columns, std::sync::Arc::new(numbers));
            }
        }
        let evaluations = known.iter().map(|fit| {
            let fit = fit.as_ref()?;
            i64::try_from(fit.gradient_evaluations).ok()
        });
        let evaluations: Int64Array = evaluations.collect();
        add(columns, std::sync::Arc::new(evaluations));
        let warnings = known.iter().map(|fit| {
            let warnings = &fit.as_ref()?.warnings;
            let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        });
        let warnings: StringArray = warnings.collect();
        add(columns, std::sync::Arc::new(warnings));
        let errors = fits.iter().enumerate().map(|(row, fit)| match fit {
            Some(Err(error)) => Some(series.refused(row, error).to_string()),
            Some(Ok(_)) | None => None,
        });
        let errors: StringArray = errors.collect();
        add(columns, std::sync::Arc::new(errors));
    }
}

/// The names of a fit's columns after its keys.
fn result_names(labels: &[String]) -> impl Iterator<Item = String> + use<'_> {
    let numbers = labels
        .iter()
        .flat_map(|label| SUMMARY.map(|(name, _)| format!("{label}_{name}")));
    let others = ["gradient_evaluations", "warnings", "error"];
    numbers.chain(others.map(str::to_owned))
}
