//! Turns distributions into a posterior: the nouns of a Bayesian model, and how they compose.
//!
//! distribution → [`RandomVariable`] → [`Template`] → [`Posterior`] → [`PosteriorTrace`]
//!
//! In: distributions with constant or unknown parameters, and data. Out: a [`Posterior`], which is
//! a log density for the samplers of `rainier-sampler`, and typed draws of the model's value.
//!
//! - A [`Distribution`](distribution::Distribution) has a log density, an expression, and a
//!   [`Generator`]. [`Param::param`] makes an unknown of it, [`Fit::fit`] adds data,
//!   [`Predictor`] does so with covariates.
//! - A [`Multivariate`](distribution::Multivariate) is the same for several numbers at once, with
//!   [`Params::params`], [`FitRows::fit`] and [`FitSeries::fit_series`].
//! - A [`RandomVariable`] is a value and the set of densities it rests on. It composes by `map`,
//!   `flat_map`, `zip` and `condition`, or line by line with [`model!`].
//! - A [`Value`] says what comes out: numbers for expressions, draws for generators, in the same
//!   shape. [`value!`] makes one of a struct.
//! - Compiling gives a [`Template`] that waits for data, or a [`Posterior`] that has them.
//!
//! # Should I use this crate directly?
//!
//! To write models use `rainier-ppl`, which re-exports it together with samplers and plots.
//!
//! # Example
//!
//! Counts in which zeros have two causes:
//!
//! ```
//! use rainier_dist::continuous::{Beta, Normal};
//! use rainier_dist::discrete::Poisson;
//! use rainier_dist::distribution::Discrete;
//! use rainier_dist::{Fit, Param, model};
//! use rainier_sampler::{Nuts, Run};
//!
//! let counts = [0, 3, 0, 5, 4, 0, 0, 6, 2];
//! let model = model! {
//!     zero_prob = Beta::new(1, 1).param();
//!     rate = Normal::new(5, 5).param();
//!     () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&counts);
//!     yield (zero_prob, rate)
//! };
//! let trace = model.sample(&Nuts::default(), &Run::default().with_seed(7).with_draws(250))?;
//! assert!(trace.draws().iter().all(|&(zero_prob, rate)| zero_prob < 1.0 && rate > 0.0));
//! println!("{}", trace.summary());
//! # Ok::<(), rainier_dist::SampleError>(())
//! ```
//!
//! # Errors
//!
//! Building a model never fails, since its parts are built inside closures with parameters that
//! are not known yet. Mistakes are kept in the model and come out of
//! [`compile`](RandomVariable::compile) as a [`ModelError`]. Where an unknown parameter leaves its
//! domain the log density is −∞, never NaN.

pub mod combined;
pub mod continuous;
pub mod discrete;
pub mod distribution;
pub mod multivariate;

mod do_notation;
mod environment;
mod error;
mod generator;
mod model;
mod observation;
mod random_variable;

pub use environment::Environment;
pub use error::{
    DataError, DataRequirement, ModelError, ParameterError, RowError, RowWidthError, SampleError,
};
pub use generator::Generator;
pub use model::{
    Approximation, Covariates, Fit, FitRows, FitSeries, FittedSeries, LogLikelihood, Mode,
    PortableTemplate, Posterior, PosteriorDensity, PosteriorTrace, Predictor, Row, Template,
};
pub use observation::{IntoColumn, IntoRows, Numbers, Outcome, Scalar};
/// The generation of `rand` that draws are made by.
pub use rand;
pub use random_variable::{Param, Params, RandomVariable, Report, Value};
