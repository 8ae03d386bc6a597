//! Fits a Bayesian model to every series.
//!
//! In: series, a prior, how to sample. Out: one fit for each series, in the same order, whatever the number of threads.

use rainier::dist::FittedSeries;
use rayon::prelude::*;

use crate::count_model::{Choice, ChoiceError, CountFit, CountModel, choose_model};
use crate::hash::fnv1a;
use crate::model::{FitError, FitSettings, RatePrior, ZipFit, ZipModel};
use crate::series::{Series, SeriesTable};
use crate::threads::{ThreadsError, on_threads};

/// Series that cannot be fitted.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FitSeriesError {
    /// The sampler refused.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// No model can be chosen for a series.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// The threads asked for cannot be had.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
}

/// Fits the zero-inflated Poisson model to each series by MCMC.
///
/// `prior` of `None` is the population's, see [`RatePrior::Population`]. A series draws from a stream of its own, a
/// hash of seed, domain and group: its result does not depend on the others.
///
/// # Errors
/// When a setting of the sampler is out of range or the threads cannot be had.
///
/// ```
/// use dns_anomaly::{FitSettings, GatherSettings, Source, fit_series, gather};
///
/// let counts = "key,c1,c2,c3,c4,c5,c6\nexample.com,0,3,0,4,5,0\n";
/// let table = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?.table;
/// let fits = fit_series(&table, None, &FitSettings::default(), Some(1))?;
/// assert_eq!(fits[0].draws().len(), 500);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit_series(
    table: &SeriesTable,
    prior: Option<RatePrior>,
    settings: &FitSettings,
    threads: Option<usize>,
) -> Result<Vec<ZipFit>, FitSeriesError> {
    together(
        table,
        prior,
        threads,
        |_| (),
        |model, some| model.fit_many(some, settings),
    )
}

/// As [`fit_series`], but keeps of each series the summary of its draws: memory for a million of them. `watcher` hears of
/// every few hundred series that they are fitted, in whatever thread fitted them.
///
/// # Errors
/// As [`fit_series`].
///
/// ```
/// use dns_anomaly::{FitSettings, GatherSettings, Source, gather, summarise_series};
///
/// let counts = "key,c1,c2,c3,c4,c5,c6\nexample.com,0,3,0,4,5,0\n";
/// let table = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?.table;
/// let fits = summarise_series(&table, None, &FitSettings::default(), Some(1), |_| ())?;
/// let names: Vec<&str> = fits[0].summary.rows().iter().map(|row| &*row.name).collect();
/// assert_eq!(names, ["zero_prob", "rate"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn summarise_series(
    table: &SeriesTable,
    prior: Option<RatePrior>,
    settings: &FitSettings,
    threads: Option<usize>,
    watcher: impl Fn(usize) + Sync,
) -> Result<Vec<FittedSeries>, FitSeriesError> {
    together(table, prior, threads, watcher, |model, some| {
        model.summarise_many(some, settings)
    })
}

/// Fits the model with this prior to series, some hundred at a time, in order.
fn together<T: Send>(
    table: &SeriesTable,
    prior: Option<RatePrior>,
    threads: Option<usize>,
    watcher: impl Fn(usize) + Sync,
    fit: impl Fn(&ZipModel, Vec<(u64, Vec<u64>)>) -> Result<Vec<T>, FitError> + Sync,
) -> Result<Vec<T>, FitSeriesError> {
    let model = ZipModel::new(prior.unwrap_or_else(|| population_prior(table)))?;
    let fit = |some: &[Series]| {
        let series = some
            .iter()
            .map(|series| (series_key(series), series.counts()));
        let fits = fit(&model, series.collect());
        watcher(some.len());
        fits
    };
    let fits: Result<Vec<Vec<T>>, FitError> = on_threads(threads, || {
        table.series().par_chunks(TOGETHER).map(fit).collect()
    })?;
    Ok(fits?.into_iter().flatten().collect())
}

/// Series that a thread takes at once: many times the lanes of lock step, so that few of them run empty at the end.
const TOGETHER: usize = 256;

/// Fits one model to each series, with priors around the mean count of all busy bins. `watcher` hears of every series, in
/// whatever thread fitted it.
///
/// # Errors
/// When a setting of the sampler is out of range or the threads cannot be had.
///
/// ```
/// use dns_anomaly::{CountModel, FitSettings, GatherSettings, Source, fit_model, gather};
///
/// let counts = "key,c1,c2,c3,c4,c5,c6\nexample.com,0,3,0,4,5,0\n";
/// let table = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?.table;
/// let settings = FitSettings::default();
/// let fits = fit_model(&table, CountModel::Geometric, &settings, Some(1), |_| ())?;
/// // Beta(1 + 6, 1 + 12): six bins, twelve queries.
/// assert!((fits[0].summary().rows()[0].mean - 7.0 / 20.0).abs() < 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit_model(
    table: &SeriesTable,
    model: CountModel,
    settings: &FitSettings,
    threads: Option<usize>,
    watcher: impl Fn(usize) + Sync,
) -> Result<Vec<CountFit>, FitSeriesError> {
    let compiled = model.compile(mean_size(table.series()))?;
    each_series(table, threads, watcher, |series| {
        Ok(compiled.fit(&series.counts(), settings, series_key(series))?)
    })
}

/// Chooses the best of all comparable models for each series, as [`choose_model`] does; otherwise as [`fit_model`].
///
/// # Errors
/// As [`fit_model`].
pub fn choose_models(
    table: &SeriesTable,
    settings: &FitSettings,
    threads: Option<usize>,
    watcher: impl Fn(usize) + Sync,
) -> Result<Vec<Choice>, FitSeriesError> {
    let mean_size = mean_size(table.series());
    let comparable = CountModel::ALL
        .into_iter()
        .filter(|model| model.is_comparable());
    let models = comparable
        .map(|model| model.compile(mean_size))
        .collect::<Result<Vec<_>, FitError>>()?;
    each_series(table, threads, watcher, |series| {
        let key = series_key(series);
        Ok(choose_model(&models, &series.counts(), settings, key)?)
    })
}

/// Fits something to each series, in order; `watcher` hears of each.
fn each_series<T: Send>(
    table: &SeriesTable,
    threads: Option<usize>,
    watcher: impl Fn(usize) + Sync,
    fit: impl Fn(&Series) -> Result<T, FitSeriesError> + Sync,
) -> Result<Vec<T>, FitSeriesError> {
    let watched = |series: &Series| {
        let fit = fit(series);
        watcher(1);
        fit
    };
    on_threads(threads, || table.series().par_iter().map(watched).collect())?
}

/// The prior whose mean is the mean count of all busy bins; 1 when there is none.
pub fn population_prior(table: &SeriesTable) -> RatePrior {
    RatePrior::Population {
        mean_size: mean_size(table.series()),
    }
}

/// The mean count of all busy bins; 1 when there is none.
fn mean_size(series: &[Series]) -> f64 {
    let busy = series.iter().flat_map(Series::busy);
    let (bins, total) = busy.fold((0.0, 0.0), |(bins, total), bin| {
        (bins + 1.0, total + bin.count as f64)
    });
    if bins == 0.0 { 1.0 } else { total / bins }
}

/// A number for the random streams of a series, the same for ever and everywhere. A group of a domain is a series of
/// its own.
///
/// Whoever fits series elsewhere, by [`ZipModel::fit_many`] or another model, gets the draws of [`fit_series`] with it.
pub fn stream_key(domain: &str, group: Option<&str>) -> u64 {
    let group = group.unwrap_or_default();
    fnv1a(domain.bytes().chain([b'\t']).chain(group.bytes()))
}

/// The [`stream_key`] of a series.
pub(crate) fn series_key(series: &Series) -> u64 {
    stream_key(series.domain(), series.group())
}
