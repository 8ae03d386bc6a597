//! Smooths sizes and intervals of demand: Croston's method and its two bias corrections.
//!
//! In: a series. Out: a forecast whose rate is size over interval, times the correction's factor.

use super::{CrostonError, PointForecast, check_fraction, check_observations};

/// Croston's method.
///
/// At each observation x > 0, `q` bins after the one before it (the first one: its position, from 1),
///
/// z ← z + α (x − z),  p ← p + α (q − p),
///
/// started at the first x > 0 and its position. The rate is z / p times the [`Correction`]'s factor. Nothing moves
/// while the domain is silent, so the forecast never forgets one that died; [`super::Tsb`] does.
/// A series without demand has rate 0.
///
/// Source: Croston (1972), Operational Research Quarterly 23, 289–303.
///
/// ```
/// use dns_anomaly::croston::Classic;
///
/// let forecast = Classic::default().forecast(&[0.0, 6.0, 0.0, 6.0])?;
/// assert_eq!((forecast.expected_size(), forecast.expected_interval(), forecast.rate()), (6.0, 2.0, 3.0));
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Classic {
    alpha: f64,
    correction: Correction,
}

/// The factor that takes the bias out of z / p.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Correction {
    /// 1: Croston's own forecast, which is too high.
    #[default]
    None,
    /// 1 − α/2: Syntetos & Boylan (2005), International Journal of Forecasting 21, 303–314.
    SyntetosBoylan,
    /// 1 − α/(2 − α): Shale, Boylan & Johnston (2006), Journal of the Operational Research Society 57, 588–592.
    ShaleBoylanJohnston,
}

impl Correction {
    fn factor(self, alpha: f64) -> f64 {
        match self {
            Self::None => 1.0,
            Self::SyntetosBoylan => 1.0 - alpha / 2.0,
            Self::ShaleBoylanJohnston => 1.0 - alpha / (2.0 - alpha),
        }
    }
}

impl Default for Classic {
    /// α = 0.1, the default of R's `forecast::croston`; no correction.
    fn default() -> Self {
        Self {
            alpha: 0.1,
            correction: Correction::None,
        }
    }
}

impl Classic {
    /// The weight on the new value, between 0 and 1.
    #[must_use]
    pub fn with_alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The bias correction.
    #[must_use]
    pub fn with_correction(mut self, correction: Correction) -> Self {
        self.correction = correction;
        self
    }

    /// The weight on the new value.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The bias correction.
    pub fn correction(&self) -> Correction {
        self.correction
    }

    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value, or α is not in [0, 1].
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        check_fraction("alpha", self.alpha)?;
        check_observations(observations)?;
        let mut smoothed: Option<(f64, f64)> = None;
        let mut bins_since_demand = 0.0;
        for &observation in observations {
            bins_since_demand += 1.0;
            if observation > 0.0 {
                smoothed = Some(match smoothed {
                    None => (observation, bins_since_demand),
                    Some((size, interval)) => (
                        size + self.alpha * (observation - size),
                        interval + self.alpha * (bins_since_demand - interval),
                    ),
                });
                bins_since_demand = 0.0;
            }
        }
        Ok(
            smoothed.map_or(PointForecast::SILENT, |(size, interval)| PointForecast {
                expected_size: size,
                active_prob: 1.0 / interval,
                rate: size / interval * self.correction.factor(self.alpha),
            }),
        )
    }
}
