//! Tells rows that an earlier run counted from rows that come too late.
//!
//! In: rows of bins that are complete, and how many queries each bin has ([`Counted`]). Out: two numbers of rows.
//!
//! Nothing is kept of single queries once their bin is complete. But a file read again has all queries of a bin, and a
//! late row is one of few: a bin that comes with as many queries as it has is the same bin again. So is one too old to
//! be known.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

use crate::bin_width::BinWidth;
use crate::deduplicate::{Deduplicator, Query};
use crate::record::Record;

/// How many queries complete bins have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    /// The first bin ever counted.
    pub(super) began: Option<i64>,
    /// Bins with queries, as far back as is known, in the order of time.
    pub(super) totals: Vec<(i64, u64)>,
}

impl Counted {
    /// Adds later bins.
    pub(super) fn append(&mut self, mut later: Vec<(i64, u64)>) {
        self.began = self.began.or(later.first().map(|total| total.0));
        self.totals.append(&mut later);
    }

    /// Whether a bin with so many queries may have been counted.
    fn has(&self, bin: i64, queries: u64) -> bool {
        match self.totals.binary_search_by_key(&bin, |total| total.0) {
            Ok(place) => self.totals[place].1 == queries,
            // Before all that is known, but not before all that was counted.
            Err(place) => place == 0 && self.began.is_some_and(|began| bin >= began),
        }
    }
}

/// Rows of complete bins.
#[derive(Debug, Default)]
pub(super) struct Past {
    queries: Deduplicator,
    rows: BTreeMap<i64, u64>,
    counts: BTreeMap<i64, u64>,
}

impl Past {
    /// Notes a row of a log.
    pub(super) fn see(&mut self, record: &Record<'_>, bin: i64) {
        let query = Query {
            time: record.time,
            domain: 0,
            client: None,
        };
        self.queries.see(record, query);
        *self.rows.entry(bin).or_default() += 1;
    }

    /// Notes a count.
    pub(super) fn see_count(&mut self, bin: i64, count: u64) {
        let total = self.counts.entry(bin).or_default();
        *total = total.saturating_add(count);
        *self.rows.entry(bin).or_default() += 1;
    }

    /// Rows counted before, and rows too late.
    ///
    /// # Errors
    /// When a temporary file cannot be read.
    pub(super) fn again_and_late(
        self,
        width: BinWidth,
        counted: &Counted,
    ) -> io::Result<(u64, u64)> {
        let mut counts = self.counts;
        self.queries.finish().each(|query| {
            let total = counts.entry(width.bin_of(query.time)).or_default();
            *total = total.saturating_add(1);
        })?;
        let (mut again, mut late) = (0, 0);
        for (bin, rows) in self.rows {
            if counted.has(bin, counts.get(&bin).copied().unwrap_or(0)) {
                again += rows;
            } else {
                late += rows;
            }
        }
        Ok((again, late))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_bin_is_the_same_again_and_a_few_rows_are_late() {
        let counted = Counted {
            began: Some(1),
            totals: vec![(5, 10), (6, 3)],
        };
        let of = |rows: &[(i64, u64)]| {
            let mut past = Past::default();
            for &(bin, count) in rows {
                past.see_count(bin, count);
            }
            past.again_and_late(BinWidth::HOUR, &counted).unwrap()
        };
        assert_eq!(of(&[(5, 4), (5, 6), (6, 3)]), (3, 0));
        assert_eq!(of(&[(5, 4), (6, 3)]), (1, 1));
        // Too old to be known; before all; within the known but without a query.
        assert_eq!(of(&[(1, 4)]), (1, 0));
        assert_eq!(of(&[(0, 4), (7, 1)]), (0, 2));
    }
}
