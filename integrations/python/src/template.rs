//! Compiles a model once: `Template`, which waits for data or travels as bytes.
//!
//! In: terms, and the numbers and generators of a model's value with their labels. Out: a compiled
//! model.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyArray;
use rainier::compute::Column;
use rainier::dist::rand::Rng;
use rainier::dist::{Environment, Generator, Report, Template, Value};

use crate::arrow::numbers;
use crate::error::model_error;
use crate::generator::PyGenerator;
use crate::posterior::PyPosterior;
use crate::real::PyReal;
use crate::size;
use crate::terms::PyTerms;
use crate::watch::watched_or_left;

/// The parts of a value that Python has taken apart. What comes out of a draw are the numbers of
/// its generators; those of expressions are reported.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    reals: Vec<(String, rainier::compute::Real)>,
    generators: Vec<(String, Generator<f64>)>,
}

impl Parts {
    pub(crate) fn generator_labels(&self) -> Vec<String> {
        self.generators
            .iter()
            .map(|(label, _)| label.clone())
            .collect()
    }
}

impl Value for Parts {
    type Output = Vec<f64>;

    fn report(&self, report: &mut Report) {
        for (label, real) in &self.reals {
            report.field(label, real);
        }
        for (label, generator) in &self.generators {
            report.field(label, generator);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Vec<f64> {
        let generators = self.generators.iter();
        generators
            .map(|(_, generator)| generator.draw(environment, rng))
            .collect()
    }
}

/// A compiled model that waits for data.
#[pyclass(frozen, name = "Template", module = "rainier._native")]
#[derive(Debug)]
pub(crate) struct PyTemplate {
    template: Template<Parts>,
    parts: Parts,
    terms: PyTerms,
}

#[pymethods]
impl PyTemplate {
    #[new]
    fn new(
        py: Python<'_>,
        terms: PyRef<'_, PyTerms>,
        reals: Vec<(String, PyRef<'_, PyReal>)>,
        generators: Vec<(String, PyRef<'_, PyGenerator>)>,
    ) -> PyResult<Self> {
        let reals = reals
            .iter()
            .map(|(label, real)| (label.clone(), real.0.clone()));
        let generators = generators.iter();
        let parts = Parts {
            reals: reals.collect(),
            generators: generators
                .map(|(label, generator)| (label.clone(), generator.0.clone()))
                .collect(),
        };
        let terms = terms.clone();
        py.detach(|| {
            let variable = terms.0.clone().map(|()| parts.clone());
            let template = variable.template().map_err(model_error)?;
            Ok(Self {
                template,
                parts,
                terms,
            })
        })
    }

    #[getter]
    fn dimension(&self) -> usize {
        self.template.dimension()
    }

    /// The columns that wait for data.
    #[getter]
    fn columns(&self) -> Vec<String> {
        let open = self.open_columns();
        open.map(|column| column.name().to_owned()).collect()
    }

    /// What became of sums over data.
    fn explain(&self) -> String {
        self.template.program().explain()
    }

    /// Joins the model with the values of its columns.
    fn bind(&self, py: Python<'_>, data: Vec<(String, PyArray)>) -> PyResult<PyPosterior> {
        let mut given = Vec::with_capacity(data.len());
        for (name, array) in data {
            let values = numbers::of_finite_array(&name, array.array())?;
            given.push((self.column(&name)?, Column::shared(name, values)));
        }
        let given: Vec<(&Column, &Column)> = given.iter().map(|(of, with)| (*of, with)).collect();
        let posterior = py
            .detach(|| self.template.bind_columns(&given))
            .map_err(model_error)?;
        Ok(PyPosterior::new(posterior, self.parts.generator_labels()))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py
            .detach(|| self.template.to_bytes())
            .map_err(model_error)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Draws of all parts from the priors alone: the numbers, then the generators, draw by draw.
    fn prior_predictive(&self, py: Python<'_>, draws: usize, seed: u64) -> PyResult<Vec<Vec<f64>>> {
        let reals = self.parts.reals.iter();
        let generators = self.parts.generators.iter();
        let all = Parts {
            reals: Vec::new(),
            generators: reals
                .map(|(label, real)| (label.clone(), Generator::value(real)))
                .chain(generators.cloned())
                .collect(),
        };
        size::of_draws(1, draws, all.generators.len())?;
        let variable = self.terms.0.clone().map(|()| all);
        let outcome = watched_or_left(py, None, variable.clone(), move |_| {
            variable.prior_predictive(draws, seed)
        })?;
        outcome.map_err(model_error)
    }
}

impl PyTemplate {
    fn open_columns(&self) -> impl Iterator<Item = &Column> {
        let columns = self.template.program().columns();
        columns.iter().filter(|column| column.values().is_none())
    }

    fn column(&self, name: &str) -> PyResult<&Column> {
        let mut open = self.open_columns();
        open.find(|column| column.name() == name).ok_or_else(|| {
            model_error(format!(
                "the model has no column {name:?} that waits for data"
            ))
        })
    }
}
