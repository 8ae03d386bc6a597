//! Builds one series of counts for each domain.
//!
//! In: counts for (domain, group, bin), in any order. Out: a [`SeriesTable`], sorted by domain and group.
//!
//! A series starts at the domain's first sighting: silence before it is not a count of zero. It ends with the newest
//! bin of the whole input, because a domain nobody asked for any more has zeros, not missing values.
//! Only busy bins are stored, packed, so memory follows what was seen, not domains × bins.

mod builder;
mod packed;

use std::ops::Range;
use std::sync::Arc;

use crate::bin_width::BinWidth;
use crate::record::Silence;

pub(crate) use self::builder::SeriesBuilder;
pub use self::packed::BusyBins;
use self::packed::PackedBins;
pub(crate) use self::packed::UnpackedBins;

/// The counts of one domain (or one requester group of it), bin by bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    domain: Arc<str>,
    group: Option<Arc<str>>,
    bins: usize,
    /// They start with the series.
    busy: PackedBins,
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
        let first = self.busy.start();
        first..first.saturating_add_unsigned(self.bins as u64)
    }

    /// The bins with at least one query, in time order.
    pub fn busy(&self) -> BusyBins<'_> {
        self.busy.iter()
    }

    /// Counts of all bins in time order, zeros filled in; index 0 is the bin `bins().start`.
    pub fn counts(&self) -> Vec<u64> {
        let mut busy = self.busy().peekable();
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
        let first_bin = self.busy.start();
        let (domain, group) = self.key();
        Self::kept(
            Arc::clone(domain),
            group.cloned(),
            first_bin..end_bin,
            PackedBins::of(first_bin, &busy),
        )
    }

    /// The series as it was before `end_bin`.
    pub(crate) fn until(&self, end_bin: i64) -> Self {
        self.with_busy(self.busy_in(i64::MIN..end_bin).collect(), end_bin)
    }

    /// A series of which only the bins from some time on are kept.
    pub(crate) fn kept(
        domain: Arc<str>,
        group: Option<Arc<str>>,
        bins: Range<i64>,
        busy: PackedBins,
    ) -> Self {
        Self {
            domain,
            group,
            bins: usize::try_from(bins.end - bins.start).unwrap_or(0),
            busy,
        }
    }

    /// A series of `bins` whose bins are packed as [`Self::packed`] has them; nothing if they are not.
    pub(crate) fn from_packed(
        domain: Arc<str>,
        group: Option<Arc<str>>,
        bins: Range<i64>,
        packed: &[u8],
    ) -> Option<Self> {
        // Their number must be one.
        usize::try_from(bins.end.checked_sub(bins.start)?).ok()?;
        let busy = PackedBins::from_bytes(bins.start, bins.end, packed.to_vec())?;
        Some(Self::kept(domain, group, bins, busy))
    }

    /// A series that starts with its first bin to come.
    pub(crate) fn starting(domain: Arc<str>, group: Option<Arc<str>>, first_bin: i64) -> Self {
        Self::kept(
            domain,
            group,
            first_bin..first_bin,
            PackedBins::new(first_bin),
        )
    }

    /// Adds later bins and goes on to `end_bin`.
    pub(crate) fn append(&mut self, busy: &[BusyBin], end_bin: i64) {
        self.busy.reserve(busy.len());
        for &bin in busy {
            self.busy.push(bin);
        }
        self.bins = usize::try_from(end_bin - self.busy.start()).unwrap_or(0);
    }

    /// Drops the counts before `bin`; the series starts where it did.
    pub(crate) fn forget_before(&mut self, bin: i64) {
        if self.busy().next().is_some_and(|busy| busy.bin < bin) {
            let kept: Vec<BusyBin> = self.busy_in(bin..i64::MAX).collect();
            self.busy = PackedBins::of(self.busy.start(), &kept);
        }
    }

    /// The busy bins in `bins`, unpacked from the first on: who asks often takes [`Self::unpacked`].
    pub(crate) fn busy_in(&self, bins: Range<i64>) -> impl Iterator<Item = BusyBin> {
        self.busy()
            .skip_while(move |busy| busy.bin < bins.start)
            .take_while(move |busy| busy.bin < bins.end)
    }

    /// The busy bins, to be asked for often.
    pub(crate) fn unpacked(&self) -> UnpackedBins {
        UnpackedBins::of(&self.busy)
    }

    /// The busy bins as bytes.
    pub(crate) fn packed(&self) -> &[u8] {
        self.busy.bytes()
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
        self.busy()
            .fold(0, |total: u64, busy| total.saturating_add(busy.count))
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

#[cfg(test)]
mod tests;
