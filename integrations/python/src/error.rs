//! Turns the library's errors into Python exceptions.
//!
//! In: a Rust error. Out: a `ModelError` (a `ValueError`) where the model or its data are at fault, a
//! `SampleError` (a `RuntimeError`) where no draws could be made; the message is Rust's.

use std::fmt::Display;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::{PyErr, create_exception};

create_exception!(
    rainier,
    ModelError,
    PyValueError,
    "A model, a setting or a datum that cannot be."
);
create_exception!(
    rainier,
    SampleError,
    PyRuntimeError,
    "A model from which no draws can be made."
);

/// The error about a model, a setting or data.
pub(crate) fn model_error(error: impl Display) -> PyErr {
    ModelError::new_err(error.to_string())
}

/// The error of a run.
pub(crate) fn sample_error(error: &rainier::dist::SampleError) -> PyErr {
    match error {
        rainier::dist::SampleError::Model(_) => model_error(error),
        rainier::dist::SampleError::Sampler(rainier::sampler::SampleError::Settings(_)) => {
            model_error(error)
        }
        _ => SampleError::new_err(error.to_string()),
    }
}
