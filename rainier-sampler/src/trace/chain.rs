//! Collects the draws of one chain.
//!
//! In: draws with their statistics, one at a time. Out: a chain that [`Trace`](crate::Trace) can
//! join with others.

use serde::{Deserialize, Serialize};

use crate::adapted::Adapted;
use crate::error::TraceError;
use crate::statistics::Statistics;

/// What one chain produced after warm-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    dimension: usize,
    /// `[draw][parameter]`.
    draws: Vec<f64>,
    statistics: Vec<Statistics>,
    warm_up_gradient_evaluations: u64,
    adapted: Option<Adapted>,
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
            adapted: None,
        }
    }

    /// The same chain, with the cost of its warm-up.
    #[must_use]
    pub fn with_warm_up_gradient_evaluations(mut self, evaluations: u64) -> Self {
        self.warm_up_gradient_evaluations = evaluations;
        self
    }

    /// The same chain, with what its warm-up settled on.
    #[must_use]
    pub fn with_adapted(mut self, adapted: Adapted) -> Self {
        self.adapted = Some(adapted);
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
        self.append(draw, statistics);
        Ok(())
    }

    /// Appends a draw that is as long as the chain's dimension.
    pub(crate) fn append(&mut self, draw: &[f64], statistics: Statistics) {
        debug_assert_eq!(draw.len(), self.dimension);
        self.draws.extend_from_slice(draw);
        self.statistics.push(statistics);
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

    /// Step size and metric of the draws; none for walkers and slices.
    pub fn adapted(&self) -> Option<&Adapted> {
        self.adapted.as_ref()
    }

    /// The last draw and how it was made.
    pub fn last(&self) -> Option<(&[f64], &Statistics)> {
        let statistics = self.statistics.last()?;
        Some((&self.draws[self.draws.len() - self.dimension..], statistics))
    }

    /// The chain cut to its first `draws`.
    #[must_use]
    pub(crate) fn cut(mut self, draws: usize) -> Self {
        self.draws.truncate(draws.saturating_mul(self.dimension));
        self.statistics.truncate(draws);
        self
    }

    /// Whether there are as many values as draws and dimension ask for.
    pub(crate) fn is_sound(&self) -> bool {
        Some(self.draws.len()) == self.dimension.checked_mul(self.len())
    }

    /// Draws `[draw][parameter]`, statistics, and what warm-up settled on.
    pub(super) fn into_parts(self) -> (Vec<f64>, Vec<Statistics>, Option<Adapted>) {
        (self.draws, self.statistics, self.adapted)
    }
}
