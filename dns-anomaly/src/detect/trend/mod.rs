//! Compares a window with what the windows before it lead to expect, slot by slot of the week.
//!
//! In: windows in the order of time, the compiled model. Out: evidence where the trend finds a window too improbable.
//!
//! A window's bins of one slot move the trend of that slot (`slot`), so that a day teaches what weekday days and
//! weekday nights are like. Each bin of a later window is predicted by the trend of its slot: the model is fitted to it
//! (`model`), from its draws tails are exact and bands simulated, as from a reference. The range a window must leave
//! is that of the latest windows of its kind, as many as a window has references; kinds are told apart by the number of
//! bins in each slot. With fewer than these there is insufficient history.
//!
//! An outlier moves neither trend nor range. A level that stays would be an outlier for ever, so that after as many
//! outliers in a row as a window has references the trend forgets what it knew and begins with them.
//!
//! Cost: windows that leave the range are fitted, a fit a slot; the others cost a few additions. A tail takes
//! Π (bins of a slot + 1) terms for each draw: 169 for a day of hours, 5,329 for one of ten minutes.

mod model;
mod slot;

use std::collections::HashMap;

pub(super) use self::model::TrendModel;
use self::slot::SlotTrend;
use crate::detect::judge::{Comparison, Judge, References, stream_key};
use crate::detect::simulate::SimulatedWindows;
use crate::detect::tail::{SlotBins, predictive_tails};
use crate::detect::verdict::{Band, Evidence};
use crate::detect::window::{Window, Windows};
use crate::model::{FitError, ZipDraw};
use crate::slots::SLOTS;

/// What is known of one series before its next window.
pub(super) struct Trend<'a> {
    judge: &'a Judge<'a>,
    model: &'a TrendModel,
    weight: f64,
    windows: &'a Windows<'a>,
    key: u64,
    slots: [SlotTrend; SLOTS],
    /// The latest windows of each kind that are no outliers, nearest first.
    latest: HashMap<[u32; SLOTS], Vec<Window>>,
    /// The outliers since the last window that was none.
    off: Vec<Window>,
    /// What is known of the window being judged.
    predicted: Option<Predicted>,
    fitted: usize,
}

/// What the trend makes of one window.
struct Predicted {
    first_bin: i64,
    /// Draws and number of bins of each slot that the window has.
    slots: Vec<(Vec<ZipDraw>, u32)>,
    /// The means of the draws, in their place.
    means: Vec<(Vec<ZipDraw>, u32)>,
    simulated: Option<SimulatedWindows>,
}

impl<'a> Trend<'a> {
    /// `weight` is that of the past, `key` the series'.
    pub(super) fn new(
        judge: &'a Judge<'a>,
        (model, weight): (&'a TrendModel, f64),
        windows: &'a Windows<'a>,
        key: u64,
    ) -> Self {
        Self {
            judge,
            model,
            weight,
            windows,
            key,
            slots: Default::default(),
            latest: HashMap::new(),
            off: Vec::new(),
            predicted: None,
            fitted: 0,
        }
    }

    /// The number of bins in each slot.
    fn kind(&self, window: Window) -> [u32; SLOTS] {
        let mut kind = [0; SLOTS];
        for bin in window.first_bin..window.first_bin + window.bins {
            kind[self.judge.slots.of(bin)] += 1;
        }
        kind
    }

    /// Fits the slots of a window, once.
    fn predicted(&mut self, window: Window) -> Result<&mut Predicted, FitError> {
        let first_bin = window.first_bin;
        let known = self.predicted.take();
        let predicted = match known.filter(|known| known.first_bin == first_bin) {
            Some(predicted) => predicted,
            None => self.predict(window)?,
        };
        Ok(self.predicted.insert(predicted))
    }

    fn predict(&mut self, window: Window) -> Result<Predicted, FitError> {
        let of_window = stream_key(self.key, window.first_bin);
        let mut slots = Vec::new();
        for (slot, bins) in self.kind(window).into_iter().enumerate() {
            if bins > 0 {
                let key = stream_key(of_window, slot as i64);
                let fit = self.judge.settings.fit();
                slots.push((self.model.fit(&self.slots[slot], fit, key)?, bins));
            }
        }
        self.fitted += slots.len();
        let means = slots.iter().map(|(draws, bins)| (vec![mean(draws)], *bins));
        Ok(Predicted {
            first_bin: window.first_bin,
            means: means.collect(),
            slots,
            simulated: None,
        })
    }

    /// Takes in a window.
    fn learn(&mut self, window: Window) {
        let mut by_slot: [Vec<u64>; SLOTS] = Default::default();
        for (bin, &count) in (window.first_bin..).zip(self.windows.counts(window)) {
            by_slot[self.judge.slots.of(bin)].push(count);
        }
        for (slot, counts) in self.slots.iter_mut().zip(&by_slot) {
            if !counts.is_empty() {
                slot.update(counts, self.weight);
            }
        }
        let latest = self.latest.entry(self.kind(window)).or_default();
        latest.insert(0, window);
        latest.truncate(self.judge.plan.references);
    }
}

impl References for Trend<'_> {
    fn of(&self, window: Window) -> Vec<Window> {
        let latest = self.latest.get(&self.kind(window));
        latest
            .filter(|latest| latest.len() == self.judge.plan.references)
            .cloned()
            .unwrap_or_default()
    }

    fn evidence(
        &mut self,
        comparison: Comparison,
        _: &[Window],
    ) -> Result<Option<Evidence>, FitError> {
        let (judge, series) = (self.judge, self.key);
        let tail = judge.tail();
        let predicted = self.predicted(comparison.window)?;
        // The means alone know no doubt, so that they are passed more easily, and cost one draw: they are asked first.
        let mut p: f64 = 0.0;
        for slots in [&predicted.means, &predicted.slots] {
            let tails = predictive_tails(
                &slot_bins(slots),
                comparison.statistic,
                comparison.observed(),
            );
            p = p.max(comparison.p(tails));
            if p > tail {
                return Ok(None);
            }
        }
        let key = stream_key(series, predicted.first_bin);
        let simulated = predicted
            .simulated
            .get_or_insert_with(|| judge.simulate(&slot_bins(&predicted.slots), key));
        let (low, high) = simulated.band(comparison.statistic, tail);
        let expected = simulated.mean(comparison.statistic);
        Ok(comparison.evidence(p, Band { low, high }, expected))
    }

    fn pass(&mut self, window: Window, is_outlier: bool) {
        if !is_outlier {
            self.off.clear();
            return self.learn(window);
        }
        self.off.push(window);
        if self.off.len() == self.judge.plan.references {
            self.slots = Default::default();
            self.latest.clear();
            for window in std::mem::take(&mut self.off) {
                self.learn(window);
            }
        }
    }

    fn fitted(&self) -> usize {
        self.fitted
    }
}

fn slot_bins(slots: &[(Vec<ZipDraw>, u32)]) -> Vec<SlotBins<'_>> {
    slots
        .iter()
        .map(|(draws, bins)| SlotBins { draws, bins: *bins })
        .collect()
}

/// The means of both unknowns.
fn mean(draws: &[ZipDraw]) -> ZipDraw {
    let count = draws.len().max(1) as f64;
    ZipDraw {
        zero_prob: draws.iter().map(|draw| draw.zero_prob).sum::<f64>() / count,
        rate: draws.iter().map(|draw| draw.rate).sum::<f64>() / count,
    }
}

#[cfg(test)]
mod tests;
