//! Evaluates a posterior: the seam between models and samplers.
//!
//! In: an unconstrained position, or many. Out: log densities and gradients, as any sampler asks
//! for them, and what is not finite where none can start.

use std::sync::Arc;

use rainier_core::{BoundProgram, Evaluator, LockStep};
use rainier_sampler::{LogDensity, LogDensityGradient};

use super::bound::CompiledModel;
use super::not_finite::terms_not_finite;

/// The log density of a posterior on unconstrained space, with scratch memory of its own: one for
/// each chain, from [`Posterior::evaluator`](crate::Posterior::evaluator).
///
/// Where the model's density is not a number it is −∞ here: such a point is outside the model.
///
/// # Panics
/// The methods panic when the position's length is not the dimension.
#[derive(Debug)]
pub struct PosteriorDensity {
    evaluator: Evaluator,
    program: BoundProgram,
    /// Made when many points are asked for.
    lanes: Option<Box<Lanes>>,
    model: Arc<CompiledModel>,
}

/// Points evaluated together: two to four vectors of the processors of today.
const LANES: usize = 16;

#[derive(Debug)]
struct Lanes {
    lock_step: LockStep<LANES>,
    /// `[coordinate][lane]`.
    positions: Vec<[f64; LANES]>,
}

impl PosteriorDensity {
    pub(super) fn new(program: &BoundProgram, model: Arc<CompiledModel>) -> Self {
        Self {
            evaluator: program.evaluator(),
            program: program.clone(),
            lanes: None,
            model,
        }
    }
}

impl LogDensity for PosteriorDensity {
    fn dimension(&self) -> usize {
        self.model.density.names.len()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        impossible_if_nan(self.evaluator.value(position))
    }

    fn log_densities(&mut self, positions: &[f64], log_densities: &mut [f64]) {
        let dimension = self.dimension();
        let program = &self.program;
        let lanes = self.lanes.get_or_insert_with(|| {
            Box::new(Lanes {
                lock_step: program.lock_step(),
                positions: vec![[0.0; LANES]; dimension],
            })
        });
        for (block, values) in log_densities.chunks_mut(LANES).enumerate() {
            let first = block * LANES;
            for lane in 0..LANES {
                // The lanes behind the last point repeat it.
                let point = first + lane.min(values.len() - 1);
                let position = &positions[point * dimension..][..dimension];
                for (coordinates, x) in lanes.positions.iter_mut().zip(position) {
                    coordinates[lane] = *x;
                }
            }
            let found = lanes.lock_step.value(&lanes.positions);
            for (value, found) in values.iter_mut().zip(found) {
                *value = impossible_if_nan(*found);
            }
        }
    }

    fn parameter_name(&self, index: usize) -> String {
        self.model.density.names[index].clone()
    }

    fn terms_not_finite(&mut self, position: &[f64]) -> Vec<String> {
        terms_not_finite(&self.model, position)
    }
}

impl LogDensityGradient for PosteriorDensity {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        impossible_if_nan(self.evaluator.value_and_gradient(position, gradient))
    }

    fn gradient(&mut self, position: &[f64], gradient: &mut [f64]) {
        gradient.copy_from_slice(self.evaluator.gradient(position));
    }
}

/// A density that is not a number is that of a point outside the model.
pub(super) fn impossible_if_nan(log_density: f64) -> f64 {
    if log_density.is_nan() {
        f64::NEG_INFINITY
    } else {
        log_density
    }
}
