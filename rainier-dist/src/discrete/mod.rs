//! Distributions of whole numbers, one a file.
//!
//! In: parameters. Out: values that implement [`Discrete`](crate::distribution::Discrete).
//!
//! | values | distributions |
//! | --- | --- |
//! | 0, 1, 2, … | [`Poisson`], [`NegativeBinomial`], [`Geometric`] |
//! | 0 … n | [`Bernoulli`], [`Binomial`] |
//! | one number | [`Constant`] |

mod bernoulli;
mod binomial;
mod constant;
mod geometric;
mod negative_binomial;
mod poisson;

pub use bernoulli::Bernoulli;
pub use binomial::Binomial;
pub(crate) use binomial::draw_binomial;
pub use constant::Constant;
pub use geometric::Geometric;
pub use negative_binomial::NegativeBinomial;
pub use poisson::Poisson;
