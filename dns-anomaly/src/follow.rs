//! Counts a log's queries as it grows, and gives each bin's counts when the bin is over.
//!
//! In: a [`Tail`], and the time whenever the caller wants: there is no clock here. Out: a [`CountRow`] for each domain
//! and bin, the same as reading the whole file later would give, as long as rows come within the grace.

use crate::cells::Cells;
use crate::deduplicate::{Deduplicator, Query};
use crate::domain_numbers::DomainNumbers;
use crate::gather::{BadRows, GatherSettings};
use crate::names::Names;
use crate::read::{LineError, ReadError, Tail};
use crate::record::{CountRow, Entry, Record, Silence};
use crate::tally::Tally;
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

/// A log followed, and the bins that are not over yet.
///
/// ```
/// use dns_anomaly::{Follower, GatherSettings, Timestamp};
///
/// let path = std::env::temp_dir().join(format!("dns-anomaly-follow-{}.log", std::process::id()));
/// std::fs::write(&path, "#fields\tts\tquery\n10\twww.a.example\n20\ta.example\n")?;
/// let mut follower = Follower::new(&path, GatherSettings::default());
/// let minute = |minute: i64| Timestamp::from_microseconds(minute * 60_000_000);
/// assert!(follower.poll(minute(59))?.is_empty());
/// let closed = follower.poll(minute(62))?;
/// assert_eq!((&*closed[0].domain, closed[0].count), ("a.example", 2));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Follower {
    tail: Tail,
    open: OpenBins,
}

/// How long after a bin's end its rows may still be written: servers write in batches.
const GRACE: i64 = 60 * MICROSECONDS_PER_SECOND;

impl Follower {
    /// Will follow the file at `path`. Of the settings, those of the newest bin do not matter: no bin is given early.
    pub fn new(path: impl Into<std::path::PathBuf>, settings: GatherSettings) -> Self {
        Self {
            tail: Tail::new(path, settings.read().clone()),
            open: OpenBins {
                domains: DomainNumbers::new(settings.naming()),
                clients: Names::default(),
                // Bins that are over are taken out, which must be at hand.
                queries: Deduplicator::default().with_limit(usize::MAX),
                counted: Vec::new(),
                closed: i64::MIN,
                now: Timestamp::from_microseconds(i64::MIN),
                tally: Tally::default(),
                settings,
            },
        }
    }

    /// Reads what was written since the last time and gives the counts of the bins that are over at `now`, by time and
    /// then by domain.
    ///
    /// A row more than a bin ahead of `now` is of a wrong clock, and one of a bin given out already comes too late:
    /// the tally counts both and nothing else does. Ready counts, in a table that grows, are handed on at once.
    ///
    /// # Errors
    /// As [`read`](crate::read()), and under [`BadRows::Refuse`] for any bad row.
    pub fn poll(&mut self, now: Timestamp) -> Result<Vec<CountRow<'static>>, ReadError> {
        let Self { tail, open } = self;
        open.now = now;
        tail.poll(&mut |line| open.receive(line))?;
        Ok(open.close())
    }

    /// What became of the rows so far.
    pub fn tally(&self) -> &Tally {
        &self.open.tally
    }
}

#[derive(Debug)]
struct OpenBins {
    settings: GatherSettings,
    domains: DomainNumbers,
    clients: Names,
    queries: Deduplicator,
    /// Rows that came as counts.
    counted: Vec<CountRow<'static>>,
    /// Bins below this one were given out.
    closed: i64,
    now: Timestamp,
    tally: Tally,
}

impl OpenBins {
    fn receive(&mut self, line: Result<Entry<'_>, LineError>) -> Result<(), LineError> {
        self.tally.rows += 1;
        match (line, self.settings.bad_rows()) {
            (Ok(Entry::Query(record)), _) => self.add(&record),
            (Ok(Entry::Count(row)), _) => {
                self.tally.kept += 1;
                self.counted.push(row.into_owned());
            }
            (Ok(Entry::Other), _) => self.tally.other += 1,
            (Err(error), BadRows::Count) => self.tally.bad_row(error),
            (Err(error), BadRows::Refuse) => return Err(error),
        }
        Ok(())
    }

    fn add(&mut self, record: &Record<'_>) {
        self.tally.ambiguous += u64::from(record.is_time_ambiguous);
        let width = self.settings.bin_width();
        let bin = width.bin_of(record.time);
        if bin < self.closed {
            self.tally.late += 1;
            return;
        }
        if bin > width.bin_of(self.now).saturating_add(1) {
            self.tally.future += 1;
            return;
        }
        match self.domains.asked_for(record) {
            Ok(domain) => {
                let query = Query::of(record, domain, &mut self.clients);
                self.queries.see(record, query);
            }
            Err(reason) => self.tally.drop_row(reason),
        }
    }

    /// Takes out the bins that are over.
    fn close(&mut self) -> Vec<CountRow<'static>> {
        let width = self.settings.bin_width();
        let over = Timestamp::from_microseconds(self.now.microseconds().saturating_sub(GRACE));
        self.closed = self.closed.max(width.bin_of(over));
        let (queries, duplicates) = self.queries.take_before(width.start_of(self.closed));
        self.tally.duplicates += duplicates;
        self.tally.kept += queries.len() as u64;
        let mut cells = Cells::default();
        for query in queries {
            cells.add(query.domain, width.bin_of(query.time), query.client);
        }
        let mut rows = std::mem::take(&mut self.counted);
        cells.each(|domain, bin, count, asked| {
            rows.push(CountRow {
                domain: self.domains.text(domain).to_string().into(),
                group: None,
                time: width.start_of(bin),
                count,
                clients: Some(asked.len() as u64).filter(|clients| *clients > 0),
                silence: Silence::IsZero,
            });
        });
        rows.sort_by(|left, right| (left.time, &left.domain).cmp(&(right.time, &right.domain)));
        if self.queries.is_empty() {
            // Nothing refers to a number any more: memory follows the names of the bins that are open.
            self.domains = DomainNumbers::new(self.settings.naming());
            self.clients = Names::default();
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::path::{Path, PathBuf};

    use super::*;

    /// A folder of its own for each test, gone at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn log(&self) -> PathBuf {
            self.0.join("dns.log")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn append(path: &Path, text: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_microseconds(seconds * MICROSECONDS_PER_SECOND)
    }

    /// Domain, start of the bin in seconds, count.
    fn poll(follower: &mut Follower, seconds: i64) -> Vec<(String, i64, u64)> {
        let rows = follower.poll(at(seconds)).unwrap();
        rows.into_iter()
            .map(|row| {
                let start = row.time.microseconds() / MICROSECONDS_PER_SECOND;
                (row.domain.into_owned(), start, row.count)
            })
            .collect()
    }

    const HEADER: &str = "#fields\tts\tuid\tquery\n";

    #[test]
    fn a_bin_is_given_once_when_it_is_over_and_lines_may_come_in_pieces() {
        let folder = Folder::new("follow-pieces");
        let mut follower = Follower::new(folder.log(), GatherSettings::default());
        assert_eq!(poll(&mut follower, 10), []);
        append(&folder.log(), HEADER);
        append(&folder.log(), "10\tC1\ta.exam");
        assert_eq!(poll(&mut follower, 20), []);
        append(
            &folder.log(),
            "ple\n10.5\tC1\ta.example\n3700\tC2\tb.example\n",
        );
        assert_eq!(poll(&mut follower, 3_650), []);
        let expected = [("a.example".to_owned(), 0, 1)];
        assert_eq!(poll(&mut follower, 3_660), expected);
        assert_eq!(poll(&mut follower, 3_661), []);
        let expected = [("b.example".to_owned(), 3_600, 1)];
        assert_eq!(poll(&mut follower, 7_300), expected);
        assert_eq!((follower.tally().kept, follower.tally().duplicates), (2, 1));
    }

    #[test]
    fn a_file_renamed_away_is_read_to_its_end_before_the_new_one() {
        let folder = Folder::new("follow-renamed");
        let mut follower = Follower::new(folder.log(), GatherSettings::default());
        append(&folder.log(), &format!("{HEADER}1\tC1\ta.example\n"));
        poll(&mut follower, 5);
        append(&folder.log(), "2\tC2\ta.example\n3\tC3\ta.example");
        fs::rename(folder.log(), folder.0.join("dns.log.1")).unwrap();
        assert_eq!(poll(&mut follower, 6), []);
        append(&folder.log(), "#fields\tquery\tts\tuid\na.example\t4\tC4\n");
        let expected = [("a.example".to_owned(), 0, 4)];
        assert_eq!(poll(&mut follower, 3_700), expected);
    }

    #[test]
    fn a_file_cut_down_is_read_from_its_start() {
        let folder = Folder::new("follow-cut");
        let mut follower = Follower::new(folder.log(), GatherSettings::default());
        append(
            &folder.log(),
            &format!("{HEADER}1\tC1\ta.example\n2\tC2\ta.example\n"),
        );
        poll(&mut follower, 5);
        fs::write(folder.log(), format!("{HEADER}3\tC3\ta.example\n")).unwrap();
        let expected = [("a.example".to_owned(), 0, 3)];
        assert_eq!(poll(&mut follower, 3_700), expected);
    }

    #[test]
    fn late_rows_and_rows_of_a_wrong_clock_are_told_and_counted_nowhere() {
        let folder = Folder::new("follow-late");
        let mut follower = Follower::new(folder.log(), GatherSettings::default());
        append(
            &folder.log(),
            &format!("{HEADER}1\tC1\ta.example\n99999999\tC2\ta.example\n"),
        );
        assert_eq!(poll(&mut follower, 3_700).len(), 1);
        append(&folder.log(), "2\tC3\ta.example\n");
        assert_eq!(poll(&mut follower, 7_300), []);
        let tally = follower.tally();
        assert_eq!((tally.late, tally.future, tally.kept), (1, 1, 1));
    }
}
