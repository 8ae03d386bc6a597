//! Records what warm-up settled on.
//!
//! In: step size and metric at its end. Out: plain numbers, kept beside the draws and written into
//! files.

use serde::{Deserialize, Serialize};

/// What the draws of a Hamiltonian chain were made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adapted {
    /// Leapfrog step size, before any jitter.
    pub step_size: f64,
    /// Estimated covariance of a position: the inverse mass matrix.
    pub metric: MetricEstimate,
}

/// An estimated covariance of positions in unconstrained space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MetricEstimate {
    /// One variance for each coordinate.
    Diagonal(Vec<f64>),
    /// All covariances, `[row][column]`.
    Dense(Vec<f64>),
}
