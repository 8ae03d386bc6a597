//! Finds outlier windows as the talk's system did: mode `deck`.
//!
//! In: series and [`DetectSettings`]. Out: a [`Detection`]: episodes of outlier windows, ranked across domains.
//!
//! For each window (`window`): the same place in the previous periods are its references. The model is fitted to each
//! reference (`periods`), its predictive distribution gives an exact tail probability (`tail`) and simulated windows
//! (`simulate`) give the band. Or, if asked for, moving averages of what the windows before it showed are kept for each
//! slot of the week, and the model fitted to them predicts the window (`trend`). A window is an outlier when it lies
//! outside the range of its references and outside the bands of all that is predicted (`judge`, `verdict`).
//!
//! `groups` goes from windows to episodes, and from the requester groups of a domain to the domain; `rank` from domains to
//! their order among all (`q_values`).

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "counts of bins and windows are far below 2^32, and shares of them are not negative"
)]

mod groups;
mod judge;
mod periods;
mod q_values;
mod rank;
mod settings;
mod simulate;
mod tail;
mod trend;
mod verdict;
mod window;

use std::collections::HashMap;

use rayon::prelude::*;

pub use self::groups::{Episode, RankedDomain, Spread};
pub use self::rank::Detection;
pub use self::settings::{DetectError, DetectSettings, Reference};
pub use self::verdict::{Band, Direction, Evidence, Outlier, SeriesVerdict};
pub use self::window::{Statistic, Statistics, Window};

use crate::fit::population_prior;
use crate::gather::Visit;
use crate::model::FitError;
use crate::series::SeriesTable;
use crate::threads::on_threads;
use judge::Judge;

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
    let verdicts = judge_series(table, settings)?;
    let mut detection = rank::rank(table, &verdicts, settings);
    detection.count_clients(&visits_by_domain(visits));
    Ok(detection)
}

/// The local half of [`detect`]: a verdict on each series of the table, in its order.
///
/// With a prior in the settings a verdict depends on its series and the seed alone, so that tables may be judged in
/// parts and on several machines. What compares domains with each other, q and rank, is left to whoever joins the parts.
///
/// # Errors
/// As [`detect`].
///
/// ```
/// use dns_anomaly::{BinWidth, DetectSettings, RatePrior, SeriesTable, judge_series};
///
/// let counts = (0..40 * 24).map(|hour| ("example.com", hour, u64::from(hour % 24 == 9) + 30 * u64::from(hour > 950)));
/// let table = SeriesTable::from_counts(BinWidth::HOUR, counts, None)?;
/// let settings = DetectSettings::default().with_prior(RatePrior::Population { mean_size: 2.0 });
/// let verdicts = judge_series(&table, &settings)?;
/// assert_eq!((verdicts[0].outliers.len(), verdicts[0].tested), (1, 26));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge_series(
    table: &SeriesTable,
    settings: &DetectSettings,
) -> Result<Vec<SeriesVerdict>, DetectError> {
    let plan = settings.plan(table.width())?;
    let prior = settings.prior().unwrap_or_else(|| population_prior(table));
    let judge = Judge::new(prior, plan, settings, table.width())?;
    let judged: Result<Vec<SeriesVerdict>, FitError> = on_threads(settings.threads(), || {
        table
            .series()
            .par_iter()
            .map(|series| judge.series(series))
            .collect()
    })?;
    Ok(judged?)
}

fn visits_by_domain(visits: &[Visit]) -> HashMap<&str, &[Visit]> {
    // Visits are sorted by domain first.
    visits
        .chunk_by(|a, b| a.domain == b.domain)
        .map(|visits| (&*visits[0].domain, visits))
        .collect()
}

#[cfg(test)]
mod tests;
