//! Moves by a number of steps drawn from those it took, during warm-up, to turn back.
//!
//! In: limits. Out: a transition that learns how long trajectories should be. While it learns it
//! goes on to where the trajectory turns; afterwards it goes about half of a way so measured, and
//! of its steps only the last needs the log density.

use std::ops::Range;

use rand::{Rng, RngExt};

use super::{Arrival, Outcome, Transition};
use crate::hamiltonian::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;
use crate::statistics::Ending;

/// Empirical HMC: Wu, Stoehr & Robert (2018), arXiv:1810.04449, algorithms 2 and 3.
#[derive(Debug)]
pub(crate) struct EmpiricalLength {
    max_steps: u32,
    max_energy_error: f64,
    /// Times after which trajectories turned, in the order they were measured. Times, since the
    /// step size changes while lengths are learned.
    turning_times: Vec<f64>,
    is_learning: bool,
    proposal: PhasePoint,
    /// The end that goes on to the turn.
    front: PhasePoint,
}

/// Turns that are remembered: Rainier's default, enough for a distribution of lengths.
const MEMORY: usize = 100;
/// Steps taken before any turn is known.
const FIRST_STEPS: u32 = 10;
/// Part of the way to a turn that is gone.
///
/// The paper goes all of it. On a normal the turn then is the mirror image of the start: means
/// come out better than from independent draws, squares hardly move (in a hundred dimensions, one
/// effective draw of a square in 500 gradients against one in 11 with these fractions). Halfway, a
/// normal forgets where it was; the spread is for scales whose halfway is elsewhere.
const FRACTIONS: Range<f64> = 0.3..0.7;
/// Factors on the step size of each trajectory.
///
/// Where a tail curves more than the middle, as that of a banana does, one step size that suits the middle is too long out
/// there: a chain that got there stayed for a thousand draws and more, in 5 of 240 chains, and in none with these. On
/// normals an effective draw costs a tenth to a fifth more.
const JITTER: Range<f64> = 0.5..1.5;

impl EmpiricalLength {
    pub(crate) fn new(max_steps: u32, max_energy_error: f64, dimension: usize) -> Self {
        Self {
            max_steps,
            max_energy_error,
            turning_times: Vec::with_capacity(MEMORY),
            is_learning: true,
            proposal: PhasePoint::new(dimension),
            front: PhasePoint::new(dimension),
        }
    }

    /// Draws a number of steps.
    fn draw_steps<R: Rng + ?Sized>(&self, step_size: f64, rng: &mut R) -> u32 {
        if self.turning_times.is_empty() {
            return FIRST_STEPS.min(self.max_steps);
        }
        let time = self.turning_times[rng.random_range(0..self.turning_times.len())];
        let fraction = rng.random_range(FRACTIONS);
        let steps = (fraction * time / step_size).ceil();
        let steps = steps.clamp(1.0, f64::from(self.max_steps));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number between 1 and a u32"
        )]
        let steps = steps as u32;
        steps
    }

    /// Goes `steps` steps to the proposal, and on until the trajectory turns.
    fn explore<D: LogDensityGradient + ?Sized>(
        &mut self,
        current: &PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        steps: u32,
    ) {
        let initial_energy = current.energy();
        let mut has_turned = false;
        for step in 1..=self.max_steps {
            hamiltonian.trajectory(&mut self.front, step_size, 1);
            let is_valid = matches!(
                Arrival::of(&self.front, initial_energy),
                Arrival::Valid { .. }
            );
            if step == steps || (step < steps && !is_valid) {
                self.proposal.copy_from(&self.front);
            }
            if is_valid && !has_turned && turns(current, &self.front) {
                has_turned = true;
                if self.turning_times.len() == MEMORY {
                    self.turning_times.remove(0);
                }
                self.turning_times.push(f64::from(step) * step_size);
            }
            if !is_valid || (has_turned && step >= steps) {
                return;
            }
        }
    }
}

/// Whether the distance between two points, measured by the metric, shrinks: (q′ − q)·p′ < 0.
/// Hoffman & Gelman (2014), equation 1.
fn turns(from: &PhasePoint, to: &PhasePoint) -> bool {
    let points = to.position.iter().zip(&from.position).zip(&to.momentum);
    points.map(|((to, from), p)| (to - from) * p).sum::<f64>() < 0.0
}

impl Transition for EmpiricalLength {
    fn step<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        current: &mut PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        rng: &mut R,
    ) -> Outcome {
        let step_size = step_size * rng.random_range(JITTER);
        let steps = self.draw_steps(step_size, rng);
        hamiltonian.draw_momentum(current, rng);
        let outcome = Outcome {
            acceptance: 0.0,
            energy: current.energy(),
            step_size,
            tree_depth: None,
            ending: Ending::Completed,
        };
        if self.is_learning {
            self.front.copy_from(current);
            self.explore(current, hamiltonian, step_size, steps);
        } else {
            self.proposal.copy_from(current);
            hamiltonian.trajectory(&mut self.proposal, step_size, steps);
        }
        let threshold = self.max_energy_error;
        outcome.after_decision(current, &mut self.proposal, threshold, || rng.random())
    }

    fn learning_iterations(&self, warm_up: usize) -> usize {
        MEMORY.min(warm_up / 5)
    }

    fn unlearn(&mut self) {
        self.turning_times.clear();
    }

    fn end_learning(&mut self) {
        self.is_learning = false;
    }

    fn learned(&self) -> Vec<f64> {
        self.turning_times.clone()
    }

    fn recall(&mut self, learned: Vec<f64>) {
        self.turning_times = learned;
        self.end_learning();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_density::tests::StandardNormal;
    use crate::random::Streams;

    #[test]
    fn a_trajectory_over_a_normal_turns_where_its_formula_says() {
        let mut density = StandardNormal(10);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut rng = Streams::from_seed(1).stream(0, 0);
        let mut current = PhasePoint::new(10);
        let step_size = 0.001;
        for _ in 0..20 {
            current.position.fill_with(|| rng.random_range(-2.0..2.0));
            hamiltonian.evaluate(&mut current);
            hamiltonian.draw_momentum(&mut current, &mut rng);
            // q(t) = q cos t + p sin t and p(t) = p cos t − q sin t, coordinate by coordinate.
            let distance_times_momentum = |time: f64| {
                let (sin, cos) = time.sin_cos();
                let points = current.position.iter().zip(&current.momentum);
                let products = points.map(|(q, p)| (q * cos + p * sin - q) * (p * cos - q * sin));
                products.sum::<f64>()
            };
            let steps =
                (1..10_000).find(|&step| distance_times_momentum(f64::from(step) * 0.001) < 0.0);
            let mut transition = EmpiricalLength::new(10_000, 1000.0, 10);
            transition.front.copy_from(&current);
            transition.explore(&current, &mut hamiltonian, step_size, 1);
            let expected = f64::from(steps.expect("it turns")) * step_size;
            let found = transition.turning_times[0];
            assert!(
                (found - expected).abs() < 1.5 * step_size,
                "{found} {expected}"
            );
        }
    }

    #[test]
    fn what_was_learned_is_kept_while_drawing() {
        let mut density = StandardNormal(10);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut current = PhasePoint::new(10);
        hamiltonian.evaluate(&mut current);
        let mut rng = Streams::from_seed(1).stream(0, 0);
        let mut transition = EmpiricalLength::new(1000, 1000.0, 10);
        transition.turning_times = vec![2.0];
        transition.end_learning();
        for _ in 0..100 {
            let before = hamiltonian.evaluations();
            transition.step(&mut current, &mut hamiltonian, 0.1, &mut rng);
            // 0.3 to 0.7 of a time of 2, in steps from 0.05 to 0.15.
            assert!((4..=28).contains(&(hamiltonian.evaluations() - before)));
        }
        assert_eq!(transition.turning_times, [2.0]);
    }
}
