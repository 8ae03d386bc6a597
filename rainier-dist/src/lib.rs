//! Turns distributions into a posterior: the nouns of a Bayesian model, and how they compose.
//!
//! In: distributions with constant or unknown parameters, and data. Out: a [`Posterior`], which
//! any sampler of `rainier-sampler` explores.

pub mod combined;
pub mod continuous;
pub mod discrete;
pub mod distribution;

mod environment;
mod error;
mod generator;

pub use environment::Environment;
pub use error::{DataError, DataRequirement, ModelError, ParameterError, SampleError};
pub use generator::Generator;
