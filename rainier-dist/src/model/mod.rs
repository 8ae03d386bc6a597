//! Makes posteriors of random variables, and draws from them.
//!
//! In: a [`RandomVariable`](crate::RandomVariable). Out: a [`Template`] (compiled), a
//! [`Posterior`] (joined with data), a [`PosteriorTrace`] (sampled). [`Fit`], [`FitRows`],
//! [`FitSeries`] and [`Predictor`] are how data enter a model.

mod approximate;
mod bound;
mod compile;
mod covariates;
mod density;
mod fit;
mod fit_many;
mod fit_rows;
mod fit_series;
mod log_likelihood;
mod names;
mod not_finite;
mod portable;
mod posterior;
mod predictor;
mod prior_predictive;
mod table;
mod template;
mod trace;

pub use approximate::{Approximation, Mode};
pub use covariates::{Covariates, Row};
pub use density::PosteriorDensity;
pub use fit::Fit;
pub use fit_many::FittedSeries;
pub use fit_rows::FitRows;
pub use fit_series::FitSeries;
pub use log_likelihood::LogLikelihood;
pub use portable::PortableTemplate;
pub use posterior::Posterior;
pub use predictor::Predictor;
pub use template::Template;
pub use trace::PosteriorTrace;
