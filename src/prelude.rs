//! Brings the words of a model into scope: `use rainier::prelude::*`.
//!
//! In: nothing. Out: expressions, every distribution, random variables, samplers and text plots.

pub use rainier_core::{Column, Condition, Real};
pub use rainier_dist::combined::{ConstantInflated, Hurdle, Mixture, ZeroInflated};
pub use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfCauchy, HalfNormal, LogNormal, Normal, Uniform,
};
pub use rainier_dist::discrete::{
    Bernoulli, Binomial, Constant, Geometric, NegativeBinomial, Poisson,
};
pub use rainier_dist::distribution::{Continuous, Discrete, Distribution, Support};
pub use rainier_dist::{
    Environment, Fit, Generator, ModelError, Param, PortableTemplate, Posterior, PosteriorTrace,
    Predictor, RandomVariable, Report, SampleError, Template, Value, model,
};
pub use rainier_plot::{plot1d, plot2d, sparkline};
pub use rainier_sampler::{
    Hmc, LogDensity, LogDensityGradient, Nuts, Run, Summary, Trace, Walkers, Warning,
};
