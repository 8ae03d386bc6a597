//! Forecasts intermittent demand by two numbers: how likely a bin is busy, and how busy it then is.
//!
//! In: one series, zeros filled in. Out: a [`PointForecast`].
//!
//! | method | size moves | frequency moves | source |
//! | --- | --- | --- | --- |
//! | [`Talk`] | when x > 0 | every bin, as a probability | the talk's recurrence, w the weight on the old value |
//! | [`Tsb`] | when x > 0 | every bin, as a probability | Teunter, Syntetos & Babai (2011) |
//! | [`Classic`] | when x > 0 | when x > 0, as an interval | Croston (1972); SBA, SBJ corrections |
//! | [`Optimised`] | when x > 0 | when x > 0, as an interval | Croston's, by the constants that fit the series best |
//!
//! and by one number, the sum over several bins, in which few zeros are left:
//!
//! | method | sums over | source |
//! | --- | --- | --- |
//! | [`Adida`] | the mean interval | Nikolopoulos et al. (2011) |
//! | [`Imapa`] | 1, 2, … up to that, averaged | Petropoulos & Kourentzes (2015) |
//!
//! They are point forecasts without a stochastic model behind them: a baseline and a trend, not a test.

mod aggregated;
mod classic;
mod optimised;
mod smoothing;
mod talk;
mod tsb;

pub use self::aggregated::{Adida, Imapa};
pub use self::classic::{Classic, Correction};
pub use self::optimised::Optimised;
pub use self::talk::{SizeUpdate, Start, Talk, TalkState};
pub use self::tsb::Tsb;

/// A forecast of one bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointForecast {
    expected_size: f64,
    active_prob: f64,
    rate: f64,
}

/// A forecast that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrostonError {
    /// There is nothing to forecast from.
    #[error("a series must have at least one observation")]
    NoObservations,
    /// An observation that is no demand.
    #[error("an observation must be finite and zero or more, got {value} at index {index}")]
    Observation {
        /// Index in the series, from 0.
        index: usize,
        /// The value there.
        value: f64,
    },
    /// A setting out of its range.
    #[error("{name} must be {constraint}, got {value}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// What must hold.
        constraint: &'static str,
        /// The value given.
        value: f64,
    },
}

impl PointForecast {
    /// The forecast of a domain nobody ever asked for.
    const SILENT: Self = Self {
        expected_size: 0.0,
        active_prob: 0.0,
        rate: 0.0,
    };

    /// E[x | x > 0], the expected count of a busy bin.
    pub fn expected_size(&self) -> f64 {
        self.expected_size
    }

    /// P(x > 0), the probability that a bin is busy.
    pub fn active_prob(&self) -> f64 {
        self.active_prob
    }

    /// 1 / P(x > 0), the expected number of bins from one busy bin to the next; infinite when there is none.
    pub fn expected_interval(&self) -> f64 {
        1.0 / self.active_prob
    }

    /// The expected count of a bin: size times probability, corrected for bias where the method says so.
    pub fn rate(&self) -> f64 {
        self.rate
    }
}

/// Checks what every method needs: at least one observation, all finite and not negative.
fn check_observations(observations: &[f64]) -> Result<(), CrostonError> {
    if observations.is_empty() {
        return Err(CrostonError::NoObservations);
    }
    let is_demand = |value: f64| value >= 0.0 && value.is_finite();
    match observations.iter().position(|&value| !is_demand(value)) {
        Some(index) => Err(CrostonError::Observation {
            index,
            value: observations[index],
        }),
        None => Ok(()),
    }
}

/// Checks a weight or smoothing constant. NaN fails.
fn check_fraction(name: &'static str, value: f64) -> Result<(), CrostonError> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(CrostonError::Setting {
            name,
            constraint: "between 0 and 1",
            value,
        })
    }
}

/// 1 for a busy bin, 0 for a silent one.
fn activity(observation: f64) -> f64 {
    if observation > 0.0 { 1.0 } else { 0.0 }
}

/// Bins from one busy one to the next; the first: its position, from 1.
fn intervals(observations: &[f64]) -> Vec<f64> {
    let mut before = 0;
    let busy = (1..).zip(observations).filter(|(_, count)| **count > 0.0);
    busy.map(|(position, _)| f64::from(position - std::mem::replace(&mut before, position)))
        .collect()
}

#[cfg(test)]
mod tests;
