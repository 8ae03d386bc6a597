//! Says what is kept of the draws of a lane.
//!
//! In: draws, each with how it was made. Out: all of it, a [`Trace`], or draws alone, [`Positions`].

use crate::adapted::Adapted;
use crate::error::SampleError;
use crate::statistics::Statistics;
use crate::trace::{Chain, PositionChain, Positions, Trace};

/// What a lane keeps of its chain.
pub trait Record: Sized {
    /// What the chains of a series are together.
    type Joined;

    /// Nothing yet, with room for `draws`.
    fn with_capacity(dimension: usize, draws: usize) -> Self;

    /// Hears what the warm-up cost, and what it settled on.
    fn end_warm_up(&mut self, gradient_evaluations: u64, adapted: impl FnOnce() -> Adapted);

    /// Hears of a draw, as long as the dimension.
    fn push(&mut self, position: &[f64], statistics: Statistics) -> Result<(), SampleError>;

    /// Joins chains of equal shape, with a name for each parameter.
    fn join(names: &[String], chains: Vec<Self>) -> Result<Self::Joined, SampleError>;
}

impl Record for Chain {
    type Joined = Trace;

    fn with_capacity(dimension: usize, draws: usize) -> Self {
        Self::with_capacity(dimension, draws)
    }

    fn end_warm_up(&mut self, gradient_evaluations: u64, adapted: impl FnOnce() -> Adapted) {
        let begun = std::mem::replace(self, Self::new(0));
        *self = begun
            .with_warm_up_gradient_evaluations(gradient_evaluations)
            .with_adapted(adapted());
    }

    fn push(&mut self, position: &[f64], statistics: Statistics) -> Result<(), SampleError> {
        Ok(self.push(position, statistics)?)
    }

    fn join(names: &[String], chains: Vec<Self>) -> Result<Trace, SampleError> {
        Ok(Trace::from_chains(names.to_vec(), chains)?)
    }
}

impl Record for PositionChain {
    type Joined = Positions;

    fn with_capacity(dimension: usize, draws: usize) -> Self {
        Self::with_capacity(dimension, draws)
    }

    fn end_warm_up(&mut self, gradient_evaluations: u64, _: impl FnOnce() -> Adapted) {
        self.set_warm_up_gradient_evaluations(gradient_evaluations);
    }

    #[inline]
    fn push(&mut self, position: &[f64], statistics: Statistics) -> Result<(), SampleError> {
        self.push(position, &statistics);
        Ok(())
    }

    fn join(names: &[String], chains: Vec<Self>) -> Result<Positions, SampleError> {
        Ok(Positions::new(names.len(), chains))
    }
}
