//! Says what came of the windows of a series.
//!
//! In: what `judge` found. Out: a [`SeriesVerdict`]: outliers with their evidence, and how many windows were judged in
//! which way.

use super::window::{Statistic, Window};

/// Which way an observation differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More than expected.
    More,
    /// Less than expected.
    Fewer,
}

impl Direction {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Fewer => "fewer",
        }
    }
}

/// The simulated range of a statistic, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Lower end: the lowest of all references.
    pub low: u64,
    /// Upper end: the highest of all references.
    pub high: u64,
}

/// Why a window is an outlier: the strongest of its comparisons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The statistic compared.
    pub statistic: Statistic,
    /// Which way it differs.
    pub direction: Direction,
    /// The value observed.
    pub observed: u64,
    /// The mean of the simulated windows of all references.
    pub expected: f64,
    /// The union of the references' bands.
    pub band: Band,
    /// Predictive probability of a value at least as extreme, for the reference that explains it best, times the number
    /// of comparisons; at most 1. With a trend, that of the trend.
    pub p: f64,
}

/// A window that no reference explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// Where and what was observed.
    pub window: Window,
    /// Why.
    pub evidence: Evidence,
    /// Number of references; with a trend, of the windows whose range it left.
    pub references: usize,
}

/// What came of the windows of one series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesVerdict {
    /// Outlier windows in time order.
    pub outliers: Vec<Outlier>,
    /// Windows compared with references.
    pub tested: usize,
    /// Of these, the ones within the range of their references.
    pub within_range: usize,
    /// Windows with too few references.
    pub insufficient_history: usize,
    /// References fitted; with a trend, slots of the windows predicted.
    pub fitted: usize,
}

impl Outlier {
    /// Observed minus expected; negative when fewer, and 0 where the expected value lies on the other side.
    pub fn excess(&self) -> f64 {
        let difference = self.evidence.observed as f64 - self.evidence.expected;
        match self.evidence.direction {
            Direction::More => difference.max(0.0),
            Direction::Fewer => difference.min(0.0),
        }
    }
}

impl SeriesVerdict {
    /// The smallest p of its windows times their number (Bonferroni), at most 1; 1 without outliers.
    pub fn p(&self) -> f64 {
        let p = self.outliers.iter().map(|outlier| outlier.evidence.p);
        p.min_by(f64::total_cmp)
            .map_or(1.0, |p| (p * self.tested as f64).min(1.0))
    }

    /// Runs of adjacent outlier windows, in time order, each with the place of its smallest p.
    pub fn episodes(&self) -> impl Iterator<Item = (&[Outlier], usize)> {
        let is_adjacent =
            |a: &Outlier, b: &Outlier| a.window.first_bin + a.window.bins == b.window.first_bin;
        self.outliers.chunk_by(is_adjacent).map(|run| {
            let smallest = |&a: &usize, &b: &usize| run[a].evidence.p.total_cmp(&run[b].evidence.p);
            (run, (0..run.len()).min_by(smallest).unwrap_or(0))
        })
    }
}
