//! Lets a caller watch a run and end it early.
//!
//! In: a token to cancel by, a time limit, a listener. Out: a [`Control`] that a
//! [`Run`](crate::Run) carries; the loops of a chain ask its [`Watch`] once for each iteration.
//! Neither watching nor its absence changes a number that is drawn.

mod cancel;
mod progress;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use cancel::Cancel;
pub use progress::{Phase, Progress};
pub(crate) use watch::Watch;

type Listener = Arc<dyn Fn(&Progress) + Send + Sync>;

/// What may end a run before its last draw, and who hears how it goes. By default nothing and
/// nobody.
///
/// # Example
/// ```
/// use rainier_sampler::{Cancel, Control, LogDensity, Run, Walkers, sample};
/// # struct Normal;
/// # impl LogDensity for Normal {
/// #     fn dimension(&self) -> usize { 1 }
/// #     fn log_density(&mut self, position: &[f64]) -> f64 { -0.5 * position[0] * position[0] }
/// # }
/// let cancel = Cancel::new();
/// let at_five = cancel.clone();
/// let control = Control::default().with_cancel(cancel).with_listener(move |progress| {
///     if progress.iteration >= 5 {
///         at_five.cancel();
///     }
/// });
/// let run = Run::default().with_warm_up(0).with_control(control);
/// let trace = sample(|| Normal, &Walkers::default(), &run)?;
/// assert!(trace.draws_per_chain() <= run.draws());
/// # Ok::<(), rainier_sampler::SampleError>(())
/// ```
#[derive(Clone, Default)]
pub struct Control {
    cancel: Option<Cancel>,
    time_limit: Option<Duration>,
    deadline: Option<Instant>,
    listener: Option<Listener>,
}

impl Control {
    /// Ends the run when the token is cancelled. What was drawn until then is returned.
    #[must_use]
    pub fn with_cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Ends the run after this time, counted from the call that starts it. Checked once for each
    /// iteration, so an iteration that has begun is finished. Draws made until then are those of
    /// the whole run, but how many they are depends on the machine.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Calls `listener` for each chain at most five times a second, and once when it ends. Called
    /// in the thread of the chain: what takes long holds the chain up.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The same control with its time limit counted from now.
    pub(crate) fn started(&self) -> Self {
        let mut started = self.clone();
        started.deadline = self
            .time_limit
            .and_then(|limit| Instant::now().checked_add(limit));
        started
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Control")
            .field("cancel", &self.cancel)
            .field("time_limit", &self.time_limit)
            .field("has_listener", &self.listener.is_some())
            .finish_non_exhaustive()
    }
}

/// Equal controls have the same token, limit and listener.
impl PartialEq for Control {
    fn eq(&self, other: &Self) -> bool {
        let same_listener = match (&self.listener, &other.listener) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.cancel == other.cancel && self.time_limit == other.time_limit && same_listener
    }
}

impl Eq for Control {}
