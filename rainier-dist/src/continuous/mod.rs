//! Distributions with a density on an interval of the real line, one a file.
//!
//! In: parameters. Out: values that implement [`Continuous`](crate::distribution::Continuous).
//!
//! | support | distributions |
//! | --- | --- |
//! | the whole line | [`Normal`], [`Cauchy`] |
//! | above 0 | [`Gamma`], [`Exponential`], [`LogNormal`], [`HalfNormal`], [`HalfCauchy`] |
//! | | [`InverseGaussian`], [`BetaPrime`], above a least value [`Pareto`] |
//! | an interval | [`Beta`], [`Kumaraswamy`], [`LogitNormal`], [`Uniform`], [`Triangular`] |
//! | a circle | [`VonMises`] |
//! | any | [`Flat`], which is improper, and [`Custom`], given by its log density |

mod beta;
mod beta_prime;
mod cauchy;
mod custom;
mod exponential;
mod flat;
mod gamma;
mod half_cauchy;
mod half_normal;
mod inverse_gaussian;
mod kumaraswamy;
mod log_normal;
mod logit_normal;
mod normal;
mod pareto;
mod triangular;
mod uniform;
mod von_mises;

pub use beta::Beta;
pub use beta_prime::BetaPrime;
pub use cauchy::Cauchy;
pub use custom::Custom;
pub use exponential::Exponential;
pub use flat::Flat;
pub use gamma::Gamma;
pub use half_cauchy::HalfCauchy;
pub use half_normal::HalfNormal;
pub use inverse_gaussian::InverseGaussian;
pub use kumaraswamy::Kumaraswamy;
pub use log_normal::LogNormal;
pub use logit_normal::LogitNormal;
pub use normal::Normal;
pub use pareto::Pareto;
pub use triangular::Triangular;
pub use uniform::Uniform;
pub use von_mises::VonMises;
