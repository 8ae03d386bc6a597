//! Finds windows that a series' own past and its neighbours do not explain: mode `calibrated`.
//!
//! In: series and [`CalibratedSettings`]. Out: a [`CalibratedDetection`]: episodes ranked across domains with error
//! rates that were measured on the same data, new names, and the measure itself.
//!
//! `layout` says which windows are compared, `history` sums the references up, `population` lends what few references
//! lack. `activity` and `size` predict the next window, each with its `level`; `screen` reads the tails of five
//! statistics (`statistic`) off them. `combine` makes one p of the five, `recalibrate` maps it through what earlier
//! windows showed, `score` does both in the order of time, `discoveries` corrects for the number of windows. `groups` and
//! `episodes` go from the windows of a domain's requester groups to the domain, and on to stretches of time.
//! `crowd` tells windows that are strange for everyone, and `common_factor` takes out of them what all did.
//! `second_pass` samples what stands out. `explanation` says of one series what all this made of it; `judged_table` runs
//! the whole.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "counts of bins and windows are far below 2^32, and counts of queries below 2^53"
)]

mod activity;
mod calibration;
mod combine;
mod common_factor;
mod crowd;
mod discoveries;
mod episodes;
mod exceedance;
mod explanation;
mod groups;
mod history;
mod judge;
mod judged_table;
mod latest;
mod layout;
mod level;
mod negative_binomial;
mod population;
mod rank;
mod recalibrate;
mod runs;
mod score;
mod scored;
mod screen;
mod second_pass;
mod settings;
mod size;
mod statistic;
mod stratum;
mod tail;

pub use self::calibration::{Calibration, StratumCalibration};
pub use self::crowd::StrangeWindow;
pub use self::discoveries::Discovery;
pub(crate) use self::discoveries::{e_value, q_of_largest};
pub use self::episodes::DomainEpisode;
pub use self::explanation::{
    ExplainedPart, ExplainedVerdict, ExplainedWindow, Explanation, FittedLevel, FittedModel,
    FittedSlot, PredictedBand,
};
pub use self::groups::{DomainWindow, DomainWindows, Driver};
pub use self::judged_table::JudgedTable;
pub(crate) use self::latest::{Reach, Verdict, detect_latest};
pub use self::population::{BetaPrior, GammaPrior, LogNormalPrior, Population};
pub use self::rank::{
    CalibratedDetection, CalibratedDomain, CalibratedEpisode, Category, Newcomer,
};
pub(crate) use self::scored::{Scored, ScoredWindow};
pub use self::second_pass::{Sampled, SecondPass};
pub use self::settings::{CalibratedSettings, Judged};
pub use self::statistic::{Measure, Measures};
pub use self::stratum::Stratum;

use crate::detect::DetectError;
use crate::gather::Visit;
use crate::series::SeriesTable;

/// Judges the windows of every series and corrects for their number.
///
/// Results depend on the counts and the seed only: not on the number of threads or the order of the input.
///
/// # Errors
/// When a setting does not fit the bins (a window that is no whole number of them, say).
///
/// ```
/// use dns_anomaly::simulate::{SimulationSettings, simulate, write_counts};
/// use dns_anomaly::{CalibratedSettings, GatherSettings, Source, detect_calibrated, gather};
///
/// let traffic = simulate(&SimulationSettings::default().with_domains(60).with_campaigns(1).with_seed(3))?;
/// let mut counts = Vec::new();
/// write_counts(&traffic, &mut counts)?;
/// let gathered = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?;
/// let detection = detect_calibrated(&gathered.table, &gathered.visits, &CalibratedSettings::default())?;
/// let first = detection.domains[0].domain.to_string();
/// assert!(traffic.campaigns()[0].domains().contains(&first));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn detect_calibrated(
    table: &SeriesTable,
    visits: &[Visit],
    settings: &CalibratedSettings,
) -> Result<CalibratedDetection, DetectError> {
    Ok(JudgedTable::new(table, visits, settings)?.into_detection())
}

#[cfg(test)]
mod tests;
