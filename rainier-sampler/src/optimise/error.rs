//! Names what can go wrong on the way to a mode.
//!
//! In: a start, a path or a mode that breaks a rule. Out: a typed error that says what must hold
//! and what came.

use crate::error::SettingsError;

/// Why there is no mode, or no normal at it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptimiseError {
    /// A setting is outside its range; nothing was evaluated.
    #[error(transparent)]
    Settings(#[from] SettingsError),

    /// The start has another number of coordinates than the density.
    #[error("the position must have {dimension} coordinates, got {found}")]
    Dimension {
        /// Dimension of the density.
        dimension: usize,
        /// Coordinates that came.
        found: usize,
    },

    /// Log density or gradient is not finite at the start.
    #[error("log density and gradient must be finite at the position given, {log_density} came")]
    NotFinite {
        /// Log density at the start.
        log_density: f64,
    },

    /// The log density went on growing.
    #[error(
        "the log density must be bounded, it still grows at {log_density:e} after {iterations} \
         iterations"
    )]
    Unbounded {
        /// Iterations made.
        iterations: usize,
        /// Log density of the last point.
        log_density: f64,
    },

    /// The iterations did not suffice.
    #[error(
        "the gain still expected must be at most {tolerance:e}, it is {gain:e} after {iterations} \
         iterations"
    )]
    IterationLimit {
        /// Iterations made.
        iterations: usize,
        /// Log density that the last quadratic model promises above the last point.
        gain: f64,
        /// Gain at which the search would have ended.
        tolerance: f64,
    },

    /// No step in the direction of ascent leads up: value and gradient do not belong together.
    #[error(
        "a step along the gradient must raise the log density, none did after {iterations} \
         iterations, where it is {log_density}"
    )]
    Stalled {
        /// Iterations made.
        iterations: usize,
        /// Log density of the last point.
        log_density: f64,
    },

    /// The log density does not curve down in every direction: the point is no maximum, or there
    /// is a direction in which nothing is known.
    #[error("the curvature must be positive definite at the position given")]
    NotCurved,

    /// No normal met on the way has a finite evidence bound.
    #[error(
        "one of the {points} points of the path must have a normal of finite evidence, none has"
    )]
    NoApproximation {
        /// Points of the path.
        points: usize,
    },
}
