//! States how fast a workload must be.
//!
//! In: nanoseconds of a gradient and of its reference. Out: how much of the bar they use up.

use std::fmt;

/// The most a value with its gradient may take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bar {
    /// So many times what the reference takes, and nanoseconds on top.
    TimesReference { factor: f64, plus: f64 },
    /// So many nanoseconds in all.
    Nanoseconds(f64),
    /// So many nanoseconds a row.
    PerRow { nanoseconds: f64, rows: usize },
    /// So many nanoseconds a lane.
    PerLane { nanoseconds: f64, lanes: usize },
}

impl Bar {
    /// `ours` as a multiple of the bar: met up to 1.
    pub(crate) fn used(self, ours: f64, reference: f64) -> f64 {
        let most = match self {
            Self::TimesReference { factor, plus } => factor * reference + plus,
            Self::Nanoseconds(nanoseconds) => nanoseconds,
            Self::PerRow { nanoseconds, rows } => nanoseconds * rows as f64,
            Self::PerLane { nanoseconds, lanes } => nanoseconds * lanes as f64,
        };
        ours / most
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimesReference { factor, plus: 0.0 } => write!(formatter, "{factor} × by hand"),
            Self::TimesReference { factor, plus } => {
                write!(formatter, "{factor} × by hand + {plus} ns")
            }
            Self::Nanoseconds(nanoseconds) => write!(formatter, "{nanoseconds} ns"),
            Self::PerRow { nanoseconds, .. } => write!(formatter, "{nanoseconds} ns/row"),
            Self::PerLane { nanoseconds, .. } => write!(formatter, "{nanoseconds} ns/lane"),
        }
    }
}
