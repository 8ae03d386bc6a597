//! Shows expressions to Python: `Real`, with arithmetic, and `Condition`, which selects.
//!
//! In: Python numbers and other expressions. Out: expressions. A column of data is an expression
//! with one value a row.

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use rainier::compute::{Column, Condition, Real};

use crate::arrow::numbers;

/// A number of a model: a constant, an unknown, a column, or anything made of these.
#[pyclass(frozen, name = "Real", module = "rainier")]
#[derive(Debug, Clone)]
pub(crate) struct PyReal(pub(crate) Real);

/// A truth about numbers of a model.
#[pyclass(frozen, name = "Condition", module = "rainier")]
#[derive(Debug, Clone)]
pub(crate) struct PyCondition(Condition);

/// What Python may write for a number.
#[derive(Debug, Clone)]
pub(crate) struct Number(pub(crate) Real);

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(real) = object.cast::<PyReal>() {
            return Ok(Self(real.get().0.clone()));
        }
        match object.extract::<f64>() {
            Ok(number) => Ok(Self(Real::constant(number))),
            Err(_) => Err(PyTypeError::new_err(format!(
                "a number of a model must be a number or a Real, got {}",
                object.get_type().name()?
            ))),
        }
    }
}

#[pymethods]
impl PyReal {
    #[new]
    fn new(value: Number) -> Self {
        Self(value.0)
    }

    /// A column of data by name; without values they are given later. What a distribution is fitted to may be
    /// anything, and is refused with the distribution's name.
    #[staticmethod]
    #[pyo3(signature = (name, values = None, *, is_fitted = false))]
    fn column(name: &str, values: Option<PyArray>, is_fitted: bool) -> PyResult<Self> {
        let read = if is_fitted {
            numbers::of_array
        } else {
            numbers::of_finite_array
        };
        let column = match values {
            Some(values) => Column::shared(name, read(name, values.array())?),
            None => Column::placeholder(name),
        };
        Ok(Self(column.real()))
    }

    /// The entry of a table at an index, which may be a column.
    #[staticmethod]
    fn lookup(index: Number, table: Vec<Number>) -> Self {
        let table: Vec<Real> = table.into_iter().map(|entry| entry.0).collect();
        Self(Real::lookup(index.0, &table))
    }

    /// Arrays leave operators between them and expressions to expressions.
    #[classattr]
    fn __array_ufunc__() -> Option<bool> {
        None
    }

    #[getter]
    fn is_column(&self) -> bool {
        self.0.as_column().is_some()
    }

    /// The value, if it is a constant.
    #[getter]
    fn constant(&self) -> Option<f64> {
        self.0.as_constant()
    }

    /// The sum over all rows.
    fn sum_rows(&self) -> Self {
        Self(self.0.sum_rows())
    }

    fn equal(&self, other: Number) -> PyCondition {
        PyCondition(self.0.equal(other.0))
    }

    fn __add__(&self, other: Number) -> Self {
        Self(&self.0 + other.0)
    }

    fn __radd__(&self, other: Number) -> Self {
        Self(other.0 + &self.0)
    }

    fn __sub__(&self, other: Number) -> Self {
        Self(&self.0 - other.0)
    }

    fn __rsub__(&self, other: Number) -> Self {
        Self(other.0 - &self.0)
    }

    fn __mul__(&self, other: Number) -> Self {
        Self(&self.0 * other.0)
    }

    fn __rmul__(&self, other: Number) -> Self {
        Self(other.0 * &self.0)
    }

    fn __truediv__(&self, other: Number) -> Self {
        Self(&self.0 / other.0)
    }

    fn __rtruediv__(&self, other: Number) -> Self {
        Self(other.0 / &self.0)
    }

    fn __pow__(&self, exponent: Number, _modulo: Option<Bound<'_, PyAny>>) -> Self {
        Self(self.0.pow(exponent.0))
    }

    fn __rpow__(&self, base: Number, _modulo: Option<Bound<'_, PyAny>>) -> Self {
        Self(base.0.pow(&self.0))
    }

    fn __neg__(&self) -> Self {
        Self(-&self.0)
    }

    fn __pos__(&self) -> Self {
        self.clone()
    }

    fn __abs__(&self) -> Self {
        Self(self.0.abs())
    }

    /// Orders are conditions; `==` stays Python's, by identity, and `equal` compares values.
    fn __richcmp__<'py>(
        &self,
        other: Bound<'py, PyAny>,
        comparison: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let compare: fn(&Real, Real) -> Condition = match comparison {
            CompareOp::Lt => |a, b| a.less(b),
            CompareOp::Le => |a, b| a.less_or_equal(b),
            CompareOp::Gt => |a, b| a.greater(b),
            CompareOp::Ge => |a, b| a.greater_or_equal(b),
            CompareOp::Eq | CompareOp::Ne => {
                return Ok(py.NotImplemented().into_bound(py));
            }
        };
        let condition = PyCondition(compare(&self.0, other.extract::<Number>()?.0));
        Ok(condition.into_pyobject(py)?.into_any())
    }

    fn __hash__(&self) -> usize {
        self.0.identity()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[pymethods]
impl PyCondition {
    /// One of two numbers, by whether this is true.
    fn select(&self, then: Number, otherwise: Number) -> PyReal {
        PyReal(self.0.select(then.0, otherwise.0))
    }

    fn __and__(&self, other: &Self) -> Self {
        Self(self.0.and(&other.0))
    }

    fn __or__(&self, other: &Self) -> Self {
        Self(self.0.or(&other.0))
    }

    fn __invert__(&self) -> Self {
        Self(self.0.not())
    }

    #[expect(clippy::unused_self, reason = "what Python calls")]
    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err(
            "a condition is not known before there is a draw; write condition.select(then, otherwise), and & | ~ for and, or, not",
        ))
    }
}
