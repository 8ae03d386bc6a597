//! Sums up how the draws of one chain were made.
//!
//! In: the statistics of its draws, one after the other. Out: what warnings need of them.

use crate::statistics::{Ending, Statistics};

/// How the draws of one chain were made, all together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Account {
    pub(crate) draws: usize,
    pub(crate) diverged: usize,
    pub(crate) left_support: usize,
    pub(crate) depth_limited: usize,
    pub(crate) gradient_evaluations: u64,
    /// In the order of the draws; empty when the sampler has none.
    pub(crate) energies: Vec<f64>,
}

impl Account {
    /// An account of nothing that has room for `draws`.
    pub(crate) fn with_capacity(draws: usize) -> Self {
        Self {
            energies: Vec::with_capacity(draws),
            ..Self::default()
        }
    }

    pub(crate) fn of<'a>(statistics: impl IntoIterator<Item = &'a Statistics>) -> Self {
        let mut account = Self::default();
        for one in statistics {
            account.add(one);
        }
        account
    }

    pub(crate) fn add(&mut self, statistics: &Statistics) {
        self.energies.extend(statistics.energy);
        self.count(statistics.ending, statistics.gradient_evaluations);
    }

    /// Counts a draw, but for its energy.
    #[inline]
    pub(crate) fn count(&mut self, ending: Ending, gradient_evaluations: u64) {
        self.draws += 1;
        self.gradient_evaluations += gradient_evaluations;
        match ending {
            Ending::Completed | Ending::Turned => {}
            Ending::Diverged => self.diverged += 1,
            Ending::LeftSupport => self.left_support += 1,
            Ending::DepthLimit => self.depth_limited += 1,
        }
    }
}
