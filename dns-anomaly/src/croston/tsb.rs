//! Smooths size and probability of demand with a constant for each: the method of Teunter, Syntetos and Babai.
//!
//! In: a series. Out: a forecast whose rate is size times probability.

use super::{CrostonError, PointForecast, activity, check_fraction, check_observations};

/// The TSB method.
///
/// z ← z + α (x − z) when x > 0,  p ← p + β (𝟙(x > 0) − p) in every bin,
///
/// started at the first x > 0 and at 𝟙(x₁ > 0). The rate is z p: it decays while the domain is silent.
///
/// Source: Teunter, Syntetos & Babai (2011), European Journal of Operational Research 214, 606–615; starting values
/// as in statsforecast.
///
/// ```
/// use dns_anomaly::croston::Tsb;
///
/// let forecast = Tsb::default().with_alpha_probability(0.5).forecast(&[4.0, 0.0])?;
/// assert_eq!((forecast.expected_size(), forecast.active_prob(), forecast.rate()), (4.0, 0.5, 2.0));
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tsb {
    alpha_demand: f64,
    alpha_probability: f64,
}

impl Default for Tsb {
    /// Both constants 0.1, so that the only difference to [`super::Classic`]'s default is the method.
    fn default() -> Self {
        Self {
            alpha_demand: 0.1,
            alpha_probability: 0.1,
        }
    }
}

impl Tsb {
    /// α, the weight on a new size, between 0 and 1.
    #[must_use]
    pub fn with_alpha_demand(mut self, alpha: f64) -> Self {
        self.alpha_demand = alpha;
        self
    }

    /// β, the weight on a new bin's activity, between 0 and 1.
    #[must_use]
    pub fn with_alpha_probability(mut self, alpha: f64) -> Self {
        self.alpha_probability = alpha;
        self
    }

    /// α, the weight on a new size.
    pub fn alpha_demand(&self) -> f64 {
        self.alpha_demand
    }

    /// β, the weight on a new bin's activity.
    pub fn alpha_probability(&self) -> f64 {
        self.alpha_probability
    }

    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value, or a constant is not in
    /// [0, 1].
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        check_fraction("alpha_demand", self.alpha_demand)?;
        check_fraction("alpha_probability", self.alpha_probability)?;
        check_observations(observations)?;
        let Some(&first_size) = observations.iter().find(|&&observation| observation > 0.0) else {
            return Ok(PointForecast::SILENT);
        };
        let mut size = first_size;
        let mut active_prob = activity(observations[0]);
        for &observation in observations {
            if observation > 0.0 {
                size += self.alpha_demand * (observation - size);
            }
            active_prob += self.alpha_probability * (activity(observation) - active_prob);
        }
        Ok(PointForecast {
            expected_size: size,
            active_prob,
            rate: size * active_prob,
        })
    }
}
