//! Holds what a state is kept for, and tells a state that was kept for something else.
//!
//! In: how files are read and windows judged, how long silent names are known, when a new level is accepted. Out:
//! [`StateSettings`], and the same as text, to be kept with the state.

use crate::bin_width::BinWidth;
use crate::calibrated::{CalibratedSettings, Reach};
use crate::campaign::CampaignSettings;
use crate::detect::DetectError;
use crate::domain::Naming;
use crate::gather::GatherSettings;

/// What a state is kept for.
#[derive(Debug, Clone, PartialEq)]
pub struct StateSettings {
    gather: GatherSettings,
    calibrated: CalibratedSettings,
    forget_after: BinWidth,
    accept_after: u32,
    campaigns: Option<CampaignSettings>,
}

impl Default for StateSettings {
    /// Names are forgotten after 30 days of silence, as in the talk's table; three days off are a new level: one day is
    /// an event and two may be a long one.
    fn default() -> Self {
        Self {
            gather: GatherSettings::default(),
            calibrated: CalibratedSettings::default(),
            forget_after: BinWidth::from_seconds(30 * 86_400).unwrap_or(BinWidth::HOUR),
            accept_after: 3,
            campaigns: None,
        }
    }
}

impl StateSettings {
    /// How files are read and counted.
    #[must_use]
    pub fn with_gather(mut self, gather: GatherSettings) -> Self {
        self.gather = gather;
        self
    }

    /// How windows are judged. Each is, once, when it is complete: which are asked for does not matter.
    #[must_use]
    pub fn with_calibrated(mut self, calibrated: CalibratedSettings) -> Self {
        self.calibrated = calibrated;
        self
    }

    /// How long a name must be silent to be forgotten; it is new when it comes back.
    #[must_use]
    pub fn with_forget_after(mut self, silence: BinWidth) -> Self {
        self.forget_after = silence;
        self
    }

    /// How many windows in a row, without overlap, must be off in one direction to be the new level; at least 2 make
    /// sense, since after 1 there would be nothing left to compare with.
    #[must_use]
    pub fn with_accept_after(mut self, windows: u32) -> Self {
        self.accept_after = windows.max(2);
        self
    }

    /// Looks for campaigns in each window; unless asked for, none are. It may differ from run to run.
    #[must_use]
    pub fn with_campaigns(mut self, campaigns: CampaignSettings) -> Self {
        self.campaigns = Some(campaigns);
        self
    }

    pub(super) fn gather(&self) -> &GatherSettings {
        &self.gather
    }

    pub(super) fn calibrated(&self) -> &CalibratedSettings {
        &self.calibrated
    }

    pub(super) fn accept_after(&self) -> u32 {
        self.accept_after
    }

    pub(super) fn campaigns(&self) -> Option<&CampaignSettings> {
        self.campaigns.as_ref()
    }

    /// In bins, rounded up.
    pub(super) fn forget_after(&self) -> i64 {
        let bin = self.gather.bin_width().seconds();
        i64::from(self.forget_after.seconds().div_ceil(bin))
    }

    /// # Errors
    /// When the windows do not fit the bins.
    pub(super) fn reach(&self) -> Result<Reach, DetectError> {
        Reach::of(&self.calibrated, self.gather.bin_width())
    }

    /// All that verdicts depend on and that must not change from run to run.
    pub(super) fn as_text(&self) -> Result<Vec<(String, String)>, DetectError> {
        let mut text = vec![
            ("bin", self.gather.bin_width().to_string()),
            (
                "naming",
                match self.gather.naming() {
                    Naming::Registrable => "registrable domains".to_owned(),
                    Naming::Full => "full names".to_owned(),
                },
            ),
            ("forget-after", self.forget_after.to_string()),
            ("accept-after", self.accept_after.to_string()),
        ];
        text.extend(self.calibrated.as_text(self.gather.bin_width())?);
        Ok(text
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect())
    }
}
