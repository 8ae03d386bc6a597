//! Reads lines of BIND's query log.
//!
//! In: `28-Sep-2026 18:00:01.123 queries: info: client @0x7f91 192.0.2.1#62536 (www.example.com): view v: query:
//! www.example.com IN AAAA +E(0)K (192.0.2.53)`, of which time, category, severity, the `@` address, the name in
//! brackets and the view may each be missing, with syslog's start of line before it or not. Out: a [`Record`] for each
//! query; lines of other categories are [`Entry::Other`]. Times are local ([`super::LocalClock`]). A question is known
//! by the client's port: a packet sent again comes from the same one.

use super::local_time::LocalClock;
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::record::{Entry, Record};

const CLIENT: &str = "client ";
const QUERY: &str = ": query: ";

/// Whether a line is a query of BIND's log.
pub(super) fn looks_like(line: &str) -> bool {
    cut(line).is_some_and(|(_, client, _)| client.contains('#'))
}

/// Reads one line.
pub(super) fn parse_line(line: &str, clock: &LocalClock, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let entry = match cut(line) {
        Some((before, client, question)) => Entry::Query(record(before, client, question, clock)?),
        None => Entry::Other,
    };
    Ok(emit(entry)?)
}

/// What stands before the client, the client's part and the question's.
fn cut(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = match line.strip_prefix(CLIENT) {
        Some(rest) => ("", rest),
        None => line
            .match_indices(CLIENT)
            // `client` is a word of its own, so that a host called `dns-client ` is none.
            .find(|(start, _)| line[..*start].ends_with(' '))
            .map(|(start, _)| (&line[..start], &line[start + CLIENT.len()..]))?,
    };
    let (client, question) = rest.split_once(QUERY)?;
    Some((before, client, question))
}

fn record<'line>(
    before: &str,
    client: &'line str,
    question: &'line str,
    clock: &LocalClock,
) -> Result<Record<'line>, LineProblem> {
    let malformed = || LineProblem::TextLog {
        expected: "client ADDRESS#PORT … query: NAME CLASS TYPE",
    };
    let mut words = client.split_ascii_whitespace();
    let address = words
        .find(|word| !word.starts_with('@'))
        .ok_or_else(malformed)?;
    let (address, port) = address.split_once('#').ok_or_else(malformed)?;
    let port = port.trim_end_matches(':');
    let mut words = question.split_ascii_whitespace();
    let (name, _class, query_type) = (
        words.next().ok_or_else(malformed)?,
        words.next().ok_or_else(malformed)?,
        words.next().ok_or_else(malformed)?,
    );
    let local = clock.read(before)?;
    Ok(Record {
        is_time_ambiguous: local.is_ambiguous,
        client: Some(address.into()),
        query: Some(name.into()),
        query_type: Some(query_type.into()),
        uid: Some(port.into()),
        ..Record::at(local.time)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::queries_of;

    const TIME: &str = "28-Sep-2026 18:00:01.123 ";
    const MICROSECONDS: i64 = 1_790_618_401_123_000; // by `date -d '2026-09-28T18:00:01.123Z' +%s%6N`

    #[test]
    fn every_optional_part_may_be_missing() {
        for start in ["", "queries: ", "queries: info: ", "info: "] {
            for pointer in ["", "@0x7f91b8005490 "] {
                for name in ["", " (www.example.com)"] {
                    for view in ["", "view internal: "] {
                        for end in ["", " +E(0)K (127.0.0.1)", " +S [ECS 10.0.0.0/8/0]"] {
                            let line = format!(
                                "{TIME}{start}client {pointer}192.0.2.1#62536{name}: {view}query: www.example.com IN AAAA{end}\n"
                            );
                            let (rows, bad) = queries_of(&line);
                            assert_eq!((rows.len(), bad), (1, 0), "{line}");
                            assert_eq!(rows[0].query.as_deref(), Some("www.example.com"), "{line}");
                            assert_eq!(rows[0].client.as_deref(), Some("192.0.2.1"), "{line}");
                            assert_eq!(rows[0].microseconds, MICROSECONDS, "{line}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn other_categories_are_no_queries_and_a_query_without_a_time_is_bad() {
        let log = "28-Sep-2026 18:00:00.000 general: info: zone a.example/IN: loaded serial 1\n\
                   28-Sep-2026 18:00:01.123 queries: info: client 192.0.2.1#1 (a.example): query: a.example IN A +\n\
                   28-Sep-2026 18:00:02.000 query-errors: info: client 192.0.2.1#2 (b.example): query failed (SERVFAIL) for b.example/IN/A\n\
                   client 192.0.2.1#3 (c.example): query: c.example IN A +\n\
                   28-Sep-2026 18:00:03.000 client 192.0.2.1#4 (c.example): query: c.example IN\n\
                   Sep 28 18:00:04 ns1 named[81]: client @0x1 2001:db8::1#5 (d.example): query: d.example IN A +\n";
        let (rows, bad) = queries_of(log);
        let clients: Vec<_> = rows.iter().map(|row| row.client.as_deref()).collect();
        assert_eq!(clients, [Some("192.0.2.1"), Some("2001:db8::1")]);
        assert_eq!(bad, 2);
    }
}
