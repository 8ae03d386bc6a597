//! Runs one chain that is handed its evaluations one by one.
//!
//! In: settings, a stream, then the log density and gradient at each position asked for. Out: the
//! next position to evaluate, and in the end a chain. What [`crate::chain`] writes as loops around
//! an evaluation is a state here, so that many chains can share one evaluation.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::adaptation::{Adaptation, StepSizeSearch};
use crate::adapted::Adapted;
use crate::chain::{ATTEMPTS, FIRST_TRIAL, draw_start, failure, not_finite};
use crate::error::SampleError;
use crate::hamiltonian::{Metric, PhasePoint};
use crate::settings::{Hmc, Run};
use crate::statistics::{Ending, Statistics};
use crate::trace::Chain;
use crate::transition::Outcome;

/// One chain of one series.
#[derive(Debug)]
pub(super) struct Lane {
    number: usize,
    rng: ChaCha8Rng,
    metric: Metric,
    /// Where the chain is.
    current: PhasePoint,
    /// Where it tries to go: the point to be evaluated.
    moving: PhasePoint,
    step_size: f64,
    /// Leapfrog steps that are left of the trajectory.
    steps_left: u32,
    /// Energy at the trajectory's start.
    energy: f64,
    trajectory_evaluations: u64,
    evaluations: u64,
    stage: Stage,
    adaptation: Option<Adaptation>,
    iteration: usize,
    final_step_size: f64,
    draws: Chain,
}

/// What the evaluations are for.
#[derive(Debug)]
enum Stage {
    /// Finding a point of finite density.
    Start { attempts: usize },
    /// Finding a first step size.
    Search(StepSizeSearch),
    /// Moving the chain, during warm-up and after.
    Move,
}

/// What all chains share.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) sampler: Hmc,
    pub(super) run: Run,
    pub(super) names: Vec<String>,
}

impl Lane {
    pub(super) fn new(plan: &Plan, number: usize, mut rng: ChaCha8Rng) -> Self {
        let dimension = plan.names.len();
        let mut moving = PhasePoint::new(dimension);
        draw_start(&mut moving.position, &mut rng);
        Self {
            number,
            rng,
            metric: Metric::identity(dimension),
            current: PhasePoint::new(dimension),
            moving,
            step_size: FIRST_TRIAL,
            steps_left: 0,
            energy: 0.0,
            trajectory_evaluations: 0,
            evaluations: 0,
            stage: Stage::Start { attempts: 1 },
            adaptation: None,
            iteration: 0,
            final_step_size: FIRST_TRIAL,
            draws: Chain::new(dimension),
        }
    }

    /// Where log density and gradient are asked for.
    pub(super) fn position(&self) -> &[f64] {
        &self.moving.position
    }

    /// Where the gradient is to be written before [`hear`](Self::hear).
    pub(super) fn gradient(&mut self) -> &mut [f64] {
        &mut self.moving.gradient
    }

    /// Goes on with the log density at the position asked for; the end of the chain, if this is it.
    pub(super) fn hear(
        &mut self,
        log_density: f64,
        plan: &Plan,
    ) -> Option<Result<Chain, SampleError>> {
        self.evaluations += 1;
        self.moving.log_density = log_density;
        let end = match self.stage {
            Stage::Start { attempts } => self.judge_start(attempts, plan),
            Stage::Search(_) | Stage::Move => {
                self.trajectory_evaluations += 1;
                if self.goes_on() {
                    return None;
                }
                self.end_trajectory(plan)
            }
        };
        match end {
            Ok(true) => Some(Ok(std::mem::replace(&mut self.draws, Chain::new(0)))),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Starts from a finite point, else tries another.
    fn judge_start(&mut self, attempts: usize, plan: &Plan) -> Result<bool, SampleError> {
        if !self.moving.is_finite() {
            if attempts == ATTEMPTS {
                let cause = not_finite(&self.moving, |index| plan.names[index].clone());
                return Err(failure(self.number, cause));
            }
            draw_start(&mut self.moving.position, &mut self.rng);
            self.stage = Stage::Start {
                attempts: attempts + 1,
            };
            return Ok(false);
        }
        self.current.copy_from(&self.moving);
        Ok(self.search(FIRST_TRIAL, plan))
    }

    /// Takes the second half of a step, and the first of the next one where there is one. Whether
    /// there is: as [`Hamiltonian::trajectory`](crate::hamiltonian::Hamiltonian::trajectory).
    fn goes_on(&mut self) -> bool {
        self.metric.accelerate(&mut self.moving);
        self.steps_left -= 1;
        if self.steps_left == 0 {
            self.metric.kick(&mut self.moving, 0.5 * self.step_size);
            return false;
        }
        self.metric.kick(&mut self.moving, self.step_size);
        let goes_on = self.moving.goes_on();
        if goes_on {
            self.moving.drift(self.step_size);
        } else {
            // A velocity that is still finite, with such a momentum, could make any energy.
            self.moving.velocity.fill(f64::NAN);
        }
        goes_on
    }

    /// Sets out from the current point with a fresh momentum.
    fn begin_trajectory(&mut self, step_size: f64, steps: u32) {
        self.metric.draw_momentum(&mut self.current, &mut self.rng);
        self.metric.accelerate(&mut self.current);
        self.energy = self.current.energy();
        self.moving.copy_from(&self.current);
        self.step_size = step_size;
        self.steps_left = steps;
        self.trajectory_evaluations = 0;
        self.metric.kick(&mut self.moving, 0.5 * step_size);
        self.moving.drift(step_size);
    }

    fn end_trajectory(&mut self, plan: &Plan) -> Result<bool, SampleError> {
        if let Stage::Search(search) = &mut self.stage {
            if let Some(found) = search.observe(self.energy, self.moving.energy()) {
                let step_size = found.map_err(|none| none.of_chain(self.number))?;
                return Ok(self.take_step_size(step_size, plan));
            }
            let trial = search.trial();
            self.begin_trajectory(trial, 1);
            return Ok(false);
        }
        let outcome = Outcome {
            acceptance: 0.0,
            energy: self.energy,
            step_size: self.step_size,
            tree_depth: None,
            ending: Ending::Completed,
        };
        let threshold = plan.sampler.hamiltonian().max_energy_error;
        let outcome = outcome.after_decision(
            &mut self.current,
            &mut self.moving,
            threshold,
            &mut self.rng,
        );
        if self.adaptation.is_some() {
            Ok(self.adapt(&outcome, plan))
        } else {
            self.keep(&outcome)?;
            Ok(self.move_on(plan))
        }
    }

    /// Looks for a step size near `trial`; true as [`move_on`](Self::move_on).
    fn search(&mut self, trial: f64, plan: &Plan) -> bool {
        if plan.names.is_empty() {
            return self.take_step_size(trial, plan);
        }
        self.stage = Stage::Search(StepSizeSearch::new(trial));
        self.begin_trajectory(trial, 1);
        false
    }

    /// Warms up, or goes on to, with the step size that a search found.
    fn take_step_size(&mut self, step_size: f64, plan: &Plan) -> bool {
        self.stage = Stage::Move;
        let settings = plan.sampler.hamiltonian();
        let new = || {
            Adaptation::new(
                plan.run.warm_up(),
                settings.target_acceptance,
                step_size,
                settings.metric,
                plan.names.len(),
            )
        };
        self.adaptation.get_or_insert_with(new).restart(step_size);
        self.move_on(plan)
    }

    /// Begins the next trajectory; true when all draws are made.
    fn move_on(&mut self, plan: &Plan) -> bool {
        if let Some(adaptation) = &self.adaptation
            && self.iteration == plan.run.warm_up()
        {
            self.final_step_size = adaptation.final_step_size();
            self.adaptation = None;
            self.draws = Chain::with_capacity(plan.names.len(), plan.run.draws())
                .with_warm_up_gradient_evaluations(self.evaluations)
                .with_adapted(Adapted {
                    step_size: self.final_step_size,
                    metric: self.metric.estimate(),
                });
        }
        let step_size = match &self.adaptation {
            Some(adaptation) => adaptation.step_size(),
            None if self.draws.len() == plan.run.draws() => return true,
            None => self.final_step_size,
        };
        let jitter = plan.sampler.jitter();
        let factor = 1.0 + jitter * (2.0 * self.rng.random::<f64>() - 1.0);
        self.begin_trajectory(step_size * factor, plan.sampler.steps());
        false
    }

    /// One iteration of warm-up is over.
    fn adapt(&mut self, outcome: &Outcome, plan: &Plan) -> bool {
        self.iteration += 1;
        if let Some(adaptation) = &mut self.adaptation
            && let Some(metric) = adaptation.observe(outcome.acceptance, &self.current.position)
        {
            let trial = adaptation.step_size();
            self.metric = metric;
            return self.search(trial, plan);
        }
        self.move_on(plan)
    }

    /// Keeps the current point as a draw.
    fn keep(&mut self, outcome: &Outcome) -> Result<(), SampleError> {
        let statistics = Statistics {
            log_density: self.current.log_density,
            acceptance: outcome.acceptance,
            step_size: Some(outcome.step_size),
            tree_depth: outcome.tree_depth,
            gradient_evaluations: self.trajectory_evaluations,
            energy: Some(outcome.energy),
            ending: outcome.ending,
        };
        Ok(self.draws.push(&self.current.position, statistics)?)
    }
}
