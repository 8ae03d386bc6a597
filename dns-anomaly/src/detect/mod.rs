//! Finds outlier windows as the talk's system did: mode `deck`.
//!
//! In: series and [`DetectSettings`]. Out: a [`Detection`]: episodes of outlier windows, ranked across domains.
//!
//! For each window (`window`): the same place in the previous periods are its references. The model is fitted to each
//! reference, its predictive distribution gives an exact tail probability (`tail`) and simulated windows (`simulate`)
//! give the band. A window is an outlier when it lies outside the range of its references and outside the bands of all
//! of them (`judge`). `rank` goes from windows to episodes, and from domains to their order among all.

mod judge;
mod rank;
mod settings;
mod simulate;
mod tail;
mod window;

use std::collections::HashMap;

use rayon::prelude::*;

pub use self::judge::{Band, Direction, Evidence, Outlier};
pub use self::rank::{Detection, Episode, RankedDomain};
pub use self::settings::{DetectError, DetectSettings};
pub use self::window::{Statistic, Statistics, Window};

use crate::gather::Visit;
use crate::model::{FitError, RatePrior, ZipModel};
use crate::series::{Series, SeriesTable};
use judge::{Judge, SeriesVerdict};

/// Judges every window of every series that has enough history.
///
/// Results depend on the counts and the seed only: not on the number of threads or the order of the input.
///
/// # Errors
/// When a setting does not fit the bins (a window that is no whole number of them, say), or a model cannot be sampled.
pub fn detect(
    table: &SeriesTable,
    visits: &[Visit],
    settings: &DetectSettings,
) -> Result<Detection, DetectError> {
    let plan = settings.plan(table.width())?;
    let model = ZipModel::new(match settings.prior() {
        Some(prior) => prior,
        None => RatePrior::Population {
            mean_size: mean_busy_count(table.series()),
        },
    })?;
    let judge = Judge::new(&model, plan, settings);
    let verdicts = in_pool(settings.threads(), || {
        table
            .series()
            .par_iter()
            .map(|series| judge.series(series))
            .collect::<Result<Vec<SeriesVerdict>, FitError>>()
    })?;
    let mut detection = rank::rank(table, verdicts, settings, plan);
    detection.count_clients(&visits_by_domain(visits));
    Ok(detection)
}

/// Mean count of all busy bins; 1 when there is none.
fn mean_busy_count(series: &[Series]) -> f64 {
    let busy = series.iter().flat_map(Series::busy);
    let (bins, total) = busy.fold((0.0, 0.0), |(bins, total), bin| {
        (bins + 1.0, total + bin.count as f64)
    });
    if bins == 0.0 { 1.0 } else { total / bins }
}

fn visits_by_domain(visits: &[Visit]) -> HashMap<&str, &[Visit]> {
    // Visits are sorted by domain first.
    visits
        .chunk_by(|a, b| a.domain == b.domain)
        .map(|visits| (&*visits[0].domain, visits))
        .collect()
}

/// Runs `work` on a pool of its own, or on the process's when no number of threads was asked for.
fn in_pool<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<T, FitError> + Send,
) -> Result<T, DetectError> {
    let Some(threads) = threads else {
        return Ok(work()?);
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| DetectError::Threads {
            threads,
            reason: error.to_string(),
        })?;
    Ok(pool.install(work)?)
}

#[cfg(test)]
mod tests;
