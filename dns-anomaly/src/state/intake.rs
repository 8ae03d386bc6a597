//! Reads one run's files into counts of the bins that are complete, and holds back queries of those that are not.
//!
//! In: what waits from earlier runs, and entries of files in any order. Out: [`Taken`].
//!
//! A bin of a log is complete when a query of a later bin is there and it is over by the clock, so that a row of a fast
//! clock closes nothing; bins of a table are complete as they come. Queries wait as they are, not as counts, so that a
//! row read twice, by one run or by two, is one query. Queries of the last second before wait too, counted as they are: a
//! later row may repeat them. Rows without an id cannot be told from repeats; what the same moment, domain and client
//! have in two runs is counted as often as in the run that has more.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::past::{Counted, Past};
use crate::cells::Cells;
use crate::contacts::{ContactsBuilder, Resolution};
use crate::deduplicate::{Deduplicator, NO_CLIENT, Query, Span};
use crate::domain::Dropped;
use crate::domain_numbers::DomainNumbers;
use crate::gather::{BadRows, GatherError, GatherSettings, NewestBin, Visit};
use crate::names::Names;
use crate::read::LineError;
use crate::record::{CountRow, Entry, Record, Silence};
use crate::series::{SeriesBuilder, SeriesTable};
use crate::tally::Tally;
use crate::timestamp::Timestamp;

/// Queries that may still matter to bins that are not complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Waiting {
    /// Sorted; queries refer to domains and clients by place.
    pub(super) domains: Vec<Arc<str>>,
    pub(super) clients: Vec<Arc<str>>,
    pub(super) spans: Vec<Span>,
    /// Queries without an id.
    pub(super) unidentified: Vec<Query>,
}

/// What came of the files of one run.
#[derive(Debug)]
pub(super) struct Taken {
    /// Bins before are complete.
    pub(super) complete_until: Option<i64>,
    /// Counts of the bins that became complete.
    pub(super) counts: SeriesTable,
    /// Who asked in them.
    pub(super) visits: Vec<Visit>,
    /// What names resolved to, by bin, in these and in bins that are not complete; none unless asked for.
    pub(super) resolutions: Vec<Resolution>,
    /// Queries of these bins, without silent ones, in the order of time.
    pub(super) totals: Vec<(i64, u64)>,
    pub(super) waiting: Waiting,
    pub(super) tally: Tally,
}

/// One run's reading.
#[derive(Debug)]
pub(super) struct Intake<'a> {
    settings: &'a GatherSettings,
    now: Timestamp,
    complete_until: Option<i64>,
    domains: DomainNumbers,
    clients: Names,
    queries: Deduplicator,
    /// Queries without an id of earlier runs.
    unidentified: Vec<Query>,
    counts: SeriesBuilder,
    totals: BTreeMap<i64, u64>,
    /// By bin, when asked for.
    contacts: Option<ContactsBuilder>,
    past: Past,
    tally: Tally,
    is_silence_unknown: bool,
}

impl<'a> Intake<'a> {
    /// Goes on from what waits.
    pub(super) fn resume(
        settings: &'a GatherSettings,
        seed: [u64; 2],
        waiting: Waiting,
        complete_until: Option<i64>,
        now: Timestamp,
    ) -> Self {
        let mut clients = Names::default();
        for client in &waiting.clients {
            clients.number(client);
        }
        Self {
            settings,
            now,
            complete_until,
            domains: DomainNumbers::resume(settings.naming(), &waiting.domains),
            clients,
            queries: Deduplicator::resume(seed, waiting.spans),
            unidentified: waiting.unidentified,
            counts: SeriesBuilder::new(settings.bin_width()),
            totals: BTreeMap::new(),
            contacts: None,
            past: Past::default(),
            tally: Tally::default(),
            is_silence_unknown: false,
        }
    }

    /// Notes what names resolve to from now on, besides what earlier runs saw in bins that are not complete. Few
    /// addresses of each name are kept, chosen by a hash with this seed.
    pub(super) fn resolve(&mut self, seed: u64, open: impl Iterator<Item = Resolution>) {
        let width = self.settings.bin_width();
        let mut contacts = ContactsBuilder::new(width, seed);
        for one in open {
            let domain = self.domains.number_as_is(&one.domain);
            contacts.address(domain, width.start_of(one.stretch), &one.address);
        }
        self.contacts = Some(contacts);
    }

    /// Takes one entry of a file.
    pub(super) fn receive(&mut self, line: Result<Entry<'_>, LineError>) -> Result<(), LineError> {
        self.tally.rows += 1;
        match line {
            Ok(Entry::Query(record)) => self.add_query(&record),
            Ok(Entry::Count(row)) => self.add_count(&row),
            Ok(Entry::Other) => self.tally.other += 1,
            Err(error) if self.settings.bad_rows() == BadRows::Refuse => return Err(error),
            Err(error) => self.tally.bad_row(error),
        }
        Ok(())
    }

    /// Whether a count came of a table that does not say what silence means.
    pub(super) fn is_silence_unknown(&self) -> bool {
        self.is_silence_unknown
    }

    fn add_query(&mut self, record: &Record<'_>) {
        self.tally.ambiguous += u64::from(record.is_time_ambiguous);
        let Some(bin) = self.bin_of(record.time) else {
            return;
        };
        match self.domains.asked_for(record) {
            Err(reason) => self.tally.drop_row(reason),
            Ok(_) if self.is_complete(bin) => self.past.see(record, bin),
            Ok(domain) => {
                let query = Query::of(record, domain, &mut self.clients);
                if let Some(contacts) = &mut self.contacts {
                    contacts.answers(domain, record.time, &record.answers);
                }
                self.tally.kept += 1;
                self.queries.see(record, query);
            }
        }
    }

    fn add_count(&mut self, row: &CountRow<'_>) {
        let Some(bin) = self.bin_of(row.time) else {
            return;
        };
        self.is_silence_unknown |= row.silence == Silence::IsMissing;
        if row.domain.is_empty() {
            self.tally.drop_row(Dropped::Unset);
        } else if self.is_complete(bin) {
            self.past.see_count(bin, row.count);
        } else {
            self.tally.kept += 1;
            let key = self
                .counts
                .key(&row.domain, row.group.as_deref(), row.silence);
            self.counts.add(key, bin, row.count, row.clients);
            let total = self.totals.entry(bin).or_default();
            *total = total.saturating_add(row.count);
        }
    }

    /// The bin of a row, unless its time is that of a wrong clock.
    fn bin_of(&mut self, time: Timestamp) -> Option<i64> {
        let width = self.settings.bin_width();
        let bin = width.bin_of(time);
        if bin > width.bin_of(self.now).saturating_add(1) {
            self.tally.future += 1;
            return None;
        }
        Some(bin)
    }

    fn is_complete(&self, bin: i64) -> bool {
        self.complete_until.is_some_and(|until| bin < until)
    }

    /// Ends the run.
    ///
    /// # Errors
    /// When every row is bad, or counts make no series.
    pub(super) fn finish(mut self, counted: &Counted) -> Result<Taken, GatherError> {
        if self.tally.bad + self.tally.other == self.tally.rows
            && let Some(first) = self.tally.first_bad.take()
        {
            return Err(GatherError::AllBad {
                bad: self.tally.bad,
                first,
            });
        }
        let width = self.settings.bin_width();
        (self.tally.again, self.tally.late) = self
            .past
            .again_and_late(width, counted)
            .map_err(GatherError::Spill)?;
        let reach = self.queries.window_microseconds();
        let mut queries = self.queries.finish();
        let mut seen = Vec::new();
        queries
            .each_unidentified(|query| seen.push(query))
            .map_err(GatherError::Spill)?;
        let mut newest = None;
        let mut duplicates = queries
            .each_span(|span| newest = newest.max(Some(width.bin_of(span.query().time))))
            .map_err(GatherError::Spill)?;
        let unidentified = more_of_both(self.unidentified, seen, &mut duplicates);
        let unidentified_bins = unidentified.iter().map(|query| width.bin_of(query.time));
        let newest = newest.max(unidentified_bins.max());
        // A row between two sightings that were two queries makes them one: more than itself.
        self.tally.duplicates = duplicates.min(self.tally.kept);
        self.tally.kept -= self.tally.duplicates;
        let end_of_log = match self.settings.newest_bin() {
            NewestBin::Drop => newest.map(|bin| bin.min(width.bin_of(self.now))),
            NewestBin::Keep => newest.map(|bin| bin.saturating_add(1)),
        };
        let end_of_counts = self.totals.keys().next_back().map(|bin| bin + 1);
        let complete_until = end_of_log.max(end_of_counts).max(self.complete_until);
        let open = complete_until.map_or(i64::MIN, |bin| width.start_of(bin).microseconds());
        let is_new = |query: &Query| {
            let bin = width.bin_of(query.time);
            self.complete_until.is_none_or(|until| bin >= until) && query.time.microseconds() < open
        };
        let names = self.domains.into_names();
        let mut cells = Cells::default();
        let mut count = |query: Query| {
            if is_new(&query) {
                cells.add(query.domain, width.bin_of(query.time), query.client);
            }
        };
        unidentified.iter().copied().for_each(&mut count);
        let mut spans = Vec::new();
        let see = |span: Span| {
            count(span.query());
            if span.first >= open || span.last >= open.saturating_sub(reach) {
                spans.push(span);
            }
        };
        queries.each_span(see).map_err(GatherError::Spill)?;
        let mut visits = Vec::new();
        cells.each(|domain, bin, count, asked| {
            let domain = names.text(domain);
            visits.extend(asked.iter().map(|&client| Visit {
                domain: Arc::clone(domain),
                bin,
                client: Arc::clone(self.clients.text(client)),
            }));
            let key = self.counts.key(domain, None, Silence::IsZero);
            let distinct = Some(asked.len() as u64).filter(|&distinct| distinct > 0);
            self.counts.add(key, bin, count, distinct);
            let total = self.totals.entry(bin).or_default();
            *total = total.saturating_add(count);
        });
        let unidentified = unidentified
            .into_iter()
            .filter(|query| query.time.microseconds() >= open)
            .collect();
        let waiting = Waiting::of(spans, unidentified, &names, &self.clients);
        let resolutions = self.contacts.map(|contacts| {
            let (domains, places) = names.into_sorted();
            let contacts = contacts.finish(domains, &places, Vec::new(), &[]);
            contacts.resolutions().collect()
        });
        Ok(Taken {
            complete_until,
            counts: self.counts.finish(None)?,
            visits,
            resolutions: resolutions.unwrap_or_default(),
            totals: self.totals.into_iter().collect(),
            waiting,
            tally: self.tally,
        })
    }
}

/// All queries of two runs, each as often as in the run that has more of it; the others are duplicates.
fn more_of_both(mut before: Vec<Query>, mut now: Vec<Query>, duplicates: &mut u64) -> Vec<Query> {
    let key = |query: &Query| (query.time, query.domain, query.client);
    before.sort_unstable_by_key(key);
    now.sort_unstable_by_key(key);
    let mut both = Vec::with_capacity(before.len().max(now.len()));
    let (mut left, mut right) = (before.into_iter().peekable(), now.into_iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(left), Some(right)) => key(left).cmp(&key(right)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return both,
        };
        if order.is_eq() {
            *duplicates += 1;
            right.next();
        }
        both.extend(if order.is_le() {
            left.next()
        } else {
            right.next()
        });
    }
}

impl Waiting {
    /// Numbers domains and clients anew, by place among those that wait, and sorts queries: the same whatever came first.
    fn of(
        mut spans: Vec<Span>,
        mut unidentified: Vec<Query>,
        domains: &Names,
        clients: &Names,
    ) -> Self {
        let of_spans = spans.iter().map(|span| span.query());
        let all: Vec<Query> = of_spans.chain(unidentified.iter().copied()).collect();
        let (domains, domain_places) = places(domains, all.iter().map(|query| query.domain));
        let (clients, client_places) = places(clients, all.iter().filter_map(|query| query.client));
        for span in &mut spans {
            span.domain = domain_places[&span.domain];
            if span.client != NO_CLIENT {
                span.client = client_places[&span.client];
            }
        }
        for query in &mut unidentified {
            query.domain = domain_places[&query.domain];
            query.client = query.client.map(|client| client_places[&client]);
        }
        spans.sort_unstable_by_key(|span| (span.first, span.last, span.identity, span.domain));
        unidentified.sort_unstable_by_key(|query| (query.time, query.domain, query.client));
        Self {
            domains,
            clients,
            spans,
            unidentified,
        }
    }

    /// Number of queries.
    pub(super) fn len(&self) -> usize {
        self.spans.len() + self.unidentified.len()
    }
}

/// The texts of some numbers, sorted, and the place of each number.
fn places(
    names: &Names,
    numbers: impl Iterator<Item = u32>,
) -> (Vec<Arc<str>>, BTreeMap<u32, u32>) {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.sort_unstable_by(|&left, &right| names.text(left).cmp(names.text(right)));
    let texts = numbers.iter().map(|&number| Arc::clone(names.text(number)));
    (texts.collect(), numbers.iter().copied().zip(0..).collect())
}
