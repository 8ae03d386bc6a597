//! Holds what calibrated detection is asked to do, and checks it against the bins.
//!
//! In: values with reasons for their defaults. Out: [`CalibratedSettings`], and a [`Layout`] in bins.

use super::layout::Layout;
use super::population::Population;
use crate::bin_width::BinWidth;
use crate::detect::DetectError;
use crate::slots::SlotRule;

/// Which windows get a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Judged {
    /// All with enough history: to look back over an archive. The default.
    #[default]
    All,
    /// The latest of each series, so many; a sample of series is judged further back, to calibrate.
    Latest(u32),
}

/// How windows are cut, compared and judged by mode `calibrated`.
///
/// ```
/// use dns_anomaly::CalibratedSettings;
///
/// let settings = CalibratedSettings::default().with_seed(7).with_false_discovery_rate(0.1);
/// assert_eq!(settings.false_discovery_rate(), 0.1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedSettings {
    window: BinWidth,
    step: Option<BinWidth>,
    period: Option<BinWidth>,
    history: BinWidth,
    slots: Option<SlotRule>,
    judged: Judged,
    population: Option<Population>,
    false_discovery_rate: f64,
    second_pass: f64,
    seed: u64,
    threads: Option<usize>,
}

impl Default for CalibratedSettings {
    /// Windows of a day, compared with the days of the same kind (weekday or weekend) of the four weeks before: 20 or 8
    /// references say more than the talk's 4.
    fn default() -> Self {
        const DAY: u32 = 86_400;
        let seconds = |seconds| BinWidth::from_seconds(seconds).unwrap_or(BinWidth::HOUR);
        Self {
            window: seconds(DAY),
            step: None,
            period: None,
            history: seconds(28 * DAY),
            slots: None,
            judged: Judged::All,
            population: None,
            false_discovery_rate: 0.05,
            second_pass: 0.01,
            seed: 1,
            threads: None,
        }
    }
}

impl CalibratedSettings {
    /// Length of a window, a whole number of bins.
    #[must_use]
    pub fn with_window(mut self, window: BinWidth) -> Self {
        self.window = window;
        self
    }

    /// From the start of a window to that of the next, at most a window; unless set, a window. Windows that overlap
    /// are judged by e-values.
    #[must_use]
    pub fn with_step(mut self, step: BinWidth) -> Self {
        self.step = Some(step);
        self
    }

    /// References lie whole periods before a window. Unless set, a day, or for longer windows their length in days.
    #[must_use]
    pub fn with_period(mut self, period: BinWidth) -> Self {
        self.period = Some(period);
        self
    }

    /// How far back references may start.
    #[must_use]
    pub fn with_history(mut self, history: BinWidth) -> Self {
        self.history = history;
        self
    }

    /// How bins are told apart by the time of the week. Unless set, by the slots of the week in UTC where bins are
    /// half a day or less.
    #[must_use]
    pub fn with_slots(mut self, slots: SlotRule) -> Self {
        self.slots = Some(slots);
        self
    }

    /// Which windows get a verdict.
    #[must_use]
    pub fn with_judged(mut self, judged: Judged) -> Self {
        self.judged = judged;
        self
    }

    /// A population learned earlier, in place of what these series show.
    #[must_use]
    pub fn with_population(mut self, population: Population) -> Self {
        self.population = Some(population);
        self
    }

    /// The share of false discoveries to be borne, in (0, 1).
    #[must_use]
    pub fn with_false_discovery_rate(mut self, rate: f64) -> Self {
        self.false_discovery_rate = rate;
        self
    }

    /// How many domains the second pass looks at, as a share of all series in [0, 1]: the best of those that stand out,
    /// at least a hundred; 0 for no second pass. The default is 0.01.
    #[must_use]
    pub fn with_second_pass(mut self, share: f64) -> Self {
        self.second_pass = share;
        self
    }

    /// The seed all streams derive from.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Number of threads; results do not depend on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The share of false discoveries to be borne.
    pub fn false_discovery_rate(&self) -> f64 {
        self.false_discovery_rate
    }

    pub(super) fn second_pass(&self) -> f64 {
        self.second_pass
    }

    pub(super) fn judged(&self) -> Judged {
        self.judged
    }

    pub(super) fn population(&self) -> Option<Population> {
        self.population
    }

    /// Time between windows.
    pub(crate) fn stretch(&self) -> BinWidth {
        self.step.unwrap_or(self.window)
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn threads(&self) -> Option<usize> {
        self.threads
    }

    /// What verdicts depend on, by the names of the command line.
    pub(crate) fn as_text(
        &self,
        bin: BinWidth,
    ) -> Result<[(&'static str, String); 6], DetectError> {
        let layout = self.layout(bin)?;
        let width = |bins: i64| {
            let seconds = bins as u64 * u64::from(bin.seconds());
            u32::try_from(seconds)
                .ok()
                .and_then(|seconds| BinWidth::from_seconds(seconds).ok())
                .map_or(format!("{seconds}s"), |width| width.to_string())
        };
        Ok([
            ("window", width(layout.window)),
            ("step", width(layout.step)),
            ("every", width(layout.period)),
            ("history", width(layout.history)),
            ("slots", self.slots_for(bin).to_string()),
            ("seed", self.seed.to_string()),
        ])
    }

    /// All settings that results depend on, by name, as they apply to bins of this width: what was left to its default
    /// is written out.
    ///
    /// # Errors
    /// As [`detect_calibrated`](super::detect_calibrated).
    pub fn echo(&self, bin: BinWidth) -> Result<Vec<(&'static str, String)>, DetectError> {
        let mut echo = vec![("bin", bin.to_string())];
        echo.extend(self.as_text(bin)?);
        let latest = match self.judged {
            Judged::All => "all".to_owned(),
            Judged::Latest(count) => count.to_string(),
        };
        echo.push(("latest", latest));
        let priors = match self.population {
            Some(_) => "given",
            None => "learned",
        };
        echo.push(("priors", priors.to_owned()));
        echo.push(("fdr", self.false_discovery_rate.to_string()));
        echo.push(("second-pass", self.second_pass.to_string()));
        Ok(echo)
    }

    /// Checks the settings against the width of the bins.
    pub(super) fn layout(&self, bin: BinWidth) -> Result<Layout, DetectError> {
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
        let share = |setting, value: f64, holds: bool| {
            if holds {
                Ok(())
            } else {
                Err(DetectError::Share { setting, value })
            }
        };
        let rate = self.false_discovery_rate;
        share("the false-discovery rate", rate, rate > 0.0 && rate < 1.0)?;
        let second = self.second_pass;
        share("the second pass", second, (0.0..=1.0).contains(&second))?;
        if let Some(population) = &self.population {
            population.check()?;
        }
        let window = in_bins("the window", self.window)?;
        let step = in_bins("the step", self.step.unwrap_or(self.window))?;
        if step > window {
            return Err(DetectError::StepTooLong {
                window: self.window,
                step: self.step.unwrap_or(self.window),
            });
        }
        let period = match self.period {
            Some(period) => in_bins("the period", period)?,
            None => in_bins("the period", self.default_period())?,
        };
        if period < window {
            return Err(DetectError::PeriodTooShort {
                window: self.window,
                period: self.period.unwrap_or(self.default_period()),
            });
        }
        let history = in_bins("the history", self.history)?;
        if history < 2 * period {
            return Err(DetectError::TooFewReferences {
                references: (history / period) as usize,
            });
        }
        let slots = self.slots_for(bin);
        Ok(Layout::new([window, step, period, history], slots, bin))
    }

    fn slots_for(&self, bin: BinWidth) -> SlotRule {
        self.slots.unwrap_or_else(|| SlotRule::for_bins_of(bin))
    }

    fn default_period(&self) -> BinWidth {
        const DAY: u32 = 86_400;
        let days = self.window.seconds().div_ceil(DAY);
        BinWidth::from_seconds(days * DAY).unwrap_or(self.window)
    }
}
