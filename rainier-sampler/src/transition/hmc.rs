//! Moves by a fixed number of leapfrog steps, then accepts or rejects the end point.
//!
//! In: number of steps, jitter. Out: a transition. The current gradient is kept, so a transition
//! costs exactly as many gradients as steps.

use std::hint::select_unpredictable;

use rand::Rng;

use super::{Arrival, Outcome, Transition};
use crate::energy_weight::acceptance;
use crate::hamiltonian::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;
use crate::statistics::Ending;

/// A trajectory of fixed length: Neal (2011), section 3.1.
#[derive(Debug)]
pub(crate) struct FixedLength {
    steps: u32,
    jitter: f64,
    max_energy_error: f64,
    proposal: PhasePoint,
}

impl FixedLength {
    pub(crate) fn new(steps: u32, jitter: f64, max_energy_error: f64, dimension: usize) -> Self {
        Self {
            steps,
            jitter,
            max_energy_error,
            proposal: PhasePoint::new(dimension),
        }
    }
}

impl Transition for FixedLength {
    fn step<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        current: &mut PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        rng: &mut R,
    ) -> Outcome {
        let [place, decision] = two_uniforms(rng);
        let step_size = step_size * jittered(self.jitter, place);
        hamiltonian.draw_momentum(current, rng);
        let initial_energy = current.energy();
        self.proposal.copy_from(current);

        // A large but finite error may still shrink again, so only the end is looked at. Stopping on
        // the way would make acceptance depend on the direction of the path.
        hamiltonian.trajectory(&mut self.proposal, step_size, self.steps);
        let outcome = Outcome {
            acceptance: 0.0,
            energy: initial_energy,
            step_size,
            tree_depth: None,
            ending: Ending::Completed,
        };
        let threshold = self.max_energy_error;
        outcome.after_decision(current, &mut self.proposal, threshold, || decision)
    }
}

/// Two numbers uniform in [0, 1), 2⁻³² apart, of one draw: for a step size, and for a decision, whose
/// probability is that much off at most.
#[inline]
pub(crate) fn two_uniforms<R: Rng + ?Sized>(rng: &mut R) -> [f64; 2] {
    const SPACING: f64 = 1.0 / (1_u64 << 32) as f64;
    let bits = rng.next_u64();
    [bits >> 32, bits & u64::from(u32::MAX)].map(|bits| bits as f64 * SPACING)
}

/// The factor of a step size that varies by up to `jitter`, at a place of its range in [0, 1).
#[inline]
pub(crate) fn jittered(jitter: f64, place: f64) -> f64 {
    1.0 + jitter * (2.0 * place - 1.0)
}

impl Outcome {
    /// Accepts or rejects the end of a trajectory: swaps the two points or leaves them. Before, the
    /// outcome says what is so of a rejection.
    pub(crate) fn after_decision(
        self,
        current: &mut PhasePoint,
        proposal: &mut PhasePoint,
        max_energy_error: f64,
        chance: impl FnOnce() -> f64,
    ) -> Self {
        let arrival = Arrival::of(proposal, self.energy);
        let probability = match arrival {
            Arrival::Valid { error, .. } => acceptance(error),
            Arrival::Invalid(_) => 0.0,
        };
        let (outcome, is_accepted) = self.decide(arrival, probability, max_energy_error, chance);
        if is_accepted {
            std::mem::swap(current, proposal);
        }
        outcome
    }

    /// The same of a point that arrived, and whether it is accepted: where it is valid, and `chance`,
    /// which is then asked for a number uniform in [0, 1), gives less than `probability`.
    #[inline]
    pub(crate) fn decide(
        mut self,
        arrival: Arrival,
        probability: f64,
        max_energy_error: f64,
        chance: impl FnOnce() -> f64,
    ) -> (Self, bool) {
        match arrival {
            Arrival::Invalid(ending) => {
                self.ending = ending;
                (self, false)
            }
            Arrival::Valid { energy, error } => {
                if error > max_energy_error {
                    self.ending = Ending::Diverged;
                }
                self.acceptance = probability;
                let is_accepted = chance() < probability;
                self.energy = select_unpredictable(is_accepted, energy, self.energy);
                (self, is_accepted)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn two_uniforms_of_one_draw_know_nothing_of_each_other() {
        let mut rng = Streams::from_seed(6).stream(0, 0);
        let draws = 100_000;
        let mut sums = [0.0; 3];
        for _ in 0..draws {
            let pair = two_uniforms(&mut rng);
            assert!(pair.iter().all(|x| (0.0..1.0).contains(x)));
            let [x, y] = pair.map(|x| x - 0.5);
            for (sum, term) in sums.iter_mut().zip([x, y, 12_f64.sqrt() * x * y]) {
                *sum += term;
            }
        }
        // Of variance 1/12 each: 12 Var(xy) = 12 / 144.
        let standard_error = (f64::from(draws) / 12.0).sqrt();
        for sum in sums {
            assert!(sum.abs() < 5.0 * standard_error, "{sum}");
        }
    }
}
