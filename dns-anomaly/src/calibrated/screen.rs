//! Compares a window with its references, without sampling: pass 1, for all series.
//!
//! In: the busy bins of a window and of its references, the population. Out: a [`Tail`] for each statistic.

use super::activity::Activity;
use super::history::History;
use super::population::Population;
use super::runs::RunOf;
use super::size::Sizes;
use super::statistic::{COMPARISONS, Comparison, Measure, Measures};
use super::tail::Tail;
use crate::series::BusyBin;

/// Compares windows one after the other; keeps its memory between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Screen {
    history: History,
    activity: Activity,
}

/// What the model expected of a window, and how improbable what came is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// By [`Comparison::ALL`].
    pub(super) tails: [Tail; COMPARISONS],
    /// Mean number of busy bins.
    pub(super) busy: f64,
    /// Mean number of queries.
    pub(super) sum: f64,
}

impl Screen {
    /// `references` are the first bin and the busy bins of each; `slots` the slot of each place of the window.
    pub(super) fn compare(
        &mut self,
        observed: &Measures,
        references: &[(i64, &[BusyBin])],
        slots: &[usize],
        population: &Population,
    ) -> Compared {
        let (_, _, sizes) = self.predict(references, slots, population);
        let sum = sizes.sum(&self.activity, observed.sum);
        let busy = self.activity.busy(observed.busy);
        let maximum = sizes.maximum(&self.history, &self.activity, observed.maximum);
        let silence = self
            .activity
            .run(&self.history, RunOf::Silent, observed.silence);
        let run = self
            .activity
            .run(&self.history, RunOf::Active, observed.run);
        let expected_busy = self.activity.mean();
        Compared {
            tails: Comparison::ALL.map(|comparison| match comparison.measure {
                Measure::Sum => sum,
                Measure::Busy => busy,
                Measure::Maximum => maximum,
                Measure::Silence => silence,
                Measure::Run => run,
            }),
            busy: expected_busy,
            sum: expected_busy * sizes.mean(),
        }
    }

    /// Predicts without comparing.
    pub(super) fn predict(
        &mut self,
        references: &[(i64, &[BusyBin])],
        slots: &[usize],
        population: &Population,
    ) -> (&History, &Activity, Sizes) {
        self.history.fill(references, slots, population);
        self.activity.predict(&self.history, population);
        let sizes = Sizes::predict(&self.history, population);
        (&self.history, &self.activity, sizes)
    }

    /// Sums up references without comparing.
    pub(super) fn history(
        &mut self,
        references: &[(i64, &[BusyBin])],
        slots: &[usize],
        population: &Population,
    ) -> &History {
        self.history.fill(references, slots, population);
        &self.history
    }
}
