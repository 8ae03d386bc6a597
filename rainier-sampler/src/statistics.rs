//! Describes how one draw was made.
//!
//! In: a transition's report. Out: the figures kept beside each draw, from which divergences,
//! E-BFMI and costs are read.

use serde::{Deserialize, Serialize};

/// Why the trajectory (or move) that made a draw stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Ending {
    /// It made all the steps it was asked to make.
    #[default]
    Completed,
    /// It began to turn back (NUTS only): the normal ending.
    Turned,
    /// It reached the depth limit before turning (NUTS only): slow, not wrong.
    DepthLimit,
    /// It reached a point of log density −∞. Right, but slow when frequent: a bounded parameter is
    /// better mapped to the whole line.
    LeftSupport,
    /// Its energy error passed the threshold, or log density or gradient was not a number: the
    /// sampler may miss a region of high curvature.
    Diverged,
}

/// Figures kept beside each draw. What a sampler does not have is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// ln p of the draw, as the density gave it.
    pub log_density: f64,
    /// Acceptance probability in [0, 1]: of the proposal (HMC, walkers) or averaged over the
    /// trajectory (NUTS); the share of coordinates that moved (slices).
    pub acceptance: f64,
    /// Leapfrog step size used.
    pub step_size: Option<f64>,
    /// Doublings of the trajectory (NUTS).
    pub tree_depth: Option<u32>,
    /// Evaluations of the gradient spent on the draw; 0 for walkers and slices, which use none.
    pub gradient_evaluations: u64,
    /// Hamiltonian energy −ln p + kinetic of the draw, with the momentum it was reached with.
    pub energy: Option<f64>,
    /// Why the trajectory stopped.
    pub ending: Ending,
}

impl Statistics {
    /// Whether the trajectory diverged.
    pub fn is_divergent(&self) -> bool {
        self.ending == Ending::Diverged
    }
}
