//! Says why a plot cannot be drawn.
//!
//! In: a setting out of range or a sample without finite values. Out: [`PlotError`].

use std::fmt;

/// Why a plot could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// Nothing to draw: there are no values, or none is finite.
    #[error("a plot must have at least one finite value, got none among {count}")]
    NoFiniteValue {
        /// How many values came.
        count: usize,
    },
    /// A size is too small to show anything, or too large for any terminal.
    #[error("{setting} must be between {least} and {most}, got {value}")]
    Size {
        /// The setting.
        setting: Setting,
        /// Its least value.
        least: usize,
        /// Its largest value.
        most: usize,
        /// What it was set to.
        value: usize,
    },
    /// There is no character to mark a cell with.
    #[error("markers must have at least one character, got none")]
    NoMarkers,
    /// A picture could not be drawn.
    #[cfg(feature = "svg")]
    #[error("a picture must be drawn, got: {reason}")]
    Drawing {
        /// What the drawing library said.
        reason: String,
    },
    /// A trace has no parameter of that name.
    #[cfg(feature = "trace")]
    #[error("parameter must be one of {known}; got {name}")]
    NoSuchParameter {
        /// The name asked for.
        name: String,
        /// The first names there are.
        known: String,
    },
    /// The sampler has no energies.
    #[cfg(feature = "trace")]
    #[error("energies must be recorded with the draws, got a trace of a sampler without")]
    NoEnergies,
}

/// A size that a plot can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Rows of cells.
    Rows,
    /// Columns of cells.
    Columns,
    /// Characters for a label of the horizontal axis.
    XLabelWidth,
    /// Characters for a label of the vertical axis.
    YLabelWidth,
    /// Rows from one label to the next.
    YLabelEvery,
    /// Width of a picture in pixels.
    Width,
    /// Height of a picture in pixels.
    Height,
}

impl Setting {
    /// An error unless the value is from `least` to `most`.
    pub(crate) fn check(self, value: usize, least: usize, most: usize) -> Result<(), PlotError> {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        Err(PlotError::Size {
            setting: self,
            least,
            most,
            value,
        })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::XLabelWidth => "x label width",
            Self::YLabelWidth => "y label width",
            Self::YLabelEvery => "y label every",
            Self::Width => "width",
            Self::Height => "height",
        })
    }
}
