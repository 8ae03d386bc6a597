//! Smooths sizes and intervals of demand, each by the constant that would have forecast it best.
//!
//! In: a series. Out: a forecast whose rate is size over interval.

use super::smoothing::best_level;
use super::{CrostonError, PointForecast, check_observations, intervals};

/// Croston's method with a constant for sizes and another for intervals, each between 0.1 and 0.3 and of least
/// squared one-step error over the series.
///
/// Sizes are the x > 0, intervals the bins from one to the next (the first: its position, from 1). Each is smoothed
/// from its first number on. A series without demand has rate 0.
///
/// Source: Croston's method as [`super::Classic`]; the range as in statsforecast's `CrostonOptimized`.
///
/// ```
/// use dns_anomaly::croston::Optimised;
///
/// let forecast = Optimised.forecast(&[0.0, 6.0, 0.0, 6.0])?;
/// assert!((forecast.rate() - 3.0).abs() < 1e-12);
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Optimised;

impl Optimised {
    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value.
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        check_observations(observations)?;
        let busy = observations.iter().copied().filter(|&count| count > 0.0);
        let sizes: Vec<f64> = busy.collect();
        let levels = best_level(&sizes).zip(best_level(&intervals(observations)));
        Ok(
            levels.map_or(PointForecast::SILENT, |(size, interval)| PointForecast {
                expected_size: size,
                active_prob: 1.0 / interval,
                rate: size / interval,
            }),
        )
    }
}
