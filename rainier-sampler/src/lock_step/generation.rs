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
use super::points::{Block, Points, write};
use super::record::Record;
use super::report::Report;
use crate::adaptation::{Adaptation, StepSizeSearch};
use crate::adapted::Adapted;
use crate::chain::{ATTEMPTS, FIRST_TRIAL, draw_start, failure, not_finite};
use crate::energy_weight::acceptance;
use crate::error::SampleError;
use crate::hamiltonian::PhasePoint;
use crate::settings::{Hmc, Run};
use crate::statistics::Ending;
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
    lanes: Vec<Lane>,
    record: R,
    /// Where the chains are.
    current: Points<LANES>,
    /// Where they try to go.
    moving: Points<LANES>,
    motion: Motion<LANES>,
    /// What became of the last transition.
    report: Report<LANES>,
    /// One lane's point.
    point: PhasePoint,
}

/// What the chain of one lane has to itself.
#[derive(Debug)]
struct Lane {
    /// The chain's number in its series.
    chain: usize,
    rng: ChaCha8Rng,
    evaluations: u64,
    step_size: f64,
    /// Why the chain cannot go on.
    failure: Option<SampleError>,
}

/// The course of one trajectory.
#[derive(Debug, Clone, Copy)]
struct Course {
    evaluations: u64,
    /// What ended it before its last step.
    stop: Option<Ending>,
}

impl<'a, const LANES: usize, D: LockStepDensity<LANES>, R: Record<LANES>>
    Generation<'a, LANES, D, R>
{
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
            failure: None,
        });
        let lanes: Vec<Lane> = lanes.take(LANES).collect();
        Self {
            plan,
            density,
            record: R::new(lanes.len(), dimension, plan.run.draws()),
            lanes,
            current: Points::new(dimension),
            moving: Points::new(dimension),
            motion: Motion::new(dimension),
            report: Report::new(),
            point: PhasePoint::new(dimension),
        }
    }

    /// From the starts to the last draws.
    pub(super) fn run(mut self) -> impl Iterator<Item = Result<R::Chain, SampleError>> {
        self.start();
        self.warm_up();
        for _ in 0..self.plan.run.draws() {
            self.step();
            let (position, log_density) = (&self.current.position, &self.current.log_density);
            self.record.push(position, log_density, &self.report);
        }
        let chains = self.record.into_chains().into_iter();
        chains
            .zip(self.lanes)
            .map(|(chain, lane)| lane.failure.map_or(Ok(chain), Err))
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
        let adaptation = |lane: &Lane| {
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
                metrics.push(adaptation.observe(
                    self.report.step_size[number],
                    self.report.acceptance[number],
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
            let adapted = || Adapted {
                step_size,
                metric: metric.estimate(),
            };
            self.record.end_warm_up(number, lane.evaluations, adapted);
        }
    }

    /// Looks for step sizes near those of the lanes, as
    /// [`first_step_size`](crate::adaptation::first_step_size).
    fn search_step_sizes(&mut self) {
        if self.plan.names.is_empty() {
            return;
        }
        let search = |lane: &Lane| lane.is_alive().then(|| StepSizeSearch::new(lane.step_size));
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

    /// One transition of every lane, as that of [`FixedLength`](crate::transition::FixedLength).
    fn step(&mut self) {
        let sampler = &self.plan.sampler;
        let (mut step_size, mut uniform) = ([0.0; LANES], [0.0; LANES]);
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if lane.is_alive() {
                step_size[number] = lane.step_size;
                uniform[number] = lane.rng.random();
                self.motion.draw_momentum(number, &mut lane.rng);
            }
        }
        for (step_size, uniform) in step_size.iter_mut().zip(uniform) {
            *step_size *= 1.0 + sampler.jitter() * (2.0 * uniform - 1.0);
        }
        let before = self.set_out();
        let courses = self.follow(&step_size, sampler.steps());
        let after = self.motion.energy(&self.moving);
        let probability: Block<LANES> =
            std::array::from_fn(|lane| acceptance(after[lane] - before[lane]));
        let mut takes = [false; LANES];
        for (number, lane) in self.lanes.iter_mut().enumerate() {
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
            let probability = probability[number];
            let (outcome, is_accepted) =
                outcome.decide(arrival, probability, threshold, &mut lane.rng);
            takes[number] = is_accepted;
            self.report.set(number, &outcome, course.evaluations);
        }
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

impl Lane {
    fn is_alive(&self) -> bool {
        self.failure.is_none()
    }

    fn fail(&mut self, error: SampleError) {
        self.failure = Some(error);
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
