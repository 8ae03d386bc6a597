//! Judges the windows that end with the table, for whoever keeps state between runs.
//!
//! In: series that end with a window, and from when on each has its present level. Out: what `detect_calibrated` finds
//! when it judges the latest window of each series, and a [`Verdict`] on each of them, found or not.

use super::discoveries::anomaly_prob;
use super::groups::CANDIDATE;
use super::rank::{CalibratedDetection, rank};
use super::score::{Levels, WINDOWS_BACK, score};
use super::second_pass::look_again;
use super::settings::{CalibratedSettings, Judged};
use crate::bin_width::BinWidth;
use crate::detect::DetectError;
use crate::gather::Visit;
use crate::series::SeriesTable;
use crate::stages::StageTimes;

/// What came of the windows that end with the table.
#[derive(Debug, Clone)]
pub(crate) struct Latest {
    pub(crate) detection: CalibratedDetection,
    pub(crate) verdicts: Vec<Verdict>,
}

/// The verdict on one window that had enough references.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Verdict {
    /// Its series' place in the table.
    pub(crate) series: usize,
    pub(crate) first_bin: i64,
    /// Number of queries.
    pub(crate) observed: f64,
    pub(crate) expected: f64,
    /// Whether its p is below that of windows worth listing.
    pub(crate) is_off: bool,
    pub(crate) anomaly_prob: f64,
}

/// Lengths in bins that say which bins matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) window: i64,
    pub(crate) step: i64,
    /// How far before the end of a window the oldest bin lies that has a say in its verdict.
    pub(crate) back: i64,
}

impl Reach {
    /// # Errors
    /// As [`detect_calibrated`](super::detect_calibrated).
    pub(crate) fn of(settings: &CalibratedSettings, bin: BinWidth) -> Result<Self, DetectError> {
        let layout = settings.layout(bin)?;
        // A sample of series is judged some windows back, to calibrate; the oldest of them looks back the furthest.
        let back = layout.window + WINDOWS_BACK as i64 * layout.step + layout.history;
        Ok(Self {
            window: layout.window,
            step: layout.step,
            back,
        })
    }
}

/// Judges the latest window of each series; `since` are the bins from which on series have their present level.
///
/// # Errors
/// As [`detect_calibrated`](super::detect_calibrated).
pub(crate) fn detect_latest(
    table: &SeriesTable,
    visits: &[Visit],
    settings: &CalibratedSettings,
    since: &[Option<i64>],
) -> Result<Latest, DetectError> {
    let settings = settings.clone().with_judged(Judged::Latest(1));
    let layout = settings.layout(table.width())?;
    let levels = Levels(since);
    let scores = score(
        table,
        &settings,
        &layout,
        levels,
        &mut StageTimes::default(),
    )?;
    let asked = scores.windows.iter().filter(|score| score.window.is_asked);
    let verdicts = asked
        .map(|score| Verdict {
            series: score.window.series as usize,
            first_bin: score.window.first_bin,
            observed: score.window.observed.sum as f64,
            expected: f64::from(score.window.expected[0]),
            is_off: score.surprise >= CANDIDATE,
            anomaly_prob: anomaly_prob(score.surprise),
        })
        .collect();
    let mut detection = rank(table, visits, &scores, &settings, &layout, levels);
    look_again(table, &scores, &settings, &layout, levels, &mut detection)?;
    Ok(Latest {
        detection,
        verdicts,
    })
}
