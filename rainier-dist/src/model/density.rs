//! Evaluates a posterior: the seam between models and samplers.
//!
//! In: an unconstrained position. Out: its log density and gradient, as any sampler asks for them.

use rainier_core::{BoundProgram, Evaluator};
use rainier_sampler::{LogDensity, LogDensityGradient};

/// The log density of a posterior on unconstrained space, with scratch memory of its own: one for
/// each chain, from [`Posterior::evaluator`](crate::Posterior::evaluator).
///
/// Where the model's density is not a number it is −∞ here: such a point is outside the model.
///
/// # Panics
/// Both methods panic when the position's length is not the dimension.
#[derive(Debug)]
pub struct PosteriorDensity {
    evaluator: Evaluator,
    dimension: usize,
}

impl PosteriorDensity {
    pub(crate) fn new(program: &BoundProgram) -> Self {
        Self {
            evaluator: program.evaluator(),
            dimension: program.program().parameters(),
        }
    }
}

impl LogDensity for PosteriorDensity {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        impossible_if_nan(self.evaluator.value(position))
    }
}

impl LogDensityGradient for PosteriorDensity {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let outputs = self.evaluator.evaluate(position);
        gradient.copy_from_slice(&outputs[1..]);
        impossible_if_nan(outputs[0])
    }
}

fn impossible_if_nan(log_density: f64) -> f64 {
    if log_density.is_nan() {
        f64::NEG_INFINITY
    } else {
        log_density
    }
}
