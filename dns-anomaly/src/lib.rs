//! Finds outlier windows in DNS traffic with Bayesian zero-inflated models.
//!
//! record → clean → series → model → window → rank: [`gather`] turns logs or counts tables into one zero-filled series
//! for each domain, [`fit_series`] fits the talk's Bayesian model to each, [`detect`] finds the windows that the same
//! place in previous periods does not explain. [`detect_calibrated`] does the same with error rates it keeps, and
//! [`find_campaigns`] joins names that stand out together. Beside them, [`croston`] gives point forecasts of intermittent
//! series and [`simulate`] makes traffic with known campaigns.
//!
//! ```
//! use dns_anomaly::{GatherSettings, Source, croston, gather};
//!
//! let counts = "domain,timestamp,count\nexample.com,0,2\nexample.com,10800,1\n";
//! let gathered = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?;
//! let counts = gathered.table.series()[0].counts();
//! assert_eq!(counts, [2, 0, 0, 1]);
//!
//! let demand: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
//! let state = croston::Classic::default().forecast(&demand)?;
//! assert!(state.rate() > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The binary of the same name wraps these calls; it alone writes to the terminal.

mod answers;
mod astray;
mod bin_width;
mod calibrated;
mod campaign;
mod cells;
mod contacts;
mod count_model;
pub mod croston;
mod deduplicate;
mod detect;
mod domain;
mod domain_numbers;
mod ecs;
mod evaluate;
mod explain;
mod fit;
mod follow;
mod gather;
mod hash;
mod identity;
mod model;
mod names;
mod read;
mod record;
#[cfg(feature = "svg")]
mod report;
mod series;
pub mod simulate;
mod slots;
mod spelling;
mod spill;
mod stages;
mod state;
mod tally;
mod threads;
mod timestamp;

pub use crate::answers::Answers;
pub use crate::bin_width::{BinWidth, BinWidthError};
pub use crate::calibrated::{
    BetaPrior, CalibratedDetection, CalibratedDomain, CalibratedEpisode, CalibratedSettings,
    Calibration, Category, Discovery, DomainEpisode, DomainWindow, DomainWindows, Driver,
    ExplainedPart, ExplainedVerdict, ExplainedWindow, Explanation, FittedLevel, FittedModel,
    FittedSlot, GammaPrior, Judged, JudgedTable, LogNormalPrior, Measure, Measures, Newcomer,
    Population, PredictedBand, Sampled, SecondPass, StrangeWindow, Stratum, StratumCalibration,
    detect_calibrated,
};
pub use crate::campaign::{
    CampaignMember, CampaignSettings, Cause, FoundCampaign, SharedItem, TieKind, find_campaigns,
};
pub use crate::contacts::Contacts;
pub use crate::count_model::{
    Choice, ChoiceError, CompiledCountModel, CountFit, CountModel, Rival, choose_model,
};
pub use crate::detect::{
    Band, DetectError, DetectSettings, Detection, Direction, Episode, Evidence, Outlier,
    RankedDomain, Reference, SeriesVerdict, Spread, Statistic, Statistics, Window, detect,
    judge_series,
};
pub use crate::domain::{Dropped, Naming, clean_name};
pub use crate::ecs::ecs_document;
pub use crate::evaluate::{
    Accuracy, CalibrationRow, CampaignRate, EvaluateSettings, Evaluation, LabelError, Labels,
    Plant, PowerRow, Strength, ValuedError, campaign_rate, evaluate, is_valued, planted_names,
    read_valued,
};
#[cfg(feature = "svg")]
pub use crate::explain::history_svg;
pub use crate::explain::{Asker, Dossier, ExplainError, Inquiry, UnknownName, find_name};
pub use crate::fit::{
    FitSeriesError, choose_models, fit_model, fit_series, population_prior, stream_key,
    summarise_series,
};
pub use crate::follow::Follower;
pub use crate::gather::{BadRows, GatherError, GatherSettings, Gathered, NewestBin, Visit, gather};
pub use crate::model::{FitError, FitSettings, RatePrior, ZipDraw, ZipFit, ZipModel};
pub use crate::read::{
    CountRule, Format, FormatError, LineError, LineProblem, ReadError, ReadSettings, Receiver,
    Source, Tail, read,
};
pub use crate::record::{CountRow, Entry, Record, Silence};
#[cfg(feature = "svg")]
pub use crate::report::Report;
pub use crate::series::{BusyBin, BusyBins, Series, SeriesError, SeriesTable};
pub use crate::slots::SlotRule;
pub use crate::stages::StageTimes;
pub use crate::state::{
    FolderError, Known, LevelChange, State, StateBytesError, StateFolder, StateSettings, Trend,
    UpdateError, Updated, WindowsOver,
};
pub use crate::tally::Tally;
pub use crate::threads::ThreadsError;
pub use crate::timestamp::{Timestamp, TimestampError};

/// The program of `docs/dns.md` is compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/dns.md")]
mod guide {}
