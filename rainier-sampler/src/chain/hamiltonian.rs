//! Runs a Hamiltonian chain: start, first step size, adaptation, draws.
//!
//! In: `Nuts`, `Hmc` or `Ehmc`. Out: one series of draws. A density is asked through a pointer, so
//! that chains are compiled here, once, and not in every crate that has a density.

use rand::rngs::ChaCha8Rng;

use super::initial::{find_evaluated_start, follow_path};
use super::state::Next;
use super::{ChainState, Sampler};
use crate::adaptation::{Adaptation, first_step_size};
use crate::adapted::Adapted;
use crate::control::{Phase, Watch};
use crate::error::{SampleError, SettingsError};
use crate::hamiltonian::{Hamiltonian, Metric, PhasePoint, Vector};
use crate::log_density::LogDensityGradient;
use crate::settings::{Ehmc, HamiltonianSettings, Hmc, Nuts, Run, Start};
use crate::statistics::{Ending, Statistics};
use crate::trace::Chain;
use crate::transition::{Doubling, EmpiricalLength, FixedLength, Outcome, Transition};

/// A density of whatever type.
type AnyDensity<'a> = dyn LogDensityGradient + 'a;

/// Makes settings a sampler that follows courses of a transition, which may depend on the dimension.
macro_rules! sampler_by_courses {
    (
        $settings:ty, |$this:ident, $max_energy_error:ident, $dimension:ident|
        { $($of_dimension:pat => $transition:expr,)+ }
    ) => {
        impl<D: LogDensityGradient + ?Sized> Sampler<D> for $settings {
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
                self.run_course(&mut density, run, chain, state, rng)
            }
        }

        impl $settings {
            fn run_course(
                &self,
                density: &mut AnyDensity<'_>,
                run: &Run,
                chain: usize,
                state: ChainState,
                rng: &mut ChaCha8Rng,
            ) -> Result<ChainState, SampleError> {
                let settings = self.hamiltonian();
                let ($this, $max_energy_error) = (self, settings.max_energy_error);
                let $dimension = density.dimension();
                match $dimension {
                    $($of_dimension => {
                        Course::new($transition, density, run, chain, rng).run(settings, state)
                    })+
                }
            }
        }
    };
}

// Loops over a few coordinates are compiled for their number, for which a chain over five takes a
// fifth less, over ten a tenth. More coordinates gain less and less.
sampler_by_courses!(Nuts, |nuts, max_energy_error, dimension| {
    1 => doubling::<[f64; 1]>(nuts, max_energy_error, dimension),
    2 => doubling::<[f64; 2]>(nuts, max_energy_error, dimension),
    3 => doubling::<[f64; 3]>(nuts, max_energy_error, dimension),
    4 => doubling::<[f64; 4]>(nuts, max_energy_error, dimension),
    5 => doubling::<[f64; 5]>(nuts, max_energy_error, dimension),
    6 => doubling::<[f64; 6]>(nuts, max_energy_error, dimension),
    7 => doubling::<[f64; 7]>(nuts, max_energy_error, dimension),
    8 => doubling::<[f64; 8]>(nuts, max_energy_error, dimension),
    9 => doubling::<[f64; 9]>(nuts, max_energy_error, dimension),
    10 => doubling::<[f64; 10]>(nuts, max_energy_error, dimension),
    _ => doubling::<Vec<f64>>(nuts, max_energy_error, dimension),
});

sampler_by_courses!(Hmc, |hmc, max_energy_error, dimension| {
    _ => FixedLength::new(hmc.steps(), hmc.jitter(), max_energy_error, dimension),
});

sampler_by_courses!(Ehmc, |ehmc, max_energy_error, dimension| {
    _ => EmpiricalLength::new(ehmc.max_steps(), max_energy_error, dimension),
});

/// The transition of NUTS over points whose coordinates are held by `V`.
fn doubling<V: Vector>(nuts: &Nuts, max_energy_error: f64, dimension: usize) -> Doubling<V> {
    Doubling::new(nuts.max_tree_depth(), max_energy_error, dimension)
}

/// The first trial step size: the metric starts as the identity, and coordinates are of order 1.
pub(crate) const FIRST_TRIAL: f64 = 1.0;

/// A chain under way.
struct Course<'a, T> {
    transition: T,
    hamiltonian: Hamiltonian<'a, AnyDensity<'a>>,
    current: PhasePoint,
    run: &'a Run,
    chain: usize,
    rng: &'a mut ChaCha8Rng,
    watch: Watch,
}

impl<'a, T: Transition> Course<'a, T> {
    fn new(
        transition: T,
        density: &'a mut AnyDensity<'a>,
        run: &'a Run,
        chain: usize,
        rng: &'a mut ChaCha8Rng,
    ) -> Self {
        let hamiltonian = Hamiltonian::new(density);
        Self {
            transition,
            current: PhasePoint::new(hamiltonian.dimension()),
            hamiltonian,
            run,
            chain,
            rng,
            watch: Watch::new(run.control(), chain),
        }
    }

    /// Starts or goes on, until all draws are made or the watch says stop.
    fn run(
        mut self,
        settings: &HamiltonianSettings,
        state: ChainState,
    ) -> Result<ChainState, SampleError> {
        let mut draws = match self.take_up(state) {
            Some(draws) => draws,
            None => self.begin(settings)?,
        };
        if let Some(step_size) = draws.adapted().map(|adapted| adapted.step_size) {
            self.watch
                .enter(Phase::Sampling, draws.len(), self.run.draws());
            while draws.len() < self.run.draws() && self.watch.goes_on() {
                let statistics = self.draw(step_size);
                draws.push(&self.current.position, statistics)?;
            }
        }
        self.watch.end();
        let next = Next {
            word_position: self.rng.get_word_pos(),
            gradient: self.current.gradient,
            learned: self.transition.learned(),
        };
        Ok(ChainState {
            series: vec![draws],
            next: Some(next),
        })
    }

    /// Becomes the chain that was left; none when there is no draw to go on from.
    fn take_up(&mut self, state: ChainState) -> Option<Chain> {
        let (mut series, next) = state.resume(self.hamiltonian.dimension())?;
        let draws = series.pop()?;
        let (position, statistics) = draws.last()?;
        let dimension = self.hamiltonian.dimension();
        let metric = Metric::from_estimate(&draws.adapted()?.metric, dimension)?;
        if next.gradient.len() != dimension {
            return None;
        }
        self.current.position.copy_from_slice(position);
        self.current.log_density = statistics.log_density;
        self.current.gradient = next.gradient;
        self.hamiltonian.set_metric(metric);
        self.transition.recall(next.learned);
        self.rng.set_word_pos(next.word_position);
        Some(draws)
    }

    /// Finds a random point where log density and gradient are finite, and warms up. The chain has
    /// no step size when that was ended early.
    fn begin(&mut self, settings: &HamiltonianSettings) -> Result<Chain, SampleError> {
        find_evaluated_start(
            &mut self.current,
            &mut self.hamiltonian,
            self.chain,
            self.rng,
        )?;
        match settings.start {
            Start::Random => {}
            Start::Pathfinder => follow_path(&mut self.current, &mut self.hamiltonian, self.rng),
        }
        let step_size = self.warm_up(self.run.warm_up(), settings)?;
        let draws = Chain::with_capacity(self.hamiltonian.dimension(), self.run.draws())
            .with_warm_up_gradient_evaluations(self.hamiltonian.evaluations());
        Ok(match step_size {
            Some(step_size) => draws.with_adapted(Adapted {
                step_size,
                metric: self.hamiltonian.metric().estimate(),
            }),
            None => draws,
        })
    }

    /// Runs and adapts for `iterations`; returns the step size to sample with, or none when the
    /// watch said stop.
    fn warm_up(
        &mut self,
        iterations: usize,
        settings: &HamiltonianSettings,
    ) -> Result<Option<f64>, SampleError> {
        self.watch.enter(Phase::WarmUp, 0, iterations);
        let learning = self.transition.learning_iterations(iterations);
        let mut adaptation = Adaptation::new(
            iterations - learning,
            settings.target_acceptance,
            &[self.first_guess(FIRST_TRIAL)?],
            settings.metric,
            self.hamiltonian.dimension(),
        );
        for _ in learning..iterations {
            if !self.watch.goes_on() {
                return Ok(None);
            }
            let outcome = self.step(adaptation.step_size()[0]);
            let point = &self.current;
            let metrics = adaptation.observe(
                &[outcome.step_size],
                &[outcome.acceptance],
                point.position.as_chunks().0,
                point.gradient.as_chunks().0,
            );
            if let Some([Some(metric)]) = metrics {
                self.hamiltonian.set_metric(metric);
                let step_size = self.first_guess(adaptation.step_size()[0])?;
                adaptation.restart(0, step_size);
                self.transition.unlearn();
            }
        }
        let [step_size] = adaptation.final_step_size();
        self.transition.unlearn();
        for _ in 0..learning {
            if !self.watch.goes_on() {
                return Ok(None);
            }
            self.step(step_size);
        }
        self.transition.end_learning();
        Ok(Some(step_size))
    }

    /// One draw and how it was made.
    fn draw(&mut self, step_size: f64) -> Statistics {
        let before = self.hamiltonian.evaluations();
        let outcome = self.step(step_size);
        Statistics {
            log_density: self.current.log_density,
            acceptance: outcome.acceptance,
            step_size: Some(outcome.step_size),
            tree_depth: outcome.tree_depth,
            gradient_evaluations: self.hamiltonian.evaluations() - before,
            energy: Some(outcome.energy),
            ending: outcome.ending,
        }
    }

    fn first_guess(&mut self, trial: f64) -> Result<f64, SampleError> {
        first_step_size(&mut self.hamiltonian, &self.current, trial, self.rng)
            .map_err(|none| none.of_chain(self.chain))
    }

    fn step(&mut self, step_size: f64) -> Outcome {
        let outcome = self.transition.step(
            &mut self.current,
            &mut self.hamiltonian,
            step_size,
            self.rng,
        );
        self.watch.saw_iteration();
        if outcome.ending == Ending::Diverged {
            self.watch.saw_divergence();
        }
        outcome
    }
}
