//! Distributions with a density on an interval of the real line, one a file.
//!
//! In: parameters. Out: values that implement [`Continuous`](crate::distribution::Continuous).
//!
//! | support | distributions |
//! | --- | --- |
//! | the whole line | [`Normal`], [`StudentT`], [`Cauchy`], [`Laplace`], [`AsymmetricLaplace`], [`Logistic`], [`Gumbel`], [`SkewNormal`], [`ExGaussian`] |
//! | above 0 | [`Gamma`], [`Exponential`], [`ChiSquared`], [`InverseGamma`], [`InverseGaussian`], [`LogNormal`], [`BetaPrime`], [`Weibull`], [`Frechet`], [`Rayleigh`], [`HalfNormal`], [`HalfStudentT`], [`HalfCauchy`] |
//! | above a least value | [`Pareto`] |
//! | an interval | [`Beta`], [`Kumaraswamy`], [`LogitNormal`], [`Uniform`], [`Triangular`] |
//! | a circle | [`VonMises`] |
//! | any | [`Flat`], which is improper, and [`Custom`], given by its log density |

mod asymmetric_laplace;
mod beta;
mod beta_prime;
mod cauchy;
mod chi_squared;
mod custom;
mod ex_gaussian;
mod exponential;
mod extreme_value;
mod flat;
mod frechet;
mod gamma;
mod gumbel;
mod half_cauchy;
mod half_normal;
mod half_student_t;
mod inverse_gamma;
mod inverse_gaussian;
mod kumaraswamy;
mod laplace;
mod log_normal;
mod logistic;
mod logit_normal;
mod normal;
mod pareto;
mod rayleigh;
mod skew_normal;
mod skew_normal_tail;
mod student_t;
mod triangular;
mod uniform;
mod von_mises;
mod weibull;

pub use asymmetric_laplace::AsymmetricLaplace;
pub use beta::Beta;
pub use beta_prime::BetaPrime;
pub use cauchy::Cauchy;
pub use chi_squared::ChiSquared;
pub use custom::Custom;
pub use ex_gaussian::ExGaussian;
pub use exponential::Exponential;
pub use flat::Flat;
pub use frechet::Frechet;
pub use gamma::Gamma;
pub use gumbel::Gumbel;
pub use half_cauchy::HalfCauchy;
pub use half_normal::HalfNormal;
pub use half_student_t::HalfStudentT;
pub use inverse_gamma::InverseGamma;
pub use inverse_gaussian::InverseGaussian;
pub use kumaraswamy::Kumaraswamy;
pub use laplace::Laplace;
pub use log_normal::LogNormal;
pub use logistic::Logistic;
pub use logit_normal::LogitNormal;
pub use normal::Normal;
pub use pareto::Pareto;
pub use rayleigh::Rayleigh;
pub use skew_normal::SkewNormal;
pub use student_t::StudentT;
pub use triangular::Triangular;
pub use uniform::Uniform;
pub use von_mises::VonMises;
pub use weibull::Weibull;
