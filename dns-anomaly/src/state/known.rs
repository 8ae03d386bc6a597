//! Holds each name's bins and what was learned of it.
//!
//! In: counts of complete bins, in the order of time. Out: series for a verdict, one for each name not forgotten.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::level::Streak;
use super::trend::Trend;
use crate::series::{BusyBin, Series, SeriesTable};

/// One name of a state.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub(super) series: &'a Series,
    pub(super) facts: &'a Facts,
}

impl<'a> Known<'a> {
    /// Its counts as far back as they are kept. It starts when the name was first seen.
    pub fn series(&self) -> &'a Series {
        self.series
    }

    /// The last bin it was asked for in.
    pub fn last_seen(&self) -> i64 {
        self.facts.last_seen
    }

    /// How much it is asked for; nothing until a window has gone by.
    pub fn trend(&self) -> Option<Trend> {
        self.facts.trend
    }

    /// The bin from which on it has its present level, if ever a change was accepted.
    pub fn level_since(&self) -> Option<i64> {
        self.facts.level_since
    }

    /// Windows in a row that were off in one direction.
    pub fn windows_off(&self) -> u32 {
        self.facts.streak.map_or(0, |streak| streak.windows)
    }
}

/// What was learned of a name besides its counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) last_seen: i64,
    pub(super) trend: Option<Trend>,
    pub(super) streak: Option<Streak>,
    pub(super) level_since: Option<i64>,
}

/// All names, sorted; the facts of each at its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Names {
    pub(super) table: SeriesTable,
    pub(super) facts: Vec<Facts>,
}

impl Names {
    /// Adds the bins `bins` of `counts`, whose series start in the first of them at the earliest; all names go on to the
    /// end of `bins`.
    pub(super) fn append(&mut self, counts: &SeriesTable, bins: std::ops::Range<i64>) {
        let known = std::mem::take(self.table.series_mut());
        let facts = std::mem::take(&mut self.facts);
        let mut known = known.into_iter().zip(facts).peekable();
        let mut added = counts.series().iter().peekable();
        loop {
            let order = match (known.peek(), added.peek()) {
                (Some((known, _)), Some(added)) => known.key().cmp(&added.key()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => break,
            };
            let added = if order.is_ge() { added.next() } else { None };
            let busy: Vec<BusyBin> =
                added.map_or_else(Vec::new, |added| added.busy_in(bins.clone()).collect());
            let (mut series, mut facts) = if order.is_le() {
                known.next().expect("one was peeked at")
            } else {
                let added = added.expect("one was peeked at");
                let start = added.bins().start;
                // A name forgotten since comes back with its next query.
                let first = if bins.contains(&start) {
                    Some(start)
                } else {
                    busy.first().map(|bin| bin.bin)
                };
                let Some(first) = first else {
                    continue;
                };
                let (domain, group) = added.key();
                let domain = Arc::clone(domain);
                (
                    Series::starting(domain, group.cloned(), first),
                    Facts::new(first),
                )
            };
            if let Some(last) = busy.last() {
                facts.last_seen = last.bin;
            }
            series.append(&busy, bins.end);
            self.table.series_mut().push(series);
            self.facts.push(facts);
        }
    }

    /// Drops names last asked for before `bin`, and says how many they were.
    pub(super) fn forget_silent_since(&mut self, bin: i64) -> usize {
        let before = self.facts.len();
        let mut is_kept = self.facts.iter().map(|facts| facts.last_seen >= bin);
        self.table
            .series_mut()
            .retain(|_| is_kept.next().unwrap_or(true));
        self.facts.retain(|facts| facts.last_seen >= bin);
        before - self.facts.len()
    }

    /// Drops counts before `bin`.
    pub(super) fn forget_before(&mut self, bin: i64) {
        for series in self.table.series_mut() {
            series.forget_before(bin);
        }
    }

    /// The names with what is known of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Known<'_>> {
        let both = self.table.series().iter().zip(&self.facts);
        both.map(|(series, facts)| Known { series, facts })
    }
}

impl Facts {
    fn new(first_bin: i64) -> Self {
        Self {
            last_seen: first_bin,
            trend: None,
            streak: None,
            level_since: None,
        }
    }
}
