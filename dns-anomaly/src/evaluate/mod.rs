//! Measures detection: whether p-values keep their promise, what is found of labels, what is found of planted campaigns.
//!
//! In: series, labels if there are any, settings of both modes. Out: an [`Evaluation`].
//!
//! `valued` and `labels` read labelled data; `calibration` counts small p-values among windows without label; `accuracy`
//! scores windows against labels; `plant` adds campaigns to real series and `power` counts how many are found; `campaigns` counts
//! names of simulated campaigns.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "numbers of bins and windows are far below 2^32, and planted counts are small"
)]

mod accuracy;
mod calibration;
mod campaigns;
mod labels;
mod plant;
mod power;
mod valued;

pub use self::accuracy::Accuracy;
pub use self::calibration::CalibrationRow;
pub use self::campaigns::{CampaignRate, campaign_rate, planted_names};
pub use self::labels::{LabelError, Labels};
pub use self::plant::{Plant, Strength};
pub use self::power::PowerRow;
pub use self::valued::{ValuedError, is_valued, read_valued};

use crate::calibrated::{CalibratedSettings, Population, Scored};
use crate::detect::{DetectError, DetectSettings};
use crate::series::SeriesTable;

/// What to measure, and with which settings.
#[derive(Debug, Clone)]
pub struct EvaluateSettings {
    /// How mode `calibrated` judges.
    pub calibrated: CalibratedSettings,
    /// How mode `deck` judges.
    pub deck: DetectSettings,
    /// Series that campaigns are planted into, for each kind and strength; 0 plants none.
    pub planted: usize,
}

/// What was measured.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Windows whose p-values were looked at.
    pub windows: usize,
    /// Shares of small p-values.
    pub calibration: Vec<CalibrationRow>,
    /// Scores against labels, when there are any.
    pub accuracy: Option<Accuracy>,
    /// Detection rates of planted campaigns.
    pub power: Vec<PowerRow>,
    /// What was expected of a series before it was seen.
    pub population: Population,
}

/// Measures detection on a table.
///
/// # Errors
/// When a setting does not fit the bins, or a model cannot be sampled.
///
/// ```
/// use dns_anomaly::simulate::{SimulationSettings, simulate, write_counts};
/// use dns_anomaly::{
///     CalibratedSettings, DetectSettings, EvaluateSettings, GatherSettings, Labels, Source, evaluate, gather,
/// };
///
/// let traffic = simulate(&SimulationSettings::default().with_domains(60).with_campaigns(0))?;
/// let mut counts = Vec::new();
/// write_counts(&traffic, &mut counts)?;
/// let table = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?.table;
/// let settings = EvaluateSettings {
///     calibrated: CalibratedSettings::default(),
///     deck: DetectSettings::default(),
///     planted: 0,
/// };
/// let evaluation = evaluate(&table, &Labels::default(), &settings)?;
/// assert_eq!(evaluation.calibration[0].level, 0.05);
/// assert!(evaluation.windows > 1_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(
    table: &SeriesTable,
    labels: &Labels,
    settings: &EvaluateSettings,
) -> Result<Evaluation, DetectError> {
    let scored = Scored::new(table, &settings.calibrated)?;
    let unlabelled: Vec<_> = scored
        .windows()
        .filter(|window| !labels.touch(table, window))
        .collect();
    Ok(Evaluation {
        windows: unlabelled.len(),
        calibration: calibration::shares(&unlabelled),
        accuracy: accuracy::accuracy(table, &scored, labels, settings),
        power: power::power(table, &scored, settings)?,
        population: scored.population(),
    })
}
