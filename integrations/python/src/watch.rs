//! Lets Rust work without the interpreter's lock, and ends it when Python is interrupted.
//!
//! In: work for another thread, and a Python function that wants to hear how far it is. Out: what the
//! work gave, or the exception that ended it: Ctrl-C, or what the function raised. Work that looks whether it
//! should end is [`watched`] and waited for; work that cannot look often enough is [left to itself](watched_or_left).

use std::any::Any;
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

    fn has_ended(&self) -> bool {
        *self
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
            if let Err(error) = look(py, progress, &watch) {
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

/// Runs `work` as [`watched`] does, but does not wait for it when Python is interrupted: it goes on in the
/// background until it looks whether it should end, or to its end, and what it gives is dropped.
///
/// `kept` is whatever `work` reads of Python's memory. It must not be given back in a thread that Python does not
/// wait for, since Python may be gone by then: it is kept here, and given back by a later call. For the same reason
/// `work` must not call Python.
pub(crate) fn watched_or_left<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    kept: impl Any + Send,
    work: impl FnOnce(&Arc<Watch>) -> T + Send + 'static,
) -> PyResult<T> {
    give_back();
    let watch = Arc::new(Watch::default());
    let worker = std::thread::spawn({
        let watch = Arc::clone(&watch);
        move || {
            let _ends = EndsOnDrop(&watch);
            work(&watch)
        }
    });
    while !py.detach(|| watch.wait()) {
        if let Err(error) = look(py, progress, &watch) {
            watch.cancel.cancel();
            let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
            left.push((watch, Box::new(kept)));
            return Err(error);
        }
    }
    match py.detach(|| worker.join()) {
        Ok(value) => Ok(value),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// What work that was left behind may still read.
static LEFT: Mutex<Vec<Left>> = Mutex::new(Vec::new());

type Left = (Arc<Watch>, Box<dyn Any + Send>);

/// Gives back what nobody reads any more.
fn give_back() {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    let (ended, going_on): (Vec<Left>, Vec<Left>) = std::mem::take(&mut *left)
        .into_iter()
        .partition(|(watch, _)| watch.has_ended());
    *left = going_on;
    // Giving back may call Python, which may call here.
    drop(left);
    drop(ended);
}

/// Hears signals, and tells how far the work is.
fn look(py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, watch: &Watch) -> PyResult<()> {
    py.check_signals()?;
    match progress {
        Some(progress) => progress.call1(watch.total()).map(|_| ()),
        None => Ok(()),
    }
}

struct EndsOnDrop<'a>(&'a Watch);

impl Drop for EndsOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
