//! Builds one series of counts for each domain.
//!
//! In: counts for (domain, group, bin), in any order. Out: a [`SeriesTable`], sorted by domain and group.
//!
//! A series starts at the domain's first sighting: silence before it is not a count of zero. It ends with the newest
//! bin of the whole input, because a domain nobody asked for any more has zeros, not missing values.
//! Only busy bins are stored, so memory follows what was seen, not domains × bins.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::bin_width::BinWidth;
use crate::names::Names;
use crate::record::Silence;

/// The counts of one domain (or one requester group of it), bin by bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    domain: Arc<str>,
    group: Option<Arc<str>>,
    first_bin: i64,
    bins: usize,
    busy: Vec<BusyBin>,
}

/// A bin in which a domain was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusyBin {
    /// Bin number, as [`BinWidth::bin_of`] counts.
    pub bin: i64,
    /// Number of queries, above zero.
    pub count: u64,
    /// Number of distinct clients, when known. From a counts table it is the sum over the rows that fell into the
    /// bin, an upper bound when rows of several intervals or groups share clients.
    pub clients: Option<u64>,
}

impl Series {
    /// The domain, or the key the input gave.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The requester group, when the input has groups.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Numbers of the bins covered, from first sighting to the end.
    pub fn bins(&self) -> Range<i64> {
        self.first_bin..self.first_bin.saturating_add_unsigned(self.bins as u64)
    }

    /// The bins with at least one query, in time order.
    pub fn busy(&self) -> &[BusyBin] {
        &self.busy
    }

    /// Counts of all bins in time order, zeros filled in; index 0 is the bin `bins().start`.
    pub fn counts(&self) -> Vec<u64> {
        let mut busy = self.busy.iter().peekable();
        self.bins()
            .map(|bin| {
                busy.next_if(|busy| busy.bin == bin)
                    .map_or(0, |busy| busy.count)
            })
            .collect()
    }

    /// The same series with other counts, ending before `end_bin`. Cells of one bin add up.
    pub(crate) fn with_busy(&self, mut cells: Vec<BusyBin>, end_bin: i64) -> Self {
        cells.sort_by_key(|bin| bin.bin);
        let mut busy: Vec<BusyBin> = Vec::with_capacity(cells.len());
        for cell in cells {
            match busy.last_mut() {
                Some(last) if last.bin == cell.bin => {
                    last.count = last.count.saturating_add(cell.count);
                }
                _ => busy.push(cell),
            }
        }
        Self {
            busy,
            bins: usize::try_from(end_bin - self.first_bin).unwrap_or(0),
            ..self.clone()
        }
    }

    /// The series as it was before `end_bin`.
    pub(crate) fn until(&self, end_bin: i64) -> Self {
        let before = self.busy.iter().filter(|bin| bin.bin < end_bin);
        self.with_busy(before.copied().collect(), end_bin)
    }

    /// A series of which only the bins from some time on are kept. `busy` is in time order, from `bins.start` on.
    pub(crate) fn kept(
        domain: Arc<str>,
        group: Option<Arc<str>>,
        bins: Range<i64>,
        busy: Vec<BusyBin>,
    ) -> Self {
        Self {
            domain,
            group,
            first_bin: bins.start,
            bins: usize::try_from(bins.end - bins.start).unwrap_or(0),
            busy,
        }
    }

    /// Adds later bins and goes on to `end_bin`.
    pub(crate) fn append(&mut self, busy: &[BusyBin], end_bin: i64) {
        // To double what is there would double the memory of all.
        self.busy.reserve_exact(busy.len());
        self.busy.extend_from_slice(busy);
        self.bins = usize::try_from(end_bin - self.first_bin).unwrap_or(0);
    }

    /// Drops the counts before `bin`; the series starts where it did.
    pub(crate) fn forget_before(&mut self, bin: i64) {
        let dropped = self.busy.partition_point(|busy| busy.bin < bin);
        self.busy.drain(..dropped);
    }

    /// The busy bins in `bins`.
    pub(crate) fn busy_in(&self, bins: Range<i64>) -> &[BusyBin] {
        let start = self.busy.partition_point(|busy| busy.bin < bins.start);
        let length = self.busy[start..].partition_point(|busy| busy.bin < bins.end);
        &self.busy[start..start + length]
    }

    /// The domain and the group, shared.
    pub(crate) fn key(&self) -> (&Arc<str>, Option<&Arc<str>>) {
        (&self.domain, self.group.as_ref())
    }

    /// The same series under another name.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self {
            domain: name.into(),
            group: None,
            ..self.clone()
        }
    }

    /// Sum of all counts. Saturates at `u64::MAX`.
    pub fn total(&self) -> u64 {
        self.busy
            .iter()
            .fold(0, |total, busy| total.saturating_add(busy.count))
    }
}

/// All series of an input, sorted by domain, then group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesTable {
    width: BinWidth,
    series: Vec<Series>,
}

impl SeriesTable {
    /// A table of series that are sorted by domain.
    pub(crate) fn of(width: BinWidth, series: Vec<Series>) -> Self {
        Self { width, series }
    }

    /// The table of counts for (domain, bin), in any order; counts of one bin add up. All series end together: before
    /// `observed_until`, or after the newest bin any of them has, whichever is later.
    ///
    /// # Errors
    /// When the counts of a bin overflow, or a series is beyond reason long.
    ///
    /// ```
    /// use dns_anomaly::{BinWidth, SeriesTable};
    ///
    /// let counts = [("example.org", 3, 5), ("example.com", 1, 2), ("example.com", 1, 1)];
    /// let table = SeriesTable::from_counts(BinWidth::HOUR, counts, None)?;
    /// assert_eq!(table.series()[0].domain(), "example.com");
    /// assert_eq!(table.series()[0].counts(), [3, 0, 0]);
    /// # Ok::<(), dns_anomaly::SeriesError>(())
    /// ```
    pub fn from_counts<D: AsRef<str>>(
        width: BinWidth,
        counts: impl IntoIterator<Item = (D, i64, u64)>,
        observed_until: Option<i64>,
    ) -> Result<Self, SeriesError> {
        let mut builder = SeriesBuilder::new(width);
        for (domain, bin, count) in counts {
            let key = builder.key(domain.as_ref(), None, Silence::IsZero);
            builder.add(key, bin, count, None);
        }
        builder.finish(observed_until)
    }

    /// The series, to be changed; they stay sorted.
    pub(crate) fn series_mut(&mut self) -> &mut Vec<Series> {
        &mut self.series
    }

    /// The width of the bins.
    pub fn width(&self) -> BinWidth {
        self.width
    }

    /// The place of a domain's series, or that of one of its groups.
    pub(crate) fn place(&self, domain: &str, group: Option<&str>) -> Option<usize> {
        let key = |series: &Series| (series.domain(), series.group()).cmp(&(domain, group));
        self.series.binary_search_by(key).ok()
    }

    /// The series, sorted by domain, then group.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// Number of bins in all series together.
    pub fn total_bins(&self) -> u64 {
        self.series.iter().map(|series| series.bins as u64).sum()
    }
}

/// A series that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// The counts of one bin add up to more than 64 bits hold.
    #[error(
        "counts of `{domain}` must add up to less than 2^64 in each bin, but those of bin {bin} do not"
    )]
    CountOverflow {
        /// Whose counts.
        domain: String,
        /// Bin number.
        bin: i64,
    },
    /// One timestamp far from the others stretches a series beyond reason.
    #[error(
        "a series must have at most {maximum} bins, but `{domain}` covers {bins}: a timestamp is wrong or the bin too narrow"
    )]
    TooManyBins {
        /// Whose series.
        domain: String,
        /// Number of bins it would have.
        bins: u64,
        /// The limit.
        maximum: u64,
    },
}

/// A year of 10-second bins; more is a broken timestamp rather than a history.
const MAXIMUM_BINS: u64 = 3_200_000;

#[derive(Debug, Clone, Copy)]
struct Cell {
    key: u32,
    bin: i64,
    count: u64,
    clients: Option<u64>,
}

/// Collects cells and fills the gaps at the end.
#[derive(Debug, Clone)]
pub(crate) struct SeriesBuilder {
    width: BinWidth,
    domains: Names,
    groups: Names,
    keys: HashMap<(u32, Option<u32>), u32>,
    silences: Vec<Silence>,
    cells: Vec<Cell>,
}

impl SeriesBuilder {
    pub(crate) fn new(width: BinWidth) -> Self {
        Self {
            width,
            domains: Names::default(),
            groups: Names::default(),
            keys: HashMap::new(),
            silences: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// The number under which cells of this domain and group are added; at least one must follow.
    pub(crate) fn key(&mut self, domain: &str, group: Option<&str>, silence: Silence) -> u32 {
        let pair = (
            self.domains.number(domain),
            group.map(|group| self.groups.number(group)),
        );
        let next = u32::try_from(self.silences.len())
            .expect("no more keys than names, which are fewer than 2^32");
        let key = *self.keys.entry(pair).or_insert(next);
        if key == next {
            self.silences.push(silence);
        } else if silence == Silence::IsZero {
            // A key met in both kinds of input follows the one that says more.
            self.silences[key as usize] = silence;
        }
        key
    }

    /// Adds to the count of one bin; a count of zero still says the bin was observed.
    pub(crate) fn add(&mut self, key: u32, bin: i64, count: u64, clients: Option<u64>) {
        self.cells.push(Cell {
            key,
            bin,
            count,
            clients,
        });
    }

    /// Sums cells, sorts series and fills gaps. Open series (those whose silence is zero) all end together: before
    /// `observed_until`, or after the newest bin any of them has, whichever is later.
    pub(crate) fn finish(
        mut self,
        observed_until: Option<i64>,
    ) -> Result<SeriesTable, SeriesError> {
        let after_newest = self.newest_open_bin().map(|bin| bin.saturating_add(1));
        let open_end = observed_until.max(after_newest);
        let (domains, domain_places) = self.domains.into_sorted();
        let (groups, group_places) = self.groups.into_sorted();
        let mut order: Vec<(u32, Option<u32>, u32)> = self
            .keys
            .iter()
            .map(|(&(domain, group), &key)| {
                (
                    domain_places[domain as usize],
                    group.map(|group| group_places[group as usize]),
                    key,
                )
            })
            .collect();
        order.sort_unstable();
        self.cells.sort_unstable_by_key(|cell| (cell.key, cell.bin));
        let mut series = Vec::with_capacity(order.len());
        for (domain, group, key) in order {
            let start = self.cells.partition_point(|cell| cell.key < key);
            let end = self.cells.partition_point(|cell| cell.key <= key);
            let end_bin = match self.silences[key as usize] {
                Silence::IsZero => open_end,
                Silence::IsMissing => None,
            };
            let domain = Arc::clone(&domains[domain as usize]);
            let group = group.map(|group| Arc::clone(&groups[group as usize]));
            series.push(fill(domain, group, &self.cells[start..end], end_bin)?);
        }
        Ok(SeriesTable {
            width: self.width,
            series,
        })
    }

    /// The newest bin of the series that do not end by themselves.
    fn newest_open_bin(&self) -> Option<i64> {
        let is_open = |cell: &&Cell| self.silences[cell.key as usize] == Silence::IsZero;
        self.cells.iter().filter(is_open).map(|cell| cell.bin).max()
    }
}

/// One series out of its cells in time order, at least one, all before `end_bin`.
fn fill(
    domain: Arc<str>,
    group: Option<Arc<str>>,
    cells: &[Cell],
    end_bin: Option<i64>,
) -> Result<Series, SeriesError> {
    let (first, last) = cells
        .first()
        .zip(cells.last())
        .expect("a key exists only with a cell");
    let end = end_bin.unwrap_or(last.bin.saturating_add(1));
    let bins = end.abs_diff(first.bin);
    if bins > MAXIMUM_BINS {
        return Err(SeriesError::TooManyBins {
            domain: domain.to_string(),
            bins,
            maximum: MAXIMUM_BINS,
        });
    }
    let mut busy: Vec<BusyBin> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.count > 0) {
        match busy.last_mut() {
            Some(last) if last.bin == cell.bin => {
                last.count = last.count.checked_add(cell.count).ok_or_else(|| {
                    SeriesError::CountOverflow {
                        domain: domain.to_string(),
                        bin: cell.bin,
                    }
                })?;
                last.clients = last
                    .clients
                    .zip(cell.clients)
                    .map(|(left, right)| left.saturating_add(right));
            }
            _ => busy.push(BusyBin {
                bin: cell.bin,
                count: cell.count,
                clients: cell.clients,
            }),
        }
    }
    let bins = usize::try_from(bins).expect("checked against the limit above");
    Ok(Series {
        domain,
        group,
        first_bin: first.bin,
        bins,
        busy,
    })
}

#[cfg(test)]
mod tests;
