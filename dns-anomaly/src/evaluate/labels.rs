//! Reads labelled windows: stretches of time in which a series is known to be anomalous.
//!
//! In: JSON, `{"file.csv": [["2015-03-03 23:32:53", "2015-03-06 12:27:53"], …]}`, as the Numenta Anomaly Benchmark
//! writes them. Out: [`Labels`] by series name; a folder before the file's name is dropped.

use std::collections::HashMap;

use crate::calibrated::ScoredWindow;
use crate::series::SeriesTable;
use crate::timestamp::{Timestamp, TimestampError};

/// Labelled stretches of time by series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    by_series: HashMap<String, Vec<(Timestamp, Timestamp)>>,
}

/// Labels that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// Not JSON, or not of the form expected.
    #[error("labels must be an object of lists of pairs of times: {0}")]
    Form(#[from] serde_json::Error),
    /// Not a time.
    #[error(transparent)]
    Time(#[from] TimestampError),
}

impl Labels {
    /// Reads labels.
    ///
    /// # Errors
    /// When the text is no such JSON.
    ///
    /// ```
    /// use dns_anomaly::Labels;
    ///
    /// let labels = Labels::from_json(r#"{"a/b.csv": [["2015-03-03 23:32:53.000000", "2015-03-06 12:27:53"]]}"#)?;
    /// assert_eq!(labels.of("b.csv").len(), 1);
    /// # Ok::<(), dns_anomaly::LabelError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, LabelError> {
        let read: HashMap<String, Vec<(String, String)>> = serde_json::from_str(text)?;
        let mut by_series = HashMap::new();
        for (name, stretches) in read {
            let stretches: Result<Vec<_>, TimestampError> = stretches
                .iter()
                .map(|(start, end)| Ok((start.parse()?, end.parse()?)))
                .collect();
            by_series.insert(file_name(&name).to_owned(), stretches?);
        }
        Ok(Self { by_series })
    }

    /// Start and end of the labelled stretches of a series.
    pub fn of(&self, series: &str) -> &[(Timestamp, Timestamp)] {
        self.by_series.get(series).map_or(&[], Vec::as_slice)
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.by_series.is_empty()
    }

    /// Whether a window overlaps a labelled stretch of its series.
    pub(super) fn touch(&self, table: &SeriesTable, window: &ScoredWindow) -> bool {
        let series = &table.series()[window.series];
        let width = table.width();
        self.of(series.domain()).iter().any(|&(start, end)| {
            width.bin_of(start) < window.end_bin && window.first_bin <= width.bin_of(end)
        })
    }
}

/// What follows the last slash.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
