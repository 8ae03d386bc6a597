//! Moves the chains of all lanes by one transition.
//!
//! In: points, random numbers, step sizes. Out: the next points, and a report. What
//! [`FixedLength`](crate::transition::FixedLength) does with one point is done here with blocks of
//! them, without a branch for a single lane; only a lane that has arrived at no valid point, or far
//! off, is judged by itself.

use std::hint::select_unpredictable;

use super::LockStepDensity;
use super::generation::{Generation, evaluate};
use super::points::Block;
use super::record::Record;
use crate::energy_weight::acceptance;
use crate::statistics::Ending;
use crate::sum::are_finite;
use crate::transition::{Arrival, Outcome, jittered};
use crate::wide::{self, Code};

impl<const LANES: usize, D: LockStepDensity<LANES>, R: Record<LANES>> Generation<'_, LANES, D, R> {
    /// One transition of every lane by the random numbers of that place.
    pub(super) fn step(&mut self, transition: usize) {
        wide::run(Step {
            generation: self,
            transition,
        });
    }

    #[inline(always)]
    fn step_all(&mut self, transition: usize) {
        let chances = &self.chances[transition];
        let jitter = self.plan.sampler.jitter();
        let mut step_size = self.step_size;
        for (step_size, place) in step_size.iter_mut().zip(&chances.jitter) {
            *step_size *= jittered(jitter, *place);
        }
        self.motion.set_out(&chances.normals);
        let before = self.motion.energy(&self.current);
        self.follow(&step_size, self.plan.sampler.steps());
        self.report.step_size = step_size;
        for (sum, more) in self
            .evaluations
            .iter_mut()
            .zip(&self.report.gradient_evaluations)
        {
            *sum += more;
        }
        let after = self.motion.energy(&self.moving);
        let takes = self.decide(&before, &after, transition);
        self.current.take(&self.moving, &takes);
    }

    /// Sets out from the current points and follows all trajectories for `steps` leapfrog steps, as
    /// [`Hamiltonian::trajectory`](crate::hamiltonian::Hamiltonian::trajectory).
    #[inline(always)]
    pub(super) fn follow(&mut self, step_size: &Block<LANES>, steps: u32) {
        self.report.begin(steps);
        let mut half = *step_size;
        for half in &mut half {
            *half *= 0.5;
        }
        self.motion
            .kick_and_drift(&self.current, &mut self.moving, &half, step_size);
        for step in 1..steps {
            let gradient = &mut self.moving.gradient;
            self.density.gradient(&self.moving.position, gradient);
            self.motion.kick(&self.moving, step_size);
            let squares = self.motion.squares();
            if !are_finite(&squares[..self.lanes.len()]) {
                self.stop(&squares, step);
            }
            self.motion.drift(&mut self.moving, step_size);
        }
        evaluate(self.density, &mut self.moving);
        self.motion.kick(&self.moving, &half);
    }

    /// Notes why some trajectories cannot go on from their `step`.
    #[cold]
    fn stop(&mut self, squares: &Block<LANES>, step: u32) {
        let mut stops = [false; LANES];
        for lane in 0..self.lanes.len() {
            let is_new = self.report.ending[lane] == Ending::Completed;
            stops[lane] = is_new && !squares[lane].is_finite();
        }
        if !stops.contains(&true) {
            return;
        }
        // The density there tells why.
        evaluate(self.density, &mut self.moving);
        for lane in (0..LANES).filter(|&lane| stops[lane]) {
            let is_outside = self.moving.log_density[lane] == f64::NEG_INFINITY;
            let ending = if is_outside {
                Ending::LeftSupport
            } else {
                Ending::Diverged
            };
            self.report.stop(lane, ending, u64::from(step) + 1);
        }
    }

    /// Which lanes accept where they arrived.
    #[inline(always)]
    fn decide(
        &mut self,
        before: &Block<LANES>,
        after: &Block<LANES>,
        transition: usize,
    ) -> [bool; LANES] {
        let (report, chance) = (&mut self.report, &self.chances[transition].decision);
        let (mut error, mut takes) = ([0.0; LANES], [false; LANES]);
        for lane in 0..LANES {
            error[lane] = after[lane] - before[lane];
        }
        for (probability, error) in report.acceptance.iter_mut().zip(error) {
            *probability = acceptance(error);
        }
        for lane in 0..LANES {
            takes[lane] = chance[lane] < report.acceptance[lane];
            report.energy[lane] = select_unpredictable(takes[lane], after[lane], before[lane]);
        }
        // A density of −∞ makes an infinite energy.
        let threshold = self.plan.sampler.hamiltonian().max_energy_error;
        let is_plain = |error: f64| error.is_finite() && error <= threshold;
        let errors = &error[..self.lanes.len()];
        let are_plain = errors.iter().fold(true, |all, x| all & is_plain(*x));
        if !are_plain || self.report.has_stops() {
            for lane in 0..self.lanes.len() {
                if !is_plain(error[lane]) || self.report.ending[lane] != Ending::Completed {
                    takes[lane] = self.decide_lane(lane, before[lane], after[lane], transition);
                }
            }
        }
        takes
    }

    /// The same of one lane, which may have arrived at no valid point, or far off.
    #[cold]
    fn decide_lane(&mut self, lane: usize, before: f64, after: f64, transition: usize) -> bool {
        let arrival = match self.report.ending[lane] {
            Ending::Completed => Arrival::at(self.moving.log_density[lane], after, before),
            stop => Arrival::Invalid(stop),
        };
        let outcome = Outcome {
            acceptance: 0.0,
            energy: before,
            step_size: self.report.step_size[lane],
            tree_depth: None,
            ending: Ending::Completed,
        };
        let (outcome, is_accepted) = outcome.decide(
            arrival,
            acceptance(after - before),
            self.plan.sampler.hamiltonian().max_energy_error,
            || self.chances[transition].decision[lane],
        );
        self.report.set(lane, &outcome);
        is_accepted
    }
}

/// One transition, to be compiled for several instruction sets.
struct Step<'g, 'p, const LANES: usize, D, R> {
    generation: &'g mut Generation<'p, LANES, D, R>,
    transition: usize,
}

impl<const LANES: usize, D: LockStepDensity<LANES>, R: Record<LANES>> Code
    for Step<'_, '_, LANES, D, R>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.generation.step_all(self.transition);
    }
}
