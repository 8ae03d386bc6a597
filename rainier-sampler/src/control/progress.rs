//! Says how far a chain has come.
//!
//! In: counts from a chain's loops. Out: an event as data; what to print is the listener's affair.

/// What a chain is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It adapts; nothing is kept.
    WarmUp,
    /// Its draws are kept.
    Sampling,
}

/// How far one chain, or one ensemble, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which chain, counted from 0.
    pub chain: usize,
    /// What it is doing.
    pub phase: Phase,
    /// Iterations of this phase that are done.
    pub iteration: usize,
    /// Iterations this phase is to have.
    pub iterations: usize,
    /// Divergent iterations of this phase so far; of an ensemble, divergent moves.
    pub divergences: usize,
    /// Whether the chain has ended, with its last draw or early.
    pub has_ended: bool,
}
