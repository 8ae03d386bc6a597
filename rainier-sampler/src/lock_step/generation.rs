//! Runs as many chains as there are lanes, all at the same place of their course.
//!
//! In: settings, and for each lane a stream and a density of its own. Out: a chain each, or why
//! there is none. What [`crate::chain`] does with one point is done here with blocks of them: all
//! lanes look for a start, then for a step size, then move and adapt, iteration by iteration. A lane
//! that is done sooner, or has failed, waits for the others.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::LockStepDensity;
use super::motion::Motion;
use super::points::{Block, Points, read, write};
use super::record::Record;
use crate::adaptation::{Adaptation, StepSizeSearch};
use crate::adapted::Adapted;
use crate::chain::{ATTEMPTS, FIRST_TRIAL, draw_start, failure, not_finite};
use crate::error::SampleError;
use crate::hamiltonian::PhasePoint;
use crate::settings::{Hmc, Run};
use crate::statistics::{Ending, Statistics};
use crate::transition::{Arrival, Outcome};

/// What all chains share.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) sampler: Hmc,
    pub(super) run: Run,
    pub(super) names: Vec<String>,
}

/// The chains of all lanes, under way.
#[derive(Debug)]
pub(super) struct Generation<'a, const LANES: usize, D, R> {
    plan: &'a Plan,
    density: &'a mut D,
    lanes: Vec<Lane<R>>,
    /// Where the chains are.
    current: Points<LANES>,
    /// Where they try to go.
    moving: Points<LANES>,
    motion: Motion<LANES>,
    /// What became of the last transition, by lane.
    moves: Vec<(Course, Outcome)>,
    /// One lane's point.
    point: PhasePoint,
}

/// What the chain of one lane has to itself.
#[derive(Debug)]
struct Lane<R> {
    /// The chain's number in its series.
    chain: usize,
    rng: ChaCha8Rng,
    evaluations: u64,
    step_size: f64,
    /// An error once the chain cannot go on.
    draws: Result<R, SampleError>,
}

/// The course of one trajectory.
#[derive(Debug, Clone, Copy)]
struct Course {
    evaluations: u64,
    /// What ended it before its last step.
    stop: Option<Ending>,
}

impl<'a, const LANES: usize, D: LockStepDensity<LANES>, R: Record> Generation<'a, LANES, D, R> {
    /// The chains of the first lanes; the density knows their data.
    pub(super) fn new(
        plan: &'a Plan,
        density: &'a mut D,
        chains: impl IntoIterator<Item = (usize, ChaCha8Rng)>,
    ) -> Self {
        let dimension = plan.names.len();
        let lanes = chains.into_iter().map(|(chain, rng)| Lane {
            chain,
            rng,
            evaluations: 0,
            step_size: FIRST_TRIAL,
            draws: Ok(R::with_capacity(dimension, plan.run.draws())),
        });
        Self {
            plan,
            density,
            lanes: lanes.take(LANES).collect(),
            current: Points::new(dimension),
            moving: Points::new(dimension),
            motion: Motion::new(dimension),
            moves: Vec::with_capacity(LANES),
            point: PhasePoint::new(dimension),
        }
    }

    /// From the starts to the last draws.
    pub(super) fn run(mut self) -> impl Iterator<Item = Result<R, SampleError>> {
        self.start();
        self.warm_up();
        for _ in 0..self.plan.run.draws() {
            self.draw();
        }
        self.lanes.into_iter().map(|lane| lane.draws)
    }

    /// Draws points until each lane has one of finite density and gradient.
    fn start(&mut self) {
        let mut searching: [bool; LANES] = std::array::from_fn(|lane| lane < self.lanes.len());
        for _ in 0..ATTEMPTS {
            for (number, lane) in self.lanes.iter_mut().enumerate() {
                if searching[number] {
                    draw_start(&mut self.point.position, &mut lane.rng);
                    write(&mut self.moving.position, number, &self.point.position);
                    lane.evaluations += 1;
                }
            }
            evaluate(self.density, &mut self.moving);
            let mut found = [false; LANES];
            for (number, searching) in searching.iter_mut().enumerate() {
                self.moving.read(number, &mut self.point);
                found[number] = *searching && self.point.is_finite();
                *searching &= !found[number];
            }
            self.current.take(&self.moving, &found);
            if !searching.contains(&true) {
                return;
            }
        }
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if searching[number] {
                self.moving.read(number, &mut self.point);
                let cause = not_finite(&self.point, |index| self.plan.names[index].clone());
                lane.fail(failure(lane.chain, cause));
            }
        }
    }

    /// Learns step sizes and metrics.
    fn warm_up(&mut self) {
        let (plan, dimension) = (self.plan, self.plan.names.len());
        let settings = plan.sampler.hamiltonian();
        self.search_step_sizes();
        let adaptation = |lane: &Lane<R>| {
            Adaptation::new(
                plan.run.warm_up(),
                settings.target_acceptance,
                lane.step_size,
                settings.metric,
                dimension,
            )
        };
        let mut adaptations: Vec<Adaptation> = self.lanes.iter().map(adaptation).collect();
        let mut metrics = Vec::with_capacity(LANES);
        for _ in 0..plan.run.warm_up() {
            for (lane, adaptation) in self.lanes.iter_mut().zip(&adaptations) {
                lane.step_size = adaptation.step_size();
            }
            self.step();
            metrics.clear();
            for (number, adaptation) in adaptations.iter_mut().enumerate() {
                self.current.read(number, &mut self.point);
                let outcome = &self.moves[number].1;
                metrics.push(adaptation.observe(
                    outcome.step_size,
                    outcome.acceptance,
                    &self.point.position,
                    &self.point.gradient,
                ));
            }
            if metrics.iter().any(Option::is_some) {
                self.motion.set_metrics(metrics.drain(..));
                for (lane, adaptation) in self.lanes.iter_mut().zip(&adaptations) {
                    lane.step_size = adaptation.step_size();
                }
                self.search_step_sizes();
                for (lane, adaptation) in self.lanes.iter().zip(&mut adaptations) {
                    adaptation.restart(lane.step_size);
                }
            }
        }
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            lane.step_size = adaptations[number].final_step_size();
            let (step_size, metric) = (lane.step_size, self.motion.metric(number));
            if let Ok(draws) = &mut lane.draws {
                draws.end_warm_up(lane.evaluations, || Adapted {
                    step_size,
                    metric: metric.estimate(),
                });
            }
        }
    }

    /// Looks for step sizes near those of the lanes, as
    /// [`first_step_size`](crate::adaptation::first_step_size).
    fn search_step_sizes(&mut self) {
        if self.plan.names.is_empty() {
            return;
        }
        let search = |lane: &Lane<R>| lane.is_alive().then(|| StepSizeSearch::new(lane.step_size));
        let mut searches: Vec<_> = self.lanes.iter().map(search).collect();
        while searches.iter().any(Option::is_some) {
            let mut trial = [0.0; LANES];
            for (number, search) in searches.iter().enumerate() {
                if let Some(search) = search {
                    trial[number] = search.trial();
                    let rng = &mut self.lanes[number].rng;
                    self.motion.draw_momentum(number, rng);
                }
            }
            let before = self.set_out();
            self.follow(&trial, 1);
            let after = self.motion.energy(&self.moving);
            for (number, place) in searches.iter_mut().enumerate() {
                let Some(search) = place else { continue };
                let lane = &mut self.lanes[number];
                lane.evaluations += 1;
                if let Some(end) = search.observe(before[number], after[number]) {
                    match end {
                        Ok(step_size) => lane.step_size = step_size,
                        Err(none) => lane.fail(none.of_chain(lane.chain)),
                    }
                    *place = None;
                }
            }
        }
    }

    /// One draw of every lane.
    fn draw(&mut self) {
        self.step();
        let moves = self.lanes.iter_mut().zip(&self.moves);
        for (number, (lane, (course, outcome))) in moves.enumerate() {
            read(&self.current.position, number, &mut self.point.position);
            let statistics = Statistics {
                log_density: self.current.log_density[number],
                acceptance: outcome.acceptance,
                step_size: Some(outcome.step_size),
                tree_depth: outcome.tree_depth,
                gradient_evaluations: course.evaluations,
                energy: Some(outcome.energy),
                ending: outcome.ending,
            };
            if let Ok(draws) = &mut lane.draws
                && let Err(error) = draws.push(&self.point.position, statistics)
            {
                lane.fail(error);
            }
        }
    }

    /// One transition of every lane, as that of [`FixedLength`](crate::transition::FixedLength).
    fn step(&mut self) {
        let (sampler, mut step_size) = (&self.plan.sampler, [0.0; LANES]);
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if lane.is_alive() {
                let jitter = sampler.jitter() * (2.0 * lane.rng.random::<f64>() - 1.0);
                step_size[number] = lane.step_size * (1.0 + jitter);
                self.motion.draw_momentum(number, &mut lane.rng);
            }
        }
        let before = self.set_out();
        let courses = self.follow(&step_size, sampler.steps());
        let after = self.motion.energy(&self.moving);
        let mut takes = [false; LANES];
        let moves = self.lanes.iter_mut().enumerate().map(|(number, lane)| {
            let course = courses[number];
            lane.evaluations += course.evaluations;
            let arrival = match course.stop {
                Some(ending) => Arrival::Invalid(ending),
                None => Arrival::at(
                    self.moving.log_density[number],
                    after[number],
                    before[number],
                ),
            };
            let outcome = Outcome {
                acceptance: 0.0,
                energy: before[number],
                step_size: step_size[number],
                tree_depth: None,
                ending: Ending::Completed,
            };
            let threshold = sampler.hamiltonian().max_energy_error;
            let (outcome, is_accepted) = outcome.decide(arrival, threshold, &mut lane.rng);
            takes[number] = is_accepted;
            (course, outcome)
        });
        self.moves.clear();
        self.moves.extend(moves);
        self.current.take(&self.moving, &takes);
    }

    /// Sets out from the current points with the momenta drawn; the energies there.
    fn set_out(&mut self) -> Block<LANES> {
        self.motion.set_out();
        self.moving.copy_from(&self.current);
        self.motion.energy(&self.moving)
    }

    /// Follows all trajectories for `steps` leapfrog steps, as
    /// [`Hamiltonian::trajectory`](crate::hamiltonian::Hamiltonian::trajectory).
    fn follow(&mut self, step_size: &Block<LANES>, steps: u32) -> [Course; LANES] {
        let mut courses = [Course {
            evaluations: u64::from(steps),
            stop: None,
        }; LANES];
        let half = step_size.map(|step_size| 0.5 * step_size);
        self.motion.kick(&self.moving, &half);
        for step in 1..steps {
            self.motion.drift(&mut self.moving, step_size);
            let gradient = &mut self.moving.gradient;
            self.density.gradient(&self.moving.position, gradient);
            self.motion.kick(&self.moving, step_size);
            let goes_on = self.motion.goes_on();
            let stops = |lane: usize| !goes_on[lane] && courses[lane].stop.is_none();
            if (0..self.lanes.len()).any(stops) {
                // The density there tells why.
                evaluate(self.density, &mut self.moving);
                for (lane, course) in courses.iter_mut().enumerate() {
                    if !goes_on[lane] && course.stop.is_none() {
                        course.evaluations = u64::from(step) + 1;
                        let log_density = self.moving.log_density[lane];
                        course.stop = Some(if log_density == f64::NEG_INFINITY {
                            Ending::LeftSupport
                        } else {
                            Ending::Diverged
                        });
                    }
                }
            }
        }
        self.motion.drift(&mut self.moving, step_size);
        evaluate(self.density, &mut self.moving);
        self.motion.kick(&self.moving, &half);
        courses
    }
}

impl<R> Lane<R> {
    fn is_alive(&self) -> bool {
        self.draws.is_ok()
    }

    fn fail(&mut self, error: SampleError) {
        self.draws = Err(error);
    }
}

fn evaluate<const LANES: usize, D: LockStepDensity<LANES>>(
    density: &mut D,
    points: &mut Points<LANES>,
) {
    density.evaluate(
        &points.position,
        &mut points.log_density,
        &mut points.gradient,
    );
}
