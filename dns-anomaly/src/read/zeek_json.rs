//! Reads lines of Zeek's JSON dns.log.
//!
//! In: one JSON object a line, names with dots, `ts` as epoch seconds or ISO-8601. Out: a [`Record`] for each.
//! An absent key or `null` is an unset field. A shipper's `_path`, when present, must say dns.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text, Time};
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::answers::Answers;
use crate::record::{Entry, Record};

/// The fields used, by Zeek's names.
#[derive(Debug, Deserialize)]
struct Row<'line> {
    #[serde(borrow, rename = "_path")]
    path: Option<Text<'line>>,
    ts: Option<Time>,
    #[serde(borrow)]
    uid: Option<Text<'line>>,
    #[serde(borrow, rename = "id.orig_h")]
    client: Option<Text<'line>>,
    #[serde(borrow)]
    trans_id: Option<&'line RawValue>,
    #[serde(borrow)]
    query: Option<Text<'line>>,
    #[serde(borrow)]
    qtype_name: Option<Text<'line>>,
    #[serde(borrow)]
    rcode_name: Option<Text<'line>>,
    #[serde(borrow)]
    answers: Option<&'line RawValue>,
}

/// Reads one line.
pub(super) fn parse_line(line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
    Ok(emit(Entry::Query(record(json::parse(line)?)?))?)
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
        time: Time::read(row.ts)?,
        is_time_ambiguous: false,
        client: row.client.map(Text::into_inner),
        query: row.query.map(Text::into_inner),
        query_type: row.qtype_name.map(Text::into_inner),
        uid: row.uid.map(Text::into_inner),
        trans_id: row.trans_id.map(json::name),
        response_code: row.rcode_name.map(Text::into_inner),
        answers: row
            .answers
            .map(|answers| Answers::json(answers.get()))
            .unwrap_or_default(),
    })
}
