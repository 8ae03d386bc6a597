//! Reads lines of Route 53 Resolver's query log, plain and as Security Lake has it.
//!
//! In: one JSON object a line, either with `query_timestamp`, `query_name`, `srcaddr`, … or in the Open Cybersecurity
//! Schema's form, with `time`, `query.hostname`, `src_endpoint.ip`. Out: a [`Record`] for each.
//! The resolver logs what it does not answer from its cache: counts are of cache misses, not of all that clients ask.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text, Time};
use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::answers::Answers;
use crate::record::{Entry, Record};

/// The schema's number of DNS activity, and in it that of an answer logged apart from its query.
const DNS_ACTIVITY: u64 = 4003;
const RESPONSE: u64 = 2;

/// The fields used, of both forms.
#[derive(Debug, Deserialize)]
struct Row<'line> {
    query_timestamp: Option<Time>,
    #[serde(borrow)]
    query_name: Option<Text<'line>>,
    #[serde(borrow)]
    query_type: Option<Text<'line>>,
    #[serde(borrow)]
    rcode: Option<Text<'line>>,
    #[serde(borrow)]
    answers: Option<&'line RawValue>,
    #[serde(borrow)]
    srcaddr: Option<Text<'line>>,
    #[serde(borrow)]
    srcport: Option<&'line RawValue>,
    class_uid: Option<u64>,
    activity_id: Option<u64>,
    time: Option<Time>,
    #[serde(borrow)]
    query: Option<Question<'line>>,
    #[serde(borrow)]
    src_endpoint: Option<Endpoint<'line>>,
}

#[derive(Debug, Deserialize)]
struct Question<'line> {
    #[serde(borrow)]
    hostname: Option<Text<'line>>,
    #[serde(borrow, rename = "type")]
    query_type: Option<Text<'line>>,
}

#[derive(Debug, Deserialize)]
struct Endpoint<'line> {
    #[serde(borrow)]
    ip: Option<Text<'line>>,
    #[serde(borrow)]
    port: Option<&'line RawValue>,
}

/// Reads one line.
pub(super) fn parse_line(line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
    let row: Row<'_> = json::parse(line)?;
    if let Some(class) = row.class_uid
        && class != DNS_ACTIVITY
    {
        return Err(LineProblem::OtherLog {
            path: class.to_string(),
        }
        .into());
    }
    if row.activity_id == Some(RESPONSE) {
        return Ok(emit(Entry::Other)?);
    }
    Ok(emit(Entry::Query(record(row)?))?)
}

fn record(row: Row<'_>) -> Result<Record<'_>, LineProblem> {
    let (hostname, query_type) = match row.query {
        Some(question) => (question.hostname, question.query_type),
        None => (None, None),
    };
    let (ip, port) = match row.src_endpoint {
        Some(endpoint) => (endpoint.ip, endpoint.port),
        None => (None, None),
    };
    Ok(Record {
        client: row.srcaddr.or(ip).map(Text::into_inner),
        query: row.query_name.or(hostname).map(Text::into_inner),
        query_type: row.query_type.or(query_type).map(Text::into_inner),
        uid: row.srcport.or(port).map(json::name),
        response_code: row.rcode.map(Text::into_inner),
        answers: row
            .answers
            .map(|answers| Answers::json(answers.get()))
            .unwrap_or_default(),
        ..Record::at(Time::read(row.query_timestamp.or(row.time))?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::queries_of;
    use super::*;

    #[test]
    fn both_forms_of_one_event_give_the_same_record() {
        let plain = r#"{"version":"1.1","query_timestamp":"2022-10-13T21:02:36Z","query_name":"www.example.com.","query_type":"A","rcode":"NOERROR","answers":[{"Rdata":"192.0.2.7","Type":"A","Class":"IN"}],"srcaddr":"10.0.0.5","srcport":"5353"}"#;
        let lake = r#"{"class_uid":4003,"activity_id":6,"time":1665694956000,"query":{"hostname":"www.example.com.","type":"A","class":"IN"},"rcode":"NOERROR","answers":[{"type":"A","rdata":"192.0.2.7"}],"src_endpoint":{"ip":"10.0.0.5","port":5353}}"#;
        let record = |line: &str| {
            let row: Row<'_> = json::parse(line).unwrap();
            format!("{:?}", {
                let record = record(row).unwrap();
                (
                    record.time,
                    record.client,
                    record.query,
                    record.query_type,
                    record.uid,
                    record.answers.iter().collect::<Vec<_>>(),
                )
            })
        };
        assert_eq!(record(plain), record(lake));
        // 2022-10-13T21:02:36Z by `date -d`.
        assert!(record(plain).contains("1665694956000000"));
        let (rows, bad) = queries_of(format!("{plain}\n{lake}\n"));
        assert_eq!((rows.len(), bad), (2, 0));
    }

    #[test]
    fn events_of_another_class_are_bad_and_answers_alone_are_not_counted() {
        let log = "{\"query_timestamp\":\"2022-10-13T21:02:36Z\",\"query_name\":\"a.example\"}\n\
                   {\"class_uid\":4001,\"time\":1665694956000}\n\
                   {\"class_uid\":4003,\"activity_id\":2,\"time\":1665694956000}\n\
                   {\"query_name\":\"b.example\"}\n";
        let (rows, bad) = queries_of(log);
        assert_eq!((rows.len(), bad), (1, 2));
    }
}
