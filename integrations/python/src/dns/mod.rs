//! Detection and point forecasts of DNS counts for tables that Python shares.
//!
//! In: tables of counts. Out: tables of outliers and of forecasts. What it means to detect is the
//! affair of `dns-anomaly`; here are only columns.

mod calibrated;
mod counted;
mod croston;
mod deck;
mod filled;

use dns_anomaly::BinWidth;
use pyo3::prelude::*;

use crate::error::model_error;

/// Adds the functions to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(croston::croston, module)?)?;
    module.add_function(wrap_pyfunction!(
        calibrated::detect_calibrated_windows,
        module
    )?)?;
    module.add_function(wrap_pyfunction!(deck::detect_deck, module)?)?;
    module.add_function(wrap_pyfunction!(deck::judge, module)?)?;
    module.add_function(wrap_pyfunction!(filled::filled, module)?)?;
    module.add_function(wrap_pyfunction!(seconds, module)?)
}

/// The seconds of a length of time as people write it: `1h`, `10s`.
#[pyfunction]
fn seconds(width: &str) -> PyResult<u32> {
    Ok(width.parse::<BinWidth>().map_err(model_error)?.seconds())
}
