//! Shares what the readers of JSON lines have in common: text, times, numbers that are only names.
//!
//! In: JSON values. Out: text borrowed from the line unless it holds escapes, and times of either spelling.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::value::RawValue;

use super::problem::LineProblem;
use crate::timestamp::{Timestamp, TimestampError};

/// Text borrowed from the line unless it holds escapes.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'line>(#[serde(borrow)] pub(super) Cow<'line, str>);

impl<'line> Text<'line> {
    pub(super) fn into_inner(self) -> Cow<'line, str> {
        self.0
    }
}

/// A number or text that is only compared, never computed with: as it stands, without quotes.
pub(super) fn name(value: &RawValue) -> Cow<'_, str> {
    Cow::Borrowed(value.get().trim_matches('"'))
}

/// Both spellings of a time: a number of seconds (or of milliseconds, when it is large), or text.
#[derive(Debug)]
pub(super) struct Time(Result<Timestamp, TimestampError>);

impl Time {
    pub(super) fn read(time: Option<Self>) -> Result<Timestamp, LineProblem> {
        Ok(time.ok_or(LineProblem::NoTime)?.0?)
    }
}

impl<'line> Deserialize<'line> for Time {
    fn deserialize<D: Deserializer<'line>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor)
    }
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = Time;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or a text")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Time, E> {
        Ok(Time(Timestamp::from_epoch_number(seconds)))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Time, E> {
        Ok(Time(Timestamp::from_epoch_integer(seconds)))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Time, E> {
        Ok(Time(match i64::try_from(seconds) {
            Ok(seconds) => Timestamp::from_epoch_integer(seconds),
            Err(_) => Err(TimestampError {
                text: seconds.to_string(),
            }),
        }))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
        Ok(Time(text.parse()))
    }
}

/// Reads a line as `T`.
pub(super) fn parse<'line, T: Deserialize<'line>>(line: &'line str) -> Result<T, LineProblem> {
    serde_json::from_str(line).map_err(|error| LineProblem::Json {
        column: error.column(),
    })
}
