//! Cuts time into bins of equal width.
//!
//! In: a width written as people write it (`1h`, `10s`, `15 min`) and timestamps. Out: bin numbers and their starts.
//! Bins are aligned to 1970-01-01T00:00:00Z, so two runs over different files have the same edges.

use std::fmt;
use std::str::FromStr;

use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

/// The width of a bin, a whole number of seconds above zero.
///
/// Bin `k` is the half-open interval `[k·width, (k + 1)·width)` counted from the epoch; numbers are negative before it.
///
/// ```
/// use dns_anomaly::{BinWidth, Timestamp};
///
/// let hour: BinWidth = "1h".parse()?;
/// assert_eq!(hour, BinWidth::HOUR);
/// let bin = hour.bin_of(Timestamp::from_microseconds(7_199_999_999));
/// assert_eq!(bin, 1);
/// assert_eq!(hour.start_of(bin).to_string(), "1970-01-01T01:00:00Z");
/// # Ok::<(), dns_anomaly::BinWidthError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BinWidth {
    seconds: u32,
}

/// What was given is not a bin width.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a bin width must be a whole number above 0 and a unit (s, min, h, d, w), at most 366 d, got `{text}`"
)]
pub struct BinWidthError {
    /// The text as it was given.
    pub text: String,
}

/// A year of seconds: a longer bin holds no series, and the limit keeps all bin arithmetic far from overflow.
const MAXIMUM_SECONDS: u32 = 366 * 86_400;

impl BinWidth {
    /// One hour, the resolution of the volumes the talk's system reads.
    pub const HOUR: Self = Self { seconds: 3_600 };

    /// A width of `seconds`, which must be between 1 and 366 days.
    ///
    /// # Errors
    /// When `seconds` is 0 or above 366 days.
    pub fn from_seconds(seconds: u32) -> Result<Self, BinWidthError> {
        if seconds == 0 || seconds > MAXIMUM_SECONDS {
            return Err(BinWidthError {
                text: format!("{seconds}s"),
            });
        }
        Ok(Self { seconds })
    }

    /// The width in seconds.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// The number of the bin that holds `time`.
    pub const fn bin_of(self, time: Timestamp) -> i64 {
        time.microseconds().div_euclid(self.microseconds())
    }

    /// The first moment of bin number `bin`; bins outside the range of time are moved to its nearest end.
    pub const fn start_of(self, bin: i64) -> Timestamp {
        Timestamp::from_microseconds(bin.saturating_mul(self.microseconds()))
    }

    const fn microseconds(self) -> i64 {
        self.seconds as i64 * MICROSECONDS_PER_SECOND
    }
}

impl Default for BinWidth {
    /// [`BinWidth::HOUR`].
    fn default() -> Self {
        Self::HOUR
    }
}

impl FromStr for BinWidth {
    type Err = BinWidthError;

    fn from_str(text: &str) -> Result<Self, BinWidthError> {
        let refused = || BinWidthError {
            text: text.to_owned(),
        };
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = trimmed.split_at(digits);
        let seconds_per_unit: u32 = match unit.trim_start() {
            "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hr" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 7 * 86_400,
            _ => return Err(refused()),
        };
        let number: u32 = number.parse().map_err(|_| refused())?;
        let seconds = number.checked_mul(seconds_per_unit).ok_or_else(refused)?;
        Self::from_seconds(seconds).map_err(|_| refused())
    }
}

impl fmt::Display for BinWidth {
    /// The shortest exact spelling, such as `1h` or `90s`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
        let (size, name) = units
            .into_iter()
            .find(|(size, _)| self.seconds.is_multiple_of(*size))
            .unwrap_or((1, "s"));
        write!(formatter, "{}{name}", self.seconds / size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, seconds) in [
            ("10s", 10),
            ("15 min", 900),
            ("5m", 300),
            ("1h", 3_600),
            ("1d", 86_400),
            ("2w", 1_209_600),
        ] {
            assert_eq!(
                text.parse::<BinWidth>().map(BinWidth::seconds),
                Ok(seconds),
                "{text}"
            );
        }
    }

    #[test]
    fn zero_negative_fractional_huge_and_unitless_widths_are_refused() {
        for text in [
            "",
            "0s",
            "-1h",
            "1.5h",
            "10",
            "h",
            "1 parsec",
            "4294967295w",
            "367d",
        ] {
            assert_eq!(
                text.parse::<BinWidth>(),
                Err(BinWidthError {
                    text: text.to_owned()
                })
            );
        }
    }

    #[test]
    fn a_moment_before_the_epoch_lies_in_a_negative_bin() {
        assert_eq!(BinWidth::HOUR.bin_of(Timestamp::from_microseconds(-1)), -1);
    }

    proptest! {
        #[test]
        fn a_bin_holds_the_times_from_its_start_to_the_next(
            seconds in 1_u32..=MAXIMUM_SECONDS,
            microseconds in -4_000_000_000_000_000_i64..4_000_000_000_000_000,
        ) {
            let width = BinWidth::from_seconds(seconds)?;
            let time = Timestamp::from_microseconds(microseconds);
            let bin = width.bin_of(time);
            prop_assert!(width.start_of(bin) <= time && time < width.start_of(bin + 1));
            prop_assert_eq!(width.to_string().parse::<BinWidth>(), Ok(width));
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in any::<String>()) {
            let _ = text.parse::<BinWidth>();
        }
    }
}
