//! Tells an input's format by its first line.
//!
//! In: a reader at its start. Out: the [`Format`], the number of the first line that is not blank, and that line's
//! bytes, to be read again.

use std::fmt;
use std::io::{BufRead, Cursor};

use super::problem::{LineError, LineProblem, ReadError};
use super::{ReadSettings, source};

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zeek's dns.log with `#fields` header lines.
    ZeekTsv,
    /// Zeek's dns.log as one JSON object a line.
    ZeekJson,
    /// A table of counts, comma or tab separated: `domain,timestamp,count` and optionally `clients`, `group`; or wide,
    /// `key,c1,c2,…`.
    Counts,
}

impl fmt::Display for Format {
    /// The name the command line uses.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ZeekTsv => "zeek-tsv",
            Self::ZeekJson => "zeek-json",
            Self::Counts => "counts",
        })
    }
}

/// Finds the format and the first line that is not blank.
pub(super) fn detect(
    reader: &mut dyn BufRead,
    file: &str,
    settings: &ReadSettings,
) -> Result<(Format, u64, Cursor<Vec<u8>>), ReadError> {
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        line += 1;
        let length = source::read_line(reader, file, line, &mut bytes)?;
        if length == 0 {
            // Line 1 even after blank lines: the whole file is meant.
            return Err(LineError::new(file, 1, LineProblem::Empty).into());
        }
        if bytes.starts_with(b"\xef\xbb\xbf") {
            // A byte order mark, as spreadsheets write it.
            bytes.drain(..3);
        }
        if !bytes.trim_ascii().is_empty() {
            break;
        }
    }
    let format = settings
        .format()
        .or_else(|| looks_like(&bytes, settings))
        .ok_or_else(|| {
            let start = String::from_utf8_lossy(bytes.trim_ascii())
                .chars()
                .take(20)
                .collect::<String>();
            let start = start.escape_debug().to_string();
            LineError::new(file, line, LineProblem::UnknownFormat { start })
        })?;
    Ok((format, line, Cursor::new(bytes)))
}

fn looks_like(line: &[u8], settings: &ReadSettings) -> Option<Format> {
    let is_text = !line.contains(&0);
    match line.trim_ascii_start().first()? {
        b'#' => Some(Format::ZeekTsv),
        b'{' => Some(Format::ZeekJson),
        _ if is_text
            && (settings.column().is_some() || line.iter().any(|byte| b",\t".contains(byte))) =>
        {
            Some(Format::Counts)
        }
        _ => None,
    }
}
