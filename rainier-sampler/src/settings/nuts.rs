//! Settings of the No-U-Turn Sampler.
//!
//! In: acceptance aimed at, depth limit, divergence threshold. Out: a sampler for any
//! `LogDensityGradient`.

use crate::error::SettingsError;
use crate::settings::hamiltonian::shared_settings;
use crate::settings::{HamiltonianSettings, MetricShape, Start};

/// The No-U-Turn Sampler: Hamiltonian trajectories that stop when they turn back.
///
/// Multinomial choice along the trajectory, biased towards its newer half, and the generalised
/// U-turn criterion (Betancourt 2017, arXiv:1701.02434, appendix A) with Stan's additional checks
/// across the middle of every subtree. Warm-up learns the step size by dual averaging and a
/// metric in Stan's windows. One gradient evaluation for each leapfrog step. Chains start by
/// [`Start::Pathfinder`] unless told otherwise.
///
/// # Example
/// ```
/// use rainier_sampler::Nuts;
/// let sampler = Nuts::default().with_target_acceptance(0.95).with_max_tree_depth(12);
/// assert!(sampler.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Nuts {
    hamiltonian: HamiltonianSettings,
    max_tree_depth: u32,
}

shared_settings!(Nuts);

impl Default for Nuts {
    fn default() -> Self {
        Self {
            hamiltonian: HamiltonianSettings {
                start: Start::Pathfinder,
                ..HamiltonianSettings::default()
            },
            // Stan's default: at most 1,023 leapfrog steps for one draw.
            max_tree_depth: 10,
        }
    }
}

impl Nuts {
    /// Deepest tree the settings admit: beyond, one draw would take over a million gradients.
    const DEEPEST: u32 = 20;

    /// Number of doublings after which a trajectory stops, from 1 to 20. Default 10, that is at
    /// most 2¹⁰ − 1 leapfrog steps.
    #[must_use]
    pub fn with_max_tree_depth(mut self, max_tree_depth: u32) -> Self {
        self.max_tree_depth = max_tree_depth;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.hamiltonian.validate()?;
        SettingsError::unless(
            (1..=Self::DEEPEST).contains(&self.max_tree_depth),
            "max_tree_depth",
            "between 1 and 20",
            f64::from(self.max_tree_depth),
        )
    }

    /// Depth limit.
    pub fn max_tree_depth(&self) -> u32 {
        self.max_tree_depth
    }
}
