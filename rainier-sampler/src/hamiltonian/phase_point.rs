//! Holds one point of a trajectory: where it is, how fast it moves, how steep the density is.
//!
//! In: a dimension. Out: a point whose vectors are reused for a whole chain.

use super::{Vector, copy};
use crate::sum::{dot, sum_of};

/// A point of any dimension.
pub(crate) type PhasePoint = Point<Vec<f64>>;

/// A point in phase space with all that the next leapfrog step and the energy need.
#[derive(Debug, Clone)]
pub(crate) struct Point<V> {
    pub(crate) position: V,
    pub(crate) momentum: V,
    /// Metric times momentum.
    pub(crate) velocity: V,
    /// Metric times gradient, under a dense metric only.
    pub(crate) acceleration: V,
    /// ∇ ln p at the position.
    pub(crate) gradient: V,
    /// ln p at the position.
    pub(crate) log_density: f64,
}

impl<V: Vector> Point<V> {
    /// A point at the origin, not yet evaluated.
    pub(crate) fn new(dimension: usize) -> Self {
        let zeros = V::zeros(dimension);
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
    #[inline]
    pub(crate) fn energy(&self) -> f64 {
        let twice_kinetic = dot(self.momentum.as_ref(), self.velocity.as_ref());
        0.5 * twice_kinetic - self.log_density
    }

    /// q ← q + t Σp.
    pub(crate) fn drift(&mut self, time: f64) {
        let velocities = self.velocity.as_ref();
        for (position, velocity) in self.position.as_mut().iter_mut().zip(velocities) {
            *position += time * velocity;
        }
    }

    /// Whether a trajectory can go on from here: all momenta are finite.
    pub(crate) fn goes_on(&self) -> bool {
        // One infinite or undefined entry makes the sum so. What overflows only here is too fast
        // for any finite energy.
        sum_of(self.momentum.as_ref(), |p| p * p).is_finite()
    }

    /// Whether log density and gradient are finite.
    pub(crate) fn is_finite(&self) -> bool {
        self.log_density.is_finite() && self.gradient.as_ref().iter().all(|slope| slope.is_finite())
    }

    /// Becomes a copy of `other` without allocating.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        copy(other.position.as_ref(), self.position.as_mut());
        copy(other.momentum.as_ref(), self.momentum.as_mut());
        copy(other.velocity.as_ref(), self.velocity.as_mut());
        copy(other.acceleration.as_ref(), self.acceleration.as_mut());
        copy(other.gradient.as_ref(), self.gradient.as_mut());
        self.log_density = other.log_density;
    }
}
