//! Shows recipes for random draws to Python: `Generator`.
//!
//! In: distributions. Out: numbers to be drawn anew for each draw of a posterior. Counts are drawn
//! as numbers of 64 bits; what has no value is NaN.

use pyo3::prelude::*;
use rainier::dist::Generator;

use crate::distribution::of_count;
use crate::size;

/// A number that is drawn anew for each draw of a posterior.
#[pyclass(frozen, name = "Generator", module = "rainier")]
#[derive(Debug, Clone)]
pub(crate) struct PyGenerator(pub(crate) Generator<f64>);

impl PyGenerator {
    /// The generator of counts as numbers.
    pub(crate) fn of_counts(counts: &Generator<i64>) -> Self {
        Self(counts.map(of_count))
    }
}

#[pymethods]
impl PyGenerator {
    /// The sum of as many independent draws.
    fn sum(&self, count: usize) -> PyResult<Self> {
        size::of_numbers(count, "draws of a sum")?;
        Ok(Self(self.0.repeat(count).map(|draws| draws.iter().sum())))
    }
}
