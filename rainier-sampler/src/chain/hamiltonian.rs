//! Runs a Hamiltonian chain: start, first step size, adaptation, draws.
//!
//! In: `Nuts`, `Hmc` or `Ehmc`. Out: one series of draws.

use rand::rngs::ChaCha8Rng;

use super::Sampler;
use super::initial::{find_evaluated_start, follow_path};
use crate::adaptation::{Adaptation, first_step_size};
use crate::error::{SampleError, SettingsError};
use crate::hamiltonian::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;
use crate::settings::{Ehmc, HamiltonianSettings, Hmc, Nuts, Run, Start};
use crate::statistics::Statistics;
use crate::trace::Chain;
use crate::transition::{Doubling, EmpiricalLength, FixedLength, Outcome, Transition};

impl<D: LogDensityGradient + ?Sized> Sampler<D> for Nuts {
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
        let settings = self.hamiltonian();
        let transition = Doubling::new(
            self.max_tree_depth(),
            settings.max_energy_error,
            density.dimension(),
        );
        run_hamiltonian(transition, settings, density, run, chain, rng)
    }
}

impl<D: LogDensityGradient + ?Sized> Sampler<D> for Hmc {
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
        let settings = self.hamiltonian();
        let transition = FixedLength::new(
            self.steps(),
            self.jitter(),
            settings.max_energy_error,
            density.dimension(),
        );
        run_hamiltonian(transition, settings, density, run, chain, rng)
    }
}

impl<D: LogDensityGradient + ?Sized> Sampler<D> for Ehmc {
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
        let settings = self.hamiltonian();
        let transition = EmpiricalLength::new(
            self.max_steps(),
            settings.max_energy_error,
            density.dimension(),
        );
        run_hamiltonian(transition, settings, density, run, chain, rng)
    }
}

/// The first trial step size: the metric starts as the identity, and coordinates are of order 1.
const FIRST_TRIAL: f64 = 1.0;

fn run_hamiltonian<T: Transition, D: LogDensityGradient + ?Sized>(
    transition: T,
    settings: &HamiltonianSettings,
    density: &mut D,
    run: &Run,
    chain: usize,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Chain>, SampleError> {
    let dimension = density.dimension();
    let mut course = Course::start(transition, settings, density, chain, rng)?;
    let step_size = course.warm_up(run.warm_up(), settings)?;
    let mut draws = Chain::with_capacity(dimension, run.draws())
        .with_warm_up_gradient_evaluations(course.hamiltonian.evaluations());
    for _ in 0..run.draws() {
        let before = course.hamiltonian.evaluations();
        let outcome = course.step(step_size);
        let statistics = Statistics {
            log_density: course.current.log_density,
            acceptance: outcome.acceptance,
            step_size: Some(outcome.step_size),
            tree_depth: outcome.tree_depth,
            gradient_evaluations: course.hamiltonian.evaluations() - before,
            energy: Some(outcome.energy),
            ending: outcome.ending,
        };
        draws.push(&course.current.position, statistics)?;
    }
    Ok(vec![draws])
}

/// A chain under way.
struct Course<'a, T, D: ?Sized> {
    transition: T,
    hamiltonian: Hamiltonian<'a, D>,
    current: PhasePoint,
    chain: usize,
    rng: &'a mut ChaCha8Rng,
}

impl<'a, T: Transition, D: LogDensityGradient + ?Sized> Course<'a, T, D> {
    /// A chain at a random point where log density and gradient are finite.
    fn start(
        transition: T,
        settings: &HamiltonianSettings,
        density: &'a mut D,
        chain: usize,
        rng: &'a mut ChaCha8Rng,
    ) -> Result<Self, SampleError> {
        let mut hamiltonian = Hamiltonian::new(density);
        let mut current = PhasePoint::new(hamiltonian.dimension());
        find_evaluated_start(&mut current, &mut hamiltonian, chain, rng)?;
        match settings.start {
            Start::Random => {}
            Start::Pathfinder => follow_path(&mut current, &mut hamiltonian, rng),
        }
        Ok(Self {
            transition,
            hamiltonian,
            current,
            chain,
            rng,
        })
    }

    /// Runs and adapts for `iterations`; returns the step size to sample with.
    fn warm_up(
        &mut self,
        iterations: usize,
        settings: &HamiltonianSettings,
    ) -> Result<f64, SampleError> {
        let learning = self.transition.learning_iterations(iterations);
        let mut adaptation = Adaptation::new(
            iterations - learning,
            settings.target_acceptance,
            self.first_guess(FIRST_TRIAL)?,
            settings.metric,
            self.hamiltonian.dimension(),
        );
        for _ in learning..iterations {
            let outcome = self.step(adaptation.step_size());
            if let Some(metric) = adaptation.observe(outcome.acceptance, &self.current.position) {
                self.hamiltonian.set_metric(metric);
                let step_size = self.first_guess(adaptation.step_size())?;
                adaptation.restart(step_size);
                self.transition.unlearn();
            }
        }
        let step_size = adaptation.final_step_size();
        self.transition.unlearn();
        for _ in 0..learning {
            self.step(step_size);
        }
        self.transition.end_learning();
        Ok(step_size)
    }

    fn first_guess(&mut self, trial: f64) -> Result<f64, SampleError> {
        first_step_size(&mut self.hamiltonian, &self.current, trial, self.rng).map_err(|none| {
            SampleError::StepSize {
                chain: self.chain,
                step_size: none.step_size,
                smallest: none.smallest,
                largest: none.largest,
                cause: none.cause,
            }
        })
    }

    fn step(&mut self, step_size: f64) -> Outcome {
        self.transition.step(
            &mut self.current,
            &mut self.hamiltonian,
            step_size,
            self.rng,
        )
    }
}
