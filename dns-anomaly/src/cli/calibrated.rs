//! Arguments of mode `calibrated`, for the commands that have it.
//!
//! In: arguments. Out: [`CalibratedSettings`].

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dns_anomaly::{BinWidth, CalibratedSettings, Judged, SlotRule};

use super::priors;

#[derive(Debug, Clone, Args)]
pub(super) struct CalibratedArguments {
    /// Mode calibrated: time from the start of a window to that of the next; a window unless given
    #[arg(long)]
    step: Option<BinWidth>,
    /// Mode calibrated: references lie whole multiples of this before a window; a day unless given
    #[arg(long)]
    every: Option<BinWidth>,
    /// Mode calibrated: how far back references may start
    #[arg(long, default_value = "4w")]
    history: BinWidth,
    /// Mode calibrated, and the trend of mode deck: how bins are told apart by the time of the week
    #[arg(long, value_enum)]
    slots: Option<SlotName>,
    /// Mode calibrated, and the trend of mode deck: hours from UTC to the time of those who ask, for the slots of the week
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(i8).range(-14..=14))]
    shift_hours: i8,
    /// Mode calibrated: share of false discoveries to be borne
    #[arg(long, default_value_t = 0.05)]
    fdr: f64,
}

/// Which windows are judged, for commands that look back.
#[derive(Debug, Clone, Args)]
pub(super) struct LatestArguments {
    /// Mode calibrated: judge only so many windows, the latest of each series
    #[arg(long, value_name = "WINDOWS")]
    latest: Option<u32>,
}

impl LatestArguments {
    /// The windows these arguments ask for.
    pub(super) fn judged(&self) -> Judged {
        self.latest.map_or(Judged::All, Judged::Latest)
    }
}

/// What is looked at more closely; `detect` and `explain` share these.
#[derive(Debug, Clone, Args)]
pub(super) struct SearchArguments {
    #[command(flatten)]
    latest: LatestArguments,
    /// Mode calibrated: sample the model for the strangest window of the strangest series, as many as this share of all
    /// and at least a hundred; 0 for none
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    second_pass: f64,
    /// Mode calibrated: clients and addresses with more than this share of a window's names tie no campaign together
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    popular: f64,
    /// Mode calibrated: priors that `detect --save-priors` wrote, in place of what these series show
    #[arg(long, value_name = "FILE")]
    priors: Option<PathBuf>,
}

impl SearchArguments {
    /// The same settings with what these arguments ask for.
    pub(super) fn add_to(
        &self,
        settings: CalibratedSettings,
    ) -> anyhow::Result<CalibratedSettings> {
        let settings = settings
            .with_judged(self.latest.judged())
            .with_second_pass(self.second_pass);
        Ok(match &self.priors {
            Some(path) => settings.with_population(priors::read(path)?),
            None => settings,
        })
    }

    /// The share of names from which on a client or address is popular.
    pub(super) fn popular(&self) -> f64 {
        self.popular
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SlotName {
    /// Weekday and weekend, day and night
    Week,
    /// All bins alike
    None,
}

impl CalibratedArguments {
    /// The share of false discoveries to be borne.
    pub(super) fn fdr(&self) -> f64 {
        self.fdr
    }

    /// Time from the start of a window to that of the next, if given.
    pub(super) fn step(&self) -> Option<BinWidth> {
        self.step
    }

    /// How bins are told apart, if that was asked for.
    pub(super) fn slots(&self) -> Option<SlotRule> {
        let week = SlotRule::Week {
            shift_hours: self.shift_hours,
        };
        match self.slots {
            Some(SlotName::Week) => Some(week),
            Some(SlotName::None) => Some(SlotRule::None),
            None => (self.shift_hours != 0).then_some(week),
        }
    }

    /// The settings these arguments ask for.
    pub(super) fn settings(
        &self,
        window: BinWidth,
        seed: u64,
        threads: Option<usize>,
    ) -> CalibratedSettings {
        let mut settings = CalibratedSettings::default()
            .with_window(window)
            .with_history(self.history)
            .with_false_discovery_rate(self.fdr)
            .with_seed(seed);
        if let Some(step) = self.step {
            settings = settings.with_step(step);
        }
        if let Some(every) = self.every {
            settings = settings.with_period(every);
        }
        if let Some(slots) = self.slots() {
            settings = settings.with_slots(slots);
        }
        if let Some(threads) = threads {
            settings = settings.with_threads(threads);
        }
        settings
    }
}
