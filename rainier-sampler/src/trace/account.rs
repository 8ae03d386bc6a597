//! Sums up how the draws of one chain were made.
//!
//! In: the statistics of its draws, one after the other. Out: what warnings need of them.

use crate::diagnostics::EnergySums;
use crate::statistics::{Ending, Statistics};

/// How the draws of one chain were made, all together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Account {
    pub(crate) draws: usize,
    pub(crate) diverged: usize,
    pub(crate) left_support: usize,
    pub(crate) depth_limited: usize,
    pub(crate) gradient_evaluations: u64,
    /// None are heard of when the sampler has none.
    pub(crate) energies: EnergySums,
}

impl Account {
    pub(crate) fn of<'a>(statistics: impl IntoIterator<Item = &'a Statistics>) -> Self {
        let mut account = Self::default();
        for one in statistics {
            account.add(one);
        }
        account
    }

    fn add(&mut self, statistics: &Statistics) {
        self.draws += 1;
        self.gradient_evaluations += statistics.gradient_evaluations;
        self.count_ending(statistics.ending);
        if let Some(energy) = statistics.energy {
            self.energies.push(&[energy]);
        }
    }

    /// Counts how a draw's trajectory ended.
    pub(crate) fn count_ending(&mut self, ending: Ending) {
        match ending {
            Ending::Completed | Ending::Turned => {}
            Ending::Diverged => self.diverged += 1,
            Ending::LeftSupport => self.left_support += 1,
            Ending::DepthLimit => self.depth_limited += 1,
        }
    }
}
