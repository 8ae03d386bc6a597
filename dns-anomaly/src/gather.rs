//! Joins the steps from files to series: read → clean → deduplicate → bin.
//!
//! In: sources in any order and [`GatherSettings`]. Out: [`Gathered`]: the series, who asked for what, and the tally.
//! Nothing but the tally's count of rows out of order depends on the order of rows or files.

use std::sync::Arc;

use crate::astray::{Days, day_of};
use crate::bin_width::BinWidth;
use crate::cells::Cells;
use crate::contacts::{Contacts, ContactsBuilder};
use crate::deduplicate::{Deduplicator, Query};
use crate::domain::{Dropped, Naming};
use crate::domain_numbers::DomainNumbers;
use crate::names::Names;
use crate::read::{self, LineError, ReadError, ReadSettings, Source};
use crate::record::{CountRow, Entry, Record, Silence};
use crate::series::{SeriesBuilder, SeriesError, SeriesTable};
use crate::tally::Tally;
use crate::timestamp::Timestamp;

/// What to do with a malformed log row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadRows {
    /// Count it and go on: a log of millions of rows holds torn ones. The default.
    #[default]
    Count,
    /// Stop there.
    Refuse,
}

/// What to do with the newest bin of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NewestBin {
    /// Leave it out: the log ends somewhere inside it, so its count is too low. The default.
    #[default]
    Drop,
    /// Keep it, for a log known to end with a bin.
    Keep,
}

/// How to turn inputs into series.
///
/// ```
/// use dns_anomaly::{BinWidth, GatherSettings, NewestBin};
///
/// let settings = GatherSettings::default().with_bin_width(BinWidth::HOUR).with_newest_bin(NewestBin::Keep);
/// assert_eq!(settings.newest_bin(), NewestBin::Keep);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatherSettings {
    read: ReadSettings,
    bin_width: BinWidth,
    naming: Naming,
    bad_rows: BadRows,
    newest_bin: NewestBin,
    /// Length of a stretch, seed.
    contacts: Option<(BinWidth, u64)>,
}

impl GatherSettings {
    /// How the inputs are read.
    #[must_use]
    pub fn with_read(mut self, read: ReadSettings) -> Self {
        self.read = read;
        self
    }

    /// The width of the bins; [`BinWidth::HOUR`] unless set.
    #[must_use]
    pub fn with_bin_width(mut self, bin_width: BinWidth) -> Self {
        self.bin_width = bin_width;
        self
    }

    /// The name queries are counted under.
    #[must_use]
    pub fn with_naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// What to do with malformed log rows.
    #[must_use]
    pub fn with_bad_rows(mut self, bad_rows: BadRows) -> Self {
        self.bad_rows = bad_rows;
        self
    }

    /// What to do with the newest bin of a log. Counts tables keep theirs: their rows are totals already.
    #[must_use]
    pub fn with_newest_bin(mut self, newest_bin: NewestBin) -> Self {
        self.newest_bin = newest_bin;
        self
    }

    /// Keeps clients and addresses of each domain by stretches of this length, few of each, chosen by a hash with this
    /// seed. Unless asked for, none are kept.
    #[must_use]
    pub fn with_contacts(mut self, stretch: BinWidth, seed: u64) -> Self {
        self.contacts = Some((stretch, seed));
        self
    }

    /// How the inputs are read.
    pub fn read(&self) -> &ReadSettings {
        &self.read
    }

    /// The width of the bins.
    pub fn bin_width(&self) -> BinWidth {
        self.bin_width
    }

    /// The name queries are counted under.
    pub fn naming(&self) -> Naming {
        self.naming
    }

    /// What to do with malformed log rows.
    pub fn bad_rows(&self) -> BadRows {
        self.bad_rows
    }

    /// What to do with the newest bin of a log.
    pub fn newest_bin(&self) -> NewestBin {
        self.newest_bin
    }
}

/// That a client asked for a domain in a bin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// The domain.
    pub domain: Arc<str>,
    /// The bin number.
    pub bin: i64,
    /// The client.
    pub client: Arc<str>,
}

/// All that was gathered from the inputs.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// One series for each domain, sorted.
    pub table: SeriesTable,
    /// Who asked for what and when, each once, sorted; empty for counts tables, which name no clients.
    pub visits: Vec<Visit>,
    /// Clients and addresses of each domain, when asked for.
    pub contacts: Option<Contacts>,
    /// What became of the rows.
    pub tally: Tally,
}

/// Inputs that give no series.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatherError {
    /// An input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Not a single row could be read.
    #[error("{first} (and so were all {bad} rows)")]
    AllBad {
        /// Number of bad rows.
        bad: u64,
        /// The first of them.
        first: LineError,
    },
    /// Counts that make no series.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// Queries too many for memory were put into a temporary file that cannot be read any more.
    #[error("temporary file of queries: {0}")]
    Spill(#[source] std::io::Error),
}

/// Reads all `sources` and builds the series of each domain.
///
/// # Errors
/// [`GatherError`]: an input cannot be read, a header or a count is wrong, every row is bad, or (under
/// [`BadRows::Refuse`]) any row is.
///
/// ```
/// use dns_anomaly::{GatherSettings, Source, gather};
///
/// let log = "#fields\tts\tquery\n7200.0\twww.example.com\n0.5\texample.com\n11000.0\texample.org\n";
/// let gathered = gather(&[Source::from_bytes("dns.log", log)], &GatherSettings::default())?;
/// let [series] = gathered.table.series() else { panic!("the newest bin is left out") };
/// assert_eq!((series.domain(), series.counts()), ("example.com", vec![1, 0, 1]));
/// # Ok::<(), dns_anomaly::GatherError>(())
/// ```
pub fn gather(sources: &[Source], settings: &GatherSettings) -> Result<Gathered, GatherError> {
    let mut gatherer = Gatherer::new(settings);
    for source in sources {
        gatherer.previous_time = None;
        read::read(source, &settings.read, &mut |line| gatherer.receive(line))?;
    }
    gatherer.finish()
}

struct Gatherer<'settings> {
    settings: &'settings GatherSettings,
    domains: DomainNumbers,
    clients: Names,
    queries: Deduplicator,
    series: SeriesBuilder,
    contacts: Option<ContactsBuilder>,
    tally: Tally,
    previous_time: Option<Timestamp>,
}

impl<'settings> Gatherer<'settings> {
    fn new(settings: &'settings GatherSettings) -> Self {
        Self {
            settings,
            domains: DomainNumbers::new(settings.naming),
            clients: Names::default(),
            queries: Deduplicator::default(),
            series: SeriesBuilder::new(settings.bin_width),
            contacts: settings
                .contacts
                .map(|(stretch, seed)| ContactsBuilder::new(stretch, seed)),
            tally: Tally::default(),
            previous_time: None,
        }
    }

    fn receive(&mut self, line: Result<Entry<'_>, LineError>) -> Result<(), LineError> {
        self.tally.rows += 1;
        match (line, self.settings.bad_rows) {
            (Ok(Entry::Query(record)), _) => self.add_query(&record),
            (Ok(Entry::Count(row)), _) => self.add_count(&row),
            (Ok(Entry::Other), _) => self.tally.other += 1,
            (Err(error), BadRows::Count) => self.tally.bad_row(error),
            (Err(error), BadRows::Refuse) => return Err(error),
        }
        Ok(())
    }

    fn add_query(&mut self, record: &Record<'_>) {
        if self
            .previous_time
            .is_some_and(|previous| record.time < previous)
        {
            self.tally.unsorted += 1;
        }
        self.previous_time = Some(record.time);
        self.tally.ambiguous += u64::from(record.is_time_ambiguous);
        match self.domains.asked_for(record) {
            Ok(domain) => {
                let query = Query::of(record, domain, &mut self.clients);
                if let Some(contacts) = &mut self.contacts {
                    contacts.answers(domain, record.time, &record.answers);
                }
                self.queries.see(record, query);
            }
            Err(reason) => self.tally.drop_row(reason),
        }
    }

    /// Keys of a counts table are kept as they are: its maker has named the series already.
    fn add_count(&mut self, row: &CountRow<'_>) {
        if row.domain.is_empty() {
            self.tally.drop_row(Dropped::Unset);
            return;
        }
        self.tally.kept += 1;
        if let (Some(contacts), Some(group)) = (&mut self.contacts, &row.group)
            && row.count > 0
        {
            let domain = self.domains.number_as_is(&row.domain);
            contacts.client(domain, row.time, self.clients.number(group), group);
        }
        let key = self
            .series
            .key(&row.domain, row.group.as_deref(), row.silence);
        self.series.add(
            key,
            self.settings.bin_width.bin_of(row.time),
            row.count,
            row.clients,
        );
    }

    fn finish(mut self) -> Result<Gathered, GatherError> {
        if self.tally.bad + self.tally.other == self.tally.rows
            && let Some(first) = self.tally.first_bad.take()
        {
            return Err(GatherError::AllBad {
                bad: self.tally.bad,
                first,
            });
        }
        let mut queries = self.queries.finish();
        let mut days = Days::default();
        self.tally.duplicates = queries
            .each(|query| days.add(query.time))
            .map_err(GatherError::Spill)?;
        let days = days.main();
        let (domains, domain_places) = self.domains.into_names().into_sorted();
        let (clients, client_places) = self.clients.into_sorted();
        let mut cells = Cells::default();
        let see = |query: Query| {
            if !days.contains(&day_of(query.time)) {
                self.tally.astray += 1;
                return;
            }
            self.tally.kept += 1;
            let place = query.client.map(|client| client_places[client as usize]);
            if let (Some(contacts), Some(client), Some(place)) =
                (&mut self.contacts, query.client, place)
            {
                contacts.client(query.domain, query.time, client, &clients[place as usize]);
            }
            let bin = self.settings.bin_width.bin_of(query.time);
            cells.add(domain_places[query.domain as usize], bin, place);
        };
        queries.each(see).map_err(GatherError::Spill)?;
        drop(queries);
        let newest = cells.newest_bin();
        let end = match self.settings.newest_bin {
            NewestBin::Drop => newest,
            NewestBin::Keep => newest.map(|bin| bin.saturating_add(1)),
        };
        let mut visits = Vec::new();
        cells.each(|domain, bin, count, asked| {
            if end.is_some_and(|end| bin >= end) {
                return;
            }
            let domain = &domains[domain as usize];
            visits.extend(asked.iter().map(|&client| Visit {
                domain: Arc::clone(domain),
                bin,
                client: Arc::clone(&clients[client as usize]),
            }));
            let key = self.series.key(domain, None, Silence::IsZero);
            let distinct = Some(asked.len() as u64).filter(|&distinct| distinct > 0);
            self.series.add(key, bin, count, distinct);
        });
        let table = self.series.finish(end)?;
        self.tally.series = table.series().len() as u64;
        self.tally.bins = table.total_bins();
        Ok(Gathered {
            table,
            visits,
            contacts: self
                .contacts
                .map(|contacts| contacts.finish(domains, &domain_places, clients, &client_places)),
            tally: self.tally,
        })
    }
}
