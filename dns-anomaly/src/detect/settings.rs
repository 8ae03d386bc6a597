//! Holds what detection is asked to do, and checks it against the bins.
//!
//! In: values with reasons for their defaults. Out: [`DetectSettings`], and a [`Plan`] in bins.

use rainier::prelude::SampleError;

use crate::bin_width::BinWidth;
use crate::model::{FitError, FitSettings, RatePrior};
use crate::slots::SlotRule;
use crate::threads::ThreadsError;

/// What a window is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Reference {
    /// The same place in earlier periods, each by itself: a window is an outlier when none of them explains it. On the
    /// slides these are four weeks, the default.
    #[default]
    Periods,
    /// What all windows before it lead to expect: the probability of silence and the rate fitted to moving averages, one
    /// for each slot of the week (see [`DetectSettings::with_slots`]), which outliers do not move. After as many outliers
    /// in a row as a window has references, the trend begins anew with them.
    Trend {
        /// The weight of what was known before a window, above 0 and below 1. The talk's table has 0.75, where some four
        /// windows count, and 0.9, where some ten do.
        weight: f64,
    },
}

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
    reference: Reference,
    slots: Option<SlotRule>,
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
    /// A trend by slots whose windows hold too many of them.
    #[error("with a trend by slots of the week the window must be at most a day, got {window}")]
    TrendWindowTooLong {
        /// Length of a window.
        window: BinWidth,
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

const DAY: u32 = 86_400;

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
        let seconds = |seconds| BinWidth::from_seconds(seconds).unwrap_or(BinWidth::HOUR);
        Self {
            window: seconds(DAY),
            period: seconds(7 * DAY),
            references: 4,
            reference: Reference::Periods,
            slots: None,
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

    /// Number of references of a window, at least 2. With a trend, so many windows of its kind must have been seen.
    #[must_use]
    pub fn with_references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// What a window is compared with.
    ///
    /// ```
    /// use dns_anomaly::{BinWidth, DetectSettings, Reference, SeriesTable, detect};
    ///
    /// // Each day like the others, but for the last.
    /// let count = |hour: i64| u64::from(hour % 24 == 9) * 5 + 30 * u64::from(hour > 350);
    /// let counts = (0..15 * 24).map(|hour| ("example.com", hour, count(hour)));
    /// let table = SeriesTable::from_counts(BinWidth::HOUR, counts, None)?;
    /// let settings = DetectSettings::default().with_reference(Reference::Trend { weight: 0.9 });
    /// let detection = detect(&table, &[], &settings)?;
    /// // Four weekdays and four days of the weekend must have been seen; the four weeks before have not.
    /// assert_eq!((detection.tested, detection.outliers), (7, 1));
    /// assert_eq!(detect(&table, &[], &DetectSettings::default())?.tested, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_reference(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }

    /// How a trend tells bins apart by the time of the week. Unless set, by the slots of the week in UTC where bins are
    /// half a day or less. With slots, the window of a trend is at most a day.
    #[must_use]
    pub fn with_slots(mut self, slots: SlotRule) -> Self {
        self.slots = Some(slots);
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

    /// What a window is compared with.
    pub fn reference(&self) -> Reference {
        self.reference
    }

    /// How a trend tells bins of this width apart.
    pub fn slots(&self, bin: BinWidth) -> SlotRule {
        self.slots.unwrap_or_else(|| SlotRule::for_bins_of(bin))
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
        if let Reference::Trend { weight } = self.reference {
            if !(weight > 0.0 && weight < 1.0) {
                return Err(DetectError::Share {
                    setting: "the weight of a trend",
                    value: weight,
                });
            }
            let has_slots = self.slots(bin) != SlotRule::None;
            if has_slots && self.window.seconds() > DAY {
                return Err(DetectError::TrendWindowTooLong {
                    window: self.window,
                });
            }
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
