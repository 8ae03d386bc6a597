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
//! # Centred or not
//!
//! Unknowns of a family with a location or a scale are non-centred: the sampler moves z, and the value
//! is location + scale · z. Where location and scale are unknown themselves, as in a hierarchy, that
//! is the form to start with: the prior of z knows nothing of the scale, and there is no funnel that
//! narrows towards scale 0.
//!
//! Where data say much about each effect, it is the other way round: the value is known well, z then
//! has to follow every move of location and scale, and the centred form, in which the sampler moves
//! the value itself, mixes better. Both mean the same model.
//!
//! | data for each effect | form | one unknown | several |
//! | --- | --- | --- | --- |
//! | few, or noise as large as the spread of effects | non-centred | [`Param::param`] | [`Param::vector`] |
//! | many, noise far smaller than the spread | centred | [`Param::param_centred`] | [`Param::vector_centred`] |
//!
//! Divergences at small scales and few effective draws of the scale ask for the non-centred form;
//! deep trees and few effective draws of the location, without divergences, for the centred one. Where
//! groups differ, the forms may be mixed, effect by effect:
//!
//! ```
//! use rainier_dist::continuous::{HalfNormal, Normal};
//! use rainier_dist::{Fit, Param, RandomVariable, model};
//! use rainier_sampler::{Nuts, Run};
//!
//! // One group with much data, two with little.
//! let groups = [vec![1.1; 200], vec![0.4, 1.3], vec![2.2]];
//! let model = model! {
//!     mean = Normal::new(0, 5).param();
//!     spread = HalfNormal::new(2).param();
//!     effect = RandomVariable::traverse(&groups, |data| {
//!         let prior = Normal::new(&mean, &spread);
//!         let is_well_known = data.len() > 50;
//!         let effect = if is_well_known { prior.param_centred() } else { prior.param() };
//!         effect.flat_map(|effect| Normal::new(&effect, 1).fit(data).map(|()| effect))
//!     });
//!     yield (spread, effect)
//! };
//! let trace = model.sample(&Nuts::default(), &Run::default().with_seed(3).with_draws(250))?;
//! let mean_of_first: f64 = trace.draws().iter().map(|(_, effect)| effect[0]).sum();
//! assert!((mean_of_first / trace.draws().len() as f64 - 1.1).abs() < 0.1);
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

mod at_positions;
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
