//! Reads lines of Zeek's JSON dns.log.
//!
//! In: one JSON object a line, names with dots, `ts` as epoch seconds or ISO-8601. Out: a [`Record`] for each.
//! An absent key or `null` is an unset field. A shipper's `_path`, when present, must say dns.

use std::borrow::Cow;

use serde::Deserialize;

use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::record::{Entry, Record};
use crate::timestamp::{Timestamp, TimestampError};

/// The fields used, by Zeek's names.
#[derive(Debug, Deserialize)]
struct Row<'line> {
    #[serde(borrow, rename = "_path")]
    path: Option<Text<'line>>,
    #[serde(borrow)]
    ts: Option<Time<'line>>,
    #[serde(borrow)]
    uid: Option<Text<'line>>,
    #[serde(borrow, rename = "id.orig_h")]
    client: Option<Text<'line>>,
    trans_id: Option<u64>,
    #[serde(borrow)]
    query: Option<Text<'line>>,
    #[serde(borrow)]
    qtype_name: Option<Text<'line>>,
    #[serde(borrow)]
    rcode_name: Option<Text<'line>>,
    #[serde(borrow)]
    answers: Option<Vec<Text<'line>>>,
}

/// Text borrowed from the line unless it holds escapes.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Text<'line>(#[serde(borrow)] Cow<'line, str>);

/// Both spellings of a time.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Time<'line> {
    Seconds(f64),
    #[serde(borrow)]
    Text(Cow<'line, str>),
}

/// Reads one line.
pub(super) fn parse_line(line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let row: Row<'_> = serde_json::from_str(line).map_err(|error| LineProblem::Json {
        column: error.column(),
    })?;
    Ok(emit(Entry::Query(record(row)?))?)
}

fn record(row: Row<'_>) -> Result<Record<'_>, LineProblem> {
    // Log filters may split dns.log, as in `dns_internal`.
    if let Some(Text(path)) = row.path
        && !path.starts_with("dns")
    {
        return Err(LineProblem::OtherLog {
            path: path.into_owned(),
        });
    }
    Ok(Record {
        time: row
            .ts
            .ok_or(LineProblem::NoTime)
            .and_then(|time| Ok(time.read()?))?,
        client: row.client.map(Text::into_inner),
        query: row.query.map(Text::into_inner),
        query_type: row.qtype_name.map(Text::into_inner),
        uid: row.uid.map(Text::into_inner),
        trans_id: row.trans_id.map(|id| Cow::Owned(id.to_string())),
        response_code: row.rcode_name.map(Text::into_inner),
        answers: row
            .answers
            .into_iter()
            .flatten()
            .map(Text::into_inner)
            .collect(),
    })
}

impl<'line> Text<'line> {
    fn into_inner(self) -> Cow<'line, str> {
        self.0
    }
}

impl Time<'_> {
    fn read(&self) -> Result<Timestamp, TimestampError> {
        match self {
            Self::Seconds(seconds) => Timestamp::from_epoch_seconds(*seconds),
            Self::Text(text) => text.parse(),
        }
    }
}
