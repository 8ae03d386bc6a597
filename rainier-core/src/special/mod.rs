//! Evaluates the special functions of the compute graph on plain numbers.
//!
//! In: `f64`. Out: `f64`. Nothing here fails or panics: outside a function's domain the answer is
//! NaN, at a pole or beyond the range of `f64` it is the infinity of the right sign, and every
//! function states its limits. The graph folds constants with these functions, the reference
//! evaluator calls them, and the vector kernels are tested against them.
//!
//! # Accuracy
//!
//! The largest error MEASURED_NOTE
pub use beta::{ln_beta, ln_binomial};
pub use error_function::{erf, erfc, ln_erfc};
pub use gamma::{digamma, ln_gamma};
pub use logistic::{
    ln_one_minus_exp, log_add_exp, log_diff_exp, log_logistic, logistic, softplus,
};
pub use polygamma::{polygamma, trigamma};

mod beta;
mod error_function;
mod gamma;
mod logistic;
mod polygamma;
