//! Says what the passes did, for `explain`.
//!
//! In: facts noted on the way. Out: one sentence each.

use std::fmt;

/// Something a pass replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    /// A condition on data alone parts the rows of `rows`.
    Parted { rows: String },
    /// Products of a parameters' part and a data part over the rows of `rows`.
    Separated { rows: String },
    /// A square of a line with data coefficients, now a triangular factor of this order.
    Squared {
        rows: String,
        order: usize,
        grouped: bool,
    },
    /// A sum over the groups that look-ups by `keys` make.
    Grouped { rows: String, keys: Vec<String> },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parted { rows } => {
                write!(f, "rows of {rows:?}: parted by a condition on data alone")
            }
            Self::Separated { rows } => write!(
                f,
                "rows of {rows:?}: sums of data stand for products of data and parameters"
            ),
            Self::Squared {
                rows,
                order,
                grouped,
            } => {
                let number = if *grouped { "one per group" } else { "one" };
                write!(
                    f,
                    "rows of {rows:?}: a triangular factor of order {order}, {number}, stands for a sum of squares"
                )
            }
            Self::Grouped { rows, keys } => write!(
                f,
                "rows of {rows:?}: one row for each group of equal {}",
                keys.join(", ")
            ),
        }
    }
}
