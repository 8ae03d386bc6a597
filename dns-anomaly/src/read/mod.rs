//! Reads DNS logs and counts tables.
//!
//! In: files (plain, gzip or zstd) or standard input, in any [`Format`]. Out: an [`Entry`] or a [`LineError`] for each
//! line. `source` (bytes) → `format` (which one) → `lines` (with a parser for each format of text), `parquet`, `dnstap`
//! or `pcap`. Fields are found by name, never by position; unknown ones are ignored.

mod bind;
mod block;
mod counts;
mod counts_json;
mod dnsmasq;
#[cfg(feature = "capture")]
mod dnstap;
mod format;
mod json;
mod lines;
mod local_time;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "capture")]
mod pcap;
mod problem;
#[cfg(feature = "capture")]
mod question;
mod route53;
mod source;
mod suricata;
mod tail;
mod unbound;
mod vectors;
mod zeek_json;
mod zeek_tsv;

use jiff::tz::TimeZone;

pub use self::format::{Format, FormatError};
use self::lines::LineParser;
pub use self::problem::{CountRule, LineError, LineProblem, ReadError};
pub use self::source::Source;
pub use self::tail::Tail;
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
    time_zone: TimeZone,
    newest: Option<Timestamp>,
}

impl Default for ReadSettings {
    /// Format by content, since every supported one is told by its first line; tables without times start at the
    /// epoch in hourly steps, which only names their bins; local times are UTC.
    fn default() -> Self {
        Self {
            format: None,
            column: None,
            start: Timestamp::from_microseconds(0),
            bin_width: BinWidth::HOUR,
            time_zone: TimeZone::UTC,
            newest: None,
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

    /// The zone of logs that write local time (BIND, dnsmasq, Unbound). Where clocks change, an hour that comes twice is taken
    /// as its first pass and a missing one is moved past the gap; the tally says how many rows that concerns.
    #[must_use]
    pub fn with_time_zone(mut self, time_zone: TimeZone) -> Self {
        self.time_zone = time_zone;
        self
    }

    /// The newest time that a log without years can have: each row is placed in the last year that fits. Unless set,
    /// it is when the file was last written.
    #[must_use]
    pub fn with_newest(mut self, newest: Timestamp) -> Self {
        self.newest = Some(newest);
        self
    }

    /// The zone of logs that write local time.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The newest time that a log without years can have.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
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
    let mut block = source.open()?;
    let (format, lines_before) = format::detect(&mut block, source.name(), settings)?;
    if let Some(mut parser) =
        LineParser::new(format, source.name(), source.last_written(), settings)
    {
        return lines::read_lines(
            &mut block,
            source.name(),
            lines_before,
            &mut parser,
            receiver,
        );
    }
    read_binary(format, source, block, receiver)
}

/// Reads formats that have no lines.
#[cfg_attr(
    not(any(feature = "parquet", feature = "capture")),
    expect(
        unused_variables,
        clippy::needless_pass_by_value,
        reason = "no such format is built in"
    )
)]
fn read_binary(
    format: Format,
    source: &Source,
    block: block::Block,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    match format {
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::read(source, block, receiver),
        #[cfg(feature = "capture")]
        Format::Dnstap => dnstap::read(block, source.name(), receiver),
        #[cfg(feature = "capture")]
        Format::Pcap => pcap::read(block, source.name(), receiver),
        _ => {
            let feature = if format == Format::Parquet {
                "parquet"
            } else {
                "capture"
            };
            let problem = LineProblem::NotBuilt { format, feature };
            Err(LineError::new(source.name(), 1, problem).into())
        }
    }
}

/// A line longer than this is not text of any known format; the limit keeps memory bounded on binary input.
const MAXIMUM_LINE_BYTES: usize = 4 << 20;

/// What a line parser calls with each entry it finds.
type Emit<'a> = dyn FnMut(Entry<'_>) -> Result<(), LineError> + 'a;

/// Why a line gave no entry.
#[derive(Debug)]
enum Stop {
    /// The line is bad; its number is not known to the parser.
    Problem(LineProblem),
    /// The line is bad, and nothing after it can be placed.
    Spoilt(LineProblem),
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

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
