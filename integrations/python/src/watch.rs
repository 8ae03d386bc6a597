//! Lets Rust work without the interpreter's lock, and ends it when Python is interrupted.
//!
//! In: work for another thread, and a Python function that wants to hear how far it is. Out: what the
//! work gave, or the exception that ended it: Ctrl-C, or what the function raised.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use rainier::sampler::{Cancel, Control, Phase, Progress};

/// How long Python waits before it looks for signals again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What the working thread tells the waiting one.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    cancel: Cancel,
    has_ended: Mutex<bool>,
    ended: Condvar,
    done: Mutex<BTreeMap<usize, Done>>,
}

/// How far a part of the work is.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    steps: usize,
    divergences: usize,
}

impl Watch {
    /// Whether the work should end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Hears of steps that are done, of work that has no chains.
    pub(crate) fn add(&self, steps: usize) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.entry(0).or_default().steps += steps;
    }

    /// What a run is to carry to be watched. Chains count their warm-up, too.
    pub(crate) fn control(self: &Arc<Self>, warm_up: usize) -> Control {
        let watch = Arc::clone(self);
        let listener = move |progress: &Progress| {
            let before = match progress.phase {
                Phase::WarmUp => 0,
                Phase::Sampling => warm_up,
            };
            let mut done = watch.done.lock().unwrap_or_else(PoisonError::into_inner);
            let of_chain = Done {
                steps: before + progress.iteration,
                divergences: progress.divergences,
            };
            done.insert(progress.chain, of_chain);
        };
        Control::default()
            .with_cancel(self.cancel.clone())
            .with_listener(listener)
    }

    fn total(&self) -> (usize, usize) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.values().fold((0, 0), |(steps, divergences), part| {
            (steps + part.steps, divergences + part.divergences)
        })
    }

    fn end(&self) {
        *self
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }

    /// Waits a moment; whether the work has ended.
    fn wait(&self) -> bool {
        let has_ended = self
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *has_ended {
            return true;
        }
        let waited = self.ended.wait_timeout(has_ended, BETWEEN_LOOKS);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Runs `work` in a thread of its own. `progress`, if any, is called with the steps done and the
/// divergences so far, ten times a second.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Arc<Watch>) -> T + Send,
) -> PyResult<T> {
    let watch = Arc::new(Watch::default());
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            // Ends however the work does, a panic included.
            let _ends = EndsOnDrop(&watch);
            work(&watch)
        });
        let mut interrupted = None;
        while !py.detach(|| watch.wait()) {
            if interrupted.is_some() {
                continue;
            }
            let told = py.check_signals().and_then(|()| match progress {
                Some(progress) => progress.call1(watch.total()).map(|_| ()),
                None => Ok(()),
            });
            if let Err(error) = told {
                watch.cancel.cancel();
                interrupted = Some(error);
            }
        }
        let outcome = py.detach(|| worker.join());
        match (interrupted, outcome) {
            (Some(error), _) => Err(error),
            (None, Ok(value)) => Ok(value),
            (None, Err(panic)) => std::panic::resume_unwind(panic),
        }
    })
}

struct EndsOnDrop<'a>(&'a Watch);

impl Drop for EndsOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
