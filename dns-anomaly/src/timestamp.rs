//! Reads points in time exactly, from every spelling the input formats use.
//!
//! In: decimal epoch seconds (`1521911720.865716`), epoch milliseconds, ISO-8601 with or without a zone.
//! Out: a [`Timestamp`], whole microseconds since 1970-01-01T00:00:00Z.
//! Integers, because the same event written by two formats must fall on the same side of a bin's edge.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::TimeZone;

/// Microseconds in one second.
pub(crate) const MICROSECONDS_PER_SECOND: i64 = 1_000_000;

/// Epoch numbers from here on are milliseconds: as seconds they would lie past the year 5138,
/// as milliseconds they start in March 1973.
const FIRST_MILLISECOND_VALUE: i64 = 100_000_000_000;

/// A point in time, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Zeek writes microseconds, so nothing is lost; finer digits are cut off, never rounded up into the next bin.
///
/// ```
/// use dns_anomaly::Timestamp;
///
/// let tab_separated: Timestamp = "1521911720.865716".parse()?;
/// let json: Timestamp = "2018-03-24T17:15:20.865716Z".parse()?;
/// let milliseconds: Timestamp = "1521911720865".parse()?;
/// assert_eq!(tab_separated, json);
/// assert_eq!(tab_separated.microseconds() - milliseconds.microseconds(), 716);
/// # Ok::<(), dns_anomaly::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// What was given is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time must be epoch seconds, epoch milliseconds or ISO-8601, got `{text}`")]
pub struct TimestampError {
    /// The text as it stood in the input.
    pub text: String,
}

impl Timestamp {
    /// The point `microseconds` after 1970-01-01T00:00:00Z (before it, when negative).
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// The point nearest to `seconds` after the epoch, as JSON logs write it.
    ///
    /// A binary64 near 1.5e9 is spaced by 2.4e-7, so rounding recovers all six decimals Zeek wrote.
    ///
    /// # Errors
    /// When `seconds` is not finite or lies outside the range of 64-bit microseconds.
    pub fn from_epoch_seconds(seconds: f64) -> Result<Self, TimestampError> {
        let microseconds = (seconds * MICROSECONDS_PER_SECOND as f64).round();
        // i64::MAX as binary64 is 2^63, itself out of range: both comparisons are strict. NaN fails them.
        if microseconds > i64::MIN as f64 && microseconds < i64::MAX as f64 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole and inside the range of i64"
            )]
            return Ok(Self(microseconds as i64));
        }
        Err(TimestampError {
            text: seconds.to_string(),
        })
    }

    /// The point a whole number stands for: seconds, or milliseconds when it is large.
    pub(crate) fn from_epoch_integer(number: i64) -> Result<Self, TimestampError> {
        let unit = if number.unsigned_abs() >= FIRST_MILLISECOND_VALUE.unsigned_abs() {
            MICROSECONDS_PER_SECOND / 1_000
        } else {
            MICROSECONDS_PER_SECOND
        };
        number
            .checked_mul(unit)
            .map(Self)
            .ok_or_else(|| TimestampError {
                text: number.to_string(),
            })
    }

    /// The point nearest to a number: of seconds, or of milliseconds when it is large.
    pub(crate) fn from_epoch_number(number: f64) -> Result<Self, TimestampError> {
        if number.abs() >= FIRST_MILLISECOND_VALUE as f64 {
            Self::from_epoch_seconds(number / 1_000.0)
        } else {
            Self::from_epoch_seconds(number)
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn microseconds(self) -> i64 {
        self.0
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads a time. A date and time without a zone is UTC, as warehouses export it.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let trimmed = text.trim();
        parse_epoch(trimmed)
            .or_else(|| parse_iso(trimmed))
            .ok_or_else(|| TimestampError {
                text: text.to_owned(),
            })
    }
}

impl fmt::Display for Timestamp {
    /// ISO-8601 in UTC, with as many decimals as are needed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(formatter, "{timestamp}"),
            // Beyond the calendar's range (years ±9999) the plain number is the clearest text.
            Err(_) => write!(formatter, "{}us", self.0),
        }
    }
}

/// Reads `digits[.digits]`, seconds or (for large whole numbers) milliseconds, without passing through binary64.
fn parse_epoch(text: &str) -> Option<Timestamp> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let magnitude = if whole >= FIRST_MILLISECOND_VALUE {
        whole
            .checked_mul(1_000)?
            .checked_add(leading_digits(fraction, 3))?
    } else {
        whole
            .checked_mul(MICROSECONDS_PER_SECOND)?
            .checked_add(leading_digits(fraction, 6))?
    };
    Some(Timestamp(if negative { -magnitude } else { magnitude }))
}

/// The first `count` decimals as a whole number, missing ones being zero.
fn leading_digits(fraction: &str, count: usize) -> i64 {
    fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(count)
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// Reads ISO-8601: with a zone as it says, without one as UTC; a bare date is its midnight.
fn parse_iso(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(timestamp.as_microsecond()));
    }
    let date_time: civil::DateTime = text.parse().ok()?;
    let timestamp = TimeZone::UTC.to_timestamp(date_time).ok()?;
    Some(Timestamp(timestamp.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn microseconds(text: &str) -> Option<i64> {
        text.parse::<Timestamp>().ok().map(Timestamp::microseconds)
    }

    #[test]
    fn seconds_milliseconds_and_iso_meet() {
        let expected = Some(1_521_911_720_000_000);
        assert_eq!(microseconds("1521911720"), expected);
        assert_eq!(microseconds("1521911720000"), expected);
        assert_eq!(microseconds("2018-03-24T17:15:20Z"), expected);
        assert_eq!(microseconds("2018-03-24 17:15:20"), expected);
        assert_eq!(microseconds("2018-03-24T19:15:20+02:00"), expected);
    }

    #[test]
    fn the_decimal_text_and_the_nearest_binary64_give_the_same_microsecond() {
        let exact = microseconds("1575413122.764317").unwrap();
        assert_eq!(
            Timestamp::from_epoch_seconds(1575413122.764317)
                .unwrap()
                .microseconds(),
            exact
        );
    }

    #[test]
    fn what_is_not_a_time_is_refused_with_its_text() {
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "yesterday",
            "1991 Jul",
            "99999999999999999999",
            "NaN",
        ] {
            assert_eq!(
                text.parse::<Timestamp>(),
                Err(TimestampError {
                    text: text.to_owned()
                })
            );
        }
        assert!(Timestamp::from_epoch_seconds(f64::NAN).is_err());
        assert!(Timestamp::from_epoch_seconds(1e300).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in any::<String>()) {
            let _ = text.parse::<Timestamp>();
        }

        #[test]
        fn what_is_displayed_is_read_back(value in -2_000_000_000_000_000_i64..200_000_000_000_000_000) {
            let timestamp = Timestamp::from_microseconds(value);
            prop_assert_eq!(timestamp.to_string().parse::<Timestamp>(), Ok(timestamp));
        }
    }
}
