//! Settings of Hamiltonian Monte Carlo with a fixed number of steps.
//!
//! In: number of leapfrog steps, jitter, acceptance aimed at. Out: a sampler for any
//! `LogDensityGradient`.

use crate::error::SettingsError;
use crate::settings::hamiltonian::shared_settings;
use crate::settings::{HamiltonianSettings, MetricShape, Start};

/// Hamiltonian Monte Carlo: a fixed number of leapfrog steps, then accept or reject.
///
/// Duane, Kennedy, Pendleton & Roweth (1987); Neal (2011), arXiv:1206.1901. Warm-up is that of
/// [`Nuts`](crate::Nuts). One draw costs exactly `steps` gradient evaluations, fewer only when the
/// trajectory leaves the support or diverges.
///
/// # Example
/// ```
/// use rainier_sampler::Hmc;
/// let sampler = Hmc::default().with_steps(20).with_jitter(0.1);
/// assert!(sampler.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Hmc {
    hamiltonian: HamiltonianSettings,
    steps: u32,
    jitter: f64,
}

shared_settings!(Hmc);

impl Default for Hmc {
    fn default() -> Self {
        Self {
            hamiltonian: HamiltonianSettings::default(),
            // Scala Rainier's default sampler was HMC(5).
            steps: 5,
            // Wide enough to break resonance: after warm-up five steps are close to half a period or
            // a whole one of a normal with unit scales. Its draws would be mirrored, and its
            // squares hardly move: in ten dimensions, 0.2 gives a quarter of the effective draws
            // of squares that 0.5 gives.
            jitter: 0.5,
        }
    }
}

impl Hmc {
    /// Number of leapfrog steps in each trajectory, at least 1. Default 5.
    #[must_use]
    pub fn with_steps(mut self, steps: u32) -> Self {
        self.steps = steps;
        self
    }

    /// Half-width `j` of the uniform factor 1 ± j by which each trajectory's step size is
    /// multiplied, in [0, 1). Default 0.5; 0 turns it off.
    ///
    /// A trajectory of fixed length that is close to a period of some component returns it to
    /// where it was; a random step size prevents that (Mackenzie 1989, quoted by Neal 2011 on the
    /// ergodicity of HMC).
    #[must_use]
    pub fn with_jitter(mut self, jitter: f64) -> Self {
        self.jitter = jitter;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.hamiltonian.validate()?;
        SettingsError::unless(
            self.steps >= 1,
            "steps",
            "at least 1",
            f64::from(self.steps),
        )?;
        SettingsError::unless(
            self.jitter >= 0.0 && self.jitter < 1.0,
            "jitter",
            "at least 0 and less than 1",
            self.jitter,
        )
    }

    /// Number of leapfrog steps in each trajectory.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Half-width of the uniform factor on the step size.
    pub fn jitter(&self) -> f64 {
        self.jitter
    }
}
