//! Settings of Hamiltonian Monte Carlo that learns how long its trajectories should be.
//!
//! In: acceptance aimed at, longest trajectory. Out: a sampler for any `LogDensityGradient`.

use crate::error::SettingsError;
use crate::settings::hamiltonian::shared_settings;
use crate::settings::{HamiltonianSettings, MetricShape, Start};

/// Empirical HMC: trajectories about half as long as those after which, during warm-up,
/// trajectories turned back.
///
/// Wu, Stoehr & Robert (2018), arXiv:1810.04449. The last 100 iterations of warm-up (at most a
/// fifth of it) measure the turns, at the step size and metric of the draws. Each draw takes one of
/// the measured lengths at random, times a uniform number between 0.3 and 0.7, where the paper goes
/// the whole length: that gives antithetic draws, whose means converge fast and whose variances
/// hardly converge at all. The step size of each draw is the one learned times a uniform number between 0.5 and 1.5, so
/// that a chain does not stay where a tail asks for smaller steps than the middle. A draw costs its steps and nothing
/// else: no trees, no checks, the gradient alone inside. Without warm-up, all trajectories have ten steps.
///
/// # Example
/// ```
/// use rainier_sampler::Ehmc;
/// let sampler = Ehmc::default().with_max_steps(100);
/// assert!(sampler.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ehmc {
    hamiltonian: HamiltonianSettings,
    max_steps: u32,
}

shared_settings!(Ehmc);

impl Default for Ehmc {
    fn default() -> Self {
        Self {
            hamiltonian: HamiltonianSettings::default(),
            // Rainier's default, and about the most that NUTS takes by default.
            max_steps: 1024,
        }
    }
}

impl Ehmc {
    /// Most leapfrog steps of a trajectory, at least 1. Default 1024.
    #[must_use]
    pub fn with_max_steps(mut self, max_steps: u32) -> Self {
        self.max_steps = max_steps;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.hamiltonian.validate()?;
        SettingsError::unless(
            self.max_steps >= 1,
            "max_steps",
            "at least 1",
            f64::from(self.max_steps),
        )
    }

    /// Most leapfrog steps of a trajectory.
    pub fn max_steps(&self) -> u32 {
        self.max_steps
    }
}
