//! Measures how well the p-values keep what they promise.
//!
//! In: the windows tested. Out: [`Calibration`], the shares of small p before and after recalibration, and the same for
//! each stratum.

use super::combine::cauchy;
use super::score::Score;
use super::stratum::{STRATA, Stratum};

/// How well the p-values keep what they promise, measured on the windows tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Windows tested.
    pub windows: usize,
    /// Whether there was a past to calibrate by.
    pub is_calibrated: bool,
    /// Shares of (randomised) p below 0.05, 0.01, 0.001.
    pub shares: [f64; 3],
    /// The same of the model's own p, before recalibration.
    pub model_shares: [f64; 3],
    /// The same by stratum; those without windows are left out.
    pub strata: Vec<StratumCalibration>,
}

/// How well the p-values of one stratum keep what they promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratumCalibration {
    /// Which windows.
    pub stratum: Stratum,
    /// How many were tested.
    pub windows: usize,
    /// Shares of (randomised) p below 0.05, 0.01, 0.001.
    pub shares: [f64; 3],
    /// The same of the model's own p, before recalibration.
    pub model_shares: [f64; 3],
}

/// The levels of all shares.
const LEVELS: [f64; 3] = [0.05, 0.01, 0.001];

impl Calibration {
    /// Whether q may be called a rate of false discoveries: windows were calibrated, and the share below 0.01 is at most
    /// twice that. Anomalies count in the share, so a run full of them is refused, too.
    pub fn is_controlled(&self) -> bool {
        self.is_calibrated && self.shares[1] <= 0.02
    }
}

/// How many of some windows have a p below each level.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    windows: usize,
    calibrated: [usize; 3],
    model: [usize; 3],
}

impl Below {
    fn add(&mut self, score: &Score) {
        self.windows += 1;
        let model = cauchy(&score.window.random.surprise.map(f64::from));
        for (index, level) in LEVELS.into_iter().enumerate() {
            self.calibrated[index] += usize::from(score.random_surprise > -level.ln());
            self.model[index] += usize::from(model > -level.ln());
        }
    }

    fn share(&self, counts: [usize; 3]) -> [f64; 3] {
        counts.map(|count| count as f64 / self.windows.max(1) as f64)
    }
}

pub(super) fn calibration(tested: &[Score]) -> Calibration {
    let mut all = Below::default();
    let mut by_stratum = [Below::default(); STRATA];
    for score in tested {
        all.add(score);
        by_stratum[usize::from(score.window.stratum)].add(score);
    }
    let strata = (0..)
        .zip(&by_stratum)
        .filter(|(_, below)| below.windows > 0)
        .map(|(number, below)| StratumCalibration {
            stratum: Stratum::of(number),
            windows: below.windows,
            shares: below.share(below.calibrated),
            model_shares: below.share(below.model),
        })
        .collect();
    Calibration {
        windows: all.windows,
        is_calibrated: tested.first().is_some_and(|score| score.is_calibrated),
        shares: all.share(all.calibrated),
        model_shares: all.share(all.model),
        strata,
    }
}
