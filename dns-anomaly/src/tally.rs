//! Tells in one line what became of the input's rows.
//!
//! In: counters filled while reading. Out: the line written to standard error after each run.

use std::fmt;

use crate::domain::Dropped;
use crate::read::LineError;

/// What became of every row read. Each row is in exactly one of `kept`, `duplicates`, `other`, `bad`,
/// `again`, `late`, `future`, `astray` and the dropped ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// Rows read: log rows or counts, header lines excluded.
    pub rows: u64,
    /// Rows counted.
    pub kept: u64,
    /// Rows that repeat a query already counted.
    pub duplicates: u64,
    /// Rows without a name.
    pub unset: u64,
    /// Rows asking for `*`.
    pub wildcard: u64,
    /// Rows asking for a name without a dot.
    pub undotted: u64,
    /// Rows asking for an IP address as if it were a name.
    pub address: u64,
    /// Rows asking for a name under `.arpa`.
    pub reverse: u64,
    /// Lines of a log that are no client's query, such as answers.
    pub other: u64,
    /// Rows that could not be read.
    pub bad: u64,
    /// The first of them.
    pub first_bad: Option<LineError>,
    /// Log rows earlier than the row before them; harmless, but a sign of merged files.
    pub unsorted: u64,
    /// Log rows whose local time the clocks make a guess.
    pub ambiguous: u64,
    /// Rows of bins that an earlier run counted in full.
    pub again: u64,
    /// Rows that came after their bin was complete, and are counted nowhere else.
    pub late: u64,
    /// Rows whose time is far ahead of the clock.
    pub future: u64,
    /// Log rows, few of them, whose time is a day or more from that of all others, as of a wrong clock.
    pub astray: u64,
    /// Series built.
    pub series: u64,
    /// Bins in all series together.
    pub bins: u64,
}

impl Tally {
    /// How many rows were read, and how many of them met which fate.
    pub fn fates(&self) -> [(&'static str, u64); 14] {
        [
            ("read", self.rows),
            ("kept", self.kept),
            ("duplicate", self.duplicates),
            ("unset", self.unset),
            ("wildcard", self.wildcard),
            ("undotted", self.undotted),
            ("address", self.address),
            ("reverse", self.reverse),
            ("other", self.other),
            ("bad", self.bad),
            ("again", self.again),
            ("late", self.late),
            ("future", self.future),
            ("astray", self.astray),
        ]
    }

    /// Counts a row whose name identifies no domain.
    pub(crate) fn drop_row(&mut self, reason: Dropped) {
        *match reason {
            Dropped::Unset => &mut self.unset,
            Dropped::Wildcard => &mut self.wildcard,
            Dropped::Undotted => &mut self.undotted,
            Dropped::Address => &mut self.address,
            Dropped::Reverse => &mut self.reverse,
        } += 1;
    }

    /// Counts a row that could not be read.
    pub(crate) fn bad_row(&mut self, error: LineError) {
        self.bad += 1;
        self.first_bad.get_or_insert(error);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} rows: {} kept, {} duplicates, {} unset, {} wildcard, {} undotted, {} address, {} reverse, {} bad; \
             {} out of order; {} series, {} bins",
            self.rows,
            self.kept,
            self.duplicates,
            self.unset,
            self.wildcard,
            self.undotted,
            self.address,
            self.reverse,
            self.bad,
            self.unsorted,
            self.series,
            self.bins,
        )?;
        // Most inputs have none of these: a line says what happened, not what did not.
        for (count, what) in [
            (self.other, "lines are no queries"),
            (
                self.ambiguous,
                "rows in an hour that clocks went through twice or skipped",
            ),
            (self.again, "rows were counted by an earlier run"),
            (self.late, "rows came after their bin was over"),
            (self.future, "rows are ahead of the clock"),
            (
                self.astray,
                "rows are days from all others, as of a wrong clock",
            ),
        ] {
            if count > 0 {
                write!(formatter, "; {count} {what}")?;
            }
        }
        match &self.first_bad {
            Some(error) => write!(formatter, "; first bad: {error}"),
            None => Ok(()),
        }
    }
}
