//! Ends a run from elsewhere.
//!
//! In: a call from any thread. Out: a flag that chains look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A token by which a run is ended early. Clones are the same token.
///
/// # Example
/// ```
/// use rainier_sampler::Cancel;
/// let cancel = Cancel::new();
/// let elsewhere = cancel.clone();
/// elsewhere.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
}

impl Cancel {
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every run that has this token to end. There is no way back.
    pub fn cancel(&self) {
        // No other memory is handed over with the flag.
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked.
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Equal tokens are clones of each other.
impl PartialEq for Cancel {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.flag, &other.flag)
    }
}

impl Eq for Cancel {}
