//! Reads the times of text logs: local, and sometimes without a year.
//!
//! In: the start of a line, a time zone, and the newest time possible. Out: a point in time, and whether the clocks
//! make it a guess. Spellings: `28-Sep-2026 18:00:01.123` (BIND), `Sep 28 18:00:01` (syslog), ISO-8601 with or without
//! a zone. When clocks go back an hour comes twice and the first of the two is taken; when they go forward an hour is
//! missing and a time in it is moved past the gap.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::problem::LineProblem;
use crate::timestamp::{Timestamp, TimestampError};

/// A clock's zone, and the newest time its log can have.
#[derive(Debug, Clone)]
pub(super) struct LocalClock {
    zone: TimeZone,
    newest: DateTime,
}

/// A time read, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalTime {
    pub(super) time: Timestamp,
    pub(super) is_ambiguous: bool,
}

/// A line's clock may be ahead of the one that says what is newest.
const SLACK_DAYS: i64 = 1;
/// Far enough back to find a 29 February across a century without one.
const YEARS_BACK: i16 = 8;

impl LocalClock {
    /// A clock in `zone` whose log was written no later than `newest`.
    pub(super) fn new(zone: TimeZone, newest: Timestamp) -> Self {
        // A file from beyond the calendar's years is as new as a file can be.
        let instant = jiff::Timestamp::from_microsecond(newest.microseconds())
            .unwrap_or(jiff::Timestamp::MAX);
        let newest = zone.to_datetime(instant);
        Self {
            newest: newest
                .checked_add(jiff::Span::new().days(SLACK_DAYS))
                .unwrap_or(newest),
            zone,
        }
    }

    /// The time `text` starts with, or nothing when there is none.
    pub(super) fn read(&self, text: &str) -> Result<LocalTime, LineProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LineProblem::NoTime);
        }
        let mut words = text.split_ascii_whitespace();
        let words = [words.next(), words.next(), words.next()].map(Option::unwrap_or_default);
        self.find(words).ok_or_else(|| {
            TimestampError {
                text: text.chars().take(40).collect(),
            }
            .into()
        })
    }

    fn find(&self, [first, second, third]: [&str; 3]) -> Option<LocalTime> {
        if let Some(date) = bind_date(first) {
            return self.resolve(date.to_datetime(clock_time(second)?));
        }
        if let Some(month) = month_number(first) {
            let day: i8 = second.parse().ok()?;
            return self.resolve(self.last(month, day, clock_time(third)?)?);
        }
        if !first.as_bytes().first()?.is_ascii_digit() {
            return None;
        }
        if let Ok(instant) = first.parse::<jiff::Timestamp>() {
            return Some(LocalTime {
                time: Timestamp::from_microseconds(instant.as_microsecond()),
                is_ambiguous: false,
            });
        }
        match first.parse::<Date>() {
            Ok(date) if !first.contains('T') => self.resolve(date.to_datetime(clock_time(second)?)),
            _ => self.resolve(first.parse().ok()?),
        }
    }

    /// The point in time of a local one.
    fn resolve(&self, local: DateTime) -> Option<LocalTime> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let is_ambiguous = ambiguous.is_ambiguous();
        let instant = ambiguous.compatible().ok()?;
        Some(LocalTime {
            time: Timestamp::from_microseconds(instant.as_microsecond()),
            is_ambiguous,
        })
    }

    /// The last such day and time that is not newer than the log.
    fn last(&self, month: i8, day: i8, time: Time) -> Option<DateTime> {
        (0..=YEARS_BACK).find_map(|back| {
            let date = Date::new(self.newest.year().checked_sub(back)?, month, day).ok()?;
            Some(date.to_datetime(time)).filter(|local| *local <= self.newest)
        })
    }
}

/// Reads `28-Sep-2026`.
fn bind_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month_number(month)?, day.parse().ok()?).ok()
}

/// Reads `18:00:01` and decimals after it; fine ones are cut off.
fn clock_time(text: &str) -> Option<Time> {
    let text = text.trim_end_matches(':');
    text.parse().ok()
}

fn month_number(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    (1..)
        .zip(MONTHS)
        .find_map(|(number, name)| (name == text).then_some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock in New York, where clocks went back on 2 November and forward on 9 March 2025, at 02:00.
    fn new_york(newest: &str) -> LocalClock {
        LocalClock::new(
            TimeZone::get("America/New_York").unwrap(),
            newest.parse().unwrap(),
        )
    }

    fn read(text: &str) -> (String, bool) {
        let local = new_york("2025-12-31T00:00:00Z").read(text).unwrap();
        (local.time.to_string(), local.is_ambiguous)
    }

    #[test]
    fn every_spelling_of_one_moment_is_the_same_moment() {
        let expected = ("2025-09-28T22:00:01Z".to_owned(), false);
        for text in [
            "28-Sep-2025 18:00:01.000 queries: info:",
            "Sep 28 18:00:01 ns1 named[12]:",
            "2025-09-28T18:00:01 x",
            "2025-09-28 18:00:01 x",
            "2025-09-28T22:00:01Z",
            "2025-09-29T00:00:01+02:00",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_repeated_hour_is_its_first_pass_and_the_missing_one_is_moved_on_and_both_are_told() {
        // Offsets of the zone: -4 h before, -5 h after 2 November; -5 h before, -4 h after 9 March.
        assert_eq!(
            read("02-Nov-2025 01:30:00"),
            ("2025-11-02T05:30:00Z".to_owned(), true)
        );
        assert_eq!(
            read("02-Nov-2025 02:30:00"),
            ("2025-11-02T07:30:00Z".to_owned(), false)
        );
        assert_eq!(
            read("09-Mar-2025 02:30:00"),
            ("2025-03-09T07:30:00Z".to_owned(), true)
        );
    }

    #[test]
    fn a_day_without_a_year_is_the_last_one_before_the_log_ends() {
        let clock = new_york("2025-01-02T12:00:00Z");
        let time = |text| clock.read(text).unwrap().time.to_string();
        assert_eq!(time("Dec 31 12:00:00"), "2024-12-31T17:00:00Z");
        assert_eq!(time("Jan  1 12:00:00"), "2025-01-01T17:00:00Z");
        assert_eq!(time("Feb 29 12:00:00"), "2024-02-29T17:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let clock = new_york("2025-01-02T12:00:00Z");
        assert_eq!(clock.read(" "), Err(LineProblem::NoTime));
        for text in [
            "Feb 30 12:00:00",
            "Sep 28",
            "31-Nov-2025 00:00:00",
            "28-Sep-2025 25:00:00",
            "soon",
            "2025-13-01 00:00:00",
            "é",
        ] {
            assert!(
                matches!(clock.read(text), Err(LineProblem::Time(_))),
                "{text}"
            );
        }
    }
}
