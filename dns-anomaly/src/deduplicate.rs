//! Counts a query once, however often it was logged or sent again.
//!
//! In: sightings of queries in any order. Out: one [`Query`] for each query, at the time it was first seen.
//!
//! Sensors that see a packet twice log it twice, and clients repeat unanswered packets: the real log this was built
//! on holds every query at least twice. Two sightings are the same query when client, connection, transaction id,
//! name and type agree and a chain of sightings no more than one second apart joins them. Chains (rather than
//! "within a second of the one kept") do not depend on which sighting came first in the file, and joining is
//! associative, so sightings merge as they come. What outgrows the memory set aside goes to a temporary file, 32 bytes a
//! query, and is joined when it is read back: memory stays bounded, and neither order nor limit changes the result.
//! A row with neither connection nor transaction id cannot be told from a repeated question and is always counted.

use std::io;

use crate::identity::{Identity, IdentityHasher};
use crate::names::Names;
use crate::record::Record;
use crate::spill::{Spill, order};
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

/// One query, counted once. Domain and client are numbers the caller chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) time: Timestamp,
    pub(crate) domain: u32,
    pub(crate) client: Option<u32>,
}

impl Query {
    /// The query of a record, asked for under the domain numbered `domain`; its client gets a number of `clients`.
    pub(crate) fn of(record: &Record<'_>, domain: u32, clients: &mut Names) -> Self {
        let client = record.client.as_deref();
        Self {
            time: record.time,
            domain,
            client: client.map(|client| clients.number(client)),
        }
    }
}

/// Sightings of one query joined into the interval they span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) identity: Identity,
    /// Microseconds.
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) domain: u32,
    /// [`NO_CLIENT`] when it is not known: an option would make the span larger by a quarter.
    pub(crate) client: u32,
}

pub(crate) const NO_CLIENT: u32 = u32::MAX;

impl Span {
    fn of(identity: Identity, query: Query) -> Self {
        let microseconds = query.time.microseconds();
        Self {
            identity,
            first: microseconds,
            last: microseconds,
            domain: query.domain,
            client: query.client.unwrap_or(NO_CLIENT),
        }
    }

    pub(crate) fn query(self) -> Query {
        Query {
            time: Timestamp::from_microseconds(self.first),
            domain: self.domain,
            client: Some(self.client).filter(|client| *client != NO_CLIENT),
        }
    }

    /// Joins a span that does not begin earlier, if both are of one query.
    fn join(&mut self, later: &Self, window_microseconds: i64) -> bool {
        let touches = later.identity == self.identity
            && later.first.saturating_sub(self.last) <= window_microseconds;
        if touches {
            self.last = self.last.max(later.last);
        }
        touches
    }
}

/// Collects sightings and joins those of one query.
#[derive(Debug)]
pub(crate) struct Deduplicator {
    hasher: IdentityHasher,
    window_microseconds: i64,
    spans: Pile,
    /// Of rows without an identity, which are never joined.
    unidentified: Pile,
    /// Length of `spans` at which joining is worth the sort: twice what the last joining left.
    join_at: usize,
    /// Spans held in memory, of either kind.
    limit: usize,
    duplicates: u64,
}

/// Spans in memory, and those that are not.
#[derive(Debug, Default)]
struct Pile {
    held: Vec<Span>,
    spilled: Spill,
}

/// Below this many spans (2 MB) joining early saves nothing.
const SMALLEST_JOIN: usize = 1 << 16;

/// Spans of either kind held in memory unless a caller says otherwise: 128 MB.
const LIMIT: usize = 1 << 22;

impl Default for Deduplicator {
    /// Sightings up to one second apart are one query: above the delay between two copies of a packet on one sensor,
    /// below the 5 s after which common resolvers ask again.
    fn default() -> Self {
        Self {
            hasher: IdentityHasher::default(),
            window_microseconds: MICROSECONDS_PER_SECOND,
            spans: Pile::default(),
            unidentified: Pile::default(),
            join_at: SMALLEST_JOIN,
            limit: LIMIT,
            duplicates: 0,
        }
    }
}

impl Deduplicator {
    /// Holds at most so many spans in memory, and so many of rows without an identity; the others in a temporary file.
    pub(crate) fn with_limit(self, limit: usize) -> Self {
        Self {
            join_at: self.join_at.min(limit),
            limit,
            ..self
        }
    }

    /// Takes up what an earlier run left, under the seed it had.
    pub(crate) fn resume(seed: [u64; 2], spans: Vec<Span>) -> Self {
        Self {
            hasher: IdentityHasher::kept(seed),
            join_at: SMALLEST_JOIN.max(2 * spans.len()).min(LIMIT),
            spans: Pile {
                held: spans,
                spilled: Spill::default(),
            },
            ..Self::default()
        }
    }

    /// Notes that `query`, which `record` tells of, was seen.
    pub(crate) fn see(&mut self, record: &Record<'_>, query: Query) {
        let identity = self.hasher.identity(record);
        self.insert(identity, query);
    }

    fn insert(&mut self, identity: Option<Identity>, query: Query) {
        let Some(identity) = identity else {
            self.unidentified.held.push(Span::of(Identity(0), query));
            if self.unidentified.held.len() >= self.limit {
                self.unidentified.held.sort_unstable_by_key(order);
                self.unidentified.spill(&mut self.limit);
            }
            return;
        };
        self.spans.held.push(Span::of(identity, query));
        if self.spans.held.len() >= self.join_at {
            self.join();
            if self.spans.held.len() > self.limit / 2 {
                self.spans.spill(&mut self.limit);
            }
            let twice = 2 * self.spans.held.len();
            self.join_at = SMALLEST_JOIN.max(twice).min(self.limit);
        }
    }

    /// All that was seen, each query once.
    pub(crate) fn finish(mut self) -> Distinct {
        self.join();
        self.unidentified.held.sort_unstable_by_key(order);
        Distinct {
            window_microseconds: self.window_microseconds,
            spans: self.spans,
            unidentified: self.unidentified,
            duplicates: self.duplicates,
        }
    }

    /// The longest time between two sightings of one query, in microseconds.
    pub(crate) fn window_microseconds(&self) -> i64 {
        self.window_microseconds
    }

    /// Takes out the queries first seen before `end`, and says how many sightings were duplicates since the last time.
    /// For those that hold everything in memory.
    pub(crate) fn take_before(&mut self, end: Timestamp) -> (Vec<Query>, u64) {
        debug_assert_eq!(self.limit, usize::MAX, "what is in a file stays there");
        self.join();
        let is_over = |span: &mut Span| span.first < end.microseconds();
        let piles = [&mut self.spans, &mut self.unidentified];
        let over = piles
            .into_iter()
            .flat_map(|pile| pile.held.extract_if(.., is_over));
        let queries = over.map(Span::query).collect();
        (queries, std::mem::take(&mut self.duplicates))
    }

    /// Whether no query is left.
    pub(crate) fn is_empty(&self) -> bool {
        [&self.spans, &self.unidentified]
            .iter()
            .all(|pile| pile.held.is_empty() && pile.spilled.is_empty())
    }

    /// Joins spans of one query that touch; what is left is the same in whatever order they came.
    fn join(&mut self) {
        let spans = &mut self.spans.held;
        spans.sort_unstable_by_key(order);
        let before = spans.len();
        let window = self.window_microseconds;
        spans.dedup_by(|later, kept| kept.join(later, window));
        self.duplicates += (before - spans.len()) as u64;
    }
}

impl Pile {
    /// Moves sorted spans to the file. Where there is no room for them they stay, and there is no limit any more.
    fn spill(&mut self, limit: &mut usize) {
        match self.spilled.push(&self.held) {
            Ok(()) => self.held.clear(),
            Err(_) => *limit = usize::MAX,
        }
    }
}

/// Queries, each once; they may be gone through again and again.
#[derive(Debug)]
pub(crate) struct Distinct {
    window_microseconds: i64,
    spans: Pile,
    unidentified: Pile,
    /// Known before spans in the file are joined.
    duplicates: u64,
}

impl Distinct {
    /// Goes through all queries, in no particular order, and says how many sightings were duplicates.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub(crate) fn each(&mut self, mut see: impl FnMut(Query)) -> io::Result<u64> {
        let duplicates = self.each_span(|span| see(span.query()))?;
        self.each_unidentified(see)?;
        Ok(duplicates)
    }

    /// Those that can be told from others, and how many sightings of them were duplicates.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub(crate) fn each_span(&mut self, mut see: impl FnMut(Span)) -> io::Result<u64> {
        let mut kept: Option<Span> = None;
        let mut joined = 0;
        let Pile { held, spilled } = &mut self.spans;
        let window = self.window_microseconds;
        spilled.merge(held, |span| {
            if kept.as_mut().is_some_and(|kept| kept.join(&span, window)) {
                joined += 1;
            } else {
                kept.replace(span).into_iter().for_each(&mut see);
            }
        })?;
        kept.into_iter().for_each(see);
        Ok(self.duplicates + joined)
    }

    /// Those that cannot.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub(crate) fn each_unidentified(&mut self, mut see: impl FnMut(Query)) -> io::Result<()> {
        let Pile { held, spilled } = &mut self.unidentified;
        spilled.merge(held, |span| see(span.query()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Times in tenths of a second of the queries counted among sightings `(identity, tenths)`; identity 0 is none.
    fn counted(sightings: &[(u64, i64)], limit: usize) -> Vec<i64> {
        let mut deduplicator = Deduplicator::default().with_limit(limit);
        for &(identity, tenths) in sightings {
            let time = Timestamp::from_microseconds(tenths * 100_000);
            deduplicator.insert(
                Some(Identity(identity)).filter(|identity| identity.0 > 0),
                Query {
                    time,
                    domain: 0,
                    client: None,
                },
            );
        }
        let mut distinct = deduplicator.finish();
        let (mut queries, mut again) = (Vec::new(), Vec::new());
        let duplicates = distinct.each(|query| queries.push(query)).unwrap();
        assert_eq!(
            distinct.each(|query| again.push(query)).unwrap(),
            duplicates
        );
        assert_eq!(again, queries);
        assert_eq!(
            queries.len() + usize::try_from(duplicates).unwrap(),
            sightings.len()
        );
        let mut times: Vec<i64> = queries
            .iter()
            .map(|query| query.time.microseconds() / 100_000)
            .collect();
        times.sort_unstable();
        times
    }

    #[test]
    fn one_second_apart_is_one_query_and_more_is_two() {
        assert_eq!(counted(&[(7, 0), (7, 10)], usize::MAX), [0]);
        assert_eq!(counted(&[(7, 0), (7, 11)], usize::MAX), [0, 11]);
    }

    #[test]
    fn a_chain_of_close_sightings_is_one_query() {
        assert_eq!(counted(&[(7, 0), (7, 18), (7, 9)], usize::MAX), [0]);
    }

    #[test]
    fn different_queries_at_one_moment_are_all_counted() {
        assert_eq!(counted(&[(7, 0), (8, 0)], usize::MAX), [0, 0]);
    }

    #[test]
    fn what_is_taken_up_goes_on_as_if_it_had_never_been_put_down() {
        let record = |microseconds: i64| Record {
            client: Some("10.0.0.1".into()),
            query: Some("example.com".into()),
            trans_id: Some("1".into()),
            ..Record::at(Timestamp::from_microseconds(microseconds))
        };
        let see = |deduplicator: &mut Deduplicator, microseconds: i64| {
            let query = Query {
                time: Timestamp::from_microseconds(microseconds),
                domain: 0,
                client: None,
            };
            deduplicator.see(&record(microseconds), query);
        };
        let mut before = Deduplicator::resume([1, 2], Vec::new());
        see(&mut before, 0);
        let mut spans = Vec::new();
        before.finish().each_span(|span| spans.push(span)).unwrap();
        for (seed, queries) in [([1, 2], 1), ([3, 4], 2)] {
            let mut after = Deduplicator::resume(seed, spans.clone());
            see(&mut after, 900_000);
            let mut left = 0;
            after.finish().each(|_| left += 1).unwrap();
            assert_eq!(left, queries, "{seed:?}");
        }
        // SipHash-1-3 of the parts under the keys 1 and 2, by an implementation written from the paper: another value would
        // part queries from what a state holds of them.
        assert_eq!(spans[0].identity, Identity(0xb922_ceea_6b0f_018f));
    }

    #[test]
    fn rows_without_any_id_are_always_counted() {
        assert_eq!(counted(&[(0, 3), (0, 3)], usize::MAX), [3, 3]);
    }

    proptest! {
        /// Whether spans stay in memory, or all or some of them go to a file in runs of several or of one.
        #[test]
        fn the_result_depends_neither_on_order_nor_on_how_much_is_held_in_memory(
            (sightings, shuffled) in prop::collection::vec((0_u64..4, 0_i64..200), 0..60)
                .prop_flat_map(|sightings| (Just(sightings.clone()), Just(sightings).prop_shuffle())),
            limit in 1_usize..20,
        ) {
            prop_assert_eq!(counted(&sightings, usize::MAX), counted(&shuffled, limit));
        }
    }
}
