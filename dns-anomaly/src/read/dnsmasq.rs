//! Reads lines of dnsmasq's query log, which is Pi-hole's too.
//!
//! In: `Nov 24 20:06:43 dnsmasq[123]: query[A] www.example.com from 192.0.2.5`, with a serial number and
//! `192.0.2.5/5353` before `query` when logging is extra, and with syslog's host name or not. Out: a [`Record`] for
//! each query; replies, forwards and the rest are [`Entry::Other`]. Times are local and have no year
//! ([`super::LocalClock`]).

use super::local_time::LocalClock;
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::record::{Entry, Record};

const QUERY: &str = "query[";

/// Whether a line is a query of dnsmasq's log.
pub(super) fn looks_like(line: &str) -> bool {
    line.contains("dnsmasq") && line.contains(QUERY)
}

/// Reads one line.
pub(super) fn parse_line(line: &str, clock: &LocalClock, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let entry = match line.split_once(QUERY) {
        Some((before, question)) => Entry::Query(record(before, question, clock)?),
        None => Entry::Other,
    };
    Ok(emit(entry)?)
}

fn record<'line>(
    before: &'line str,
    question: &'line str,
    clock: &LocalClock,
) -> Result<Record<'line>, LineProblem> {
    let malformed = || LineProblem::TextLog {
        expected: "query[TYPE] NAME from ADDRESS",
    };
    let (query_type, rest) = question.split_once("] ").ok_or_else(malformed)?;
    let (name, client) = rest.rsplit_once(" from ").ok_or_else(malformed)?;
    let local = clock.read(before)?;
    Ok(Record {
        is_time_ambiguous: local.is_ambiguous,
        client: Some(client.trim().into()),
        query: Some(name.into()),
        query_type: Some(query_type.into()),
        uid: before
            .trim_end()
            .rsplit_once('/')
            .map(|(_, port)| port)
            .filter(|port| port.parse::<u16>().is_ok())
            .map(Into::into),
        ..Record::at(local.time)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{queries_of, queries_until};

    #[test]
    fn queries_are_read_with_and_without_the_extra_fields() {
        let log = "Nov 24 20:06:40 dnsmasq[123]: started, version 2.90 cachesize 10000\n\
                   Nov 24 20:06:43 dnsmasq[123]: query[A] www.example.com from 192.0.2.5\n\
                   Nov 24 20:06:43 dnsmasq[123]: forwarded www.example.com to 192.0.2.53\n\
                   Nov 24 20:06:43 pihole dnsmasq[123]: 45 2001:db8::5/52345 query[type=65] www.example.com from 2001:db8::5\n\
                   Nov 24 20:06:44 dnsmasq[123]: reply www.example.com is 192.0.2.7\n\
                   Nov 24 20:06:45 dnsmasq[123]: query[A] torn\n";
        let (rows, bad) = queries_until(log, "2025-12-01T00:00:00Z");
        let clients: Vec<_> = rows.iter().map(|row| row.client.as_deref()).collect();
        assert_eq!(clients, [Some("192.0.2.5"), Some("2001:db8::5")]);
        // 2025-11-24T20:06:43Z by `date -d`.
        assert_eq!(rows[0].microseconds, 1_764_014_803_000_000);
        assert_eq!(bad, 1);
        assert_eq!(queries_of(log).0.len(), 2);
    }
}
