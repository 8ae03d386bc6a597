//! Distributions of several numbers at once.
//!
//! In: parameters, constant or unknown. Out: distributions whose draws are vectors.
//!
//! | numbers | distributions |
//! | --- | --- |
//! | shares of a whole | [`Dirichlet`] |
//! | counts of kinds | [`Multinomial`], [`DirichletMultinomial`] |
//! | numbers that vary together | [`MultivariateNormal`], and [`LkjCholesky`] for their correlations |
//! | series | [`GaussianRandomWalk`], [`Autoregressive`] |
//! | ascending numbers | [`Ordered`] |

mod autoregressive;
mod cholesky;
mod dirichlet;
mod dirichlet_multinomial;
mod draw;
mod gaussian_random_walk;
mod lkj_cholesky;
mod multinomial;
mod multivariate_normal;
mod ordered;

pub use autoregressive::Autoregressive;
pub use cholesky::CholeskyFactor;
pub use dirichlet::Dirichlet;
pub use dirichlet_multinomial::DirichletMultinomial;
pub use gaussian_random_walk::GaussianRandomWalk;
pub use lkj_cholesky::LkjCholesky;
pub use multinomial::Multinomial;
pub use multivariate_normal::MultivariateNormal;
pub use ordered::Ordered;
