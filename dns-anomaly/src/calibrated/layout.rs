//! Says which bins belong together: slots of the week, and windows that may be compared.
//!
//! In: lengths in bins and the width of a bin. Out: for a window, its kind and the slots of its bins; two windows are
//! compared only if they are of one kind, that is if bin by bin they lie in the same slots.

use std::collections::HashMap;

use crate::bin_width::BinWidth;

/// Weekday or weekend, by day or by night.
pub(super) const SLOTS: usize = 4;

/// How bins are told apart by the time of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlotRule {
    /// Weekday and weekend, day (08:00 to 20:00) and night, in UTC shifted by some hours. The shift is fixed: when clocks
    /// change, what people do moves by an hour and slots do not.
    Week {
        /// Hours added to UTC, from −14 to 14.
        shift_hours: i8,
    },
    /// All bins alike: for bins of a day or more, or input without real times.
    #[default]
    None,
}

/// The geometry of windows.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) window: i64,
    pub(super) step: i64,
    pub(super) period: i64,
    pub(super) history: i64,
    /// The slot of each bin of a week, and the kind of a window starting there; one entry without slots.
    slots: Vec<u8>,
    kinds: Vec<u32>,
}

const WEEK_SECONDS: i64 = 7 * 86_400;

impl Layout {
    pub(super) fn new(lengths: [i64; 4], rule: SlotRule, width: BinWidth) -> Self {
        let [window, step, period, history] = lengths;
        let seconds = i64::from(width.seconds());
        let slots: Vec<u8> = match rule {
            SlotRule::Week { shift_hours } if WEEK_SECONDS % seconds == 0 => (0..WEEK_SECONDS
                / seconds)
                .map(|bin| slot(bin * seconds + i64::from(shift_hours) * 3_600))
                .collect(),
            SlotRule::Week { .. } | SlotRule::None => vec![0],
        };
        let week = slots.len() as i64;
        let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
        let kinds = (0..week)
            .map(|first| {
                let sequence: Vec<u8> = (first..first + window.min(week))
                    .map(|bin| slots[(bin % week) as usize])
                    .collect();
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
        usize::from(self.slots[self.phase(bin)])
    }

    /// Whether bins are told apart by the time of the week.
    pub(super) fn has_slots(&self) -> bool {
        self.slots.len() > 1
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
        let kind = self.kinds[self.phase(first_bin)];
        let oldest = start.max(first_bin.saturating_sub(self.history));
        (1..)
            .map(move |age: i64| first_bin.saturating_sub(age.saturating_mul(self.period)))
            .take_while(move |&bin| bin >= oldest)
            .filter(move |&bin| self.kinds[self.phase(bin)] == kind)
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

    fn phase(&self, bin: i64) -> usize {
        bin.rem_euclid(self.slots.len() as i64) as usize
    }
}

/// The slot of a second counted from the epoch, which was a Thursday.
fn slot(second: i64) -> u8 {
    let day = (second.div_euclid(86_400) + 3).rem_euclid(7);
    let hour = second.rem_euclid(86_400) / 3_600;
    2 * u8::from(day >= 5) + u8::from(!(8..20).contains(&hour))
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
    fn slots_are_those_of_the_clock() {
        let layout = hours(SlotRule::Week { shift_hours: 0 });
        // Thursday 03:00, Thursday 12:00, Saturday 12:00, Sunday 23:00.
        assert_eq!([3, 12, 60, 95].map(|bin| layout.slot(bin)), [1, 0, 2, 3]);
    }

    #[test]
    fn windows_lie_within_the_series() {
        let layout = hours(SlotRule::None);
        let windows: Vec<i64> = layout.windows(&(-30..50)).collect();
        assert_eq!(windows, [-24, 0, 24]);
        assert_eq!(layout.windows(&(1..24)).count(), 0);
    }
}
