//! Explains the verdicts on one series: what was predicted for each of its windows, and by which parts of the model.
//!
//! In: a series, the scores of all. Out: an [`Explanation`]. Windows are predicted again from the same references as when
//! they were judged, so that nothing of this has to be kept for all series.

use std::sync::Arc;

use super::activity::Activity;
use super::combine::{MEASURE_ORDER, MEASURES, cauchy};
use super::groups::CANDIDATE;
use super::history::History;
use super::judge::{SeriesJudge, is_flagged};
use super::layout::Layout;
use super::score::{Score, Scores};
use super::size::Sizes;
use super::statistic::{Direction, Measure, Measures};
use crate::series::{Series, UnpackedBins};

/// One series, window by window.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The domain.
    pub domain: Arc<str>,
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// All its windows, in time order.
    pub windows: Vec<ExplainedWindow>,
}

/// A window of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedWindow {
    /// Number of its first bin.
    pub first_bin: i64,
    /// One past its last bin.
    pub end_bin: i64,
    /// What was measured.
    pub observed: Measures,
    /// What was expected and how far off it is; `None` for windows that were not judged, mostly for want of history.
    pub verdict: Option<ExplainedVerdict>,
}

/// The verdict on a window and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedVerdict {
    /// What was predicted for the number of queries.
    pub band: PredictedBand,
    /// Each statistic, in the order sum, busy bins, maximum, silence, run.
    pub parts: [ExplainedPart; MEASURES],
    /// Calibrated p of their combination.
    pub p: f64,
    /// The same before calibration.
    pub model_p: f64,
    /// Whether windows enough lay behind it to calibrate.
    pub is_calibrated: bool,
    /// Number of windows it was compared with.
    pub references: usize,
    /// The model as fitted to these.
    pub fitted: FittedModel,
}

/// Quantiles of the predicted number of queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PredictedBand {
    /// The quantile at 5 %.
    pub low: u64,
    /// The median.
    pub median: u64,
    /// The quantile at 95 %.
    pub high: u64,
}

/// One statistic of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExplainedPart {
    /// What was measured.
    pub measure: Measure,
    /// Its value.
    pub observed: u64,
    /// What was expected: the model's means of sum and busy bins, the references' of the others.
    pub expected: f64,
    /// The way it differs.
    pub direction: Direction,
    /// Its calibrated p.
    pub p: f64,
}

/// The parts of the model, fitted to the references of one window.
///
/// Bin i is busy with probability pᵢ, moved by the level δ of the window on the scale of log odds; a busy bin's count is
/// 1 + NB2(wᵢ m e^λ, r), λ the level of the window's sizes.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedModel {
    /// Activity and size by the time of the week; those the window does not touch are left out.
    pub slots: Vec<FittedSlot>,
    /// Expected number of busy bins.
    pub busy_bins: f64,
    /// Expected count of a busy bin.
    pub mean_size: f64,
    /// Dispersion r of sizes within a window (variance m + m²/r): the geometric mean of its posterior.
    pub dispersion: f64,
    /// The level δ of activity.
    pub activity_level: FittedLevel,
    /// The level λ of sizes.
    pub size_level: FittedLevel,
    /// How much bins hold on to being busy or silent, from 0 to 1.
    pub persistence: f64,
}

/// Bins of a window in one slot of the week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedSlot {
    /// Which slot: `weekday, day`, `weekday, night`, `weekend, day`, `weekend, night`, or `all`.
    pub name: &'static str,
    /// Number of bins of the window.
    pub bins: usize,
    /// Mean probability of a bin to be busy.
    pub busy_prob: f64,
    /// Mean count of a busy bin, at the ordinary level.
    pub mean_size: f64,
}

/// What is known of a window's level before it is seen: 0 is the level of the references.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedLevel {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// How much windows differ among themselves: the geometric mean of the posterior of their standard deviation.
    pub spread: f64,
}

impl Explanation {
    /// The domain and, where there is one, the group.
    pub fn name(&self) -> String {
        match &self.group {
            Some(group) => format!("{}, group {group}", self.domain),
            None => self.domain.to_string(),
        }
    }

    /// The latest window that holds a bin.
    pub fn window_at(&self, bin: i64) -> Option<&ExplainedWindow> {
        let holds = |window: &&ExplainedWindow| (window.first_bin..window.end_bin).contains(&bin);
        self.windows.iter().rev().find(holds)
    }
}

impl ExplainedVerdict {
    /// Whether the window stands out enough to be listed: p below 0.01.
    pub fn is_outlier(&self) -> bool {
        -self.p.ln() >= CANDIDATE
    }

    /// The statistic that stands out most.
    pub fn strongest(&self) -> &ExplainedPart {
        let first = &self.parts[0];
        self.parts.iter().fold(
            first,
            |least, part| {
                if part.p < least.p { part } else { least }
            },
        )
    }
}

/// Explains series one after the other.
pub(super) struct Explainer<'a> {
    layout: &'a Layout,
    scores: &'a Scores,
    judge: SeriesJudge<'a>,
}

impl<'a> Explainer<'a> {
    pub(super) fn new(layout: &'a Layout, scores: &'a Scores, seed: u64) -> Self {
        Self {
            layout,
            scores,
            judge: SeriesJudge::new(layout, scores.population, seed),
        }
    }

    /// All windows of a series, which stands at `place` in the table.
    pub(super) fn windows(&mut self, place: usize, series: &Series) -> Vec<ExplainedWindow> {
        let of_series = self.scores.windows.iter();
        let scores: Vec<&Score> = of_series
            .filter(|score| score.window.series as usize == place)
            .collect();
        let mut flagged = Vec::new();
        let unpacked = series.unpacked();
        let length = self.layout.window;
        let windows = self.layout.windows(&series.bins());
        windows
            .map(|first_bin| {
                let bins = first_bin..first_bin + length;
                let score = scores
                    .binary_search_by_key(&first_bin, |score| score.window.first_bin)
                    .ok()
                    .map(|index| scores[index]);
                let verdict = score.map(|score| self.verdict(series, &unpacked, score, &flagged));
                if score.is_some_and(|score| is_flagged(&score.window)) {
                    flagged.push(first_bin);
                }
                ExplainedWindow {
                    first_bin,
                    end_bin: bins.end,
                    observed: Measures::of(first_bin, length, unpacked.within(bins)),
                    verdict,
                }
            })
            .collect()
    }

    fn verdict(
        &mut self,
        series: &Series,
        unpacked: &UnpackedBins,
        score: &Score,
        flagged: &[i64],
    ) -> ExplainedVerdict {
        let window = &score.window;
        let first_bin = window.first_bin;
        let references = self
            .judge
            .references(series, unpacked, None, first_bin, flagged);
        let has_slots = self.layout.has_slots();
        let (history, activity, sizes) = self.judge.predict(first_bin, &references);
        let quantile = |prob: f64| sizes.quantile(activity, prob);
        ExplainedVerdict {
            band: PredictedBand {
                low: quantile(0.05),
                median: quantile(0.5),
                high: quantile(0.95),
            },
            parts: std::array::from_fn(|part| ExplainedPart {
                measure: MEASURE_ORDER[part],
                observed: window.observed.get(MEASURE_ORDER[part]),
                expected: f64::from(window.expected[part]),
                direction: window.mid.direction(part),
                p: (-f64::from(score.parts[part])).exp(),
            }),
            p: (-score.surprise).exp(),
            model_p: (-cauchy(&window.mid.surprise.map(f64::from))).exp(),
            is_calibrated: score.is_calibrated,
            references: references.len(),
            fitted: fitted(history, activity, &sizes, has_slots),
        }
    }
}

fn fitted(history: &History, activity: &Activity, sizes: &Sizes, has_slots: bool) -> FittedModel {
    const NAMES: [&str; 4] = [
        "weekday, day",
        "weekday, night",
        "weekend, day",
        "weekend, night",
    ];
    let slots = NAMES.into_iter().zip(&history.cells);
    let slots = slots
        .filter(|(_, cell)| cell.bins > 0.0)
        .map(|(name, cell)| FittedSlot {
            name: if has_slots { name } else { "all" },
            bins: cell.bins as usize,
            busy_prob: cell.active,
            mean_size: 1.0 + history.mean_size * cell.weight,
        });
    let level = |((mean, sd), spread): ((f64, f64), f64)| FittedLevel { mean, sd, spread };
    FittedModel {
        slots: slots.collect(),
        busy_bins: activity.mean(),
        mean_size: sizes.mean(),
        dispersion: sizes.dispersion(),
        activity_level: level(activity.level()),
        size_level: level(sizes.level()),
        persistence: history.persistence,
    }
}
