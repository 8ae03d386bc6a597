//! Holds one line of input, whichever format it came from.
//!
//! In: fields found by name by the readers. Out: a [`Record`] (one logged query) or a [`CountRow`] (one cell of a counts table).
//! Text is borrowed from the line where the format allows it; nothing is cleaned here.

use std::borrow::Cow;

use crate::answers::Answers;
use crate::timestamp::Timestamp;

/// One query as a DNS log tells it. `None` is a field the log leaves unset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'line> {
    /// When the query was seen.
    pub time: Timestamp,
    /// Whether the log gave local time in an hour the clocks went through twice or not at all, so that `time` is a guess.
    pub is_time_ambiguous: bool,
    /// Who asked (`id.orig_h`).
    pub client: Option<Cow<'line, str>>,
    /// The name asked for, as logged.
    pub query: Option<Cow<'line, str>>,
    /// The record type asked for (`qtype_name`), such as `A`.
    pub query_type: Option<Cow<'line, str>>,
    /// What tells the question from others at the same time, as the log has it: a connection, a flow, or the client's
    /// port.
    pub uid: Option<Cow<'line, str>>,
    /// The 16-bit identifier the client gave the query, as text.
    pub trans_id: Option<Cow<'line, str>>,
    /// The answer's response code (`rcode_name`), such as `NXDOMAIN`.
    pub response_code: Option<Cow<'line, str>>,
    /// Addresses and names in the answer, in the order logged; empty when there was none.
    pub answers: Answers<'line>,
}

impl Record<'_> {
    /// A query at `time` of which nothing else is known.
    ///
    /// ```
    /// use dns_anomaly::{Record, Timestamp};
    ///
    /// let record = Record { query: Some("example.com".into()), ..Record::at(Timestamp::from_microseconds(0)) };
    /// assert_eq!(record.client, None);
    /// ```
    pub fn at(time: Timestamp) -> Self {
        Self {
            time,
            is_time_ambiguous: false,
            client: None,
            query: None,
            query_type: None,
            uid: None,
            trans_id: None,
            response_code: None,
            answers: Answers::default(),
        }
    }
}

/// One cell of a counts table: how often a domain was asked for in the interval that starts at `time`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountRow<'line> {
    /// The domain, or any other key of the series.
    pub domain: Cow<'line, str>,
    /// The requester group the count belongs to, such as a country or site.
    pub group: Option<Cow<'line, str>>,
    /// The start of the interval counted.
    pub time: Timestamp,
    /// Number of queries.
    pub count: u64,
    /// Number of distinct clients, when the table knows it.
    pub clients: Option<u64>,
    /// What it means that a later interval has no row.
    pub silence: Silence,
}

impl CountRow<'_> {
    /// The same row, with texts of its own.
    pub fn into_owned(self) -> CountRow<'static> {
        CountRow {
            domain: Cow::Owned(self.domain.into_owned()),
            group: self.group.map(|group| Cow::Owned(group.into_owned())),
            time: self.time,
            count: self.count,
            clients: self.clients,
            silence: self.silence,
        }
    }
}

/// What an absent count after the last one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nobody asked: zero. Logs, and tables with one row a count.
    IsZero,
    /// Nothing is known: the series ends at its last count. Wide tables, whose zeros are written.
    IsMissing,
}

/// What one line of input can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<'line> {
    /// A logged query.
    Query(Record<'line>),
    /// A ready count.
    Count(CountRow<'line>),
    /// A line that belongs to the log but is no client's query: an answer, or another kind of event.
    Other,
}
