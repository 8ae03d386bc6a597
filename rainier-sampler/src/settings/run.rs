//! Says how much to sample, from which seed, on how many threads.
//!
//! In: seed, data set key, chains, warm-up, draws, threads. Out: checked values. The numbers drawn
//! depend on all of them except the threads.

use std::thread::available_parallelism;

use crate::control::Control;
use crate::error::SettingsError;

/// The extent of a run, the same for every sampler.
///
/// # Example
/// ```
/// use rainier_sampler::Run;
/// let run = Run::default().with_seed(7).with_chains(2).with_draws(500);
/// assert_eq!((run.chains(), run.warm_up(), run.draws()), (2, 1000, 500));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    seed: u64,
    key: u64,
    chains: usize,
    warm_up: usize,
    draws: usize,
    threads: usize,
    control: Control,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            // Any fixed number: a run that names no seed is repeatable too.
            seed: 0,
            key: 0,
            // Vehtari et al. (2021), section 4: four chains, for R-hat to have something to compare.
            chains: 4,
            // Stan's defaults: 1,000 iterations to adapt, 1,000 to keep.
            warm_up: 1000,
            draws: 1000,
            threads: available_parallelism().map_or(1, usize::from),
            control: Control::default(),
        }
    }
}

impl Run {
    /// Seed of all random numbers. Default 0.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Key of the data set, so that many data sets sampled with one seed have streams of their own
    /// whatever their order. Default 0.
    #[must_use]
    pub fn with_key(mut self, key: u64) -> Self {
        self.key = key;
        self
    }

    /// Number of independent chains (or ensembles), at least 1. Default 4.
    #[must_use]
    pub fn with_chains(mut self, chains: usize) -> Self {
        self.chains = chains;
        self
    }

    /// Iterations of each chain that adapt and are not kept. Default 1000. Without any, the step
    /// size is the first guess and the metric is the identity.
    #[must_use]
    pub fn with_warm_up(mut self, warm_up: usize) -> Self {
        self.warm_up = warm_up;
        self
    }

    /// Iterations of each chain that are kept, at least 1. Default 1000.
    #[must_use]
    pub fn with_draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// Most threads to use, at least 1. Default: as many as the machine offers. The draws do not
    /// depend on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// What may end the run early, and who hears how it goes. Default: nothing and nobody. The
    /// draws do not depend on it, but for their number.
    #[must_use]
    pub fn with_control(mut self, control: Control) -> Self {
        self.control = control;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        for (setting, value) in [
            ("chains", self.chains),
            ("draws", self.draws),
            ("threads", self.threads),
        ] {
            SettingsError::unless(value >= 1, setting, "at least 1", value as f64)?;
        }
        Ok(())
    }

    /// Seed of all random numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Key of the data set.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// Number of independent chains or ensembles.
    pub fn chains(&self) -> usize {
        self.chains
    }

    /// Iterations of each chain that adapt and are not kept.
    pub fn warm_up(&self) -> usize {
        self.warm_up
    }

    /// Iterations of each chain that are kept.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// Most threads to use.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// What may end the run early, and who hears how it goes.
    pub fn control(&self) -> &Control {
        &self.control
    }
}
