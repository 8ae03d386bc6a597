//! Says which windows may be compared.
//!
//! In: lengths in bins and the width of a bin. Out: for a window, its kind and the slots of its bins; two windows are
//! compared only if they are of one kind, that is if bin by bin they lie in the same slots.

use std::collections::HashMap;

use crate::bin_width::BinWidth;
use crate::slots::{SlotRule, Slots};

/// The geometry of windows.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) window: i64,
    pub(super) step: i64,
    pub(super) period: i64,
    pub(super) history: i64,
    slots: Slots,
    /// The kind of a window, by the phase of its first bin.
    kinds: Vec<u32>,
}

impl Layout {
    pub(super) fn new(lengths: [i64; 4], rule: SlotRule, width: BinWidth) -> Self {
        let [window, step, period, history] = lengths;
        let slots = Slots::new(rule, width);
        let week = slots.period();
        let mut known: HashMap<Vec<usize>, u32> = HashMap::new();
        let kinds = (0..week)
            .map(|first| {
                let bins = first..first + window.min(week);
                let sequence = bins.map(|bin| slots.of(bin)).collect();
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                *known.entry(sequence).or_insert(next)
            })
            .collect();
        Self {
            window,
            step,
            period,
            history,
            slots,
            kinds,
        }
    }

    /// The slot of a bin.
    pub(super) fn slot(&self, bin: i64) -> usize {
        self.slots.of(bin)
    }

    /// Whether bins are told apart by the time of the week.
    pub(super) fn has_slots(&self) -> bool {
        self.slots.period() > 1
    }

    /// The slot of each bin of `bins`.
    pub(super) fn slots(
        &self,
        bins: std::ops::Range<i64>,
    ) -> impl Iterator<Item = usize> + use<'_> {
        bins.map(|bin| self.slot(bin))
    }

    /// First bins of the windows a window is compared with, nearest first, not before `start`.
    pub(super) fn references(
        &self,
        first_bin: i64,
        start: i64,
    ) -> impl Iterator<Item = i64> + use<'_> {
        let kind = self.kinds[self.slots.phase(first_bin)];
        let oldest = start.max(first_bin.saturating_sub(self.history));
        (1..)
            .map(move |age: i64| first_bin.saturating_sub(age.saturating_mul(self.period)))
            .take_while(move |&bin| bin >= oldest)
            .filter(move |&bin| self.kinds[self.slots.phase(bin)] == kind)
    }

    /// First bins of all windows within `bins`, in time order. Windows are aligned to the epoch.
    pub(super) fn windows(
        &self,
        bins: &std::ops::Range<i64>,
    ) -> impl DoubleEndedIterator<Item = i64> + use<> {
        let (step, window) = (self.step, self.window);
        let first = -(-bins.start).div_euclid(step);
        let last = (bins.end - window).div_euclid(step);
        (first..=last).map(move |index| index * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(rule: SlotRule) -> Layout {
        Layout::new([24, 24, 24, 28 * 24], rule, BinWidth::HOUR)
    }

    #[test]
    fn weekdays_are_compared_with_weekdays_and_weekends_with_weekends() {
        let layout = hours(SlotRule::Week { shift_hours: 0 });
        // Day 0 was a Thursday: day 28 is one, too, and day 30 a Saturday.
        let count = |day: i64| layout.references(day * 24, 0).count();
        assert_eq!(count(28), 20);
        assert_eq!(count(30), 8);
        assert_eq!(hours(SlotRule::None).references(28 * 24, 0).count(), 28);
    }

    #[test]
    fn windows_lie_within_the_series() {
        let layout = hours(SlotRule::None);
        let windows: Vec<i64> = layout.windows(&(-30..50)).collect();
        assert_eq!(windows, [-24, 0, 24]);
        assert_eq!(layout.windows(&(1..24)).count(), 0);
    }
}
