//! Bayesian models as values: from a prior and data to draws one can trust.
//!
//! In: the [`prelude`], priors and data. Out: draws of what one wants to know, with their
//! diagnostics. This crate has no logic of its own; it joins four others under one name and
//! version:
//!
//! | module | crate | what it is for |
//! | --- | --- | --- |
//! | [`compute`] | `rainier-core` | expressions, gradients, compiled programs |
//! | [`dist`] | `rainier-dist` | distributions, random variables, posteriors |
//! | [`sampler`] | `rainier-sampler` | NUTS, HMC, ensembles, diagnostics |
//! | [`plot`] | `rainier-plot` | text plots; line charts and pictures of traces as SVG and PNG |
//!
//! # A first model
//!
//! Counts whose zeros have two causes: with probability `zero_prob` nothing was there to count,
//! else the count is Poisson. Two priors and one likelihood, line by line:
//!
//! ```
//! use rainier::prelude::*;
//!
//! let counts = [0, 3, 0, 5, 4, 0, 0, 6, 2, 0, 4, 3];
//! let model = model! {
//!     zero_prob = Beta::new(1, 1).param();
//!     rate = Normal::new(5, 5).param();
//!     () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&counts);
//!     yield (zero_prob, rate)
//! };
//! let trace = model.sample(&Nuts::default(), &Run::default().with_seed(7))?;
//! println!("{}", plot2d(trace.draws()));
//! println!("{}", trace.summary());
//! assert!(trace.warnings().is_empty());
//! # Ok::<(), SampleError>(())
//! ```
//!
//! # A model is a value
//!
//! The same model by combinators. [`zip`](dist::RandomVariable::zip) joins two variables,
//! [`flat_map`](dist::RandomVariable::flat_map) goes on with a value:
//!
//! ```
//! # use rainier::prelude::*;
//! # let counts = [0, 3, 0, 5, 4, 0, 0, 6, 2, 0, 4, 3];
//! let model = Beta::new(1.0, 1.0).param().zip(Normal::new(5.0, 5.0).param()).flat_map(
//!     |(zero_prob, rate)| {
//!         Poisson::new(&rate)
//!             .zero_inflated(&zero_prob)
//!             .fit(&counts)
//!             .map(|()| (zero_prob, rate))
//!     },
//! );
//! assert_eq!(model.compile()?.dimension(), 2);
//! # Ok::<(), ModelError>(())
//! ```
//!
//! # Asking something else
//!
//! What a model yields is up to the question: any expression of its unknowns, or a
//! [`Generator`](dist::Generator), which is drawn anew for each draw of the posterior.
//!
//! ```
//! # use rainier::prelude::*;
//! # let counts = [0, 3, 0, 5, 4, 0, 0, 6, 2, 0, 4, 3];
//! let next_week = model! {
//!     zero_prob = Beta::new(1, 1).param();
//!     rate = Normal::new(5, 5).param();
//!     let count = Poisson::new(&rate).zero_inflated(&zero_prob);
//!     () = count.fit(&counts);
//!     yield count.generator().repeat(7).map(|week| week.iter().sum::<i64>())
//! };
//! let trace = next_week.sample(&Nuts::default(), &Run::default().with_draws(250))?;
//! let busy = trace.draws().iter().filter(|&&total| total > 20).count();
//! assert!(busy > 0 && busy < trace.draws().len());
//! # Ok::<(), SampleError>(())
//! ```
//!
//! # Regression
//!
//! A [`Predictor`](dist::Predictor) is a function from covariates to a distribution. It runs once,
//! on placeholders, however many rows there are:
//!
//! ```
//! # use rainier::prelude::*;
//! let rows = [(1.0, 2.1), (2.0, 3.9), (3.0, 6.2), (4.0, 7.8)];
//! let model = model! {
//!     slope = Normal::new(0, 10).param();
//!     noise = HalfNormal::new(1).param();
//!     let line = {
//!         let slope = slope.clone();
//!         Predictor::from_fn(move |x: &Real| Normal::new(&slope * x, &noise))
//!     };
//!     () = line.fit(&rows);
//!     yield (slope, line.predict(5.0))
//! };
//! let trace = model.sample(&Nuts::default(), &Run::default().with_seed(1))?;
//! let summary = trace.summary();
//! let slope = &summary.rows()[0];
//! assert!(slope.name == "slope" && (slope.mean - 2.0).abs() < 0.2);
//! # Ok::<(), SampleError>(())
//! ```
//!
//! # One model, many data sets
//!
//! ```
//! # use rainier::prelude::*;
//! let counts = Column::placeholder("counts");
//! let template = Gamma::new(2, 2)
//!     .param()
//!     .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate))
//!     .named("rate")
//!     .template()?;
//! for (key, data) in [vec![0.0, 2.0, 1.0], vec![9.0, 7.0]].iter().enumerate() {
//!     let run = Run::default().with_key(key as u64).with_draws(100);
//!     let trace = template.bind(&[(&counts, data)])?.sample(&Nuts::default(), &run)?;
//!     assert_eq!(trace.draws().len(), 400);
//! }
//! # Ok::<(), SampleError>(())
//! ```

#[doc(inline)]
pub use rainier_core as compute;
#[doc(inline)]
pub use rainier_dist as dist;
#[doc(inline)]
pub use rainier_dist::model;
#[doc(inline)]
pub use rainier_plot as plot;
#[doc(inline)]
pub use rainier_sampler as sampler;

pub mod prelude;

/// The README's program is compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// The programs of the pages in `docs/` are compiled and run with the documentation tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../docs/tour.md")]
    mod tour {}
    #[doc = include_str!("../docs/custom.md")]
    mod custom {}
    #[doc = include_str!("../docs/samplers.md")]
    mod samplers {}
    #[doc = include_str!("../docs/diagnostics.md")]
    mod diagnostics {}
    #[doc = include_str!("../docs/many-series.md")]
    mod many_series {}
    #[doc = include_str!("../docs/porting.md")]
    mod porting {}
}
