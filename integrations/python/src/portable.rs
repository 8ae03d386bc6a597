//! Fits a model that came as bytes to many series: `PortableTemplate`.
//!
//! In: a table with one row a series: its key, and a list of numbers for each column of the model. Out:
//! a table with one row a series, in the same order: what is kept of its draws. A series draws from
//! a stream of its own, found from seed and key, so that a row depends on nothing but seed, key and
//! data: not on threads, batches or machines.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use rainier::dist::{FittedSeries, PortableTemplate, SampleError};
use rainier::sampler::{Hmc, Run};
use rayon::prelude::*;

use crate::arrow::keys::Keys;
use crate::arrow::lists::{BadEntry, Lists};
use crate::arrow::table::{Columns, column};
use crate::draws::SUMMARY;
use crate::error::{model_error, sample_error};
use crate::size;
use crate::watch::{Watch, watched_or_left};

/// Series that a thread takes at once: many times the lanes of lock step.
const TOGETHER: usize = 256;

/// A model that came as bytes.
#[pyclass(frozen, name = "PortableTemplate", module = "rainier._native")]
#[derive(Debug)]
pub(crate) struct PyPortableTemplate(Arc<PortableTemplate>);

/// One series: its stream, and the values of each column of the model.
type Row<'a> = (u64, Vec<(&'a str, ScalarBuffer<f64>)>);

/// What came of one series: a fit, or why there is none.
type Outcome = Result<FittedSeries, Failure>;

/// Why there are no fits at all. It becomes an exception in the thread that Python waits for.
enum Ended {
    /// One series, by its row.
    Series(usize, Failure),
    Settings(SampleError),
}

/// Why there is no fit of a series.
#[derive(Debug)]
enum Failure {
    /// It could not be read.
    Data(BadEntry),
    Fit(SampleError),
}

#[pymethods]
impl PyPortableTemplate {
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        PortableTemplate::from_bytes(bytes)
            .map(|template| Self(Arc::new(template)))
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
    /// With `keep_errors` what is wrong with a series stands in its row, else it is raised. `has_rows` says
    /// whether errors are to tell rows of the batch.
    #[pyo3(signature = (batch, *, keys, data, has_rows, draws, tune, chains, steps, target_accept, seed, threads, keep_errors, progress))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn fit_many<'py>(
        &self,
        py: Python<'py>,
        batch: PyRecordBatch,
        keys: Vec<String>,
        data: Vec<(String, String)>,
        has_rows: bool,
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
        size::of_draws(chains, draws, self.0.labels().len())?;
        let batch = batch.into_inner();
        let series = Arc::new(SeriesOfBatch::new(&batch, &keys, data, has_rows)?);
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
        let fits = watched_or_left(py, progress.as_ref(), batch.clone(), {
            let (template, series) = (Arc::clone(&self.0), Arc::clone(&series));
            let rows: Vec<usize> = (0..batch.num_rows()).collect();
            move |watch| {
                let fit = |rows: &[usize]| {
                    fit_rows(&template, &series, rows, &sampler, &run, keep_errors, watch)
                };
                let parts: Result<Vec<Vec<Option<Outcome>>>, Ended> =
                    match pool(threads, rows.len()) {
                        Some(pool) => pool.install(|| rows.par_chunks(TOGETHER).map(fit).collect()),
                        None => rows.chunks(TOGETHER).map(fit).collect(),
                    };
                parts.map(|parts| parts.into_iter().flatten().collect::<Vec<_>>())
            }
        })?;
        let fits = fits.map_err(|ended| match ended {
            Ended::Series(row, failure) => series.refused(row, &failure),
            Ended::Settings(error) => sample_error(&error),
        })?;
        let mut columns = Columns::default();
        for (name, array) in series.keys.columns() {
            columns.add_shared(name, array.clone());
        }
        self.add_fits(&series, &fits, &mut columns);
        columns.into_python(py, batch.num_rows())
    }
}

/// A pool of so many threads, or as many as there is work for; none where one thread is enough, or no others
/// can be had.
fn pool(threads: Option<usize>, rows: usize) -> Option<rayon::ThreadPool> {
    let threads = threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
        .min(rows.div_ceil(TOGETHER));
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
struct SeriesOfBatch {
    keys: Keys,
    /// By the model's names.
    lists: Vec<(String, Lists)>,
}

impl SeriesOfBatch {
    fn new(
        batch: &RecordBatch,
        keys: &[String],
        data: Vec<(String, String)>,
        has_rows: bool,
    ) -> PyResult<Self> {
        let mut of_batch = Self {
            keys: Keys::new(batch, keys, has_rows)?,
            lists: Vec::new(),
        };
        for (model, table) in data {
            let lists = Lists::of_array(&table, column(batch, &table)?)?;
            of_batch.lists.push((model, lists));
        }
        Ok(of_batch)
    }

    /// The number of a series' streams: that of `dns-anomaly` for a domain, or a domain and its group.
    fn stream(&self, row: usize) -> u64 {
        let mut parts = self.keys.of_row(row);
        let first = parts.next().unwrap_or_default();
        let others: Vec<&str> = parts.collect();
        dns_anomaly::stream_key(first, Some(&others.join("\t")))
    }

    fn row(&self, row: usize) -> Result<Row<'_>, BadEntry> {
        let columns = self.lists.iter();
        let values = columns.map(|(name, lists)| Ok((name.as_str(), lists.row(row)?)));
        Ok((self.stream(row), values.collect::<Result<_, _>>()?))
    }

    /// What went wrong, and in which series.
    fn refused(&self, row: usize, failure: &Failure) -> PyErr {
        let place = self.keys.place(row);
        let inner = match failure {
            Failure::Data(bad) => return model_error(format!("{place}, {bad}")),
            Failure::Fit(error) => sample_error(error),
        };
        let names: Vec<&str> = self.lists.iter().map(|(name, _)| name.as_str()).collect();
        let columns = if names.is_empty() {
            String::new()
        } else {
            format!(", column {}", names.join(", "))
        };
        Python::attach(|py| {
            let message = format!("{place}{columns}: {}", inner.value(py));
            PyErr::from_type(inner.get_type(py), message)
        })
    }
}

/// The outcomes of some rows; none for those left out after a cancellation.
fn fit_rows(
    template: &PortableTemplate,
    series: &SeriesOfBatch,
    rows: &[usize],
    sampler: &Hmc,
    run: &Run,
    keep_errors: bool,
    watch: &Watch,
) -> Result<Vec<Option<Outcome>>, Ended> {
    let mut outcomes: Vec<Option<Outcome>> = rows.iter().map(|_| None).collect();
    if watch.is_cancelled() {
        return Ok(outcomes);
    }
    let mut put = |place: usize, outcome: Outcome| {
        watch.add(1);
        match outcome {
            Err(failure) if !keep_errors => Err(Ended::Series(rows[place], failure)),
            outcome => {
                outcomes[place] = Some(outcome);
                Ok(())
            }
        }
    };
    let (mut places, mut data) = (Vec::new(), Vec::new());
    for (place, &row) in rows.iter().enumerate() {
        match series.row(row) {
            Ok(of_row) => {
                places.push(place);
                data.push(of_row);
            }
            Err(bad) => put(place, Err(Failure::Data(bad)))?,
        }
    }
    let keyed = data.iter().map(|(key, values)| (*key, values.as_slice()));
    let fits = template.fit_many(keyed, sampler, run);
    let fits = fits.map_err(Ended::Settings)?;
    for (place, fit) in places.into_iter().zip(fits) {
        if watch.is_cancelled() {
            break;
        }
        put(place, fit.outcome.map_err(Failure::Fit))?;
    }
    Ok(outcomes)
}

impl PyPortableTemplate {
    fn add_fits(&self, series: &SeriesOfBatch, fits: &[Option<Outcome>], columns: &mut Columns) {
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
                add(columns, Arc::new(numbers));
            }
        }
        let evaluations = known.iter().map(|fit| {
            let fit = fit.as_ref()?;
            i64::try_from(fit.gradient_evaluations).ok()
        });
        let evaluations: Int64Array = evaluations.collect();
        add(columns, Arc::new(evaluations));
        let warnings = known.iter().map(|fit| {
            let warnings = &fit.as_ref()?.warnings;
            let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        });
        let warnings: StringArray = warnings.collect();
        add(columns, Arc::new(warnings));
        let errors = fits.iter().enumerate().map(|(row, fit)| match fit {
            Some(Err(error)) => Some(series.refused(row, error).to_string()),
            Some(Ok(_)) | None => None,
        });
        let errors: StringArray = errors.collect();
        add(columns, Arc::new(errors));
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
