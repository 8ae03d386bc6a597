//! Reads lines of a counts table in JSON.
//!
//! In: one object a line with `domain`, `timestamp`, `count` and optionally `clients`, `group`; other keys are ignored,
//! so that what `dns-anomaly counts --json` writes is read again. Out: a [`CountRow`] for each.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::counts::parse_count;
use super::json::{self, Text, Time};
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::record::{CountRow, Entry, Silence};

#[derive(Debug, Deserialize)]
struct Row<'line> {
    #[serde(borrow)]
    domain: Option<Text<'line>>,
    timestamp: Option<Time>,
    #[serde(borrow)]
    count: Option<&'line RawValue>,
    #[serde(borrow)]
    clients: Option<&'line RawValue>,
    #[serde(borrow)]
    group: Option<Text<'line>>,
}

/// Reads one line.
pub(super) fn parse_line(line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let row: Row<'_> = json::parse(line)?;
    let missing = |field| LineProblem::MissingValue { field };
    let count = row.count.ok_or_else(|| missing("count"))?;
    let entry = CountRow {
        domain: row.domain.ok_or_else(|| missing("domain"))?.into_inner(),
        group: row
            .group
            .map(Text::into_inner)
            .filter(|group| !group.is_empty()),
        time: Time::read(row.timestamp)?,
        count: parse_count("count", &json::name(count))?,
        clients: row
            .clients
            .map(|clients| parse_count("clients", &json::name(clients)))
            .transpose()?,
        silence: Silence::IsZero,
    };
    Ok(emit(Entry::Count(entry))?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::cells_of;

    #[test]
    fn times_and_counts_have_the_spellings_of_a_table() {
        let text = concat!(
            r#"{"domain":"a.example","timestamp":"1970-01-01T01:00:00Z","count":3,"clients":null,"group":null,"schema":1,"kind":"count"}"#,
            "\n",
            r#"{"count":20.0,"domain":"b.example","timestamp":1700000000000,"clients":2,"group":"US"}"#,
        );
        let expected = vec![
            ("a.example".to_owned(), 3_600, 3),
            ("b.example".to_owned(), 1_700_000_000, 20),
        ];
        assert_eq!(cells_of("counts.jsonl", text).unwrap(), expected);
    }

    #[test]
    fn impossible_counts_are_refused() {
        for count in ["-1", "2.5", "\"many\"", "1e3"] {
            let text = format!(r#"{{"domain":"a.example","timestamp":0,"count":{count}}}"#);
            assert!(cells_of("counts.jsonl", &text).is_err(), "{count}");
        }
    }
}
