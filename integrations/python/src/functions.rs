//! Gives Python the functions of expressions, by the names that Python's users know.
//!
//! In: numbers of a model. Out: expressions, or constants.

use pyo3::prelude::*;
use rainier::compute::Real;

use crate::real::{Number, PyReal};

macro_rules! functions {
    ($($name:ident($first:ident $(, $more:ident)*) = $method:ident;)*) => {
        $(
            #[pyfunction]
            fn $name($first: Number $(, $more: Number)*) -> PyReal {
                PyReal($first.0.$method($($more.0),*))
            }
        )*

        /// Adds the functions to the module.
        pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $(module.add_function(wrap_pyfunction!($name, module)?)?;)*
            module.add_function(wrap_pyfunction!(logsumexp, module)?)
        }
    };
}

functions! {
    exp(x) = exp;
    log(x) = ln;
    log1p(x) = ln_1p;
    expm1(x) = exp_m1;
    sqrt(x) = sqrt;
    floor(x) = floor;
    sin(x) = sin;
    cos(x) = cos;
    tan(x) = tan;
    arcsin(x) = asin;
    arccos(x) = acos;
    arctan(x) = atan;
    sinh(x) = sinh;
    cosh(x) = cosh;
    tanh(x) = tanh;
    expit(x) = logistic;
    log_expit(x) = log_logistic;
    logit(x) = logit;
    softplus(x) = softplus;
    erf(x) = erf;
    erfc(x) = erfc;
    ndtr(x) = normal_cdf;
    log_ndtr(x) = ln_normal_cdf;
    gammaln(x) = ln_gamma;
    digamma(x) = digamma;
    betaln(a, b) = ln_beta;
    logaddexp(x, y) = log_add_exp;
    minimum(x, y) = min;
    maximum(x, y) = max;
}

/// ln of the sum of exponentials.
#[pyfunction]
fn logsumexp(terms: Vec<Number>) -> PyReal {
    PyReal(Real::log_sum_exp(terms.into_iter().map(|term| term.0)))
}
