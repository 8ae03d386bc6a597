//! Forecasts sums over several bins, in which few zeros are left, and divides them again.
//!
//! In: a series. Out: a forecast of one bin: from sums over one number of bins, or from the mean over several.

use super::smoothing::best_level;
use super::{CrostonError, PointForecast, check_observations, intervals};

/// ADIDA: sums over as many bins as lie between two busy ones on average, smoothed and divided.
///
/// With k the mean interval, rounded (halves to the even number), the series is cut into sums of k bins, the oldest
/// n mod k bins left out; the sums are smoothed by the constant between 0.1 and 0.3 of least squared one-step error;
/// the rate is the last level over k. A series without demand has rate 0.
///
/// The parts of the forecast are the probability 1 / mean interval and the size that makes up the rate with it.
///
/// Source: Nikolopoulos, Syntetos, Boylan, Petropoulos & Assimakopoulos (2011), Journal of the Operational Research
/// Society 62, 544–554.
///
/// ```
/// use dns_anomaly::croston::Adida;
///
/// let forecast = Adida.forecast(&[0.0, 6.0, 0.0, 6.0, 0.0, 6.0])?;
/// assert_eq!((forecast.rate(), forecast.active_prob()), (3.0, 0.5));
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Adida;

/// IMAPA: the mean of the forecasts from sums over 1, 2, … bins, up to those of [`Adida`].
///
/// Source: Petropoulos & Kourentzes (2015), Journal of the Operational Research Society 66, 914–924, with the mean
/// over all levels and smoothing at each, as in statsforecast.
///
/// ```
/// use dns_anomaly::croston::Imapa;
///
/// let forecast = Imapa.forecast(&[6.0, 6.0, 6.0])?;
/// assert_eq!((forecast.rate(), forecast.active_prob()), (6.0, 1.0));
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imapa;

impl Adida {
    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value.
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        forecast(observations, |bins| rate_from_sums(observations, bins))
    }
}

impl Imapa {
    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value.
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        forecast(observations, |most| {
            let rates = (1..=most).map(|bins| rate_from_sums(observations, bins));
            rates.sum::<f64>() / most as f64
        })
    }
}

/// A forecast whose rate is that of the mean interval, in bins.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an interval is at least one bin and at most the whole series"
)]
fn forecast(
    observations: &[f64],
    rate: impl Fn(usize) -> f64,
) -> Result<PointForecast, CrostonError> {
    check_observations(observations)?;
    let intervals = intervals(observations);
    if intervals.is_empty() {
        return Ok(PointForecast::SILENT);
    }
    let mean_interval = intervals.iter().sum::<f64>() / intervals.len() as f64;
    let rate = rate(mean_interval.round_ties_even() as usize);
    Ok(PointForecast {
        expected_size: rate * mean_interval,
        active_prob: 1.0 / mean_interval,
        rate,
    })
}

/// The level of sums over `bins`, at least one, divided by their number; the oldest bins are left out where they do
/// not fill one.
fn rate_from_sums(observations: &[f64], bins: usize) -> f64 {
    let kept = &observations[observations.len() % bins..];
    let sums: Vec<f64> = kept.chunks(bins).map(|some| some.iter().sum()).collect();
    best_level(&sums).map_or(0.0, |level| level / bins as f64)
}
