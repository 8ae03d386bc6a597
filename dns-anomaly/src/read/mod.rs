//! Reads DNS logs and counts tables, one line at a time.
//!
//! In: files (plain or gzip) or standard input, in any [`Format`]. Out: an [`Entry`] or a [`LineError`] for each line.
//! `source` (bytes) → `format` (which one) → `zeek_tsv`, `zeek_json` or `counts` (lines → entries).
//! Fields are found by name, never by position; unknown ones are ignored.

mod counts;
mod format;
mod problem;
mod source;
mod zeek_json;
mod zeek_tsv;

use std::io::{BufRead, Read};

pub use self::format::Format;
pub use self::problem::{CountRule, LineError, LineProblem, ReadError};
pub use self::source::Source;
use crate::bin_width::BinWidth;
use crate::record::Entry;
use crate::timestamp::Timestamp;

/// How to read the inputs.
///
/// ```
/// use dns_anomaly::{Format, ReadSettings};
///
/// let settings = ReadSettings::default().with_format(Format::ZeekTsv);
/// assert_eq!(settings.format(), Some(Format::ZeekTsv));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSettings {
    format: Option<Format>,
    column: Option<String>,
    start: Timestamp,
    bin_width: BinWidth,
}

impl Default for ReadSettings {
    /// Format by content, since every supported one is told by its first line; tables without times start at the
    /// epoch in hourly steps, which only names their bins.
    fn default() -> Self {
        Self {
            format: None,
            column: None,
            start: Timestamp::from_microseconds(0),
            bin_width: BinWidth::HOUR,
        }
    }
}

impl ReadSettings {
    /// Reads every input as `format`, whatever it looks like.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Reads a table as one series: the column `name`, one bin a row.
    #[must_use]
    pub fn with_column(mut self, name: impl Into<String>) -> Self {
        self.column = Some(name.into());
        self
    }

    /// The time of the first count of tables that have none (wide tables, single columns).
    #[must_use]
    pub fn with_start(mut self, start: Timestamp) -> Self {
        self.start = start;
        self
    }

    /// The time between two counts of tables that have no times.
    #[must_use]
    pub fn with_bin_width(mut self, bin_width: BinWidth) -> Self {
        self.bin_width = bin_width;
        self
    }

    /// The format all inputs are read as; `None` when it is found from the content.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// The one column read as a series.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The time of the first count of tables that have none.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The time between two counts of tables that have no times.
    pub fn bin_width(&self) -> BinWidth {
        self.bin_width
    }
}

/// Receives what a line held: an entry, or why there is none. Returning the error stops the reading.
pub type Receiver<'a> = dyn FnMut(Result<Entry<'_>, LineError>) -> Result<(), LineError> + 'a;

/// Reads `source` to its end and hands each line's content to `receiver`.
///
/// # Errors
/// [`ReadError`] when the source cannot be opened or read, is empty or of no known format, and whatever line error
/// `receiver` returns.
///
/// ```
/// use dns_anomaly::{Entry, ReadSettings, Source, read};
///
/// let table = Source::from_bytes("inline.csv", "domain,timestamp,count\nexample.com,1700000000,3\n");
/// let mut total = 0;
/// read(&table, &ReadSettings::default(), &mut |line| {
///     if let Entry::Count(row) = line? {
///         total += row.count;
///     }
///     Ok(())
/// })?;
/// assert_eq!(total, 3);
/// # Ok::<(), dns_anomaly::ReadError>(())
/// ```
pub fn read(
    source: &Source,
    settings: &ReadSettings,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    let mut reader = source.open()?;
    let (format, line, prefix) = format::detect(&mut reader, source.name(), settings)?;
    let mut reader = prefix.chain(reader);
    let lines_before = line - 1;
    match format {
        Format::ZeekTsv => {
            let mut parser = zeek_tsv::ZeekTsv::default();
            each_line(
                &mut reader,
                source.name(),
                lines_before,
                receiver,
                |line, emit| parser.parse_line(line, emit),
            )
        }
        Format::ZeekJson => each_line(
            &mut reader,
            source.name(),
            lines_before,
            receiver,
            zeek_json::parse_line,
        ),
        Format::Counts => {
            let mut parser = counts::Counts::new(settings);
            each_line(
                &mut reader,
                source.name(),
                lines_before,
                receiver,
                |line, emit| parser.parse_line(line, emit),
            )
        }
    }
}

/// A line longer than this is not text of any known format; the limit keeps memory bounded on binary input.
const MAXIMUM_LINE_BYTES: u64 = 4 << 20;

/// What a line parser calls with each entry it finds.
type Emit<'a> = dyn FnMut(Entry<'_>) -> Result<(), LineError> + 'a;

/// Why a line gave no entry.
enum Stop {
    /// The line is bad; its number is not known to the parser.
    Problem(LineProblem),
    /// The receiver asked to stop.
    Receiver(LineError),
}

impl From<LineProblem> for Stop {
    fn from(problem: LineProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<LineError> for Stop {
    fn from(error: LineError) -> Self {
        Self::Receiver(error)
    }
}

/// Splits `reader` into lines and parses each. Bytes that are not UTF-8 are replaced, since they can only stand in
/// fields nobody counts by or in names that are garbage anyway.
fn each_line(
    reader: &mut dyn BufRead,
    file: &str,
    lines_before: u64,
    receiver: &mut Receiver<'_>,
    mut parse: impl FnMut(&str, &mut Emit<'_>) -> Result<(), Stop>,
) -> Result<(), ReadError> {
    let mut bytes = Vec::new();
    let mut line = lines_before;
    loop {
        line += 1;
        let length = source::read_line(reader, file, line, &mut bytes)?;
        if length == 0 {
            return Ok(());
        }
        if length > MAXIMUM_LINE_BYTES {
            let problem = LineProblem::TooLong {
                maximum: MAXIMUM_LINE_BYTES,
            };
            return Err(LineError::new(file, line, problem).into());
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            continue;
        }
        match parse(text, &mut |entry| receiver(Ok(entry))) {
            Ok(()) => {}
            Err(Stop::Receiver(error)) => return Err(error.into()),
            Err(Stop::Problem(problem)) => {
                let error = LineError::new(file, line, problem);
                if error.problem.spoils_file() {
                    return Err(error.into());
                }
                receiver(Err(error))?;
            }
        }
    }
}

#[cfg(test)]
mod tests;
