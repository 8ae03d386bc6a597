//! Climbs a log density: its mode, and normals that stand for it.
//!
//! In: a density with gradient and a point to begin at. Out: the mode ([`optimize`]), the normal
//! with the curvature there ([`laplace`]), the best of the normals met on the way ([`pathfinder`]).
//! All work on unconstrained space: the mode is that of the density there, Jacobians included.

mod error;
mod laplace;
mod lbfgs;
mod line_search;
mod low_rank;
mod pathfinder;

pub use error::OptimiseError;
pub use laplace::{Laplace, laplace};
pub use lbfgs::{Lbfgs, Optimum, optimize};
pub use pathfinder::{Pathfinder, pathfinder};

use crate::log_density::LogDensityGradient;

/// A point of the function that is made small, −ln p.
#[derive(Debug, Clone)]
struct Point {
    position: Vec<f64>,
    /// −ln p; +∞ where the log density or its gradient is not finite.
    value: f64,
    /// −∇ ln p.
    gradient: Vec<f64>,
}

/// −ln p, and how often it was asked for.
#[derive(Debug)]
struct Objective<'d, D: ?Sized> {
    density: &'d mut D,
    evaluations: u64,
}

impl<D: LogDensityGradient + ?Sized> Objective<'_, D> {
    /// Recomputes value and gradient at the point's position.
    fn evaluate(&mut self, point: &mut Point) {
        self.evaluations += 1;
        let log_density = self
            .density
            .log_density_and_gradient(&point.position, &mut point.gradient);
        for slope in &mut point.gradient {
            *slope = -*slope;
        }
        // A density of +∞ is no place to go to, either.
        let is_finite = log_density.is_finite() && point.gradient.iter().all(|g| g.is_finite());
        point.value = if is_finite {
            -log_density
        } else {
            f64::INFINITY
        };
    }
}
