//! Compares a window with each of the same places in earlier periods.
//!
//! In: windows, the compiled model. Out: evidence where every reference finds a window too improbable. References are
//! fitted when first needed and kept for the windows that share them.

use std::collections::HashMap;

use super::judge::{Comparison, Judge, References, stream_key};
use super::simulate::SimulatedWindows;
use super::tail::{SlotBins, predictive_tails};
use super::verdict::{Band, Evidence};
use super::window::{Window, Windows};
use crate::model::{FitError, ZipFit, ZipModel};

/// The references of one series, fitted and simulated as far as needed.
pub(super) struct Periods<'a> {
    judge: &'a Judge<'a>,
    model: &'a ZipModel,
    windows: &'a Windows<'a>,
    key: u64,
    /// By first bin.
    fits: HashMap<i64, ZipFit>,
    simulated: HashMap<i64, SimulatedWindows>,
}

impl<'a> Periods<'a> {
    /// `key` is the series'.
    pub(super) fn new(
        judge: &'a Judge<'a>,
        model: &'a ZipModel,
        windows: &'a Windows<'a>,
        key: u64,
    ) -> Self {
        Self {
            judge,
            model,
            windows,
            key,
            fits: HashMap::new(),
            simulated: HashMap::new(),
        }
    }

    fn fit(&mut self, reference: &Window) -> Result<[SlotBins<'_>; 1], FitError> {
        let first_bin = reference.first_bin;
        if !self.fits.contains_key(&first_bin) {
            let counts = self.windows.counts(*reference);
            let key = stream_key(self.key, first_bin);
            let fit = self.model.fit(counts, self.judge.settings.fit(), key)?;
            self.fits.insert(first_bin, fit);
        }
        Ok([SlotBins {
            draws: self.fits[&first_bin].draws(),
            bins: u32::try_from(reference.bins).unwrap_or(u32::MAX),
        }])
    }

    fn simulated(&mut self, reference: &Window) -> Result<&SimulatedWindows, FitError> {
        let first_bin = reference.first_bin;
        if !self.simulated.contains_key(&first_bin) {
            let (judge, key) = (self.judge, stream_key(self.key, first_bin));
            let simulated = judge.simulate(&self.fit(reference)?, key);
            self.simulated.insert(first_bin, simulated);
        }
        Ok(&self.simulated[&first_bin])
    }
}

impl References for Periods<'_> {
    fn of(&self, window: Window) -> Vec<Window> {
        self.windows.references(window)
    }

    fn evidence(
        &mut self,
        comparison: Comparison,
        references: &[Window],
    ) -> Result<Option<Evidence>, FitError> {
        let tail = self.judge.tail();
        let (statistic, observed) = (comparison.statistic, comparison.observed());
        // The reference whose own value is nearest explains the window best, if any does: ask it first.
        let mut nearest_first: Vec<&Window> = references.iter().collect();
        nearest_first.sort_by_key(|reference| reference.observed.get(statistic).abs_diff(observed));
        let mut p: f64 = 0.0;
        for reference in &nearest_first {
            let fitted = self.fit(reference)?;
            p = p.max(comparison.p(predictive_tails(&fitted, statistic, observed)));
            if p > tail {
                return Ok(None);
            }
        }
        let mut band = Band {
            low: u64::MAX,
            high: 0,
        };
        let mut expected = 0.0;
        for reference in &nearest_first {
            let simulated = self.simulated(reference)?;
            let (low, high) = simulated.band(statistic, tail);
            band = Band {
                low: band.low.min(low),
                high: band.high.max(high),
            };
            expected += simulated.mean(statistic) / nearest_first.len() as f64;
        }
        Ok(comparison.evidence(p, band, expected))
    }

    fn pass(&mut self, _: Window, _: bool) {}

    fn fitted(&self) -> usize {
        self.fits.len()
    }
}
