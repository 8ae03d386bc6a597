//! Outlier windows by mode `deck`: each day against the same day of earlier weeks.
//!
//! In: counts, on one machine in long form, or some domains of many, one row each, with what all
//! domains share. Out: the ranked episodes, or the windows of each domain, which are joined to the
//! same episodes elsewhere.

#![expect(
    clippy::cast_possible_wrap,
    reason = "numbers of windows are far below 2^63"
)]

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use dns_anomaly::{DetectSettings, FitSettings, Outlier, RatePrior, Reference, SeriesVerdict};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use super::counted::{direction_of, series_of, series_of_lists, start_of, width_of};
use crate::arrow::table::Columns;
use crate::error::model_error;
use crate::size;
use crate::watch::watched_or_left;

/// More than the bins of the longest series: each reference that is not there is looked for.
const MOST_REFERENCES: usize = 3_200_000;

/// What Python says of detection, by `dns-anomaly`'s names; lengths are in seconds.
#[derive(FromPyObject)]
pub(super) struct Settings {
    bin: u32,
    window: u32,
    period: u32,
    references: usize,
    min_count: u64,
    /// Of the past, where windows are compared with a trend.
    trend_weight: Option<f64>,
    band: f64,
    simulations: usize,
    draws: usize,
    tune: usize,
    seed: u64,
    threads: Option<usize>,
    mean_size: Option<f64>,
}

impl Settings {
    fn settings(&self) -> PyResult<DetectSettings> {
        size::of_numbers(self.simulations, "simulations")?;
        size::of_draws(1, self.draws, 2)?;
        if self.references > MOST_REFERENCES {
            return Err(model_error(format!(
                "references must be at most {MOST_REFERENCES}, got {}",
                self.references
            )));
        }
        let fit = FitSettings::default()
            .with_draws(self.draws)
            .with_warm_up(self.tune);
        let mut settings = DetectSettings::default()
            .with_window(width_of(self.window)?)
            .with_period(width_of(self.period)?)
            .with_references(self.references)
            .with_minimum_count(self.min_count)
            .with_band(self.band)
            .with_simulations(self.simulations)
            .with_fit(fit)
            .with_seed(self.seed);
        if let Some(weight) = self.trend_weight {
            settings = settings.with_reference(Reference::Trend { weight });
        }
        if let Some(threads) = self.threads {
            settings = settings.with_threads(threads);
        }
        if let Some(mean_size) = self.mean_size {
            settings = settings.with_prior(RatePrior::Population { mean_size });
        }
        Ok(settings)
    }
}

/// Ranked episodes of counts in long form.
#[pyfunction]
pub(super) fn detect_deck(
    py: Python<'_>,
    batch: PyRecordBatch,
    settings: Settings,
) -> PyResult<Bound<'_, PyAny>> {
    let (batch, width) = (batch.into_inner(), width_of(settings.bin)?);
    let detect = settings.settings()?;
    let found = watched_or_left(py, None, batch.clone(), move |_| {
        let table = series_of(&batch, width)?;
        dns_anomaly::detect(&table, &[], &detect).map_err(model_error)
    })??;
    let mut rows = Rows::default();
    let (mut ranks, mut domain_p, mut q) = (Vec::new(), Vec::new(), Vec::new());
    for domain in &found.domains {
        for episode in &domain.episodes {
            ranks.push(domain.rank as i64);
            domain_p.push(domain.p);
            q.push(episode.q);
            rows.push(
                &domain.domain,
                [
                    start_of(width, episode.first_bin),
                    start_of(width, episode.end_bin),
                ],
                episode.windows,
                Some(&episode.peak),
            );
        }
    }
    let mut columns = Columns::default();
    columns.add("rank", Int64Array::from(ranks));
    columns.add("domain_p", Float64Array::from(domain_p));
    columns.add("q", Float64Array::from(q));
    rows.into_python(py, columns)
}

/// Verdicts on the windows of each domain, given what all domains share. A domain without outliers
/// has one row, which says how many windows were tested.
#[pyfunction]
pub(super) fn judge(
    py: Python<'_>,
    batch: PyRecordBatch,
    settings: Settings,
    observed_until: i64,
) -> PyResult<Bound<'_, PyAny>> {
    let (batch, width) = (batch.into_inner(), width_of(settings.bin)?);
    let detect = settings.settings()?;
    let (table, verdicts) = py.detach(|| {
        let table = series_of_lists(&batch, width, Some(observed_until))?;
        let verdicts = dns_anomaly::judge_series(&table, &detect).map_err(model_error)?;
        Ok::<_, PyErr>((table, verdicts))
    })?;
    let mut rows = Rows::default();
    let (mut tested, mut domain_p, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for (series, verdict) in table.series().iter().zip(&verdicts) {
        // Counted once for each domain, in its first row.
        let mut windows_tested = verdict.tested as i64;
        let mut add = |is_peak: Option<bool>| {
            tested.push(std::mem::take(&mut windows_tested));
            domain_p.push(verdict.p());
            peaks.push(is_peak);
        };
        for (run, peak) in SeriesVerdict::episodes(verdict) {
            let last = run[run.len() - 1].window;
            let ends = [run[0].window.first_bin, last.first_bin + last.bins];
            for (place, outlier) in run.iter().enumerate() {
                add(Some(place == peak));
                let ends = ends.map(|bin| start_of(width, bin));
                rows.push(series.domain(), ends, run.len(), Some(outlier));
            }
        }
        if verdict.outliers.is_empty() {
            add(None);
            rows.push(series.domain(), [0, 0], 0, None);
        }
    }
    let mut columns = Columns::default();
    columns.add("tested", Int64Array::from(tested));
    columns.add("domain_p", Float64Array::from(domain_p));
    columns.add("is_peak", BooleanArray::from(peaks));
    rows.into_python(py, columns)
}

/// What both tables say of a window and the episode it is part of.
#[derive(Default)]
struct Rows {
    domains: Vec<String>,
    starts: Vec<i64>,
    ends: Vec<i64>,
    windows: Vec<i64>,
    outliers: Vec<Option<Outlier>>,
}

impl Rows {
    fn push(&mut self, domain: &str, ends: [i64; 2], windows: usize, outlier: Option<&Outlier>) {
        self.domains.push(domain.to_owned());
        self.starts.push(ends[0]);
        self.ends.push(ends[1]);
        self.windows.push(windows as i64);
        self.outliers.push(outlier.copied());
    }

    fn into_python(self, py: Python<'_>, mut columns: Columns) -> PyResult<Bound<'_, PyAny>> {
        let rows = self.outliers.len();
        let outliers = self.outliers;
        let text = |of: fn(&Outlier) -> &'static str| -> StringArray {
            let outliers = outliers.iter();
            outliers.map(|outlier| outlier.as_ref().map(of)).collect()
        };
        let number = |of: fn(&Outlier) -> f64| -> ArrayRef {
            let outliers = outliers.iter();
            let numbers = outliers.map(|outlier| outlier.as_ref().map(of));
            std::sync::Arc::new(numbers.collect::<Float64Array>())
        };
        // Counts beyond the largest signed number are told as that.
        let count = |of: fn(&Outlier) -> u64| -> ArrayRef {
            let count = |outlier: &Outlier| i64::try_from(of(outlier)).unwrap_or(i64::MAX);
            let outliers = outliers.iter();
            let counts = outliers.map(|outlier| outlier.as_ref().map(count));
            std::sync::Arc::new(counts.collect::<Int64Array>())
        };
        columns.add_texts("domain", self.domains.iter().map(String::as_str));
        columns.add("start", Int64Array::from(self.starts));
        columns.add("end", Int64Array::from(self.ends));
        columns.add("windows", Int64Array::from(self.windows));
        columns.add("statistic", text(|of| of.evidence.statistic.name()));
        columns.add("direction", text(|of| direction_of(of.evidence.direction)));
        columns.add_shared("observed", count(|of| of.evidence.observed));
        columns.add_shared("expected", number(|of| of.evidence.expected));
        columns.add_shared("low", count(|of| of.evidence.band.low));
        columns.add_shared("high", count(|of| of.evidence.band.high));
        columns.add_shared("excess", number(Outlier::excess));
        columns.add_shared("p", number(|of| of.evidence.p));
        columns.into_python(py, rows)
    }
}
