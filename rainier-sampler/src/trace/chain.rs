//! Collects the draws of one chain.
//!
//! In: draws with their statistics, one at a time. Out: a chain that [`Trace`](crate::Trace) can
//! join with others.

use crate::error::TraceError;
use crate::statistics::Statistics;

/// What one chain produced after warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    dimension: usize,
    /// `[draw][parameter]`.
    draws: Vec<f64>,
    statistics: Vec<Statistics>,
    warm_up_gradient_evaluations: u64,
}

impl Chain {
    /// A chain without draws.
    #[must_use]
    pub fn new(dimension: usize) -> Self {
        Self::with_capacity(dimension, 0)
    }

    /// A chain without draws that has room for `draws`.
    #[must_use]
    pub fn with_capacity(dimension: usize, draws: usize) -> Self {
        Self {
            dimension,
            draws: Vec::with_capacity(dimension * draws),
            statistics: Vec::with_capacity(draws),
            warm_up_gradient_evaluations: 0,
        }
    }

    /// The same chain, with the cost of its warm-up.
    #[must_use]
    pub fn with_warm_up_gradient_evaluations(mut self, evaluations: u64) -> Self {
        self.warm_up_gradient_evaluations = evaluations;
        self
    }

    /// Appends one draw.
    ///
    /// # Errors
    /// [`TraceError::DrawLength`] when the draw has another length than the chain's dimension.
    pub fn push(&mut self, draw: &[f64], statistics: Statistics) -> Result<(), TraceError> {
        if draw.len() != self.dimension {
            return Err(TraceError::DrawLength {
                dimension: self.dimension,
                found: draw.len(),
            });
        }
        self.draws.extend_from_slice(draw);
        self.statistics.push(statistics);
        Ok(())
    }

    /// Number of parameters.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.statistics.len()
    }

    /// Whether there are no draws.
    pub fn is_empty(&self) -> bool {
        self.statistics.is_empty()
    }

    /// Gradient evaluations spent before the first draw.
    pub fn warm_up_gradient_evaluations(&self) -> u64 {
        self.warm_up_gradient_evaluations
    }

    /// Draws `[draw][parameter]` and statistics.
    pub(super) fn into_parts(self) -> (Vec<f64>, Vec<Statistics>) {
        (self.draws, self.statistics)
    }
}
