//! Moves by a fixed number of leapfrog steps, then accepts or rejects the end point.
//!
//! In: number of steps, jitter. Out: a transition. The current gradient is kept, so a transition
//! costs exactly as many gradients as steps.

use rand::{Rng, RngExt};

use super::{Arrival, Outcome, Transition};
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
        let step_size = step_size * (1.0 + self.jitter * (2.0 * rng.random::<f64>() - 1.0));
        hamiltonian.draw_momentum(current, rng);
        let initial_energy = current.energy();
        self.proposal.copy_from(current);

        let mut arrival = Arrival::Valid {
            energy: initial_energy,
            error: 0.0,
        };
        for _ in 0..self.steps {
            hamiltonian.leapfrog(&mut self.proposal, step_size);
            arrival = Arrival::of(&self.proposal, initial_energy);
            // A large but finite error may still shrink again. Stopping on it here would make
            // acceptance depend on the direction of the path, and the move irreversible.
            if matches!(arrival, Arrival::Invalid(_)) {
                break;
            }
        }

        let mut outcome = Outcome {
            acceptance: 0.0,
            energy: initial_energy,
            step_size,
            tree_depth: None,
            ending: Ending::Completed,
        };
        match arrival {
            Arrival::Invalid(ending) => outcome.ending = ending,
            Arrival::Valid { energy, error } => {
                if error > self.max_energy_error {
                    outcome.ending = Ending::Diverged;
                }
                outcome.acceptance = (-error).exp().min(1.0);
                if rng.random::<f64>() < outcome.acceptance {
                    std::mem::swap(current, &mut self.proposal);
                    outcome.energy = energy;
                }
            }
        }
        outcome
    }
}
