//! Runs an ensemble: a start for each walker, sweeps to warm up, sweeps to keep.
//!
//! In: `Walkers`. Out: one series of draws for each walker. A density is asked through a pointer, as
//! by the Hamiltonian samplers.

use rand::rngs::ChaCha8Rng;

use super::initial::find_start;
use super::state::Next;
use super::{ChainState, Sampler};
use crate::control::{Phase, Watch};
use crate::ensemble::Ensemble;
use crate::error::{SampleError, SettingsError};
use crate::log_density::LogDensity;
use crate::settings::{Run, Walkers};
use crate::trace::Chain;

impl<D: LogDensity + ?Sized> Sampler<D> for Walkers {
    fn validate(&self) -> Result<(), SettingsError> {
        self.validate()
    }

    fn continue_chain(
        &self,
        mut density: &mut D,
        run: &Run,
        chain: usize,
        state: ChainState,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChainState, SampleError> {
        self.run_ensemble(&mut density, run, chain, state, rng)
    }
}

impl Walkers {
    fn run_ensemble(
        &self,
        density: &mut dyn LogDensity,
        run: &Run,
        chain: usize,
        state: ChainState,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChainState, SampleError> {
        let dimension = density.dimension();
        let walkers = self.walkers(dimension);
        if walkers < 2 * dimension {
            return Err(SampleError::TooFewWalkers { walkers, dimension });
        }
        let mut ensemble = Ensemble::new(dimension, self.moves());
        let mut watch = Watch::new(run.control(), chain);
        let mut chains = match state.resume(dimension) {
            Some((chains, next)) if chains.len() == walkers => {
                rng.set_word_pos(next.word_position);
                for (position, statistics) in chains.iter().filter_map(Chain::last) {
                    ensemble.push(position, statistics.log_density);
                }
                chains
            }
            Some(_) | None => {
                let mut position = vec![0.0; dimension];
                for _ in 0..walkers {
                    let log_density = find_start(&mut position, density, chain, rng)?;
                    ensemble.push(&position, log_density);
                }
                watch.enter(Phase::WarmUp, 0, run.warm_up());
                for _ in 0..run.warm_up() {
                    if !watch.goes_on() {
                        break;
                    }
                    ensemble.sweep(density, rng, |_, _, _| {});
                    watch.saw_iteration();
                }
                vec![Chain::with_capacity(dimension, run.draws()); walkers]
            }
        };
        let done = chains.first().map_or(0, Chain::len);
        watch.enter(Phase::Sampling, done, run.draws());
        for _ in done..run.draws() {
            if !watch.goes_on() {
                break;
            }
            let mut kept = Ok(());
            ensemble.sweep(density, rng, |walker, position, statistics| {
                if statistics.is_divergent() {
                    watch.saw_divergence();
                }
                if kept.is_ok() {
                    kept = chains[walker].push(position, statistics);
                }
            });
            kept?;
            watch.saw_iteration();
        }
        watch.end();
        let next = Next {
            word_position: rng.get_word_pos(),
            gradient: Vec::new(),
            learned: Vec::new(),
        };
        Ok(ChainState {
            series: chains,
            next: Some(next),
        })
    }
}
