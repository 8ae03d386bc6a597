//! Tells bins apart by the time of the week.
//!
//! In: a rule and the width of a bin. Out: [`Slots`]: for each bin its slot, {weekday, weekend} × {day, night}.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a week has at most 604,800 bins"
)]

use std::fmt;

use crate::bin_width::BinWidth;

/// Weekday or weekend, by day or by night.
pub(crate) const SLOTS: usize = 4;

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

/// Wider bins see neither day nor night.
const HALF_A_DAY: u32 = 43_200;

impl SlotRule {
    /// The rule where none was asked for: the slots of the week in UTC where bins are half a day or less.
    pub(crate) fn for_bins_of(bin: BinWidth) -> Self {
        if bin.seconds() <= HALF_A_DAY {
            Self::Week { shift_hours: 0 }
        } else {
            Self::None
        }
    }
}

impl fmt::Display for SlotRule {
    /// The rule in words, as runs tell it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week { shift_hours } => write!(formatter, "week, {shift_hours} hours from UTC"),
            Self::None => formatter.write_str("none"),
        }
    }
}

/// The slot of each bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slots {
    /// Of each bin of a week; one entry where all bins are alike.
    of_week: Vec<u8>,
}

const WEEK_SECONDS: i64 = 7 * 86_400;

impl Slots {
    /// All bins are alike where the rule says so and where a week is no whole number of them.
    pub(crate) fn new(rule: SlotRule, width: BinWidth) -> Self {
        let seconds = i64::from(width.seconds());
        let of_week = match rule {
            SlotRule::Week { shift_hours } if WEEK_SECONDS % seconds == 0 => (0..WEEK_SECONDS
                / seconds)
                .map(|bin| slot(bin * seconds + i64::from(shift_hours) * 3_600))
                .collect(),
            SlotRule::Week { .. } | SlotRule::None => vec![0],
        };
        Self { of_week }
    }

    /// The slot of a bin, below [`SLOTS`].
    pub(crate) fn of(&self, bin: i64) -> usize {
        usize::from(self.of_week[self.phase(bin)])
    }

    /// The place of a bin in the week: bins of equal phase have equal slots, and so have the bins after them.
    pub(crate) fn phase(&self, bin: i64) -> usize {
        bin.rem_euclid(self.period()) as usize
    }

    /// The number of phases: bins of a week, or 1.
    pub(crate) fn period(&self) -> i64 {
        self.of_week.len() as i64
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

    #[test]
    fn slots_are_those_of_the_clock() {
        let slots = Slots::new(SlotRule::Week { shift_hours: 0 }, BinWidth::HOUR);
        // Thursday 03:00, Thursday 12:00, Saturday 12:00, Sunday 23:00.
        assert_eq!([3, 12, 60, 95].map(|bin| slots.of(bin)), [1, 0, 2, 3]);
        // Two hours east it is later.
        let east = Slots::new(SlotRule::Week { shift_hours: 2 }, BinWidth::HOUR);
        assert_eq!([5, 6, 18, 45, 46].map(|bin| east.of(bin)), [1, 0, 1, 1, 3]);
    }

    #[test]
    fn bins_that_do_not_fit_a_week_are_alike() {
        let width = BinWidth::from_seconds(5 * 3_600).unwrap();
        let slots = Slots::new(SlotRule::Week { shift_hours: 0 }, width);
        assert_eq!(slots, Slots::new(SlotRule::None, width));
        assert_eq!((-9..9).map(|bin| slots.of(bin)).max(), Some(0));
    }
}
