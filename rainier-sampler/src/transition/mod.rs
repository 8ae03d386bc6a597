//! Takes one step of a Markov chain: state in, next state and a report out.
//!
//! In: the current phase point, a [`Hamiltonian`], a step size, a random stream. Out: the next
//! point (with log density and gradient, so that the step after needs no evaluation to begin) and
//! an [`Outcome`]. A transition knows nothing of adaptation: it reports, adaptation listens.

mod empirical;
mod hmc;
mod nuts;
mod places;
mod segment;
mod slice;
mod u_turn;

use rand::Rng;

use crate::hamiltonian::{Hamiltonian, PhasePoint, Point, Vector};
use crate::log_density::LogDensityGradient;
use crate::statistics::Ending;
pub(crate) use empirical::EmpiricalLength;
pub(crate) use hmc::{FixedLength, jittered, two_uniforms};
pub(crate) use nuts::Doubling;
pub(crate) use slice::CoordinateSlices;

/// One way to move a phase point that leaves the density's distribution unchanged.
pub(crate) trait Transition {
    /// Draws a fresh momentum, moves `current`, reports.
    fn step<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
        &mut self,
        current: &mut PhasePoint,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
        rng: &mut R,
    ) -> Outcome;

    /// How many of the last iterations of a warm-up the transition learns from, at the step size
    /// of the draws.
    fn learning_iterations(&self, warm_up: usize) -> usize {
        let _ = warm_up;
        0
    }

    /// Hears that what was learned holds no longer: metric or step size are others now.
    fn unlearn(&mut self) {}

    /// Hears that warm-up is over: what draws are made with must not depend on them.
    fn end_learning(&mut self) {}

    /// What was learned, to be kept when a chain is left.
    fn learned(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Takes up what was [`learned`](Self::learned), and learns no more.
    fn recall(&mut self, learned: Vec<f64>) {
        let _ = learned;
    }
}

/// What one transition did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcome {
    /// Mean acceptance probability over the trajectory, in [0, 1].
    pub(crate) acceptance: f64,
    /// Energy of the chosen point with the momentum it was reached with.
    pub(crate) energy: f64,
    /// Step size in fact used.
    pub(crate) step_size: f64,
    /// Doublings made, for a transition that doubles.
    pub(crate) tree_depth: Option<u32>,
    /// Why the trajectory stopped.
    pub(crate) ending: Ending,
}

/// What one leapfrog step arrived at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Arrival {
    /// A point with a finite energy, `error` above the trajectory's first.
    Valid { energy: f64, error: f64 },
    /// The point cannot be part of a trajectory.
    Invalid(Ending),
}

impl Arrival {
    /// Judges a point against the energy the trajectory started with.
    ///
    /// A gradient that is not finite shows in the momentum and thus in the energy.
    fn of<V: Vector>(point: &Point<V>, initial_energy: f64) -> Self {
        Self::at(point.log_density, point.energy(), initial_energy)
    }

    /// The same by log density and energy.
    pub(crate) fn at(log_density: f64, energy: f64, initial_energy: f64) -> Self {
        if log_density == f64::NEG_INFINITY {
            Self::Invalid(Ending::LeftSupport)
        } else if energy.is_finite() {
            Self::Valid {
                energy,
                error: energy - initial_energy,
            }
        } else {
            Self::Invalid(Ending::Diverged)
        }
    }
}
