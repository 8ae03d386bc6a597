//! Stands beside one chain: counts its iterations, tells the listener, says when to stop.
//!
//! In: one question for each iteration. Out: whether to go on. The only seam between the loops of
//! a chain and the world outside.

use std::time::{Duration, Instant};

use super::{Control, Phase, Progress};

/// Time between two events of one chain: readers see no more than a few a second.
const BETWEEN_EVENTS: Duration = Duration::from_millis(200);

/// The watch over one chain.
#[derive(Debug)]
pub(crate) struct Watch {
    control: Control,
    progress: Progress,
    next_event: Instant,
}

impl Watch {
    /// A watch over the chain of that number, before its warm-up.
    pub(crate) fn new(control: &Control, chain: usize) -> Self {
        Self {
            control: control.clone(),
            progress: Progress {
                chain,
                phase: Phase::WarmUp,
                iteration: 0,
                iterations: 0,
                divergences: 0,
                has_ended: false,
            },
            next_event: Instant::now() + BETWEEN_EVENTS,
        }
    }

    /// Begins a phase of `iterations`, of which `done` were made before.
    pub(crate) fn enter(&mut self, phase: Phase, done: usize, iterations: usize) {
        self.progress = Progress {
            phase,
            iteration: done,
            iterations,
            divergences: 0,
            ..self.progress
        };
    }

    /// Whether another iteration should be made. The clock is read only for those who need it.
    pub(crate) fn goes_on(&mut self) -> bool {
        if self
            .control
            .cancel
            .as_ref()
            .is_some_and(super::Cancel::is_cancelled)
        {
            return false;
        }
        if self.control.deadline.is_none() && self.control.listener.is_none() {
            return true;
        }
        let now = Instant::now();
        if now >= self.next_event {
            self.next_event = now + BETWEEN_EVENTS;
            self.tell();
        }
        self.control.deadline.is_none_or(|deadline| now < deadline)
    }

    /// Hears of an iteration that is done.
    pub(crate) fn saw_iteration(&mut self) {
        self.progress.iteration += 1;
    }

    /// Hears of a divergence.
    pub(crate) fn saw_divergence(&mut self) {
        self.progress.divergences += 1;
    }

    /// Tells the listener that the chain has ended.
    pub(crate) fn end(&mut self) {
        self.progress.has_ended = true;
        self.tell();
    }

    fn tell(&self) {
        if let Some(listener) = &self.control.listener {
            listener(&self.progress);
        }
    }
}
