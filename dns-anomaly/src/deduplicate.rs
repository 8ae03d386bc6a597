//! Counts a query once, however often it was logged or sent again.
//!
//! In: sightings of queries in any order. Out: one [`Query`] for each query, at the time it was first seen.
//!
//! Sensors that see a packet twice log it twice, and clients repeat unanswered packets: the real log this was built
//! on holds every query at least twice. Two sightings are the same query when client, connection, transaction id,
//! name and type agree and a chain of sightings no more than one second apart joins them. Chains (rather than
//! "within a second of the one kept") do not depend on which sighting came first in the file, and joining is
//! associative, so sightings merge as they come: memory follows the distinct queries (32 bytes each), not the rows.
//! A row with neither connection nor transaction id cannot be told from a repeated question and is always counted.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use siphasher::sip::SipHasher13;

use crate::names::Names;
use crate::record::Record;
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

/// What makes two rows sightings of the same query, as a 64-bit hash; the time is not part of it.
///
/// Two different queries within a second of each other share a hash with probability 2^-64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity(pub(crate) u64);

/// Hashes what identifies a query. Seeded, so that nobody can make queries that hide others; the hashes order
/// sightings inside only.
#[derive(Debug, Clone, Default)]
struct IdentityHasher {
    seed: Seed,
    /// The parts of the record at hand, one after the other.
    bytes: Vec<u8>,
}

/// Where an identity's seed comes from.
#[derive(Debug, Clone)]
enum Seed {
    /// Drawn for each run: the fastest hash.
    OfRun(RandomState),
    /// Kept between runs, whatever the machine and the version: SipHash-1-3 is defined to the bit.
    Kept(SipHasher13),
}

impl Default for Seed {
    fn default() -> Self {
        Self::OfRun(RandomState::default())
    }
}

impl IdentityHasher {
    /// The identity of `record`, or `None` when it has neither connection nor transaction id.
    fn identity(&mut self, record: &Record<'_>) -> Option<Identity> {
        if record.uid.is_none() && record.trans_id.is_none() {
            return None;
        }
        self.bytes.clear();
        let parts = [
            &record.client,
            &record.uid,
            &record.trans_id,
            &record.query_type,
        ];
        for part in parts {
            // No text holds the byte 0xff: it keeps parts apart and says which are unset.
            match part {
                Some(text) => self.bytes.extend_from_slice(text.as_bytes()),
                None => self.bytes.push(0xff),
            }
            self.bytes.push(0xff);
        }
        let start = self.bytes.len();
        if let Some(query) = &record.query {
            self.bytes.extend_from_slice(query.as_bytes());
        }
        // Resolvers that randomise letter case (the "0x20" defence) may repeat a query in another case.
        self.bytes[start..].make_ascii_lowercase();
        Some(Identity(match &self.seed {
            Seed::OfRun(seed) => {
                let mut hasher = seed.build_hasher();
                hasher.write(&self.bytes);
                hasher.finish()
            }
            Seed::Kept(seed) => seed.hash(&self.bytes),
        }))
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
    pub(crate) fn query(self) -> Query {
        Query {
            time: Timestamp::from_microseconds(self.first),
            domain: self.domain,
            client: Some(self.client).filter(|client| *client != NO_CLIENT),
        }
    }
}

/// Collects sightings and joins those of one query.
#[derive(Debug, Clone)]
pub(crate) struct Deduplicator {
    hasher: IdentityHasher,
    window_microseconds: i64,
    spans: Vec<Span>,
    /// Length of `spans` at which joining is worth the sort: twice what the last joining left.
    join_at: usize,
    unidentified: Vec<Query>,
    duplicates: u64,
}

/// Below this many spans (2 MB) joining early saves nothing.
const SMALLEST_JOIN: usize = 1 << 16;

impl Default for Deduplicator {
    /// Sightings up to one second apart are one query: above the delay between two copies of a packet on one sensor,
    /// below the 5 s after which common resolvers ask again.
    fn default() -> Self {
        Self::with_window(MICROSECONDS_PER_SECOND)
    }
}

impl Deduplicator {
    /// Sightings up to `window_microseconds` apart are one query.
    pub(crate) fn with_window(window_microseconds: i64) -> Self {
        Self {
            hasher: IdentityHasher::default(),
            window_microseconds,
            spans: Vec::new(),
            join_at: SMALLEST_JOIN,
            unidentified: Vec::new(),
            duplicates: 0,
        }
    }

    /// Takes up what an earlier run left, under the seed it had.
    pub(crate) fn resume(seed: [u64; 2], spans: Vec<Span>) -> Self {
        Self {
            hasher: IdentityHasher {
                seed: Seed::Kept(SipHasher13::new_with_keys(seed[0], seed[1])),
                bytes: Vec::new(),
            },
            join_at: SMALLEST_JOIN.max(2 * spans.len()),
            spans,
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
            self.unidentified.push(query);
            return;
        };
        let microseconds = query.time.microseconds();
        self.spans.push(Span {
            identity,
            first: microseconds,
            last: microseconds,
            domain: query.domain,
            client: query.client.unwrap_or(NO_CLIENT),
        });
        if self.spans.len() >= self.join_at {
            self.join();
            self.join_at = SMALLEST_JOIN.max(2 * self.spans.len());
        }
    }

    /// The queries, each once and in no particular order, and how many sightings were duplicates.
    pub(crate) fn finish(mut self) -> (Vec<Query>, u64) {
        self.join();
        let mut queries = self.unidentified;
        queries.extend(self.spans.into_iter().map(Span::query));
        (queries, self.duplicates)
    }

    /// What was seen, each query once and in no particular order: those that can be told from others, those that
    /// cannot, and how many sightings were duplicates.
    pub(crate) fn into_spans(mut self) -> (Vec<Span>, Vec<Query>, u64) {
        self.join();
        (self.spans, self.unidentified, self.duplicates)
    }

    /// The longest time between two sightings of one query, in microseconds.
    pub(crate) fn window_microseconds(&self) -> i64 {
        self.window_microseconds
    }

    /// Takes out the queries first seen before `end`, and says how many sightings were duplicates since the last time.
    pub(crate) fn take_before(&mut self, end: Timestamp) -> (Vec<Query>, u64) {
        self.join();
        let mut queries: Vec<Query> = self
            .unidentified
            .extract_if(.., |query| query.time < end)
            .collect();
        let is_over = |span: &mut Span| span.first < end.microseconds();
        queries.extend(self.spans.extract_if(.., is_over).map(Span::query));
        (queries, std::mem::take(&mut self.duplicates))
    }

    /// Whether no query is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.unidentified.is_empty()
    }

    /// Joins spans of one query that touch; what is left is the same in whatever order they came.
    fn join(&mut self) {
        self.spans
            .sort_unstable_by_key(|span| (span.identity, span.first, span.last));
        let before = self.spans.len();
        let window = self.window_microseconds;
        self.spans.dedup_by(|later, kept| {
            let touches =
                later.identity == kept.identity && later.first.saturating_sub(kept.last) <= window;
            if touches {
                kept.last = kept.last.max(later.last);
            }
            touches
        });
        self.duplicates += (before - self.spans.len()) as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Times in tenths of a second of the queries counted among sightings `(identity, tenths)`.
    fn counted(sightings: &[(u64, i64)], join_after_each: bool) -> Vec<i64> {
        let mut deduplicator = Deduplicator::default();
        for &(identity, tenths) in sightings {
            let time = Timestamp::from_microseconds(tenths * 100_000);
            deduplicator.insert(
                Some(Identity(identity)),
                Query {
                    time,
                    domain: 0,
                    client: None,
                },
            );
            if join_after_each {
                deduplicator.join();
            }
        }
        let (queries, duplicates) = deduplicator.finish();
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
        assert_eq!(counted(&[(7, 0), (7, 10)], false), [0]);
        assert_eq!(counted(&[(7, 0), (7, 11)], false), [0, 11]);
    }

    #[test]
    fn a_chain_of_close_sightings_is_one_query() {
        assert_eq!(counted(&[(7, 0), (7, 18), (7, 9)], false), [0]);
    }

    #[test]
    fn different_queries_at_one_moment_are_all_counted() {
        assert_eq!(counted(&[(7, 0), (8, 0)], false), [0, 0]);
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
        let spans = before.into_spans().0;
        for (seed, queries) in [([1, 2], 1), ([3, 4], 2)] {
            let mut after = Deduplicator::resume(seed, spans.clone());
            see(&mut after, 900_000);
            assert_eq!(after.finish().0.len(), queries, "{seed:?}");
        }
        // SipHash-1-3 of the parts under the keys 1 and 2, by an implementation written from the paper: another value would
        // part queries from what a state holds of them.
        assert_eq!(spans[0].identity, Identity(0xb922_ceea_6b0f_018f));
    }

    #[test]
    fn rows_without_any_id_are_always_counted() {
        let mut deduplicator = Deduplicator::default();
        let query = Query {
            time: Timestamp::from_microseconds(0),
            domain: 0,
            client: None,
        };
        deduplicator.insert(None, query);
        deduplicator.insert(None, query);
        assert_eq!(deduplicator.finish(), (vec![query, query], 0));
    }

    #[test]
    fn identity_ignores_letter_case_and_nothing_else() {
        let record = |query: &'static str, trans_id: &'static str| Record {
            client: Some("10.0.0.1".into()),
            query: Some(query.into()),
            query_type: Some("A".into()),
            trans_id: Some(trans_id.into()),
            ..Record::at(Timestamp::from_microseconds(0))
        };
        let mut hasher = IdentityHasher::default();
        let identity = hasher.identity(&record("www.example.com", "1"));
        assert!(identity.is_some());
        assert_eq!(identity, hasher.identity(&record("wWw.eXample.COM", "1")));
        assert_ne!(identity, hasher.identity(&record("www.example.com", "2")));
        assert_ne!(identity, hasher.identity(&record("www.example.org", "1")));
        let unset = |uid: Option<&'static str>, trans_id: Option<&'static str>| Record {
            uid: uid.map(Into::into),
            trans_id: trans_id.map(Into::into),
            ..Record::at(Timestamp::from_microseconds(0))
        };
        assert_ne!(
            hasher.identity(&unset(Some("1"), None)),
            hasher.identity(&unset(None, Some("1")))
        );
        assert_eq!(hasher.identity(&unset(None, None)), None);
    }

    proptest! {
        #[test]
        fn the_result_depends_neither_on_order_nor_on_when_spans_are_joined(
            (sightings, shuffled) in prop::collection::vec((0_u64..3, 0_i64..200), 0..60)
                .prop_flat_map(|sightings| (Just(sightings.clone()), Just(sightings).prop_shuffle())),
        ) {
            prop_assert_eq!(counted(&sightings, false), counted(&shuffled, true));
        }
    }
}
