//! Holds one point of a trajectory: where it is, how fast it moves, how steep the density is.
//!
//! In: a dimension. Out: a point whose vectors are reused for a whole chain.

use super::copy;
use crate::sum::{dot, sum_of};

/// A point in phase space with all that the next leapfrog step and the energy need.
#[derive(Debug, Clone)]
pub(crate) struct PhasePoint {
    pub(crate) position: Vec<f64>,
    pub(crate) momentum: Vec<f64>,
    /// Metric times momentum.
    pub(crate) velocity: Vec<f64>,
    /// Metric times gradient, under a dense metric only.
    pub(crate) acceleration: Vec<f64>,
    /// ∇ ln p at the position.
    pub(crate) gradient: Vec<f64>,
    /// ln p at the position.
    pub(crate) log_density: f64,
}

impl PhasePoint {
    /// A point at the origin, not yet evaluated.
    pub(crate) fn new(dimension: usize) -> Self {
        let zeros = vec![0.0; dimension];
        Self {
            position: zeros.clone(),
            momentum: zeros.clone(),
            velocity: zeros.clone(),
            acceleration: zeros.clone(),
            gradient: zeros,
            log_density: f64::NEG_INFINITY,
        }
    }

    /// Kinetic plus potential energy. Not finite when log density, gradient or momentum is not.
    pub(crate) fn energy(&self) -> f64 {
        let twice_kinetic = dot(&self.momentum, &self.velocity);
        0.5 * twice_kinetic - self.log_density
    }

    /// q ← q + t Σp.
    pub(crate) fn drift(&mut self, time: f64) {
        for (position, velocity) in self.position.iter_mut().zip(&self.velocity) {
            *position += time * velocity;
        }
    }

    /// Whether a trajectory can go on from here: all momenta are finite.
    pub(crate) fn goes_on(&self) -> bool {
        // One infinite or undefined entry makes the sum so. What overflows only here is too fast
        // for any finite energy.
        sum_of(&self.momentum, |p| p * p).is_finite()
    }

    /// Whether log density and gradient are finite.
    pub(crate) fn is_finite(&self) -> bool {
        self.log_density.is_finite() && self.gradient.iter().all(|slope| slope.is_finite())
    }

    /// Becomes a copy of `other` without allocating.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        copy(&other.position, &mut self.position);
        copy(&other.momentum, &mut self.momentum);
        copy(&other.velocity, &mut self.velocity);
        copy(&other.acceleration, &mut self.acceleration);
        copy(&other.gradient, &mut self.gradient);
        self.log_density = other.log_density;
    }
}
