//! Collects the counts of many series at once.
//!
//! In: counts for (domain, group, bin), in any order; those of a series in time order are packed as they come. Out: a
//! [`SeriesTable`], sorted by domain and group, gaps filled at the end.

use std::collections::HashMap;
use std::sync::Arc;

use super::packed::PackedBins;
use super::{BusyBin, Series, SeriesError, SeriesTable};
use crate::bin_width::BinWidth;
use crate::names::Names;
use crate::record::Silence;

/// A year of 10-second bins; more is a broken timestamp rather than a history.
const MAXIMUM_BINS: u64 = 3_200_000;

/// Collects cells and fills the gaps at the end.
#[derive(Debug, Clone)]
pub(crate) struct SeriesBuilder {
    width: BinWidth,
    domains: Names,
    groups: Names,
    keys: HashMap<(u32, Option<u32>), u32>,
    /// The names of the last key given out: tables mostly have a series' rows together.
    recent: Option<Recent>,
    growing: Vec<Growing>,
    /// Cells that came after later ones, by key.
    late: Vec<(u32, BusyBin)>,
}

#[derive(Debug, Clone, Copy)]
struct Recent {
    domain: u32,
    group: Option<u32>,
    key: u32,
}

/// A series as it grows.
#[derive(Debug, Clone)]
struct Growing {
    silence: Silence,
    /// First and last bin observed, busy or not; none before the first cell.
    observed: Option<(i64, i64)>,
    packed: PackedBins,
    /// The newest busy bin, which may still grow.
    newest: Option<BusyBin>,
}

impl SeriesBuilder {
    pub(crate) fn new(width: BinWidth) -> Self {
        Self {
            width,
            domains: Names::default(),
            groups: Names::default(),
            keys: HashMap::new(),
            recent: None,
            growing: Vec::new(),
            late: Vec::new(),
        }
    }

    /// The number under which cells of this domain and group are added; at least one must follow.
    pub(crate) fn key(&mut self, domain: &str, group: Option<&str>, silence: Silence) -> u32 {
        let recent = self.recent.filter(|recent| {
            let group_of = |number| &**self.groups.text(number);
            &**self.domains.text(recent.domain) == domain && recent.group.map(group_of) == group
        });
        let recent = recent.unwrap_or_else(|| self.find(domain, group, silence));
        self.recent = Some(recent);
        if silence == Silence::IsZero {
            // A key met in both kinds of input follows the one that says more.
            self.growing[recent.key as usize].silence = silence;
        }
        recent.key
    }

    fn find(&mut self, domain: &str, group: Option<&str>, silence: Silence) -> Recent {
        let domain = self.domains.number(domain);
        let group = group.map(|group| self.groups.number(group));
        let next = u32::try_from(self.growing.len())
            .expect("no more keys than names, which are fewer than 2^32");
        let key = *self.keys.entry((domain, group)).or_insert(next);
        if key == next {
            self.growing.push(Growing {
                silence,
                observed: None,
                packed: PackedBins::new(0),
                newest: None,
            });
        }
        Recent { domain, group, key }
    }

    /// Adds to the count of one bin; a count of zero still says the bin was observed.
    pub(crate) fn add(&mut self, key: u32, bin: i64, count: u64, clients: Option<u64>) {
        let cell = BusyBin {
            bin,
            count,
            clients,
        };
        if !self.growing[key as usize].take(cell) {
            self.late.push((key, cell));
        }
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
        self.late.sort_by_key(|(key, cell)| (*key, cell.bin));
        let mut series = Vec::with_capacity(order.len());
        for (domain, group, key) in order {
            let start = self.late.partition_point(|late| late.0 < key);
            let length = self.late[start..].partition_point(|late| late.0 <= key);
            let growing = &mut self.growing[key as usize];
            let end_bin = match growing.silence {
                Silence::IsZero => open_end,
                Silence::IsMissing => None,
            };
            let domain = Arc::clone(&domains[domain as usize]);
            let group = group.map(|group| Arc::clone(&groups[group as usize]));
            let late = &self.late[start..start + length];
            series.push(growing.finish(domain, group, late, end_bin)?);
        }
        Ok(SeriesTable {
            width: self.width,
            series,
        })
    }

    /// The newest bin of the series that do not end by themselves.
    fn newest_open_bin(&self) -> Option<i64> {
        let is_open = |growing: &&Growing| growing.silence == Silence::IsZero;
        let observed = self.growing.iter().filter(is_open);
        observed
            .filter_map(|growing| growing.observed)
            .map(|(_, last)| last)
            .max()
    }
}

impl Growing {
    /// Takes a cell in, unless it comes late or does not fit the bin's count.
    fn take(&mut self, cell: BusyBin) -> bool {
        let bin = cell.bin;
        if let Some((first, last)) = &mut self.observed {
            (*first, *last) = (bin.min(*first), bin.max(*last));
        } else {
            self.observed = Some((bin, bin));
            self.packed = PackedBins::new(bin);
        }
        if cell.count == 0 {
            return true;
        }
        match &mut self.newest {
            Some(newest) if newest.bin == bin => return add(newest, &cell),
            Some(newest) if newest.bin > bin => return false,
            Some(newest) => self.packed.push(std::mem::replace(newest, cell)),
            None if bin < self.packed.start() => return false,
            None => self.newest = Some(cell),
        }
        true
    }

    /// The series, `late` cells in time order among the others, all before `end_bin`.
    fn finish(
        &mut self,
        domain: Arc<str>,
        group: Option<Arc<str>>,
        late: &[(u32, BusyBin)],
        end_bin: Option<i64>,
    ) -> Result<Series, SeriesError> {
        let (first, last) = self.observed.expect("a key exists only with a cell");
        let end = end_bin.unwrap_or(last.saturating_add(1));
        let bins = end.abs_diff(first);
        if bins > MAXIMUM_BINS {
            return Err(SeriesError::TooManyBins {
                domain: domain.to_string(),
                bins,
                maximum: MAXIMUM_BINS,
            });
        }
        let mut packed = std::mem::replace(&mut self.packed, PackedBins::new(0));
        if let Some(newest) = self.newest.take() {
            packed.push(newest);
        }
        if late.is_empty() && packed.start() == first {
            packed.shrink();
        } else {
            let merged = merge(&packed, late).map_err(|bin| SeriesError::CountOverflow {
                domain: domain.to_string(),
                bin,
            })?;
            packed = PackedBins::of(first, &merged);
        }
        Ok(Series::kept(domain, group, first..end, packed))
    }
}

/// All cells in time order, one a bin; or the bin whose counts add up to more than 64 bits hold.
fn merge(packed: &PackedBins, late: &[(u32, BusyBin)]) -> Result<Vec<BusyBin>, i64> {
    let mut cells: Vec<BusyBin> = packed.iter().collect();
    cells.extend(late.iter().map(|(_, cell)| *cell));
    cells.sort_by_key(|cell| cell.bin);
    let mut merged: Vec<BusyBin> = Vec::with_capacity(cells.len());
    for cell in cells {
        match merged.last_mut() {
            Some(last) if last.bin == cell.bin => {
                if !add(last, &cell) {
                    return Err(cell.bin);
                }
            }
            _ => merged.push(cell),
        }
    }
    Ok(merged)
}

/// Adds a cell to another of its bin; false, and nothing is changed, when the count would overflow.
fn add(bin: &mut BusyBin, cell: &BusyBin) -> bool {
    let Some(count) = bin.count.checked_add(cell.count) else {
        return false;
    };
    bin.count = count;
    bin.clients = bin
        .clients
        .zip(cell.clients)
        .map(|(left, right)| left.saturating_add(right));
    true
}
