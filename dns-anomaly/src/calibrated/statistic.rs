//! Measures a window: five statistics of its counts.
//!
//! In: the busy bins of a window, sparse. Out: [`Measures`], and the [`Comparison`]s made of them.

use crate::series::BusyBin;

pub(super) use crate::detect::Direction;

/// What is measured of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Number of queries.
    Sum,
    /// Number of bins with at least one query.
    Busy,
    /// The largest count of a bin.
    Maximum,
    /// The longest run of silent bins.
    Silence,
    /// The longest run of busy bins.
    Run,
}

impl Measure {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Busy => "busy",
            Self::Maximum => "maximum",
            Self::Silence => "silence",
            Self::Run => "run",
        }
    }
}

/// The five statistics of one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measures {
    /// Number of queries; saturates.
    pub sum: u64,
    /// Number of bins with at least one query.
    pub busy: u64,
    /// The largest count of a bin.
    pub maximum: u64,
    /// The longest run of silent bins.
    pub silence: u64,
    /// The longest run of busy bins.
    pub run: u64,
}

impl Measures {
    /// Measures the window of `bins` bins from `first_bin` on, of which `busy` are busy.
    pub fn of(first_bin: i64, bins: i64, busy: &[BusyBin]) -> Self {
        let mut measures = Self::default();
        let mut next = first_bin;
        let mut run = 0;
        for bin in busy {
            let gap = bin.bin.abs_diff(next);
            run = if gap == 0 { run + 1 } else { 1 };
            next = bin.bin + 1;
            measures.sum = measures.sum.saturating_add(bin.count);
            measures.busy += 1;
            measures.maximum = measures.maximum.max(bin.count);
            measures.silence = measures.silence.max(gap);
            measures.run = measures.run.max(run);
        }
        measures.silence = measures.silence.max((first_bin + bins).abs_diff(next));
        measures
    }

    /// One of them.
    pub fn get(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Sum => self.sum,
            Measure::Busy => self.busy,
            Measure::Maximum => self.maximum,
            Measure::Silence => self.silence,
            Measure::Run => self.run,
        }
    }
}

/// A statistic and the way it may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comparison {
    /// What is measured.
    pub measure: Measure,
    /// The way that counts as extreme.
    pub direction: Direction,
}

/// Number of comparisons.
pub(super) const COMPARISONS: usize = 8;

impl Comparison {
    /// All that are made of a window. The maximum and the longest run are compared upwards only: that they are small
    /// is said by sum and silence.
    pub(super) const ALL: [Self; COMPARISONS] = [
        Self::new(Measure::Sum, Direction::More),
        Self::new(Measure::Sum, Direction::Fewer),
        Self::new(Measure::Busy, Direction::More),
        Self::new(Measure::Busy, Direction::Fewer),
        Self::new(Measure::Maximum, Direction::More),
        Self::new(Measure::Silence, Direction::More),
        Self::new(Measure::Silence, Direction::Fewer),
        Self::new(Measure::Run, Direction::More),
    ];

    const fn new(measure: Measure, direction: Direction) -> Self {
        Self { measure, direction }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_reach_to_the_edges_of_the_window() {
        let busy = [(12, 3), (13, 1), (17, 9)].map(|(bin, count)| BusyBin {
            bin,
            count,
            clients: None,
        });
        let measures = Measures::of(10, 12, &busy);
        let expected = Measures {
            sum: 13,
            busy: 3,
            maximum: 9,
            silence: 4,
            run: 2,
        };
        assert_eq!(measures, expected);
        assert_eq!(Measures::of(10, 12, &[]).silence, 12);
        assert_eq!(Measures::of(12, 2, &busy[..2]).silence, 0);
    }
}
