//! Distributions with a density on an interval of the real line, one a file.
//!
//! In: parameters. Out: values that implement [`Continuous`](crate::distribution::Continuous).
//!
//! | support | distributions |
//! | --- | --- |
//! | the whole line | [`Normal`], [`StudentT`], [`Cauchy`], [`Laplace`], [`Logistic`], [`Gumbel`], [`SkewNormal`], [`ExGaussian`] |
//! | above 0 | [`Gamma`], [`Exponential`], [`ChiSquared`], [`InverseGamma`], [`LogNormal`], [`Weibull`], [`Frechet`], [`Rayleigh`], [`HalfNormal`], [`HalfStudentT`], [`HalfCauchy`] |
//! | an interval | [`Beta`], [`Uniform`] |

mod beta;
mod cauchy;
mod chi_squared;
mod ex_gaussian;
mod exponential;
mod extreme_value;
mod frechet;
mod gamma;
mod gumbel;
mod half_cauchy;
mod half_normal;
mod half_student_t;
mod inverse_gamma;
mod laplace;
mod log_normal;
mod logistic;
mod normal;
mod rayleigh;
mod skew_normal;
mod student_t;
mod uniform;
mod weibull;

pub use beta::Beta;
pub use cauchy::Cauchy;
pub use chi_squared::ChiSquared;
pub use ex_gaussian::ExGaussian;
pub use exponential::Exponential;
pub use frechet::Frechet;
pub use gamma::Gamma;
pub use gumbel::Gumbel;
pub use half_cauchy::HalfCauchy;
pub use half_normal::HalfNormal;
pub use half_student_t::HalfStudentT;
pub use inverse_gamma::InverseGamma;
pub use laplace::Laplace;
pub use log_normal::LogNormal;
pub use logistic::Logistic;
pub use normal::Normal;
pub use rayleigh::Rayleigh;
pub use skew_normal::SkewNormal;
pub use student_t::StudentT;
pub use uniform::Uniform;
pub use weibull::Weibull;
