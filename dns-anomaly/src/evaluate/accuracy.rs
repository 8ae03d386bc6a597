//! Scores windows against labelled stretches of time.
//!
//! In: scores, labels. Out: [`Accuracy`]: precision and recall of the windows called anomalies, and the Numenta
//! benchmark's score.
//!
//! The benchmark's rule (Lavin & Ahmad 2015): the first 15 % of a series, at most 750 rows, are for learning. The earliest
//! detection within a label scores 2/(1 + e^(5y)) − 1, where y is its place relative to the label's end in lengths of the
//! label, −1 at its start; other detections within it nothing. A label without detection costs 1. A detection outside
//! costs by its distance from the label before it in the same way, at most 1, times 0.11. The total is scaled so that
//! silence scores 0 and a detection at the start of every label 100. A window is a detection at its end, when all of it
//! has been seen.

use super::EvaluateSettings;
use super::labels::Labels;
use crate::calibrated::{Scored, ScoredWindow};
use crate::series::SeriesTable;

/// What was found of the labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Labelled stretches with windows to judge in them.
    pub labels: usize,
    /// Of these, found.
    pub found: usize,
    /// Windows called anomalies: their q is at most the rate asked for.
    pub called: usize,
    /// Of these, overlapping a label.
    pub right: usize,
    /// The benchmark's score, standard profile.
    pub nab: f64,
    /// The best score any threshold on p reaches, and that p.
    pub best: (f64, f64),
}

impl Accuracy {
    /// Share of the windows called that overlap a label; 1 when none was called.
    pub fn precision(&self) -> f64 {
        if self.called == 0 {
            1.0
        } else {
            self.right as f64 / self.called as f64
        }
    }

    /// Share of the labels found.
    pub fn recall(&self) -> f64 {
        self.found as f64 / self.labels.max(1) as f64
    }
}

pub(super) fn accuracy(
    table: &SeriesTable,
    scored: &Scored,
    labels: &Labels,
    settings: &EvaluateSettings,
) -> Option<Accuracy> {
    if labels.is_empty() {
        return None;
    }
    let windows: Vec<ScoredWindow> = scored.windows().collect();
    let stretches = stretches(table, &windows, labels);
    let rate = settings.calibrated.false_discovery_rate();
    let called: Vec<&ScoredWindow> = windows.iter().filter(|window| window.q <= rate).collect();
    let mut thresholds: Vec<f64> = windows.iter().map(|window| window.surprise).collect();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.truncate(1_000);
    let mut best = (0.0, 0.0);
    for threshold in thresholds {
        let called: Vec<&ScoredWindow> = windows
            .iter()
            .filter(|window| window.surprise >= threshold)
            .collect();
        let score = nab(table, &called, &stretches);
        if score > best.0 {
            best = (score, (-threshold).exp());
        }
    }
    let is_found = |stretch: &&Stretch| called.iter().any(|window| stretch.overlaps(window));
    Some(Accuracy {
        labels: stretches.len(),
        found: stretches.iter().filter(is_found).count(),
        called: called.len(),
        right: called
            .iter()
            .filter(|window| labels.touch(table, window))
            .count(),
        nab: nab(table, &called, &stretches),
        best,
    })
}

/// A labelled stretch in bins.
struct Stretch {
    series: usize,
    first_bin: i64,
    last_bin: i64,
}

impl Stretch {
    fn overlaps(&self, window: &ScoredWindow) -> bool {
        window.series == self.series
            && self.first_bin < window.end_bin
            && window.first_bin <= self.last_bin
    }
}

/// Labels that some window overlaps: others cannot be found.
fn stretches(table: &SeriesTable, windows: &[ScoredWindow], labels: &Labels) -> Vec<Stretch> {
    let width = table.width();
    let all = table.series().iter().enumerate().flat_map(|(series, one)| {
        labels
            .of(one.domain())
            .iter()
            .map(move |&(start, end)| Stretch {
                series,
                first_bin: width.bin_of(start),
                last_bin: width.bin_of(end),
            })
    });
    all.filter(|stretch| windows.iter().any(|window| stretch.overlaps(window)))
        .collect()
}

fn nab(table: &SeriesTable, called: &[&ScoredWindow], stretches: &[Stretch]) -> f64 {
    const FALSE_POSITIVE: f64 = 0.11;
    if stretches.is_empty() {
        return 0.0;
    }
    let sigmoid = |y: f64| 2.0 / (1.0 + (5.0 * y).exp()) - 1.0;
    let mut total = 0.0;
    for stretch in stretches {
        let length = (stretch.last_bin - stretch.first_bin + 1) as f64;
        let earliest = called
            .iter()
            .filter(|window| stretch.overlaps(window))
            .map(|window| (window.end_bin - 1).min(stretch.last_bin))
            .min();
        total += match earliest {
            Some(bin) => sigmoid((bin - stretch.last_bin) as f64 / length),
            None => -1.0,
        };
    }
    for window in called {
        let bins = table.series()[window.series].bins();
        let probation = ((bins.end - bins.start) as f64 * 0.15).min(750.0);
        let is_learning = ((window.end_bin - bins.start) as f64) <= probation;
        let mut of_series = stretches
            .iter()
            .filter(|stretch| stretch.series == window.series);
        if is_learning || of_series.clone().any(|stretch| stretch.overlaps(window)) {
            continue;
        }
        let before = of_series
            .by_ref()
            .filter(|stretch| stretch.last_bin < window.first_bin)
            .max_by_key(|stretch| stretch.last_bin);
        total += FALSE_POSITIVE
            * before.map_or(-1.0, |stretch| {
                let length = (stretch.last_bin - stretch.first_bin + 1) as f64;
                sigmoid((window.end_bin - 1 - stretch.last_bin) as f64 / length)
            });
    }
    let (silence, perfect) = (
        -(stretches.len() as f64),
        stretches.len() as f64 * sigmoid(-1.0),
    );
    100.0 * (total - silence) / (perfect - silence)
}
