//! Opens the scores to whoever measures them.
//!
//! In: a table and settings. Out: [`Scored`]: windows tested with their p-values, and the same verdict on other series.

use super::combine::{Parts, cauchy};
use super::judge::SeriesJudge;
use super::layout::Layout;
use super::population::Population;
use super::rank::{in_families, tested};
use super::score::{Levels, Score, Scores, score};
use super::settings::CalibratedSettings;
use crate::detect::DetectError;
use crate::series::{Series, SeriesTable};
use crate::stages::StageTimes;

/// A table with all its windows scored.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    settings: CalibratedSettings,
    layout: Layout,
    scores: Scores,
    windows: Vec<ScoredWindow>,
}

/// The scores of one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScoredWindow {
    /// Its series' place in the table.
    pub(crate) series: usize,
    pub(crate) first_bin: i64,
    pub(crate) end_bin: i64,
    /// −ln p, calibrated.
    pub(crate) surprise: f64,
    /// The same with a random part of P(T = t).
    pub(crate) random_surprise: f64,
    /// −ln of the randomised p before calibration.
    pub(crate) model_surprise: f64,
    /// By Benjamini–Hochberg, or e-BH where windows overlap.
    pub(crate) q: f64,
}

impl Scored {
    pub(crate) fn new(
        table: &SeriesTable,
        settings: &CalibratedSettings,
    ) -> Result<Self, DetectError> {
        let layout = settings.layout(table.width())?;
        let scores = score(
            table,
            settings,
            &layout,
            Levels::default(),
            &mut StageTimes::default(),
        )?;
        let tested = tested(&scores.windows);
        let is_overlapping = layout.step < layout.window;
        let windows = tested
            .iter()
            .zip(in_families(&tested))
            .map(|(score, discovery)| ScoredWindow {
                q: if is_overlapping {
                    discovery.q_of_e
                } else {
                    discovery.q
                },
                ..ScoredWindow::of(score, &layout)
            })
            .collect();
        Ok(Self {
            settings: settings.clone(),
            layout,
            scores,
            windows,
        })
    }

    /// All windows tested, in the order of time.
    pub(crate) fn windows(&self) -> impl Iterator<Item = ScoredWindow> + '_ {
        self.windows.iter().copied()
    }

    /// The last window tested of each series.
    pub(crate) fn last_windows(&self) -> Vec<ScoredWindow> {
        let mut last: Vec<ScoredWindow> = self.windows.clone();
        last.sort_by_key(|window| (window.series, -window.first_bin));
        last.dedup_by_key(|window| window.series);
        last
    }

    pub(crate) fn population(&self) -> Population {
        self.scores.population
    }

    /// The verdict on a window of a series that stands in for another, as if it had come last.
    pub(crate) fn score(
        &self,
        number: usize,
        series: &Series,
        first_bin: i64,
    ) -> Option<ScoredWindow> {
        let mut judge =
            SeriesJudge::new(&self.layout, self.scores.population, self.settings.seed());
        let windows = judge.series(number as u32, series, None, usize::MAX, 0);
        let window = windows
            .judged
            .into_iter()
            .find(|window| window.first_bin == first_bin)?;
        Some(ScoredWindow::of(
            &self.scores.maps.score(window),
            &self.layout,
        ))
    }
}

impl ScoredWindow {
    fn of(score: &Score, layout: &Layout) -> Self {
        let combined = |parts: &Parts| cauchy(&parts.surprise.map(f64::from));
        Self {
            series: score.window.series as usize,
            first_bin: score.window.first_bin,
            end_bin: score.window.first_bin + layout.window,
            surprise: score.surprise,
            random_surprise: score.random_surprise,
            model_surprise: combined(&score.window.random),
            q: 1.0,
        }
    }
}
