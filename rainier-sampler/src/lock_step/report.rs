//! Says what one transition of all lanes did.
//!
//! In: the outcome of each lane. Out: the same as blocks, for whoever keeps a number of all lanes at once.

use super::points::Block;
use crate::statistics::{Ending, Statistics};
use crate::transition::Outcome;

/// What [`Outcome`] says of one transition, of all lanes.
#[derive(Debug, Clone)]
pub struct Report<const LANES: usize> {
    pub(super) acceptance: Block<LANES>,
    pub(super) energy: Block<LANES>,
    pub(super) step_size: Block<LANES>,
    pub(super) gradient_evaluations: [u64; LANES],
    pub(super) ending: [Ending; LANES],
}

impl<const LANES: usize> Report<LANES> {
    pub(super) fn new() -> Self {
        Self {
            acceptance: [0.0; LANES],
            energy: [0.0; LANES],
            step_size: [0.0; LANES],
            gradient_evaluations: [0; LANES],
            ending: [Ending::Completed; LANES],
        }
    }

    /// Notes what one lane did.
    #[inline]
    pub(super) fn set(&mut self, lane: usize, outcome: &Outcome, gradient_evaluations: u64) {
        self.acceptance[lane] = outcome.acceptance;
        self.energy[lane] = outcome.energy;
        self.step_size[lane] = outcome.step_size;
        self.gradient_evaluations[lane] = gradient_evaluations;
        self.ending[lane] = outcome.ending;
    }

    /// How one lane's draw was made, whose log density is given.
    pub(super) fn statistics(&self, lane: usize, log_density: f64) -> Statistics {
        Statistics {
            log_density,
            acceptance: self.acceptance[lane],
            step_size: Some(self.step_size[lane]),
            tree_depth: None,
            gradient_evaluations: self.gradient_evaluations[lane],
            energy: Some(self.energy[lane]),
            ending: self.ending[lane],
        }
    }
}
