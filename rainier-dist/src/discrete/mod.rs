//! Distributions of whole numbers, one a file.
//!
//! In: parameters. Out: values that implement [`Discrete`](crate::distribution::Discrete).
//!
//! | values | distributions |
//! | --- | --- |
//! | 0, 1, 2, … | [`Poisson`], [`NegativeBinomial`], [`Geometric`], [`DiscreteWeibull`] |
//! | 1, 2, 3, … | [`LogSeries`] |
//! | 0 … n | [`Bernoulli`], [`Binomial`], [`BetaBinomial`], [`Hypergeometric`] |
//! | categories 0 … n − 1 | [`Categorical`], [`OrderedLogistic`] |
//! | from one number to another | [`DiscreteUniform`] |
//! | …, −1, 0, 1, … | [`Skellam`] |
//! | one number | [`Constant`] |

mod bernoulli;
mod beta_binomial;
mod binomial;
mod categorical;
mod categories;
mod constant;
mod discrete_uniform;
mod discrete_weibull;
mod geometric;
mod hypergeometric;
mod log_concave;
mod log_series;
mod negative_binomial;
mod ordered_logistic;
mod poisson;
mod short_support;
mod skellam;
mod success;

pub use bernoulli::Bernoulli;
pub use beta_binomial::BetaBinomial;
pub use binomial::Binomial;
pub(crate) use binomial::draw_binomial;
pub use categorical::Categorical;
pub use constant::Constant;
pub use discrete_uniform::DiscreteUniform;
pub use discrete_weibull::DiscreteWeibull;
pub use geometric::Geometric;
pub use hypergeometric::Hypergeometric;
pub use log_series::LogSeries;
pub use negative_binomial::NegativeBinomial;
pub use ordered_logistic::OrderedLogistic;
pub use poisson::Poisson;
pub use skellam::Skellam;
