//! Doubles a trajectory in random directions until it turns back, and chooses one of its points.
//!
//! In: depth limit, divergence threshold. Out: a transition. Betancourt (2017), appendix A, as in
//! Stan: multinomial choice, U-turn checks in every subtree. Each leapfrog step costs one gradient;
//! memory is one segment for each depth, made once.

use rand::{Rng, RngExt};

use super::segment::{Choice, Segment};
use super::u_turn::{pair_turns, turns};
use super::{Arrival, Outcome, Transition};
use crate::energy_weight::weight;
use crate::hamiltonian::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;
use crate::statistics::Ending;

/// The No-U-Turn transition and its scratch.
#[derive(Debug)]
pub(crate) struct Doubling {
    max_tree_depth: u32,
    max_energy_error: f64,
    /// The end that is integrated back in time; the other one is the current point itself.
    backward: PhasePoint,
    trajectory: Segment,
    extension: Segment,
    /// One segment for the second half of the subtree at each depth.
    halves: Vec<Segment>,
}

impl Doubling {
    pub(crate) fn new(max_tree_depth: u32, max_energy_error: f64, dimension: usize) -> Self {
        Self {
            max_tree_depth,
            max_energy_error,
            backward: PhasePoint::new(dimension),
            trajectory: Segment::new(dimension),
            extension: Segment::new(dimension),
            halves: (1..max_tree_depth)
                .map(|_| Segment::new(dimension))
                .collect(),
        }
    }
}

impl Transition for Doubling {
    fn step<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        current: &mut PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        rng: &mut R,
    ) -> Outcome {
        hamiltonian.draw_momentum(current, rng);
        let initial_energy = current.energy();
        self.backward.copy_from(current);
        self.trajectory.start(current, initial_energy, 1.0);

        let mut walk = Walk {
            hamiltonian,
            rng,
            initial_energy,
            max_energy_error: self.max_energy_error,
            acceptance_sum: 0.0,
            steps: 0,
        };
        let mut ending = Ending::DepthLimit;
        let mut tree_depth = 0;
        for depth in 0..self.max_tree_depth as usize {
            let goes_forward = walk.rng.random::<bool>();
            let (end, signed_step) = if goes_forward {
                (&mut *current, step_size)
            } else {
                (&mut self.backward, -step_size)
            };
            let growth = walk.grow(
                end,
                signed_step,
                &mut self.extension,
                &mut self.halves[..depth],
            );
            if let Growth::Stopped(reason) = growth {
                ending = reason;
                break;
            }
            tree_depth += 1;
            // The criterion is the same read from either side, so going back in time is going on
            // from the other end.
            if !goes_forward {
                self.trajectory.reverse();
            }
            let turned = turns(&self.trajectory, &self.extension);
            self.trajectory
                .append(&mut self.extension, Choice::Biased, walk.rng);
            if !goes_forward {
                self.trajectory.reverse();
            }
            if turned {
                ending = Ending::Turned;
                break;
            }
        }

        let acceptance = walk.acceptance_sum / f64::from(walk.steps);
        let chosen = &mut self.trajectory.candidate;
        std::mem::swap(&mut current.position, &mut chosen.position);
        std::mem::swap(&mut current.gradient, &mut chosen.gradient);
        current.log_density = chosen.log_density;
        Outcome {
            acceptance,
            energy: chosen.energy,
            step_size,
            tree_depth: Some(tree_depth),
            ending,
        }
    }
}

/// What growing a subtree came to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Growth {
    /// The segment is complete and does not turn.
    Grown,
    /// The subtree must not be used.
    Stopped(Ending),
}

/// What one leapfrog step came to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// A point that belongs to the trajectory.
    Made { energy: f64, weight: f64 },
    /// The end of it.
    Stopped(Ending),
}

/// One trajectory under way.
struct Walk<'w, 'd, D: ?Sized, R: ?Sized> {
    hamiltonian: &'w mut Hamiltonian<'d, D>,
    rng: &'w mut R,
    initial_energy: f64,
    max_energy_error: f64,
    /// Sum over all steps of min(1, exp(initial energy − energy)), used or not.
    acceptance_sum: f64,
    steps: u32,
}

impl<D: LogDensityGradient + ?Sized, R: Rng + ?Sized> Walk<'_, '_, D, R> {
    /// Makes `segment` the next 2^`halves.len()` points beyond `end`, which moves to the last one.
    fn grow(
        &mut self,
        end: &mut PhasePoint,
        signed_step: f64,
        segment: &mut Segment,
        halves: &mut [Segment],
    ) -> Growth {
        let (second, deeper) = match halves {
            [] => return self.grow_one(end, signed_step, segment),
            [_] => return self.grow_pair(end, signed_step, segment),
            [deeper @ .., second] => (second, deeper),
        };
        match self.grow(end, signed_step, segment, deeper) {
            Growth::Stopped(reason) => return Growth::Stopped(reason),
            Growth::Grown => {}
        }
        match self.grow(end, signed_step, second, deeper) {
            Growth::Stopped(reason) => return Growth::Stopped(reason),
            Growth::Grown => {}
        }
        if turns(segment, second) {
            return Growth::Stopped(Ending::Turned);
        }
        segment.append(second, Choice::Uniform, self.rng);
        Growth::Grown
    }

    /// A subtree of one point.
    fn grow_one(
        &mut self,
        end: &mut PhasePoint,
        signed_step: f64,
        segment: &mut Segment,
    ) -> Growth {
        match self.step(end, signed_step) {
            Step::Stopped(reason) => Growth::Stopped(reason),
            Step::Made { energy, weight } => {
                segment.start(end, energy, weight);
                Growth::Grown
            }
        }
    }

    /// A subtree of two points: half of all points are the second of one, and need no segment of
    /// their own.
    fn grow_pair(
        &mut self,
        end: &mut PhasePoint,
        signed_step: f64,
        segment: &mut Segment,
    ) -> Growth {
        match self.step(end, signed_step) {
            Step::Stopped(reason) => return Growth::Stopped(reason),
            Step::Made { energy, weight } => segment.begin(end, energy, weight),
        }
        match self.step(end, signed_step) {
            Step::Stopped(reason) => Growth::Stopped(reason),
            Step::Made { energy, weight } => {
                segment.push(end);
                if pair_turns(segment) {
                    return Growth::Stopped(Ending::Turned);
                }
                segment.choose(end, energy, weight, self.rng);
                Growth::Grown
            }
        }
    }

    /// One leapfrog step.
    fn step(&mut self, end: &mut PhasePoint, signed_step: f64) -> Step {
        self.hamiltonian.leapfrog(end, signed_step);
        self.steps += 1;
        match Arrival::of(end, self.initial_energy) {
            Arrival::Invalid(ending) => Step::Stopped(ending),
            Arrival::Valid { error, .. } if error > self.max_energy_error => {
                Step::Stopped(Ending::Diverged)
            }
            Arrival::Valid { energy, error } => {
                let weight = weight(error);
                self.acceptance_sum += weight.min(1.0);
                Step::Made { energy, weight }
            }
        }
    }
}
