//! Doubles a trajectory in random directions until it turns back, and chooses one of its points.
//!
//! In: depth limit, divergence threshold. Out: a transition. Betancourt (2017), appendix A, as in
//! Stan: multinomial choice, U-turn checks in every subtree. Each leapfrog step costs one gradient;
//! memory is three points for each depth, made once.

use std::hint::select_unpredictable;

use rand::{Rng, RngExt};

use super::places::{Place, Places};
use super::segment::{Choice, Segment};
use super::u_turn::{pair_turns, turns};
use super::{Arrival, Outcome, Transition};
use crate::energy_weight::weight;
use crate::hamiltonian::{Hamiltonian, PhasePoint, Vector, copy};
use crate::log_density::LogDensityGradient;
use crate::statistics::Ending;

/// The No-U-Turn transition and its scratch.
#[derive(Debug)]
pub(crate) struct Doubling<V> {
    max_tree_depth: u32,
    max_energy_error: f64,
    places: Places<V>,
    trajectory: Segment<V>,
    extension: Segment<V>,
    /// One segment for the second half of the subtree at each depth.
    halves: Vec<Segment<V>>,
}

impl<V: Vector> Doubling<V> {
    pub(crate) fn new(max_tree_depth: u32, max_energy_error: f64, dimension: usize) -> Self {
        // Three of the trajectory; three of a finished half at each depth of a subtree, of which the
        // deepest is a pair; one to go to.
        let places = 3 * max_tree_depth as usize + 1;
        let segment = Segment::new(dimension);
        Self {
            max_tree_depth,
            max_energy_error,
            places: Places::new(places, dimension),
            halves: vec![segment.clone(); max_tree_depth as usize - 1],
            trajectory: segment.clone(),
            extension: segment,
        }
    }
}

impl<V: Vector> Transition for Doubling<V> {
    fn step<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        current: &mut PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        rng: &mut R,
    ) -> Outcome {
        let start = self.places.begin();
        copy(&current.position, start.position.as_mut());
        copy(&current.gradient, start.gradient.as_mut());
        start.log_density = current.log_density;
        hamiltonian.draw_momentum(start, rng);
        let initial_energy = start.energy();
        self.trajectory.start(Places::<V>::FIRST, 1.0, &self.places);

        let mut walk = Walk {
            hamiltonian,
            rng,
            places: &mut self.places,
            initial_energy,
            max_energy_error: self.max_energy_error,
            acceptance_sum: 0.0,
            steps: 0,
        };
        let mut ending = Ending::DepthLimit;
        let mut tree_depth = 0;
        for depth in 0..self.max_tree_depth as usize {
            let goes_back = !walk.rng.random::<bool>();
            let signed_step = select_unpredictable(goes_back, -step_size, step_size);
            // The criterion is the same read from either side, so going back in time is going on
            // from the other end.
            self.trajectory.reverse_if(goes_back);
            let growth = walk.grow(
                self.trajectory.last,
                signed_step,
                &mut self.extension,
                &mut self.halves[..depth],
            );
            if let Growth::Stopped(reason) = growth {
                ending = reason;
                break;
            }
            tree_depth += 1;
            let turned = turns(&self.trajectory, &self.extension, walk.places);
            self.trajectory
                .append(&self.extension, Choice::Biased, walk.places, walk.rng);
            self.trajectory.reverse_if(goes_back);
            if turned {
                ending = Ending::Turned;
                break;
            }
        }

        let acceptance = walk.acceptance_sum / f64::from(walk.steps);
        let chosen = &self.places[self.trajectory.candidate];
        copy(chosen.position.as_ref(), &mut current.position);
        copy(chosen.gradient.as_ref(), &mut current.gradient);
        current.log_density = chosen.log_density;
        Outcome {
            acceptance,
            energy: chosen.energy(),
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
    Made { place: Place, weight: f64 },
    /// The end of it.
    Stopped(Ending),
}

/// One trajectory under way.
struct Walk<'w, 'd, D: ?Sized, R: ?Sized, V> {
    hamiltonian: &'w mut Hamiltonian<'d, D>,
    rng: &'w mut R,
    places: &'w mut Places<V>,
    initial_energy: f64,
    max_energy_error: f64,
    /// Sum over all steps of min(1, exp(initial energy − energy)), used or not.
    acceptance_sum: f64,
    steps: u32,
}

impl<D: LogDensityGradient + ?Sized, R: Rng + ?Sized, V: Vector> Walk<'_, '_, D, R, V> {
    /// Makes `segment` the next 2^`halves.len()` points beyond `end`.
    fn grow(
        &mut self,
        end: Place,
        signed_step: f64,
        segment: &mut Segment<V>,
        halves: &mut [Segment<V>],
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
        match self.grow(segment.last, signed_step, second, deeper) {
            Growth::Stopped(reason) => return Growth::Stopped(reason),
            Growth::Grown => {}
        }
        if turns(segment, second, self.places) {
            return Growth::Stopped(Ending::Turned);
        }
        segment.append(second, Choice::Uniform, self.places, self.rng);
        Growth::Grown
    }

    /// A subtree of one point.
    fn grow_one(&mut self, end: Place, signed_step: f64, segment: &mut Segment<V>) -> Growth {
        match self.step(end, signed_step) {
            Step::Stopped(reason) => Growth::Stopped(reason),
            Step::Made { place, weight } => {
                segment.start(place, weight, self.places);
                Growth::Grown
            }
        }
    }

    /// A subtree of two points: half of all points are the second of one, and need no segment of
    /// their own.
    fn grow_pair(&mut self, end: Place, signed_step: f64, segment: &mut Segment<V>) -> Growth {
        match self.step(end, signed_step) {
            Step::Stopped(reason) => return Growth::Stopped(reason),
            Step::Made { place, weight } => segment.start(place, weight, self.places),
        }
        match self.step(segment.last, signed_step) {
            Step::Stopped(reason) => Growth::Stopped(reason),
            Step::Made { place, weight } => {
                segment.push(place, self.places);
                if pair_turns(segment, self.places) {
                    return Growth::Stopped(Ending::Turned);
                }
                segment.choose(weight, self.rng);
                Growth::Grown
            }
        }
    }

    /// One leapfrog step.
    fn step(&mut self, from: Place, signed_step: f64) -> Step {
        let place = self.places.leapfrog(from, self.hamiltonian, signed_step);
        self.steps += 1;
        match Arrival::of(&self.places[place], self.initial_energy) {
            Arrival::Invalid(ending) => Step::Stopped(ending),
            Arrival::Valid { error, .. } if error > self.max_energy_error => {
                Step::Stopped(Ending::Diverged)
            }
            Arrival::Valid { error, .. } => {
                let weight = weight(error);
                self.acceptance_sum += weight.min(1.0);
                Step::Made { place, weight }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_density::tests::StandardNormal;
    use crate::random::Streams;

    /// Where some transitions lead, and what is said of each.
    fn course<V: Vector>(
        dimension: usize,
        max_tree_depth: u32,
        step_size: f64,
        transitions: usize,
    ) -> Vec<(Vec<f64>, Outcome)> {
        let mut density = StandardNormal(dimension);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut rng = Streams::from_seed(9).stream(0, 0);
        let mut current = PhasePoint::new(dimension);
        hamiltonian.evaluate(&mut current);
        let mut doubling = Doubling::<V>::new(max_tree_depth, 1000.0, dimension);
        let step = |_| {
            let outcome = doubling.step(&mut current, &mut hamiltonian, step_size, &mut rng);
            (current.position.clone(), outcome)
        };
        (0..transitions).map(step).collect()
    }

    #[test]
    fn points_of_known_dimension_take_the_course_of_all_others() {
        let course_of_any = |dimension| course::<Vec<f64>>(dimension, 10, 0.3, 200);
        assert_eq!(course::<[f64; 1]>(1, 10, 0.3, 200), course_of_any(1));
        assert_eq!(course::<[f64; 3]>(3, 10, 0.3, 200), course_of_any(3));
        assert_eq!(course::<[f64; 11]>(11, 10, 0.3, 200), course_of_any(11));
    }

    #[test]
    fn there_are_places_for_the_deepest_trees() {
        // Twenty is as deep as the settings allow.
        for max_tree_depth in 1..=20 {
            for (_, outcome) in course::<[f64; 2]>(2, max_tree_depth, 1e-9, 3) {
                assert_eq!(outcome.ending, Ending::DepthLimit);
                assert_eq!(outcome.tree_depth, Some(max_tree_depth));
            }
        }
    }
}
