//! Runs as many chains as there are lanes, all at the same place of their course.
//!
//! In: settings, and for each lane a stream and a density of its own. Out: a chain each, or why
//! there is none. What [`crate::chain`] does with one point is done here with blocks of them: all
//! lanes look for a start, then for a step size, then move and adapt, iteration by iteration. A lane
//! that is done sooner waits for the others, and nobody looks at one that has failed.

use rand::rngs::ChaCha8Rng;

use super::LockStepDensity;
use super::chances::Chances;
use super::motion::Motion;
use super::points::{Block, Points, write};
use super::record::Record;
use super::report::Report;
use crate::adaptation::{Adaptation, Metrics, StepSizeSearch};
use crate::adapted::Adapted;
use crate::chain::{ATTEMPTS, FIRST_TRIAL, draw_start, failure, not_finite};
use crate::error::SampleError;
use crate::hamiltonian::PhasePoint;
use crate::settings::{Hmc, Run};
use crate::wide::{self, Code};

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
    pub(super) plan: &'a Plan,
    pub(super) density: &'a mut D,
    pub(super) lanes: Vec<Lane>,
    /// Of each lane's chain; 0 where there is none.
    pub(super) step_size: Block<LANES>,
    /// Gradients of each chain.
    pub(super) evaluations: [u64; LANES],
    record: R,
    /// Where the chains are.
    pub(super) current: Points<LANES>,
    /// Where they try to go.
    pub(super) moving: Points<LANES>,
    pub(super) motion: Motion<LANES>,
    /// Of the next transitions.
    pub(super) chances: Vec<Chances<LANES>>,
    /// What became of the last transition.
    pub(super) report: Report<LANES>,
    /// One lane's point.
    point: PhasePoint,
}

/// Transitions whose random numbers are drawn together, where nothing else is drawn between them.
const TOGETHER: usize = 8;

/// What the chain of one lane has to itself.
#[derive(Debug)]
pub(super) struct Lane {
    /// The chain's number in its series.
    chain: usize,
    rng: ChaCha8Rng,
    /// Why the chain cannot go on.
    failure: Option<SampleError>,
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
            failure: None,
        });
        let lanes: Vec<Lane> = lanes.take(LANES).collect();
        let mut step_size = [0.0; LANES];
        step_size[..lanes.len()].fill(FIRST_TRIAL);
        Self {
            plan,
            density,
            record: R::new(lanes.len(), dimension, plan.run.draws()),
            lanes,
            step_size,
            evaluations: [0; LANES],
            current: Points::new(dimension),
            moving: Points::new(dimension),
            motion: Motion::new(dimension),
            chances: vec![Chances::new(dimension); TOGETHER],
            report: Report::new(),
            point: PhasePoint::new(dimension),
        }
    }

    /// From the starts to the last draws.
    pub(super) fn run(mut self) -> impl Iterator<Item = Result<R::Chain, SampleError>> {
        self.start();
        self.warm_up();
        let draws = self.plan.run.draws();
        for first in (0..draws).step_by(TOGETHER) {
            let together = TOGETHER.min(draws - first);
            self.draw_chances(together);
            for transition in 0..together {
                self.step(transition);
                let (position, log_density) = (&self.current.position, &self.current.log_density);
                self.record.push(position, log_density, &self.report);
            }
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
                    self.evaluations[number] += 1;
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
        for (number, searching) in searching.into_iter().enumerate() {
            if searching {
                self.moving.read(number, &mut self.point);
                let cause = not_finite(&self.point, |index| self.plan.names[index].clone());
                let lane = &mut self.lanes[number];
                lane.failure = Some(failure(lane.chain, cause));
            }
        }
    }

    /// Learns step sizes and metrics.
    fn warm_up(&mut self) {
        let (plan, dimension) = (self.plan, self.plan.names.len());
        let settings = plan.sampler.hamiltonian();
        self.search_step_sizes(&[true; LANES]);
        let mut adaptation = Adaptation::new(
            plan.run.warm_up(),
            settings.target_acceptance,
            &self.step_size,
            settings.metric,
            dimension,
        );
        let mut left = plan.run.warm_up();
        while left > 0 {
            // A search for step sizes draws numbers of its own.
            let before_search = adaptation.iterations_before_metric();
            let together = TOGETHER.min(left).min(before_search);
            left -= together;
            self.draw_chances(together);
            for transition in 0..together {
                self.step_size = *adaptation.step_size();
                self.step(transition);
                self.adapt(&mut adaptation);
            }
        }
        self.step_size = wide::run(End(&adaptation));
        // Lanes without a chain stay where they are.
        self.step_size[self.lanes.len()..].fill(0.0);
        for number in 0..self.lanes.len() {
            let (step_size, metric) = (self.step_size[number], self.motion.metric(number));
            let adapted = || Adapted {
                step_size,
                metric: metric.estimate(),
            };
            let evaluations = self.evaluations[number];
            self.record.end_warm_up(number, evaluations, adapted);
        }
    }

    /// Tells the adaptation what the last transition did; where that gives a lane a metric, looks for
    /// a step size that fits it.
    fn adapt(&mut self, adaptation: &mut Adaptation<LANES>) {
        let observation = Observation {
            adaptation,
            report: &self.report,
            current: &self.current,
        };
        let Some(metrics) = wide::run(observation) else {
            return;
        };
        let has_new = metrics.each_ref().map(Option::is_some);
        if has_new.contains(&true) {
            self.motion.set_metrics(metrics);
            self.step_size = *adaptation.step_size();
            self.search_step_sizes(&has_new);
            for lane in (0..LANES).filter(|&lane| has_new[lane]) {
                adaptation.restart(lane, self.step_size[lane]);
            }
        }
    }

    /// Draws the random numbers of the next transitions.
    fn draw_chances(&mut self, transitions: usize) {
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if lane.is_alive() {
                for chances in &mut self.chances[..transitions] {
                    chances.draw(number, &mut lane.rng);
                }
            }
        }
    }

    /// Looks for step sizes near those of the lanes asked for, as
    /// [`first_step_size`](crate::adaptation::first_step_size).
    fn search_step_sizes(&mut self, are_asked: &[bool; LANES]) {
        if self.plan.names.is_empty() {
            return;
        }
        let steps = self.lanes.iter().zip(self.step_size).zip(are_asked);
        let search = |((lane, step_size), is_asked): ((&Lane, f64), &bool)| {
            (lane.is_alive() && *is_asked).then(|| StepSizeSearch::new(step_size))
        };
        let mut searches: Vec<_> = steps.map(search).collect();
        while searches.iter().any(Option::is_some) {
            let mut trial = [0.0; LANES];
            for (number, search) in searches.iter().enumerate() {
                if let Some(search) = search {
                    trial[number] = search.trial();
                    let rng = &mut self.lanes[number].rng;
                    self.chances[0].draw_normals(number, rng);
                }
            }
            self.motion.set_out(&self.chances[0].normals);
            let before = self.motion.energy(&self.current);
            self.follow(&trial, 1);
            let after = self.motion.energy(&self.moving);
            for (number, place) in searches.iter_mut().enumerate() {
                let Some(search) = place else { continue };
                let lane = &mut self.lanes[number];
                self.evaluations[number] += 1;
                if let Some(end) = search.observe(before[number], after[number]) {
                    match end {
                        Ok(step_size) => self.step_size[number] = step_size,
                        Err(none) => lane.failure = Some(none.of_chain(lane.chain)),
                    }
                    *place = None;
                }
            }
        }
    }
}

/// What an iteration tells, to be compiled for several instruction sets.
struct Observation<'g, const LANES: usize> {
    adaptation: &'g mut Adaptation<LANES>,
    report: &'g Report<LANES>,
    current: &'g Points<LANES>,
}

impl<const LANES: usize> Code for Observation<'_, LANES> {
    type Output = Option<Metrics<LANES>>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let (report, current) = (self.report, self.current);
        self.adaptation.observe(
            &report.step_size,
            &report.acceptance,
            &current.position,
            &current.gradient,
        )
    }
}

/// What warm-up settles on, to be compiled for several instruction sets.
struct End<'g, const LANES: usize>(&'g Adaptation<LANES>);

impl<const LANES: usize> Code for End<'_, LANES> {
    type Output = Block<LANES>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.0.final_step_size()
    }
}

impl Lane {
    fn is_alive(&self) -> bool {
        self.failure.is_none()
    }
}

/// Recomputes log densities and gradients.
pub(super) fn evaluate<const LANES: usize, D: LockStepDensity<LANES>>(
    density: &mut D,
    points: &mut Points<LANES>,
) {
    density.evaluate(
        &points.position,
        &mut points.log_density,
        &mut points.gradient,
    );
}
