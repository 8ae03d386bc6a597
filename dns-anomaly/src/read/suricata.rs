//! Reads lines of Suricata's EVE log.
//!
//! In: one JSON object a line, events of all kinds. Out: a [`Record`] for each question of a DNS query; answers and
//! other events are [`Entry::Other`]. Versions 1 and 2 of the DNS event say `"type":"query"` and have one `rrname`;
//! version 3 says `"type":"request"` and lists the questions under `queries`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text, Time};
use super::{Emit, Stop};
use crate::record::{Entry, Record};

/// The fields used, by Suricata's names.
#[derive(Debug, Deserialize)]
struct Event<'line> {
    #[serde(borrow, rename = "event_type")]
    kind: Option<Text<'line>>,
    timestamp: Option<Time>,
    #[serde(borrow)]
    flow_id: Option<&'line RawValue>,
    #[serde(borrow)]
    src_ip: Option<Text<'line>>,
    #[serde(borrow)]
    dns: Option<Dns<'line>>,
}

#[derive(Debug, Deserialize)]
struct Dns<'line> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'line>>,
    #[serde(borrow)]
    id: Option<&'line RawValue>,
    #[serde(borrow)]
    rrname: Option<Text<'line>>,
    #[serde(borrow)]
    rrtype: Option<Text<'line>>,
    #[serde(borrow)]
    queries: Option<Vec<Question<'line>>>,
}

#[derive(Debug, Deserialize)]
struct Question<'line> {
    #[serde(borrow)]
    rrname: Option<Text<'line>>,
    #[serde(borrow)]
    rrtype: Option<Text<'line>>,
}

/// Reads one line.
pub(super) fn parse_line(line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let event: Event<'_> = json::parse(line)?;
    let is_dns = event.kind.is_some_and(|kind| kind.0 == "dns");
    let Some(dns) = event.dns.filter(|dns| is_dns && dns.is_query()) else {
        return Ok(emit(Entry::Other)?);
    };
    let query = Record {
        client: event.src_ip.map(Text::into_inner),
        uid: event.flow_id.map(json::name),
        trans_id: dns.id.map(json::name),
        ..Record::at(Time::read(event.timestamp)?)
    };
    let questions = dns.queries.unwrap_or_else(|| {
        vec![Question {
            rrname: dns.rrname,
            rrtype: dns.rrtype,
        }]
    });
    for question in questions {
        emit(Entry::Query(Record {
            query: question.rrname.map(Text::into_inner),
            query_type: question.rrtype.map(Text::into_inner),
            ..query.clone()
        }))?;
    }
    Ok(())
}

impl Dns<'_> {
    fn is_query(&self) -> bool {
        matches!(
            self.kind.as_ref().map(|kind| &*kind.0),
            Some("query" | "request")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::queries_of;

    #[test]
    fn old_and_new_queries_are_counted_once_each_and_answers_never() {
        let log = concat!(
            r#"{"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":1,"event_type":"flow","src_ip":"10.0.0.1"}"#,
            "\n",
            r#"{"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":586497171462735,"event_type":"dns","src_ip":"10.0.0.1","dns":{"type":"query","id":16000,"rrname":"old.example","rrtype":"A","tx_id":0}}"#,
            "\n",
            r#"{"timestamp":"2017-04-07T22:24:37.3+0100","flow_id":586497171462735,"event_type":"dns","src_ip":"10.0.0.53","dns":{"type":"answer","id":16000,"rrname":"old.example","rrtype":"A","rcode":"NOERROR"}}"#,
            "\n",
            r#"{"timestamp":"2025-01-01T00:00:00.000000+0000","flow_id":2,"event_type":"dns","src_ip":"10.0.0.2","dns":{"version":3,"type":"request","tx_id":0,"id":7,"queries":[{"rrname":"new.example","rrtype":"A"},{"rrname":"second.example","rrtype":"AAAA"}]}}"#,
            "\n",
            r#"{"timestamp":"2025-01-01T00:00:00.1+0000","flow_id":2,"event_type":"dns","src_ip":"10.0.0.2","dns":{"version":3,"type":"response","id":7,"queries":[{"rrname":"new.example","rrtype":"A"}]}}"#,
            "\n",
        );
        let (rows, bad) = queries_of(log);
        let names: Vec<_> = rows.iter().map(|row| row.query.as_deref()).collect();
        assert_eq!(
            names,
            [
                Some("old.example"),
                Some("new.example"),
                Some("second.example")
            ]
        );
        assert_eq!(rows[0].client.as_deref(), Some("10.0.0.1"));
        // 2017-04-07T21:24:37Z by `date -d`.
        assert_eq!(rows[0].microseconds, 1_491_600_277_251_547);
        assert_eq!(bad, 0);
    }
}
