//! Cuts series into windows and measures them.
//!
//! In: a series and a plan in bins. Out: [`Window`]s with their [`Statistics`], and for each its references. Windows
//! are aligned to the epoch, so that two runs over different files have the same edges, and do not overlap.

use super::settings::{MINIMUM_REFERENCES, Plan};
use crate::series::Series;

/// What is measured of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statistic {
    /// Number of queries.
    Sum,
    /// Number of bins with at least one query.
    Busy,
}

impl Statistic {
    /// All of them, in the order of [`Statistics`].
    pub const ALL: [Self; 2] = [Self::Sum, Self::Busy];

    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Busy => "busy",
        }
    }
}

/// The statistics of one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    values: [u64; 2],
}

impl Statistics {
    /// Measures counts.
    pub fn of(counts: &[u64]) -> Self {
        let sum = counts
            .iter()
            .fold(0, |sum: u64, &count| sum.saturating_add(count));
        let busy = counts.iter().filter(|&&count| count > 0).count() as u64;
        Self {
            values: [sum, busy],
        }
    }

    /// One of them.
    pub fn get(&self, statistic: Statistic) -> u64 {
        self.values[statistic as usize]
    }
}

/// A run of consecutive bins of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Number of its first bin.
    pub first_bin: i64,
    /// Number of bins.
    pub bins: i64,
    /// What was observed in it.
    pub observed: Statistics,
}

/// The windows of one series and what they are compared with.
#[derive(Debug)]
pub(super) struct Windows<'a> {
    plan: Plan,
    first_bin: i64,
    counts: &'a [u64],
}

impl<'a> Windows<'a> {
    /// `counts` are those of `series`.
    pub(super) fn new(series: &Series, counts: &'a [u64], plan: Plan) -> Self {
        Self {
            plan,
            first_bin: series.bins().start,
            counts,
        }
    }

    /// All windows that lie wholly within the series, in time order.
    pub(super) fn all(&self) -> impl Iterator<Item = Window> + use<'_, 'a> {
        let length = self.plan.window;
        // The first multiple of the length not before the series.
        let first = -(-self.first_bin).div_euclid(length) * length;
        (0..)
            .map(move |index: i64| first + index * length)
            .map_while(|first_bin| self.at(first_bin))
    }

    /// The references of a window, nearest first; fewer than the minimum are none.
    pub(super) fn references(&self, window: Window) -> Vec<Window> {
        let references: Vec<Window> = (1..=self.plan.references as i64)
            .filter_map(|age| self.at(window.first_bin - age * self.plan.period))
            .collect();
        if references.len() < MINIMUM_REFERENCES {
            Vec::new()
        } else {
            references
        }
    }

    /// The counts of a window.
    pub(super) fn counts(&self, window: Window) -> &'a [u64] {
        self.slice(window.first_bin).unwrap_or(&[])
    }

    fn at(&self, first_bin: i64) -> Option<Window> {
        let counts = self.slice(first_bin)?;
        Some(Window {
            first_bin,
            bins: self.plan.window,
            observed: Statistics::of(counts),
        })
    }

    fn slice(&self, first_bin: i64) -> Option<&'a [u64]> {
        let start = usize::try_from(first_bin.checked_sub(self.first_bin)?).ok()?;
        let length = usize::try_from(self.plan.window).ok()?;
        self.counts.get(start..start.checked_add(length)?)
    }
}
