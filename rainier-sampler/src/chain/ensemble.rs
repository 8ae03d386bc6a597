//! Runs an ensemble: a start for each walker, sweeps to warm up, sweeps to keep.
//!
//! In: `Walkers`. Out: one series of draws for each walker.

use rand::rngs::ChaCha8Rng;

use super::Sampler;
use super::initial::find_start;
use crate::ensemble::Ensemble;
use crate::error::{SampleError, SettingsError};
use crate::log_density::LogDensity;
use crate::settings::{Run, Walkers};
use crate::trace::Chain;

impl<D: LogDensity + ?Sized> Sampler<D> for Walkers {
    fn validate(&self) -> Result<(), SettingsError> {
        self.validate()
    }

    fn run_chain(
        &self,
        density: &mut D,
        run: &Run,
        chain: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<Chain>, SampleError> {
        let dimension = density.dimension();
        let walkers = self.walkers(dimension);
        if walkers < 2 * dimension {
            return Err(SampleError::TooFewWalkers { walkers, dimension });
        }
        let mut ensemble = Ensemble::new(dimension, self.moves());
        let mut position = vec![0.0; dimension];
        for _ in 0..walkers {
            let log_density = find_start(&mut position, density, chain, rng)?;
            ensemble.push(&position, log_density);
        }
        for _ in 0..run.warm_up() {
            ensemble.sweep(density, rng, |_, _, _| {});
        }
        let mut chains = vec![Chain::with_capacity(dimension, run.draws()); walkers];
        for _ in 0..run.draws() {
            let mut kept = Ok(());
            ensemble.sweep(density, rng, |walker, position, statistics| {
                if kept.is_ok() {
                    kept = chains[walker].push(position, statistics);
                }
            });
            kept?;
        }
        Ok(chains)
    }
}
