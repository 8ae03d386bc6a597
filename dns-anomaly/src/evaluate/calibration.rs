//! Counts small p-values among windows nobody called an anomaly.
//!
//! In: scored windows. Out: a [`CalibrationRow`] for each level.

use crate::calibrated::ScoredWindow;

/// The share of p-values below a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationRow {
    /// The level.
    pub level: f64,
    /// Of the model's own p-values, all statistics combined, with a random part of P(T = t).
    pub model: f64,
    /// After recalibration; the level, when all is well.
    pub recalibrated: f64,
    /// The same with half of P(T = t), as displayed; smaller for sparse series.
    pub displayed: f64,
    /// Standard error of a share that equals the level, were windows independent.
    pub standard_error: f64,
}

/// Of the levels asked about.
pub(super) const LEVELS: [f64; 4] = [0.05, 0.01, 0.001, 0.0001];

pub(super) fn shares(windows: &[ScoredWindow]) -> Vec<CalibrationRow> {
    let count = windows.len().max(1) as f64;
    let share = |level: f64, surprise: fn(&ScoredWindow) -> f64| {
        windows
            .iter()
            .filter(|&window| surprise(window) > -level.ln())
            .count() as f64
            / count
    };
    LEVELS
        .into_iter()
        .map(|level| CalibrationRow {
            level,
            model: share(level, |window| window.model_surprise),
            recalibrated: share(level, |window| window.random_surprise),
            displayed: share(level, |window| window.surprise),
            standard_error: (level * (1.0 - level) / count).sqrt(),
        })
        .collect()
}
