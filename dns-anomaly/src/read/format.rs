//! Tells an input's format by its start.
//!
//! In: a [`Block`] at its start. Out: the [`Format`]; blank lines before the first are skipped and counted.
//! Binary formats have their magic bytes, JSON its keys, text logs their form in one of the first lines; a table is what
//! has commas or tabs.

use std::fmt;
use std::str::FromStr;

use memchr::memmem;

use super::block::Block;
use super::problem::{LineError, LineProblem, ReadError};
use super::{MAXIMUM_LINE_BYTES, ReadSettings, bind, dnsmasq, unbound};

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zeek's dns.log with `#fields` header lines.
    ZeekTsv,
    /// Zeek's dns.log as one JSON object a line.
    ZeekJson,
    /// BIND's query log.
    Bind,
    /// Route 53 Resolver's query log as JSON lines, plain or in Security Lake's form.
    Route53,
    /// Suricata's EVE log.
    Suricata,
    /// The log of dnsmasq, which is Pi-hole's.
    Dnsmasq,
    /// Unbound's query log.
    Unbound,
    /// Hourly counts, `{"dates":[start,end],"queries":[…]}` for each domain.
    Vectors,
    /// A table of counts, comma or tab separated: `domain,timestamp,count` and optionally `clients`, `group`; or wide,
    /// `key,c1,c2,…`.
    Counts,
    /// The same table, one JSON object a line.
    CountsJson,
    /// A table of counts or a log with Zeek's names, as Parquet.
    Parquet,
    /// dnstap messages in a Frame Streams file.
    Dnstap,
    /// A packet capture, pcap or pcapng.
    Pcap,
}

/// A name that is none of the formats'.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a format must be one of {}, got `{text}`", names())]
pub struct FormatError {
    /// The text given.
    pub text: String,
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 13] = [
        Self::ZeekTsv,
        Self::ZeekJson,
        Self::Bind,
        Self::Route53,
        Self::Suricata,
        Self::Dnsmasq,
        Self::Unbound,
        Self::Vectors,
        Self::Counts,
        Self::CountsJson,
        Self::Parquet,
        Self::Dnstap,
        Self::Pcap,
    ];

    /// The name the command line uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZeekTsv => "zeek-tsv",
            Self::ZeekJson => "zeek-json",
            Self::Bind => "bind",
            Self::Route53 => "route53",
            Self::Suricata => "suricata",
            Self::Dnsmasq => "dnsmasq",
            Self::Unbound => "unbound",
            Self::Vectors => "vectors",
            Self::Counts => "counts",
            Self::CountsJson => "counts-json",
            Self::Parquet => "parquet",
            Self::Dnstap => "dnstap",
            Self::Pcap => "pcap",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| FormatError {
                text: text.to_owned(),
            })
    }
}

/// How many bytes are looked at for the lines of a text log: its start may be a server's greeting.
const SNIFFED_BYTES: usize = 1 << 16;

/// Finds the format, and skips the byte order mark and the blank lines before the first; returns how many lines.
pub(super) fn detect(
    block: &mut Block,
    file: &str,
    settings: &ReadSettings,
) -> Result<(Format, u64), ReadError> {
    let broken = |source| ReadError::Read {
        file: file.to_owned(),
        line: 1,
        source,
    };
    // Line 1 even after blank lines: the whole file is meant.
    let empty = || LineError::new(file, 1, LineProblem::Empty);
    block.peek(4).map_err(broken)?;
    if let Some(format) = binary(block.available()) {
        return Ok((settings.format().unwrap_or(format), 0));
    }
    if block.available().starts_with(b"\xef\xbb\xbf") {
        // A byte order mark, as spreadsheets write it.
        block.skip(3);
    }
    let mut blank = 0;
    loop {
        let start = block.peek(SNIFFED_BYTES).map_err(broken)?;
        let Some(length) = memchr::memchr(b'\n', start) else {
            break;
        };
        if !start[..length].trim_ascii().is_empty() {
            break;
        }
        block.skip(length + 1);
        blank += 1;
    }
    let start = block.available();
    if start.trim_ascii().is_empty() && start.len() < MAXIMUM_LINE_BYTES {
        return Err(empty().into());
    }
    let format = match settings.format() {
        Some(format) => Ok(format),
        None => text(start, settings),
    };
    let format = format.map_err(|problem| LineError::new(file, blank + 1, problem))?;
    Ok((format, blank))
}

/// Formats known by their first bytes.
fn binary(start: &[u8]) -> Option<Format> {
    match start.get(..4)? {
        b"PAR1" => Some(Format::Parquet),
        // A Frame Streams file starts with the escape of a control frame; no other format has four zeros.
        [0, 0, 0, 0] => Some(Format::Dnstap),
        // pcap with microseconds or nanoseconds in either byte order, and pcapng's section header.
        [0xd4, 0xc3, 0xb2, 0xa1]
        | [0xa1, 0xb2, 0xc3, 0xd4]
        | [0x4d, 0x3c, 0xb2, 0xa1]
        | [0xa1, 0xb2, 0x3c, 0x4d]
        | [0x0a, 0x0d, 0x0d, 0x0a] => Some(Format::Pcap),
        _ => None,
    }
}

fn text(start: &[u8], settings: &ReadSettings) -> Result<Format, LineProblem> {
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = line.trim_ascii_start().first();
    if settings.column().is_some() && first.is_some() {
        return Ok(Format::Counts);
    }
    match first {
        Some(b'#') => return Ok(Format::ZeekTsv),
        Some(b'{') => return json(start, line),
        _ => {}
    }
    let lines = String::from_utf8_lossy(start);
    if lines.lines().any(bind::looks_like) {
        return Ok(Format::Bind);
    }
    if lines.lines().any(dnsmasq::looks_like) {
        return Ok(Format::Dnsmasq);
    }
    if lines.lines().any(unbound::looks_like) {
        return Ok(Format::Unbound);
    }
    if !line.contains(&0) && line.iter().any(|byte| b",\t".contains(byte)) {
        return Ok(Format::Counts);
    }
    let start: String = String::from_utf8_lossy(line.trim_ascii())
        .chars()
        .take(20)
        .collect();
    Err(LineProblem::UnknownFormat {
        start: start.escape_debug().to_string(),
    })
}

/// Tells JSON lines by the keys of the first; an object of several lines can only be a vector.
fn json(start: &[u8], line: &[u8]) -> Result<Format, LineProblem> {
    let is_key_of =
        |text: &[u8], key: &str| memmem::find(text, format!("\"{key}\"").as_bytes()).is_some();
    let has = |keys: &[&str]| keys.iter().all(|key| is_key_of(line, key));
    if ["dates", "queries"].iter().all(|key| is_key_of(start, key)) && !has(&["event_type"]) {
        return Ok(Format::Vectors);
    }
    Ok(
        if has(&["rrname", "rdata", "time_first"]) || has(&["rrname", "zone_time_first"]) {
            return Err(LineProblem::PassiveDns);
        } else if has(&["event_type"]) {
            Format::Suricata
        } else if has(&["query_timestamp"]) || has(&["class_uid"]) || has(&["src_endpoint"]) {
            Format::Route53
        } else if has(&["domain", "timestamp", "count"]) {
            Format::CountsJson
        } else {
            Format::ZeekJson
        },
    )
}
