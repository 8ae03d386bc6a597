//! Reads dnstap: DNS messages a server saw, as Protocol Buffers in a Frame Streams file.
//!
//! In: frames, each a length of four bytes (big endian) and so many bytes; length 0 starts a control frame, which has a
//! length and a type of its own. Out: a [`Record`] for each client's query. Servers also log their own queries, and
//! every answer: those are [`Entry::Other`], or one lookup would count several times.
//! Field numbers are those of `dnstap.proto`, frames those of the Frame Streams specification.

use std::io::{self, Read};
use std::net::IpAddr;

use prost::Message as _;

use super::block::Block;
use super::lines::report;
use super::problem::{LineError, LineProblem, ReadError};
use super::{MAXIMUM_LINE_BYTES, Receiver, Stop, question};
use crate::record::{Entry, Record};
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

#[derive(Clone, PartialEq, prost::Message)]
struct Dnstap {
    #[prost(message, optional, tag = "14")]
    message: Option<Message>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Message {
    #[prost(int32, optional, tag = "1")]
    kind: Option<i32>,
    #[prost(bytes = "vec", optional, tag = "4")]
    query_address: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "6")]
    query_port: Option<u32>,
    #[prost(uint64, optional, tag = "8")]
    query_time_sec: Option<u64>,
    #[prost(fixed32, optional, tag = "9")]
    query_time_nsec: Option<u32>,
    #[prost(bytes = "vec", optional, tag = "10")]
    wire: Option<Vec<u8>>,
}

/// The kind of message that is a query a client sent to the server.
const CLIENT_QUERY: i32 = 5;
const START: u32 = 2;
const CONTENT_TYPE: &[u8] = b"protobuf:dnstap.Dnstap";
/// Control frames hold a content type, which is short.
const MAXIMUM_CONTROL_BYTES: usize = 4 << 10;

/// Reads `block` to its end.
pub(super) fn read(
    mut block: Block,
    file: &str,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    let mut frame = 0;
    let mut bytes = Vec::new();
    loop {
        frame += 1;
        let broken = |source| ReadError::Read {
            file: file.to_owned(),
            line: frame,
            source,
        };
        let fatal = |problem| ReadError::from(LineError::new(file, frame, problem));
        if block.peek(1).map_err(broken)?.is_empty() {
            return Ok(());
        }
        let length = read_length(&mut block).map_err(broken)?;
        if length == 0 {
            let length = read_length(&mut block).map_err(broken)?;
            if length > MAXIMUM_CONTROL_BYTES {
                return Err(fatal(LineProblem::TooLong {
                    maximum: MAXIMUM_CONTROL_BYTES as u64,
                }));
            }
            read_bytes(&mut block, length, &mut bytes).map_err(broken)?;
            let is_start = bytes.starts_with(&START.to_be_bytes());
            if is_start && memchr::memmem::find(&bytes, CONTENT_TYPE).is_none() {
                return Err(fatal(LineProblem::NotDnstap));
            }
            continue;
        }
        if length > MAXIMUM_LINE_BYTES {
            return Err(fatal(LineProblem::TooLong {
                maximum: MAXIMUM_LINE_BYTES as u64,
            }));
        }
        read_bytes(&mut block, length, &mut bytes).map_err(broken)?;
        let result = parse(&bytes, receiver);
        report(result, file, frame, receiver)?;
    }
}

fn read_length(block: &mut Block) -> io::Result<usize> {
    let mut bytes = [0; 4];
    block.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes) as usize)
}

fn read_bytes(block: &mut Block, length: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.resize(length, 0);
    block.read_exact(bytes)
}

fn parse(bytes: &[u8], receiver: &mut Receiver<'_>) -> Result<(), Stop> {
    let malformed = LineProblem::Message {
        expected: "a dnstap message",
    };
    let Ok(dnstap) = Dnstap::decode(bytes) else {
        return Err(malformed.into());
    };
    let Some(message) = dnstap
        .message
        .filter(|message| message.kind == Some(CLIENT_QUERY))
    else {
        return Ok(receiver(Ok(Entry::Other))?);
    };
    let question = question::read(message.wire.as_deref().ok_or(malformed)?)?;
    let Some(question) = question else {
        return Ok(receiver(Ok(Entry::Other))?);
    };
    let entry = Entry::Query(Record {
        client: message
            .query_address
            .as_deref()
            .and_then(address)
            .map(|client| client.to_string().into()),
        query: Some(question.name.into()),
        query_type: Some(question.query_type.into()),
        uid: message.query_port.map(|port| port.to_string().into()),
        trans_id: Some(question.id.into()),
        ..Record::at(time(message.query_time_sec, message.query_time_nsec)?)
    });
    Ok(receiver(Ok(entry))?)
}

fn time(seconds: Option<u64>, nanoseconds: Option<u32>) -> Result<Timestamp, LineProblem> {
    let seconds = i64::try_from(seconds.ok_or(LineProblem::NoTime)?).unwrap_or(i64::MAX);
    let microseconds = i64::from(nanoseconds.unwrap_or(0) / 1_000);
    Ok(Timestamp::from_microseconds(
        seconds
            .saturating_mul(MICROSECONDS_PER_SECOND)
            .saturating_add(microseconds),
    ))
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::tests::message;
    use super::super::tests::queries_of;
    use super::*;

    fn frame(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap();
        [&length.to_be_bytes(), bytes].concat()
    }

    /// A control frame of type `kind` with the content type.
    fn control(kind: u32, content: &[u8]) -> Vec<u8> {
        let field = [&1_u32.to_be_bytes()[..], &frame(content)].concat();
        [
            0_u32.to_be_bytes().to_vec(),
            frame(&[&kind.to_be_bytes()[..], &field].concat()),
        ]
        .concat()
    }

    fn dnstap(kind: i32, query: Vec<u8>) -> Vec<u8> {
        let message = Message {
            kind: Some(kind),
            query_address: Some(vec![192, 0, 2, 5]),
            query_port: Some(5_353),
            query_time_sec: Some(1_700_000_000),
            query_time_nsec: Some(123_456_789),
            wire: Some(query),
        };
        frame(
            &Dnstap {
                message: Some(message),
            }
            .encode_to_vec(),
        )
    }

    #[test]
    fn clients_queries_are_counted_and_the_servers_own_are_not() {
        let file = [
            control(START, CONTENT_TYPE),
            dnstap(CLIENT_QUERY, message("a.example", 7, false)),
            // RESOLVER_QUERY and CLIENT_RESPONSE.
            dnstap(3, message("a.example", 8, false)),
            dnstap(6, message("a.example", 7, true)),
            dnstap(CLIENT_QUERY, b"torn".to_vec()),
            control(3, b""),
        ]
        .concat();
        let (rows, bad) = queries_of(file);
        assert_eq!((rows.len(), bad), (1, 1));
        assert_eq!(rows[0].query.as_deref(), Some("a.example"));
        assert_eq!(rows[0].client.as_deref(), Some("192.0.2.5"));
        assert_eq!(rows[0].microseconds, 1_700_000_000_123_456);
    }

    #[test]
    fn the_bytes_of_a_message_are_those_of_the_protocol() {
        // Written by hand: field 14 of 7 bytes holding field 1 = 5 (varint) and field 9 = 1 (fixed32).
        let bytes = b"\x72\x07\x08\x05\x4d\x01\x00\x00\x00";
        let message = Dnstap::decode(&bytes[..]).unwrap().message.unwrap();
        assert_eq!(message.kind, Some(CLIENT_QUERY));
        assert_eq!(message.query_time_nsec, Some(1));
    }
}
