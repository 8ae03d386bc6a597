//! Reads lines of Unbound's query log.
//!
//! In: `[1700000000] unbound[1234:0] info: 192.0.2.1 www.example.com. A IN`, as `log-queries` has it written; `query:` for
//! `info:` with `log-tag-queryreply`; for the seconds `Nov 14 22:13:20` with `log-time-ascii` and
//! `2023-11-14T22:13:20.123+00:00` with `log-time-iso` too; `Nov 14 22:13:20 host unbound[1234]: [1234:0] info: …` by way
//! of syslog. Out: a [`Record`] for each query; replies (`log-replies`) and the rest are [`Entry::Other`]. Times in
//! letters are local and have no year ([`super::LocalClock`]), although the manual calls those of `log-time-ascii` UTC.
//! Nothing tells a packet sent again, since the client's port is not written.

use std::net::IpAddr;

use super::local_time::{LocalClock, LocalTime};
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::record::{Entry, Record};
use crate::timestamp::Timestamp;

/// Whether a line is a query of Unbound's log.
pub(super) fn looks_like(line: &str) -> bool {
    cut(line).is_some_and(|(_, question)| words(question).is_some())
}

/// Reads one line.
pub(super) fn parse_line(line: &str, clock: &LocalClock, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let entry = match cut(line) {
        Some((before, question)) => Entry::Query(record(before, question, clock)?),
        None => Entry::Other,
    };
    Ok(emit(entry)?)
}

/// What stands before the numbers of process and thread, and the part of the client and the question.
fn cut(line: &str) -> Option<(&str, &str)> {
    // The program's name is no sign: `log-identity` changes it.
    let (before, message) = line
        .match_indices('[')
        .find_map(|(start, _)| Some((&line[..start], after_numbers(&line[start + 1..])?)))?;
    if let Some(question) = message.strip_prefix("query: ") {
        return Some((before, question));
    }
    // Untagged, a query is told from other messages by its client (`resolving www.example.com. A IN` has none), and from
    // its reply by where it ends (`… A IN NOERROR 0.012 0 45`).
    let question = message.strip_prefix("info: ")?;
    let mut words = question.split_ascii_whitespace();
    let is_query = is_address(words.next()?) && words.count() <= 3;
    is_query.then_some((before, question))
}

/// What comes after `1234:0] `; the thread's number is hexadecimal.
fn after_numbers(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let text = text.strip_prefix(':')?;
    let text = text.trim_start_matches(|letter: char| letter.is_ascii_hexdigit());
    text.strip_prefix("] ")
}

fn is_address(word: &str) -> bool {
    word.parse::<IpAddr>().is_ok()
}

/// Client, name, type and class. No name holds a space: Unbound writes `?` for it.
fn words(question: &str) -> Option<[&str; 4]> {
    let mut words = question.split_ascii_whitespace();
    let client = words.next().filter(|word| is_address(word))?;
    Some([client, words.next()?, words.next()?, words.next()?])
}

fn record<'line>(
    before: &str,
    question: &'line str,
    clock: &LocalClock,
) -> Result<Record<'line>, LineProblem> {
    let [client, name, query_type, _class] = words(question).ok_or(LineProblem::TextLog {
        expected: "ADDRESS NAME TYPE CLASS",
    })?;
    let local = time(before, clock)?;
    Ok(Record {
        is_time_ambiguous: local.is_ambiguous,
        client: Some(client.into()),
        query: Some(name.into()),
        query_type: Some(query_type.into()),
        ..Record::at(local.time)
    })
}

/// Reads `[1700000000] unbound`, or a time in letters.
fn time(before: &str, clock: &LocalClock) -> Result<LocalTime, LineProblem> {
    let seconds = before
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    match seconds {
        Some((seconds, _)) => Ok(LocalTime {
            time: seconds.parse::<Timestamp>()?,
            is_ambiguous: false,
        }),
        None => clock.read(before),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{queries_of, queries_until};
    use super::super::{ReadSettings, Source, bind, dnsmasq, read};
    use super::*;

    const QUESTION: &str = "192.0.2.1 www.example.com. A IN";

    fn clients_of(log: &str) -> (Vec<Option<String>>, usize) {
        let (rows, bad) = queries_of(log);
        (rows.into_iter().map(|row| row.client).collect(), bad)
    }

    #[test]
    fn every_spelling_of_one_moment_is_the_same_moment() {
        for (start, decimals) in [
            ("[1700000000] unbound[1234:0]", 0),
            ("[1700000000] /usr/sbin/unbound[1234:1f]", 0),
            ("Nov 14 22:13:20 unbound[1234:0]", 0),
            ("2023-11-14T22:13:20.123+00:00 unbound[1234:0]", 123_000),
            ("2023-11-15T00:13:20.123+02:00 unbound[1234:0]", 123_000),
            ("Nov 14 22:13:20 ns1 unbound[1234]: [1234:0]", 0),
            ("Nov 14 22:13:20 ns1 unbound: [1234:0]", 0),
            ("2023-11-14T22:13:20+00:00 ns1 resolver[1234]: [1234:0]", 0),
        ] {
            for tag in ["info", "query"] {
                let line = format!("{start} {tag}: {QUESTION}\n");
                let (rows, bad) = queries_until(&line, "2023-12-01T00:00:00Z");
                assert_eq!((rows.len(), bad), (1, 0), "{line}");
                assert_eq!(rows[0].query.as_deref(), Some("www.example.com."), "{line}");
                assert_eq!(rows[0].client.as_deref(), Some("192.0.2.1"), "{line}");
                let expected = 1_700_000_000_000_000 + decimals; // by `date -ud '2023-11-14 22:13:20' +%s%6N`
                assert_eq!(rows[0].microseconds, expected, "{line}");
            }
        }
    }

    #[test]
    fn replies_and_other_messages_are_no_queries() {
        let log = "[1700000000] unbound[1234:0] notice: init module 0: iterator\n\
                   [1700000000] unbound[1234:0] info: start of service (unbound 1.17.1).\n\
                   [1700000001] unbound[1234:0] info: 192.0.2.1 www.example.com. A IN\n\
                   [1700000001] unbound[1234:0] info: resolving www.example.com. A IN\n\
                   [1700000001] unbound[1234:0] info: example.com. static 192.0.2.1@52376 www.example.com. A IN\n\
                   [1700000001] unbound[1234:0] info: 192.0.2.1 www.example.com. A IN NOERROR 0.012000 0 45\n\
                   [1700000001] unbound[1234:0] reply: 192.0.2.1 www.example.com. A IN NOERROR 0.012000 0 45\n\
                   [1700000001] unbound[1234:0] reply: 192.0.2.1 www.example.com. A IN\n\
                   [1700000001] unbound[1234:0] info: 192.0.2.1 - - - FORMERR - - - \n\
                   [1700000001] unbound[1234:0] error: SERVFAIL <www.example.com. A IN>: all servers failed\n\
                   [1700000002] unbound[1234:0] info:     0.000000    0.000001 12\n\
                   [1700000002] unbound[1234:0] info: service stopped (unbound 1.17.1).\n";
        assert_eq!(clients_of(log), (vec![Some("192.0.2.1".to_owned())], 0));
    }

    #[test]
    fn names_and_clients_of_any_kind_are_kept_as_written() {
        let log = "[1700000000] unbound[1234:0] info: ::1 WWW.Example.com. AAAA IN\n\
                   [1700000000] unbound[1234:0] info: 2001:db8::5 . NS IN\n\
                   [1700000000] unbound[1234:0] info: 192.0.2.1 a?b?c?1?0??info.example.com. TYPE65280 IN\n\
                   [1700000000] unbound[1234:0] query: 192.0.2.1 version.bind. TXT CH\n\
                   [1700000000] unbound[1234:0] query: 192.0.2.1 www.example.com HTTPS IN\r\n";
        let (rows, bad) = queries_of(log);
        let names: Vec<_> = rows.iter().map(|row| row.query.as_deref()).collect();
        let expected = [
            "WWW.Example.com.",
            ".",
            "a?b?c?1?0??info.example.com.",
            "version.bind.",
            "www.example.com",
        ];
        assert_eq!(names, expected.map(Some));
        assert_eq!(rows[0].client.as_deref(), Some("::1"));
        assert_eq!(rows[1].client.as_deref(), Some("2001:db8::5"));
        assert_eq!(bad, 0);
    }

    #[test]
    fn torn_queries_are_told_with_line_and_reason() {
        let log = "[1700000000] unbound[1234:0] info: 192.0.2.1 www.example.com. A IN\n\
                   [1700000000] unbound[1234:0] info: 192.0.2.1 www.example.com. A\n\
                   [1700000000] unbound[1234:0] query: \n\
                   [1700000000] unbound[1234:0] query: www.example.com. A IN\n\
                   [1234:0] query: 192.0.2.1 www.example.com. A IN\n\
                   [soon] unbound[1234:0] query: 192.0.2.1 www.example.com. A IN\n\
                   Feb 30 12:00:00 unbound[1234:0] query: 192.0.2.1 www.example.com. A IN\n\
                   192.0.2.1 www.example.com. A IN\n";
        let mut bad = Vec::new();
        let source = Source::from_bytes("unbound.log", log);
        read(&source, &ReadSettings::default(), &mut |line| {
            bad.extend(line.err().map(|error| error.to_string()));
            Ok(())
        })
        .unwrap();
        let form = "a query's line must say `ADDRESS NAME TYPE CLASS`";
        let time = "a time must be epoch seconds, epoch milliseconds or ISO-8601, got";
        let expected = [
            format!("unbound.log:2: {form}"),
            format!("unbound.log:3: {form}"),
            format!("unbound.log:4: {form}"),
            "unbound.log:5: a row must have a time".to_owned(),
            format!("unbound.log:6: {time} `soon`"),
            format!("unbound.log:7: {time} `Feb 30 12:00:00 unbound`"),
        ];
        assert_eq!(bad, expected);
    }

    #[test]
    fn logs_of_other_servers_are_not_taken_for_this_one_nor_this_one_for_theirs() {
        let bind_log = include_str!("../../testdata/bind.log");
        let dnsmasq_log = include_str!("../../testdata/dnsmasq.log");
        let unbound_log = include_str!("../../testdata/unbound.log");
        assert!(!bind_log.lines().chain(dnsmasq_log.lines()).any(looks_like));
        let is_another = |line| bind::looks_like(line) || dnsmasq::looks_like(line);
        assert!(!unbound_log.lines().any(is_another));
        // A host, a program and names called as in another server's lines.
        for line in [
            "Nov 14 22:13:20 client dnsmasq: [1:0] query: 192.0.2.1 dnsmasq. A IN",
            "[1700000000] dnsmasq[1:0] query: 192.0.2.1 client. A IN",
        ] {
            assert!(looks_like(line) && !is_another(line), "{line}");
        }
    }
}
