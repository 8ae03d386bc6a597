//! Distributions with a density on an interval of the real line, one a file.
//!
//! In: parameters. Out: values that implement [`Continuous`](crate::distribution::Continuous).
//!
//! | support | distributions |
//! | --- | --- |
//! | the whole line | [`Normal`], [`Cauchy`] |
//! | above 0 | [`Gamma`], [`Exponential`], [`LogNormal`], [`HalfNormal`], [`HalfCauchy`] |
//! | an interval | [`Beta`], [`Uniform`] |

mod beta;
mod cauchy;
mod exponential;
mod gamma;
mod half_cauchy;
mod half_normal;
mod log_normal;
mod normal;
mod uniform;

pub use beta::Beta;
pub use cauchy::Cauchy;
pub use exponential::Exponential;
pub use gamma::Gamma;
pub use half_cauchy::HalfCauchy;
pub use half_normal::HalfNormal;
pub use log_normal::LogNormal;
pub use normal::Normal;
pub use uniform::Uniform;
