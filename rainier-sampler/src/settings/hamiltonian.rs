//! Holds the settings that all Hamiltonian samplers share.
//!
//! In: the acceptance aimed at, the energy error that counts as a divergence, the shape of the
//! metric, where to start. Out: checked values.

use crate::error::SettingsError;
use crate::settings::{MetricShape, Start};

/// What fixed-length HMC, empirical HMC and NUTS have in common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HamiltonianSettings {
    pub(crate) target_acceptance: f64,
    pub(crate) max_energy_error: f64,
    pub(crate) metric: MetricShape,
    pub(crate) start: Start,
}

impl Default for HamiltonianSettings {
    fn default() -> Self {
        Self {
            // Stan's `adapt_delta`; Betancourt, Byrne & Girolami (2014), arXiv:1411.6669, find the
            // cost of an effective draw flat between 0.6 and 0.9.
            target_acceptance: 0.8,
            // Stan's `max_deltaH`: far beyond the error of any stable trajectory.
            max_energy_error: 1000.0,
            metric: MetricShape::default(),
            start: Start::default(),
        }
    }
}

impl HamiltonianSettings {
    pub(crate) fn validate(&self) -> Result<(), SettingsError> {
        SettingsError::unless(
            self.target_acceptance > 0.0 && self.target_acceptance < 1.0,
            "target_acceptance",
            "strictly between 0 and 1",
            self.target_acceptance,
        )?;
        SettingsError::unless(
            self.max_energy_error > 0.0,
            "max_energy_error",
            "greater than 0",
            self.max_energy_error,
        )
    }
}
