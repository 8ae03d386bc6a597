//! Says what is wrong with an input and where.
//!
//! In: a file, a line and a [`LineProblem`]. Out: messages of the form `file:line: what must hold, what came`.

use std::io;

use super::format::Format;
use crate::timestamp::TimestampError;

/// An input that cannot be read any further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("{file}: cannot be opened: {source}")]
    Open {
        /// Name of the input.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file was opened but not read to its end.
    #[error("{file}:{line}: cannot be read: {source}")]
    Read {
        /// Name of the input.
        file: String,
        /// Number of the line that could not be read, from 1.
        line: u64,
        /// What the system or the decompressor said.
        source: io::Error,
    },
    /// A line that is fatal.
    #[error(transparent)]
    Line(#[from] LineError),
}

/// A line that holds no entry.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct LineError {
    /// Name of the input.
    pub file: String,
    /// Number of the line, from 1; of the row, frame or packet where a format has no lines.
    pub line: u64,
    /// What is wrong with it.
    pub problem: LineProblem,
}

impl LineError {
    pub(crate) fn new(file: &str, line: u64, problem: LineProblem) -> Self {
        Self {
            file: file.to_owned(),
            line,
            problem,
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LineProblem {
    /// The file holds nothing.
    #[error("the file is empty")]
    Empty,
    /// The first line is of no known format.
    #[error(
        "a Zeek log must start with `#` or `{{`, a counts table with a header line, got `{start}` (--format names another)"
    )]
    UnknownFormat {
        /// How the line starts.
        start: String,
    },
    /// The line is too long to be a log's.
    #[error("a line must have at most {maximum} bytes")]
    TooLong {
        /// The limit.
        maximum: u64,
    },
    /// A header does not name a field that is needed.
    #[error("the header must name a field `{field}`")]
    MissingField {
        /// The field needed.
        field: String,
    },
    /// A row of JSON without a field that is needed.
    #[error("a row must have a field `{field}`")]
    MissingValue {
        /// The field needed.
        field: &'static str,
    },
    /// Rows came before the line that names their fields.
    #[error("a line naming the fields must come before the first row")]
    NoHeader,
    /// A `#separator` line that gives no separator.
    #[error("`#separator` must give at least one character, got `{text}`")]
    BadSeparator {
        /// The line.
        text: String,
    },
    /// A row with more or fewer fields than the header names.
    #[error("a row must have {expected} fields, got {found}")]
    FieldCount {
        /// Number of fields the header names.
        expected: usize,
        /// Number of fields in the row.
        found: usize,
    },
    /// A row without a time, or with one that cannot be read.
    #[error(transparent)]
    Time(#[from] TimestampError),
    /// A row without a time.
    #[error("a row must have a time")]
    NoTime,
    /// A line that is not a JSON object with the right types.
    #[error(
        "a line must be a JSON object with its format's types, got an error at column {column}"
    )]
    Json {
        /// Where the parser gave up, from 1.
        column: usize,
    },
    /// A Zeek log of another kind.
    #[error("a log must be of dns events, got `_path` `{path}`")]
    OtherLog {
        /// The kind it says it is.
        path: String,
    },
    /// Passive DNS in the common output format.
    #[error(
        "a log must have a row for each query, but passive DNS counts answers over intervals, which make no series"
    )]
    PassiveDns,
    /// A format this build cannot read.
    #[error("reading {format} must be built in: feature `{feature}`")]
    NotBuilt {
        /// The format.
        format: Format,
        /// The feature that brings it.
        feature: &'static str,
    },
    /// A format whose files do not grow line by line.
    #[error("a log that is followed must be written line by line, got {format}")]
    NotFollowed {
        /// The format.
        format: Format,
    },
    /// A query's line of a text log with a part missing.
    #[error("a query's line must say `{expected}`")]
    TextLog {
        /// The form of such lines.
        expected: &'static str,
    },
    /// A vector with more counts than its dates have hours.
    #[error("a vector must have at most {hours} hourly counts between its dates, got {found}")]
    VectorLength {
        /// Hours from the first date to the last, both included.
        hours: u64,
        /// Number of counts.
        found: usize,
    },
    /// A frame or packet that holds no DNS message where there should be one.
    #[error("a message must be {expected}")]
    Message {
        /// What it must be.
        expected: &'static str,
    },
    /// A capture that cannot be read on.
    #[error("a capture must be {expected}")]
    Capture {
        /// What it must be.
        expected: &'static str,
    },
    /// A Frame Streams file of something else.
    #[error("a Frame Streams file must hold dnstap messages")]
    NotDnstap,
    /// A column of the wrong type, or a file that its reader refuses.
    #[error("a Parquet file must be readable, got: {reason}")]
    Parquet {
        /// What the reader said.
        reason: String,
    },
    /// A count that is no whole number in range.
    #[error("column `{column}`: a count must be {must}, got `{text}`")]
    Count {
        /// Name of the column.
        column: String,
        /// What a count must be.
        must: CountRule,
        /// The text of the cell.
        text: String,
    },
}

/// The rule a count broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountRule {
    /// It was below zero.
    NotNegative,
    /// It had a fraction.
    Whole,
    /// It does not fit 64 bits.
    BelowTwoTo64,
    /// It is no number.
    Number,
    /// It is empty between two counts, where neither zero nor the end can be meant.
    Present,
}

impl std::fmt::Display for CountRule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NotNegative => "zero or more",
            Self::Whole => "whole",
            Self::BelowTwoTo64 => "below 2^64",
            Self::Number => "a number",
            Self::Present => "given between two others",
        })
    }
}

impl LineProblem {
    /// Whether everything after the line is in doubt, too, as after a header that cannot be read. A malformed row is an
    /// accident of that row.
    pub(crate) fn spoils_file(&self) -> bool {
        match self {
            Self::Empty
            | Self::UnknownFormat { .. }
            | Self::TooLong { .. }
            | Self::MissingField { .. }
            | Self::NoHeader
            | Self::BadSeparator { .. }
            | Self::PassiveDns
            | Self::NotBuilt { .. }
            | Self::NotFollowed { .. }
            | Self::Capture { .. }
            | Self::NotDnstap
            | Self::Parquet { .. } => true,
            Self::FieldCount { .. }
            | Self::MissingValue { .. }
            | Self::VectorLength { .. }
            | Self::Count { .. }
            | Self::Time(_)
            | Self::NoTime
            | Self::Json { .. }
            | Self::TextLog { .. }
            | Self::Message { .. }
            | Self::OtherLog { .. } => false,
        }
    }
}
