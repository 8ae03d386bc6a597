//! Shows Python what a model rests on: priors, likelihoods, conditions and names, as one set.
//!
//! In: terms of distributions. Out: unions of them. The value of a random variable is Python's own
//! affair; only its terms are kept here.

use pyo3::prelude::*;
use rainier::dist::RandomVariable;

use crate::real::{Number, PyReal};

/// A set of terms, each counted once however often it is joined.
#[pyclass(frozen, name = "Terms", module = "rainier._native")]
#[derive(Debug, Clone)]
pub(crate) struct PyTerms(pub(crate) RandomVariable<()>);

impl PyTerms {
    /// The value of a random variable, and its terms.
    pub(crate) fn apart(variable: RandomVariable<rainier::compute::Real>) -> (PyReal, Self) {
        let value = PyReal(variable.value().clone());
        (value, Self(variable.map(|_| ())))
    }
}

#[pymethods]
impl PyTerms {
    /// The empty set.
    #[new]
    fn new() -> Self {
        Self(RandomVariable::constant(()))
    }

    /// All terms of several sets.
    #[staticmethod]
    fn union(sets: Vec<PyRef<'_, Self>>) -> Self {
        let sets = sets.iter().map(|set| set.0.clone());
        Self(RandomVariable::sequence(sets.collect::<Vec<_>>()).map(|_| ()))
    }

    /// These terms and a log density.
    fn condition(&self, log_density: Number) -> Self {
        Self(self.0.clone().condition(|()| log_density.0))
    }

    /// These terms, and each number is called by its name unless it has one.
    fn named(&self, names: Vec<(String, PyRef<'_, PyReal>)>) -> Self {
        let mut variable = self.0.clone();
        for (name, real) in &names {
            let real = real.0.clone();
            variable = variable.map(|()| real).named(name).map(|_| ());
        }
        Self(variable)
    }
}
