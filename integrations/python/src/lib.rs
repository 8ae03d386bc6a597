//! Gives Python the models, samplers and detection of the library: the module `rainier._native`.
//!
//! In: Python numbers, Arrow arrays and tables. Out: Arrow arrays and tables, and objects that
//! stand for expressions, distributions, models and draws. What a Python reader should see (names,
//! defaults, documentation) is written in Python, in `python/rainier`; here is what needs Rust.
//!
//! | module | what it joins |
//! | --- | --- |
//! | `real`, `functions` | expressions, with Python's operators |
//! | `distribution` | distributions by name, and what is made of them |
//! | `terms` | what a model rests on |
//! | `template`, `posterior` | a compiled model, and one with data, sampled |
//! | `draws` | what came out |
//! | `portable` | a model as bytes, fitted to many series |
//! | `arrow` | numbers in and out of Arrow |
//! | `dns` | detection and point forecasts |
//! | `size` | what would be too large is refused |
//! | `watch` | Ctrl-C and progress while Rust works without the interpreter's lock |

mod arrow;
mod distribution;
mod dns;
mod draws;
mod error;
mod functions;
mod generator;
mod portable;
mod posterior;
mod real;
mod size;
mod template;
mod terms;
mod watch;

use pyo3::prelude::*;

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ModelError", py.get_type::<error::ModelError>())?;
    module.add("SampleError", py.get_type::<error::SampleError>())?;
    module.add_class::<real::PyReal>()?;
    module.add_class::<real::PyCondition>()?;
    module.add_class::<generator::PyGenerator>()?;
    module.add_class::<distribution::PyDistribution>()?;
    module.add_class::<terms::PyTerms>()?;
    module.add_class::<template::PyTemplate>()?;
    module.add_class::<posterior::PyPosterior>()?;
    module.add_class::<draws::PyDraws>()?;
    module.add_class::<portable::PyPortableTemplate>()?;
    functions::register(module)?;
    distribution::register(module)?;
    dns::register(module)
}
