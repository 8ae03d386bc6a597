//! Holds what detection is asked to do, and checks it against the bins.
//!
//! In: values with reasons for their defaults. Out: [`DetectSettings`], and a [`Plan`] in bins.

use rainier::prelude::SampleError;

use crate::bin_width::BinWidth;
use crate::model::{FitError, FitSettings, RatePrior};
use crate::threads::ThreadsError;

/// How windows are cut, compared and judged.
///
/// ```
/// use dns_anomaly::DetectSettings;
///
/// let settings = DetectSettings::default().with_seed(7).with_references(4);
/// assert_eq!(settings.false_alarm_rate(), 0.01);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DetectSettings {
    window: BinWidth,
    period: BinWidth,
    references: usize,
    minimum_count: u64,
    band: f64,
    simulations: usize,
    prior: Option<RatePrior>,
    fit: FitSettings,
    threads: Option<usize>,
}

/// Settings that cannot be followed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DetectError {
    /// A length of time is not a whole number of bins.
    #[error("{setting} must be a whole number of bins of {bin}, got {value}")]
    NotWholeBins {
        /// Name of the setting.
        setting: &'static str,
        /// Width of a bin.
        bin: BinWidth,
        /// The value given.
        value: BinWidth,
    },
    /// The period is shorter than a window.
    #[error("the period must be at least as long as the window of {window}, got {period}")]
    PeriodTooShort {
        /// Length of a window.
        window: BinWidth,
        /// The value given.
        period: BinWidth,
    },
    /// Too few references to compare with.
    #[error("the number of references must be at least {minimum}, got {references}", minimum = MINIMUM_REFERENCES)]
    TooFewReferences {
        /// The value given.
        references: usize,
    },
    /// The band is no probability.
    #[error("the band must be above 0 and below 1, got {band}")]
    Band {
        /// The value given.
        band: f64,
    },
    /// Nothing to make a band of.
    #[error("the number of simulated windows must be at least 1, got {simulations}")]
    Simulations {
        /// The value given.
        simulations: usize,
    },
    /// Windows that leave gaps between them.
    #[error("the step must be at most the window of {window}, got {step}")]
    StepTooLong {
        /// Length of a window.
        window: BinWidth,
        /// The value given.
        step: BinWidth,
    },
    /// A share is none.
    #[error("{setting} must be between 0 and 1, got {value}")]
    Share {
        /// Name of the setting.
        setting: &'static str,
        /// The value given.
        value: f64,
    },
    /// A prior given is none.
    #[error("the prior of {prior} must have parameters that are finite and above 0, got {value}")]
    Prior {
        /// What it is the prior of.
        prior: &'static str,
        /// The parameter given.
        value: f64,
    },
    /// The threads asked for cannot be had.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// A model cannot be fitted.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// The second pass cannot sample.
    #[error("the model of windows: {0}")]
    SecondPass(#[from] SampleError),
}

/// Fewer complete references than this are "insufficient history", not a verdict.
pub(super) const MINIMUM_REFERENCES: usize = 2;

/// Lengths in bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) window: i64,
    pub(super) period: i64,
    pub(super) references: usize,
}

impl Default for DetectSettings {
    /// As on the slides: windows of a day, compared with the same day of the four weeks before; the band holds the
    /// central 99 % of 10,000 simulated windows. Bins with a single query are silent, as in the data published with them.
    fn default() -> Self {
        const DAY: u32 = 86_400;
        let seconds = |seconds| BinWidth::from_seconds(seconds).unwrap_or(BinWidth::HOUR);
        Self {
            window: seconds(DAY),
            period: seconds(7 * DAY),
            references: 4,
            minimum_count: 2,
            band: 0.99,
            simulations: 10_000,
            prior: None,
            fit: FitSettings::default(),
            threads: None,
        }
    }
}

impl DetectSettings {
    /// Length of a window, a whole number of bins.
    #[must_use]
    pub fn with_window(mut self, window: BinWidth) -> Self {
        self.window = window;
        self
    }

    /// Time from a window to its nearest reference, a whole number of bins and at least a window.
    #[must_use]
    pub fn with_period(mut self, period: BinWidth) -> Self {
        self.period = period;
        self
    }

    /// Number of references of a window, at least 2.
    #[must_use]
    pub fn with_references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// Bins with fewer queries count as silent; 1 keeps all.
    #[must_use]
    pub fn with_minimum_count(mut self, minimum_count: u64) -> Self {
        self.minimum_count = minimum_count;
        self
    }

    /// Probability that the band of an innocent window holds it, in (0, 1).
    #[must_use]
    pub fn with_band(mut self, band: f64) -> Self {
        self.band = band;
        self
    }

    /// Number of windows simulated for a band, at least 1.
    #[must_use]
    pub fn with_simulations(mut self, simulations: usize) -> Self {
        self.simulations = simulations;
        self
    }

    /// A prior of the rate in place of the population's.
    #[must_use]
    pub fn with_prior(mut self, prior: RatePrior) -> Self {
        self.prior = Some(prior);
        self
    }

    /// How each reference is sampled, the seed included.
    #[must_use]
    pub fn with_fit(mut self, fit: FitSettings) -> Self {
        self.fit = fit;
        self
    }

    /// The seed all streams derive from.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.fit = self.fit.with_seed(seed);
        self
    }

    /// Number of threads; results do not depend on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// An innocent window is called an outlier at most this often.
    pub fn false_alarm_rate(&self) -> f64 {
        // Rounded, so that 1 − 0.99 prints as 0.01.
        ((1.0 - self.band) * 1e12).round() / 1e12
    }

    /// Bins with fewer queries count as silent.
    pub fn minimum_count(&self) -> u64 {
        self.minimum_count
    }

    /// Number of windows simulated for a band.
    pub fn simulations(&self) -> usize {
        self.simulations
    }

    /// The prior of the rate, unless it is the population's.
    pub fn prior(&self) -> Option<RatePrior> {
        self.prior
    }

    /// How each reference is sampled.
    pub fn fit(&self) -> &FitSettings {
        &self.fit
    }

    /// Number of threads, if one was asked for.
    pub fn threads(&self) -> Option<usize> {
        self.threads
    }

    /// Checks the settings against the width of the bins.
    pub(super) fn plan(&self, bin: BinWidth) -> Result<Plan, DetectError> {
        let in_bins = |setting, value: BinWidth| {
            if value.seconds().is_multiple_of(bin.seconds()) {
                Ok(i64::from(value.seconds() / bin.seconds()))
            } else {
                Err(DetectError::NotWholeBins {
                    setting,
                    bin,
                    value,
                })
            }
        };
        let (window, period) = (
            in_bins("the window", self.window)?,
            in_bins("the period", self.period)?,
        );
        if period < window {
            return Err(DetectError::PeriodTooShort {
                window: self.window,
                period: self.period,
            });
        }
        if self.references < MINIMUM_REFERENCES {
            return Err(DetectError::TooFewReferences {
                references: self.references,
            });
        }
        if !(self.band > 0.0 && self.band < 1.0) {
            return Err(DetectError::Band { band: self.band });
        }
        if self.simulations == 0 {
            return Err(DetectError::Simulations {
                simulations: self.simulations,
            });
        }
        Ok(Plan {
            window,
            period,
            references: self.references,
        })
    }
}
