//! Shows distributions to Python, whatever their type.
//!
//! In: numbers of a model. Out: one class for all distributions of one number. What is made of a
//! distribution (zero inflation, truncation) is a distribution again.

mod family;
mod table;

use pyo3::prelude::*;
use rainier::compute::Real;
use rainier::dist::combined::Mixture;
use rainier::dist::distribution::{Continuous, Cumulative, Discrete, Distribution};
use rainier::dist::{Fit, Param};

use crate::error::model_error;
use crate::generator::PyGenerator;
use crate::real::{Number, PyReal};
use crate::terms::PyTerms;
use family::{Family, ShapedContinuous, ShapedDiscrete};

/// A distribution of one number.
#[pyclass(frozen, name = "Distribution", module = "rainier._native")]
#[derive(Debug, Clone)]
pub(crate) struct PyDistribution(Family);

/// Adds what makes distributions to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(distribution, module)?)?;
    module.add_function(wrap_pyfunction!(categorical, module)?)?;
    module.add_function(wrap_pyfunction!(mixture, module)?)
}

/// The distribution of that name, with its parameters in order.
#[pyfunction]
fn distribution(name: &str, parameters: Vec<Number>) -> PyResult<PyDistribution> {
    let parameters: Vec<Real> = parameters.into_iter().map(|number| number.0).collect();
    let count = parameters.len();
    let family = table::of(name, parameters)
        .ok_or_else(|| model_error(format!("no distribution `{name}` of {count} parameters")))?;
    Ok(PyDistribution(family))
}

/// The distribution of 0, 1, 2, … with these probabilities.
#[pyfunction]
fn categorical(probabilities: Vec<Number>) -> PyDistribution {
    let probabilities = probabilities.into_iter().map(|number| number.0);
    PyDistribution(Family::discrete(rainier::dist::discrete::Categorical::new(
        probabilities,
    )))
}

/// One of several distributions, each with its probability.
#[pyfunction]
fn mixture(components: Vec<(Number, PyRef<'_, PyDistribution>)>) -> PyResult<PyDistribution> {
    if let Some(densities) = weighted(&components, Family::as_density) {
        return Ok(PyDistribution(Family::continuous(Mixture::new(densities))));
    }
    match weighted(&components, Family::as_counts) {
        Some(counts) => Ok(PyDistribution(Family::discrete(Mixture::new(counts)))),
        None => Err(model_error(
            "a mixture must be of densities alone or of counts alone",
        )),
    }
}

/// The components with their weights, if all are of the kind that `of` asks for.
fn weighted<D: Clone>(
    components: &[(Number, PyRef<'_, PyDistribution>)],
    of: impl Fn(&Family) -> Option<&D>,
) -> Option<Vec<(Real, D)>> {
    components
        .iter()
        .map(|(weight, component)| Some((weight.0.clone(), of(&component.0)?.clone())))
        .collect()
}

/// What is made of a density, of the kind named, or of counts; an error for what is neither.
macro_rules! made_of {
    ($self:ident, $kind:ident, $name:literal, $one:ident => $made:expr) => {
        match &$self.0 {
            Family::Continuous($one) => {
                let $one = $one.clone();
                Ok(PyDistribution(Family::$kind($made)))
            }
            Family::Discrete($one) => {
                let $one = $one.clone();
                Ok(PyDistribution(Family::discrete($made)))
            }
            Family::Mixed(one) => Err(model_error(format!(
                concat!(
                    "{} cannot be ",
                    $name,
                    ": it has a density and a probability at 0"
                ),
                one.name()
            ))),
        }
    };
}

impl PyDistribution {
    fn density(&self, purpose: &str) -> PyResult<&ShapedContinuous> {
        self.0.as_density().ok_or_else(|| {
            let name = self.0.name();
            model_error(format!("{purpose} must have a density, {name} has none"))
        })
    }

    fn counts(&self, purpose: &str) -> PyResult<&ShapedDiscrete> {
        self.0.as_counts().ok_or_else(|| {
            let name = self.0.name();
            model_error(format!("{purpose} must be of whole numbers, {name} is not"))
        })
    }
}

#[pymethods]
impl PyDistribution {
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn log_density(&self, x: Number) -> PyReal {
        PyReal(self.0.log_density(&x.0))
    }

    fn log_cumulative(&self, x: Number) -> PyResult<PyReal> {
        match &self.0 {
            Family::Continuous(one) => Ok(PyReal(one.log_cumulative(&x.0))),
            Family::Discrete(one) => Ok(PyReal(one.log_cumulative(&x.0))),
            Family::Mixed(_) => Err(self.no_tails()),
        }
    }

    fn log_survival(&self, x: Number) -> PyResult<PyReal> {
        match &self.0 {
            Family::Continuous(one) => Ok(PyReal(one.log_survival(&x.0))),
            Family::Discrete(one) => Ok(PyReal(one.log_survival(&x.0))),
            Family::Mixed(_) => Err(self.no_tails()),
        }
    }

    fn quantile(&self, probability: f64) -> PyResult<f64> {
        match &self.0 {
            Family::Continuous(one) => Ok(one.quantile(probability)),
            Family::Discrete(one) => Ok(of_count(one.quantile(probability))),
            Family::Mixed(_) => Err(self.no_tails()),
        }
    }

    fn mean(&self) -> Option<PyReal> {
        self.0.mean().map(PyReal)
    }

    fn variance(&self) -> Option<PyReal> {
        self.0.variance().map(PyReal)
    }

    fn generator(&self) -> PyGenerator {
        match &self.0 {
            Family::Continuous(one) => PyGenerator(one.generator()),
            Family::Discrete(one) => PyGenerator::of_counts(&one.generator()),
            Family::Mixed(one) => PyGenerator(one.generator()),
        }
    }

    /// A new unknown with this prior, and its terms.
    fn param(&self, centred: bool) -> PyResult<(PyReal, PyTerms)> {
        let prior = self.density("a prior")?;
        let variable = if centred {
            prior.param_centred()
        } else {
            prior.param()
        };
        Ok(PyTerms::apart(variable))
    }

    /// The likelihood of a column.
    fn fit(&self, data: PyRef<'_, PyReal>) -> PyResult<PyTerms> {
        let Some(column) = data.0.as_column() else {
            return Err(model_error(format!(
                "{} must be fitted to data or to a column, got an expression",
                self.0.name()
            )));
        };
        Ok(PyTerms(match &self.0 {
            Family::Continuous(one) => one.fit(column),
            Family::Discrete(one) => one.fit(column),
            Family::Mixed(one) => one.fit(column),
        }))
    }

    fn zero_inflated(&self, zero_probability: Number) -> PyResult<Self> {
        let p = zero_probability.0;
        made_of!(self, mixed, "zero-inflated", one => rainier::dist::combined::ZeroInflated::new(one, p))
    }

    fn hurdle(&self, active_probability: Number) -> PyResult<Self> {
        let p = active_probability.0;
        made_of!(self, mixed, "a hurdle", one => rainier::dist::combined::Hurdle::new(one, p))
    }

    fn constant_inflated(&self, constant: Number, probability: Number) -> PyResult<Self> {
        let counts = self.counts("what is constant-inflated")?.clone();
        let made = counts.constant_inflated(constant.0, probability.0);
        Ok(Self(Family::discrete(made)))
    }

    fn zero_truncated(&self) -> PyResult<Self> {
        let counts = self.counts("what is zero-truncated")?.clone();
        Ok(Self(Family::discrete(counts.zero_truncated())))
    }

    /// Between two numbers, or on one side of one.
    #[pyo3(signature = (low = None, high = None))]
    fn truncated(&self, low: Option<Number>, high: Option<Number>) -> PyResult<Self> {
        match (low, high) {
            (Some(low), Some(high)) => {
                made_of!(self, continuous, "truncated", one => one.truncated(low.0, high.0))
            }
            (Some(low), None) => {
                made_of!(self, continuous, "truncated", one => one.truncated_below(low.0))
            }
            (None, Some(high)) => {
                made_of!(self, continuous, "truncated", one => one.truncated_above(high.0))
            }
            (None, None) => Ok(self.clone()),
        }
    }

    /// Recorded as the limit beyond it.
    #[pyo3(signature = (low = None, high = None))]
    fn censored(&self, low: Option<Number>, high: Option<Number>) -> PyResult<Self> {
        match (low, high) {
            (Some(low), Some(high)) => {
                made_of!(self, mixed, "censored", one => one.censored(low.0, high.0))
            }
            (Some(low), None) => {
                made_of!(self, mixed, "censored", one => one.censored_below(low.0))
            }
            (None, Some(high)) => {
                made_of!(self, mixed, "censored", one => one.censored_above(high.0))
            }
            (None, None) => Ok(self.clone()),
        }
    }

    fn affine(&self, location: Number, scale: Number) -> PyResult<Self> {
        let density = self.density("what is shifted and scaled")?.clone();
        Ok(Self(Family::continuous(
            density.affine(location.0, scale.0),
        )))
    }

    fn exp_transformed(&self) -> PyResult<Self> {
        let density = self.density("what is exponentiated")?.clone();
        Ok(Self(Family::continuous(density.exp_transformed())))
    }
}

/// A count as Python sees it: what has no value is NaN, as that of a density.
pub(crate) fn of_count(count: i64) -> f64 {
    if count == i64::MIN {
        f64::NAN
    } else {
        count as f64
    }
}

impl PyDistribution {
    fn no_tails(&self) -> PyErr {
        model_error(format!("{} has no tails here", self.0.name()))
    }
}
