//! Reads inputs of text, line by line, in whichever format.
//!
//! In: a [`Block`] and a [`LineParser`]. Out: what the receiver is told of each line.

use std::borrow::Cow;

use super::block::Block;
use super::counts::Counts;
use super::format::Format;
use super::local_time::LocalClock;
use super::problem::{LineError, LineProblem, ReadError};
use super::vectors::Vectors;
use super::zeek_tsv::ZeekTsv;
use super::{
    Emit, MAXIMUM_LINE_BYTES, ReadSettings, Receiver, Stop, bind, counts_json, dnsmasq, route53,
    suricata, unbound, zeek_json,
};
use crate::timestamp::Timestamp;

/// Reads the lines of one input; some formats remember what earlier lines said.
#[derive(Debug, Clone)]
pub(super) enum LineParser {
    ZeekTsv(ZeekTsv),
    ZeekJson,
    Bind(LocalClock),
    Route53,
    Suricata,
    Dnsmasq(LocalClock),
    Unbound(LocalClock),
    Vectors(Vectors),
    Counts(Box<Counts>),
    CountsJson,
}

impl LineParser {
    /// The parser of `format`, or nothing when its files have no lines. `newest` is when the input was last written.
    pub(super) fn new(
        format: Format,
        file: &str,
        newest: Timestamp,
        settings: &ReadSettings,
    ) -> Option<Self> {
        let clock = || {
            LocalClock::new(
                settings.time_zone().clone(),
                settings.newest().unwrap_or(newest),
            )
        };
        Some(match format {
            Format::ZeekTsv => Self::ZeekTsv(ZeekTsv::default()),
            Format::ZeekJson => Self::ZeekJson,
            Format::Bind => Self::Bind(clock()),
            Format::Route53 => Self::Route53,
            Format::Suricata => Self::Suricata,
            Format::Dnsmasq => Self::Dnsmasq(clock()),
            Format::Unbound => Self::Unbound(clock()),
            Format::Vectors => Self::Vectors(Vectors::new(file)),
            Format::Counts => Self::Counts(Box::new(Counts::new(settings))),
            Format::CountsJson => Self::CountsJson,
            Format::Parquet | Format::Dnstap | Format::Pcap => return None,
        })
    }

    fn parse_line(&mut self, line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
        match self {
            Self::ZeekTsv(parser) => parser.parse_line(line, emit),
            Self::ZeekJson => zeek_json::parse_line(line, emit),
            Self::Bind(clock) => bind::parse_line(line, clock, emit),
            Self::Route53 => route53::parse_line(line, emit),
            Self::Suricata => suricata::parse_line(line, emit),
            Self::Dnsmasq(clock) => dnsmasq::parse_line(line, clock, emit),
            Self::Unbound(clock) => unbound::parse_line(line, clock, emit),
            Self::Vectors(parser) => parser.parse_line(line, emit),
            Self::Counts(parser) => parser.parse_line(line, emit),
            Self::CountsJson => counts_json::parse_line(line, emit),
        }
    }

    /// What is wrong with ending here.
    fn finish(&self) -> Option<LineProblem> {
        match self {
            Self::Vectors(parser) if parser.is_torn() => Some(LineProblem::Json { column: 1 }),
            _ => None,
        }
    }

    /// Reads one line with its end, number `line` of `file`. Bytes that are not UTF-8 are replaced, since they can only
    /// stand in fields nobody counts by or in names that are garbage anyway.
    pub(super) fn receive_line(
        &mut self,
        bytes: &[u8],
        file: &str,
        line: u64,
        receiver: &mut Receiver<'_>,
    ) -> Result<(), LineError> {
        // Checking whole lines first is several times faster than the replacing walk over their characters.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        };
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.trim_end_matches('\r');
        if text.trim_start().is_empty() {
            return Ok(());
        }
        let result = self.parse_line(text, &mut |entry| receiver(Ok(entry)));
        report(result, file, line, receiver)
    }
}

/// Tells the receiver of a bad line, or stops when nothing after it can be trusted.
pub(super) fn report(
    result: Result<(), Stop>,
    file: &str,
    line: u64,
    receiver: &mut Receiver<'_>,
) -> Result<(), LineError> {
    match result {
        Ok(()) => Ok(()),
        Err(Stop::Receiver(error)) => Err(error),
        Err(Stop::Spoilt(problem)) => Err(LineError::new(file, line, problem)),
        Err(Stop::Problem(problem)) => {
            let error = LineError::new(file, line, problem);
            if error.problem.spoils_file() {
                return Err(error);
            }
            receiver(Err(error))
        }
    }
}

/// Reads `block` to its end, whose first line is number `lines_before` plus one.
pub(super) fn read_lines(
    block: &mut Block,
    file: &str,
    lines_before: u64,
    parser: &mut LineParser,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    let mut line = lines_before;
    loop {
        line += 1;
        let bytes = block
            .line(MAXIMUM_LINE_BYTES)
            .map_err(|source| ReadError::Read {
                file: file.to_owned(),
                line,
                source,
            })?;
        if bytes.is_empty() {
            return match parser.finish() {
                Some(problem) => Ok(report(Err(problem.into()), file, line - 1, receiver)?),
                None => Ok(()),
            };
        }
        if bytes.len() > MAXIMUM_LINE_BYTES {
            let maximum = MAXIMUM_LINE_BYTES as u64;
            return Err(LineError::new(file, line, LineProblem::TooLong { maximum }).into());
        }
        parser.receive_line(bytes, file, line, receiver)?;
    }
}
