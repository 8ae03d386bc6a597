//! Measures numbers in tests: derivatives, integrals, fits of samples, and how close is close.
//!
//! In: closures and slices. Out: an estimate with its error, or a statistic with its p-value.
//! The crate depends on none of the workspace's other crates, so that each of them may test with
//! it; nothing here is meant for users.
//!
//! | question of a test | answer |
//! | --- | --- |
//! | is this derivative right? | [`derivative`], [`gradient`] and [`Estimate::agrees_with`] |
//! | is this density normalised? | [`integrate`], [`integrate_pieces`] |
//! | does this sample follow that law? | [`kolmogorov_smirnov`], [`discrete_fit`] |
//! | are these ranks uniform? | [`uniformity`] |
//! | is this mean near enough? | [`sample_mean`] and [`within_standard_errors`] |
//! | what do others compute? | [`shared`], [`shared_json`], [`number`] |
//!
//! Every factor and threshold lives in `tolerance.rs`; a test never writes its own.
//!
//! ```
//! use testkit::{derivative, integrate};
//!
//! let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
//! assert!(integrate(density, f64::NEG_INFINITY, f64::INFINITY).agrees_with(1.0));
//! assert!(derivative(f64::exp, 1.0).agrees_with(std::f64::consts::E));
//! assert!(!derivative(f64::exp, 1.0).agrees_with(2.7183));
//! ```

mod chi_square;
mod estimate;
mod finite_difference;
mod goodness_of_fit;
mod integrate;
mod kolmogorov_smirnov;
mod sample_moments;
mod shared;
mod tolerance;
mod uniformity;

pub use chi_square::{chi_square, discrete_fit};
pub use estimate::Estimate;
pub use finite_difference::{derivative, gradient};
pub use goodness_of_fit::GoodnessOfFit;
pub use integrate::{integrate, integrate_pieces};
pub use kolmogorov_smirnov::kolmogorov_smirnov;
pub use sample_moments::{SampleMoment, sample_mean, sample_variance};
pub use shared::{number, shared, shared_json};
pub use tolerance::{
    ERROR_MARGIN, P_VALUE_THRESHOLD, POSTERIOR_MEAN_ERRORS, STANDARD_ERRORS, VAGUE, relative_error,
    within_standard_errors,
};
pub use uniformity::uniformity;
