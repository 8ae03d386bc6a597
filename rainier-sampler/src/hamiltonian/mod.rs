//! Turns a log density into a mechanical system: potential plus kinetic energy.
//!
//! In: a density with gradient and a metric. Out: phase points that move. The energy of a point is
//! H(q, p) = −ln p(q) + ½ pᵀ Σ p, where Σ, the metric, estimates the covariance of q. Every
//! gradient evaluation of a chain happens here, in [`Hamiltonian::evaluate`] or in
//! [`Hamiltonian::evaluate_gradient`], which count them.

mod copy;
mod leapfrog;
mod metric;
mod phase_point;
mod vector;

use rand::Rng;

use crate::log_density::LogDensityGradient;
pub(crate) use copy::copy;
pub(crate) use metric::Metric;
pub(crate) use phase_point::{PhasePoint, Point};
pub(crate) use vector::Vector;

/// A density and the metric its positions are measured by.
#[derive(Debug)]
pub(crate) struct Hamiltonian<'d, D: ?Sized> {
    density: &'d mut D,
    metric: Metric,
    evaluations: u64,
}

impl<'d, D: LogDensityGradient + ?Sized> Hamiltonian<'d, D> {
    /// The system of `density` under the identity metric.
    pub(crate) fn new(density: &'d mut D) -> Self {
        let metric = Metric::identity(density.dimension());
        Self {
            density,
            metric,
            evaluations: 0,
        }
    }

    pub(crate) fn dimension(&self) -> usize {
        self.density.dimension()
    }

    /// The density. What is evaluated through it is not counted.
    pub(crate) fn density(&mut self) -> &mut D {
        self.density
    }

    /// Counts gradients evaluated through [`density`](Self::density).
    pub(crate) fn count(&mut self, evaluations: u64) {
        self.evaluations += evaluations;
    }

    /// Gradient evaluations so far.
    pub(crate) fn evaluations(&self) -> u64 {
        self.evaluations
    }

    pub(crate) fn metric(&self) -> &Metric {
        &self.metric
    }

    pub(crate) fn set_metric(&mut self, metric: Metric) {
        self.metric = metric;
    }

    /// Recomputes log density and gradient at the point's position.
    #[inline]
    pub(crate) fn evaluate<V: Vector>(&mut self, point: &mut Point<V>) {
        self.evaluations += 1;
        point.log_density = self
            .density
            .log_density_and_gradient(point.position.as_ref(), point.gradient.as_mut());
        self.metric.accelerate(point);
    }

    /// Recomputes the gradient alone, and leaves an older log density where it is.
    fn evaluate_gradient(&mut self, point: &mut PhasePoint) {
        self.evaluations += 1;
        self.density.gradient(&point.position, &mut point.gradient);
        self.metric.accelerate(point);
    }

    /// Gives the point a fresh momentum p ~ N(0, Σ⁻¹).
    pub(crate) fn draw_momentum<V: Vector, R: Rng + ?Sized>(
        &self,
        point: &mut Point<V>,
        rng: &mut R,
    ) {
        self.metric.draw_momentum(point, rng);
        // The metric may be another than that of the last evaluation, the gradient one chosen.
        self.metric.accelerate(point);
    }

    /// One leapfrog step from a point to another; a negative `step_size` goes back in time.
    #[inline]
    pub(crate) fn leapfrog<V: Vector>(
        &mut self,
        from: &Point<V>,
        to: &mut Point<V>,
        step_size: f64,
    ) {
        leapfrog::leapfrog(self, from, to, step_size);
    }

    /// Moves the point by `steps` leapfrog steps, with the log density at the last one only; fewer
    /// when the trajectory cannot go on.
    pub(crate) fn trajectory(&mut self, point: &mut PhasePoint, step_size: f64, steps: u32) {
        leapfrog::trajectory(self, point, step_size, steps);
    }
}
