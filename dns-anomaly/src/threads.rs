//! Runs work on as many threads as were asked for.
//!
//! In: a number of threads, or none for as many as the machine has; parallel work. Out: its result.

/// A number of threads that the system does not give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{threads} threads cannot be started: {reason}")]
pub struct ThreadsError {
    /// The number asked for.
    pub threads: usize,
    /// What the system said.
    pub reason: String,
}

/// Runs `work` on a pool of its own, or on the process's when no number of threads is given.
pub(crate) fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, ThreadsError> {
    let Some(threads) = threads else {
        return Ok(work());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| ThreadsError {
        threads,
        reason: error.to_string(),
    })?;
    Ok(pool.install(work))
}
