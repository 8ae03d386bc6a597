//! Shows recipes for random draws to Python: `Generator`.
//!
//! In: distributions. Out: numbers to be drawn anew for each draw of a posterior. Counts are drawn
//! as numbers of 64 bits; what has no value is NaN.

use pyo3::prelude::*;
use rainier::dist::Generator;

/// A number that is drawn anew for each draw of a posterior.
#[pyclass(frozen, name = "Generator", module = "rainier")]
#[derive(Debug, Clone)]
pub(crate) struct PyGenerator(pub(crate) Generator<f64>);

impl PyGenerator {
    /// The generator of counts as numbers.
    pub(crate) fn of_counts(counts: &Generator<i64>) -> Self {
        Self(counts.map(|count| {
            if count == i64::MIN {
                f64::NAN
            } else {
                count as f64
            }
        }))
    }
}

#[pymethods]
impl PyGenerator {
    /// The sum of as many independent draws.
    fn sum(&self, count: usize) -> Self {
        Self(self.0.repeat(count).map(|draws| draws.iter().sum()))
    }
}
