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

/// The settings that all Hamiltonian samplers have, as methods of one of them.
macro_rules! shared_settings {
    ($sampler:ident) => {
        impl $sampler {
            /// Mean acceptance statistic that warm-up aims at, in (0, 1). Default 0.8; raise it
            /// towards 1 when there are divergences.
            #[must_use]
            pub fn with_target_acceptance(mut self, target_acceptance: f64) -> Self {
                self.hamiltonian.target_acceptance = target_acceptance;
                self
            }

            /// Energy error beyond which a step counts as divergent. Default 1000.
            #[must_use]
            pub fn with_max_energy_error(mut self, max_energy_error: f64) -> Self {
                self.hamiltonian.max_energy_error = max_energy_error;
                self
            }

            /// What warm-up learns of the covariance. Default: variances,
            /// [`MetricShape::Diagonal`].
            #[must_use]
            pub fn with_metric(mut self, metric: MetricShape) -> Self {
                self.hamiltonian.metric = metric;
                self
            }

            /// Where chains start. Default: [`Start::Pathfinder`] for NUTS, else [`Start::Random`].
            #[must_use]
            pub fn with_start(mut self, start: Start) -> Self {
                self.hamiltonian.start = start;
                self
            }

            /// What warm-up learns of the covariance.
            pub fn metric(&self) -> MetricShape {
                self.hamiltonian.metric
            }

            /// Where chains start.
            pub fn start(&self) -> Start {
                self.hamiltonian.start
            }

            /// What Hamiltonian samplers share.
            pub(crate) fn hamiltonian(&self) -> &HamiltonianSettings {
                &self.hamiltonian
            }
        }
    };
}

pub(super) use shared_settings;
