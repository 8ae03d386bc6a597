//! Judges a table and keeps what led to the verdicts, for whoever asks about one name.
//!
//! In: series and settings. Out: a [`CalibratedDetection`], and an [`Explanation`](super::Explanation) of any series.

use std::sync::Arc;

use super::explanation::{Explainer, Explanation};
use super::layout::Layout;
use super::rank::{CalibratedDetection, rank};
use super::score::{Levels, Scores, score};
use super::second_pass::look_again;
use super::settings::CalibratedSettings;
use crate::detect::DetectError;
use crate::gather::Visit;
use crate::series::SeriesTable;
use crate::stages::StageTimes;

/// A table with a verdict on the windows of every series.
///
/// ```
/// use dns_anomaly::simulate::{SimulationSettings, simulate, write_counts};
/// use dns_anomaly::{CalibratedSettings, GatherSettings, JudgedTable, Source, gather};
///
/// let traffic = simulate(&SimulationSettings::default().with_domains(60).with_campaigns(1).with_seed(3))?;
/// let mut counts = Vec::new();
/// write_counts(&traffic, &mut counts)?;
/// let gathered = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?;
/// let judged = JudgedTable::new(&gathered.table, &gathered.visits, &CalibratedSettings::default())?;
/// let best = &judged.detection().domains[0];
/// let explanation = judged.explain(&best.domain, None).ok_or("it is in the table")?;
/// let peak = explanation.window_at(best.episodes[0].peak_bin).ok_or("it was judged")?;
/// let verdict = peak.verdict.as_ref().ok_or("it was judged")?;
/// assert_eq!(verdict.p, best.episodes[0].p);
/// assert!(verdict.band.low <= verdict.band.median && verdict.band.median <= verdict.band.high);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JudgedTable<'a> {
    table: &'a SeriesTable,
    seed: u64,
    layout: Layout,
    scores: Scores,
    detection: CalibratedDetection,
    stages: StageTimes,
}

impl<'a> JudgedTable<'a> {
    /// Judges all series, as [`detect_calibrated`](super::detect_calibrated) does.
    ///
    /// # Errors
    /// As [`detect_calibrated`](super::detect_calibrated).
    pub fn new(
        table: &'a SeriesTable,
        visits: &[Visit],
        settings: &CalibratedSettings,
    ) -> Result<Self, DetectError> {
        let layout = settings.layout(table.width())?;
        let levels = Levels::default();
        let mut stages = StageTimes::default();
        let scores = score(table, settings, &layout, levels, &mut stages)?;
        let mut detection = stages.time("ranking", || {
            rank(table, visits, &scores, settings, &layout, levels)
        });
        stages.time("second pass", || {
            look_again(table, &scores, settings, &layout, levels, &mut detection)
        })?;
        Ok(Self {
            table,
            seed: settings.seed(),
            layout,
            scores,
            detection,
            stages,
        })
    }

    /// What was found.
    pub fn detection(&self) -> &CalibratedDetection {
        &self.detection
    }

    /// How long each stage took.
    pub fn stages(&self) -> &StageTimes {
        &self.stages
    }

    /// All windows of one series and what the model makes of them; `None` when there is no such series.
    pub fn explain(&self, domain: &str, group: Option<&str>) -> Option<Explanation> {
        let place = self.table.place(domain, group)?;
        let series = &self.table.series()[place];
        let mut explainer = Explainer::new(&self.layout, &self.scores, self.seed);
        Some(Explanation {
            domain: Arc::from(domain),
            group: group.map(Arc::from),
            windows: explainer.windows(place, series),
        })
    }

    /// What was found, without what led there.
    pub fn into_detection(self) -> CalibratedDetection {
        self.detection
    }
}
