//! Runs a chain that asks for log densities alone: starts, sweeps to warm up, sweeps to keep.
//!
//! In: `Walkers` or `Slice`. Out: one series of draws for each position that a sweep moves. A density
//! is asked through a pointer, as by the Hamiltonian samplers.

use rand::rngs::ChaCha8Rng;

use super::initial::find_start;
use super::state::Next;
use super::{ChainState, Sampler};
use crate::control::{Phase, Watch};
use crate::ensemble::Ensemble;
use crate::error::{SampleError, SettingsError};
use crate::log_density::LogDensity;
use crate::settings::{Run, Slice, Walkers};
use crate::statistics::Statistics;
use crate::trace::Chain;
use crate::transition::CoordinateSlices;

/// Positions that are moved without a gradient.
trait Sweeps {
    /// Adds a position of finite log density.
    fn place(&mut self, position: &[f64], log_density: f64);

    /// Moves each position once, and tells `report` of each by its number.
    fn sweep(
        &mut self,
        density: &mut dyn LogDensity,
        rng: &mut ChaCha8Rng,
        report: &mut dyn FnMut(usize, &[f64], Statistics),
    );

    /// Hears that warm-up is over: what draws are made with must not depend on them.
    fn end_learning(&mut self) {}

    /// What was learned, to be kept when a chain is left.
    fn learned(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Takes up what was [`learned`](Self::learned), and learns no more; false if it cannot be that.
    fn recall(&mut self, learned: &[f64]) -> bool {
        learned.is_empty()
    }
}

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
        let dimension = density.dimension();
        let walkers = self.walkers(dimension);
        if walkers < 2 * dimension {
            return Err(SampleError::TooFewWalkers { walkers, dimension });
        }
        let mut ensemble = Ensemble::new(dimension, self.moves());
        run_sweeps(&mut ensemble, walkers, &mut density, run, chain, state, rng)
    }
}

impl Sweeps for Ensemble {
    fn place(&mut self, position: &[f64], log_density: f64) {
        self.push(position, log_density);
    }

    fn sweep(
        &mut self,
        density: &mut dyn LogDensity,
        rng: &mut ChaCha8Rng,
        report: &mut dyn FnMut(usize, &[f64], Statistics),
    ) {
        self.sweep(density, rng, report);
    }
}

impl<D: LogDensity + ?Sized> Sampler<D> for Slice {
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
        let mut slices = CoordinateSlices::new(density.dimension(), self.width(), self.max_steps());
        run_sweeps(&mut slices, 1, &mut density, run, chain, state, rng)
    }
}

impl Sweeps for CoordinateSlices {
    fn place(&mut self, position: &[f64], log_density: f64) {
        self.place(position, log_density);
    }

    fn sweep(
        &mut self,
        density: &mut dyn LogDensity,
        rng: &mut ChaCha8Rng,
        report: &mut dyn FnMut(usize, &[f64], Statistics),
    ) {
        let statistics = self.sweep(density, rng);
        report(0, self.position(), statistics);
    }

    fn end_learning(&mut self) {
        self.end_learning();
    }

    fn learned(&self) -> Vec<f64> {
        self.widths().to_vec()
    }

    fn recall(&mut self, learned: &[f64]) -> bool {
        self.recall(learned)
    }
}

/// Starts or goes on with `series` positions, until all draws are made or the watch says stop.
fn run_sweeps(
    sweeps: &mut dyn Sweeps,
    series: usize,
    density: &mut dyn LogDensity,
    run: &Run,
    chain: usize,
    state: ChainState,
    rng: &mut ChaCha8Rng,
) -> Result<ChainState, SampleError> {
    let dimension = density.dimension();
    let mut watch = Watch::new(run.control(), chain);
    let left = state
        .resume(dimension)
        .filter(|(chains, next)| chains.len() == series && sweeps.recall(&next.learned));
    let mut chains = if let Some((chains, next)) = left {
        rng.set_word_pos(next.word_position);
        for (position, statistics) in chains.iter().filter_map(Chain::last) {
            sweeps.place(position, statistics.log_density);
        }
        chains
    } else {
        let mut position = vec![0.0; dimension];
        for _ in 0..series {
            let log_density = find_start(&mut position, density, chain, rng)?;
            sweeps.place(&position, log_density);
        }
        watch.enter(Phase::WarmUp, 0, run.warm_up());
        for _ in 0..run.warm_up() {
            if !watch.goes_on() {
                break;
            }
            sweeps.sweep(density, rng, &mut |_, _, _| {});
            watch.saw_iteration();
        }
        sweeps.end_learning();
        vec![Chain::with_capacity(dimension, run.draws()); series]
    };
    let done = chains.first().map_or(0, Chain::len);
    watch.enter(Phase::Sampling, done, run.draws());
    for _ in done..run.draws() {
        if !watch.goes_on() {
            break;
        }
        let mut kept = Ok(());
        sweeps.sweep(density, rng, &mut |number, position, statistics| {
            if statistics.is_divergent() {
                watch.saw_divergence();
            }
            if kept.is_ok() {
                kept = chains[number].push(position, statistics);
            }
        });
        kept?;
        watch.saw_iteration();
    }
    watch.end();
    let next = Next {
        word_position: rng.get_word_pos(),
        gradient: Vec::new(),
        learned: sweeps.learned(),
    };
    Ok(ChainState {
        series: chains,
        next: Some(next),
    })
}
