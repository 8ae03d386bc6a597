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

    /// Says of all lanes that they make all of `steps` steps.
    #[inline(always)]
    pub(super) fn begin(&mut self, steps: u32) {
        self.gradient_evaluations = [u64::from(steps); LANES];
        self.ending = [Ending::Completed; LANES];
    }

    /// Notes that one lane's trajectory ended before its last step.
    pub(super) fn stop(&mut self, lane: usize, ending: Ending, gradient_evaluations: u64) {
        self.ending[lane] = ending;
        self.gradient_evaluations[lane] = gradient_evaluations;
    }

    /// Whether any trajectory ended before its last step.
    #[inline(always)]
    pub(super) fn has_stops(&self) -> bool {
        self.ending != [Ending::Completed; LANES]
    }

    /// Notes what one lane did.
    pub(super) fn set(&mut self, lane: usize, outcome: &Outcome) {
        self.acceptance[lane] = outcome.acceptance;
        self.energy[lane] = outcome.energy;
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
