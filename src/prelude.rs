//! Brings the words of a model into scope: `use rainier::prelude::*`.
//!
//! In: nothing. Out: expressions, every distribution, random variables, samplers and text plots.

pub use rainier_core::{Column, Condition, Real};
pub use rainier_dist::combined::{
    Affine, Censored, ConstantInflated, ExpTransformed, Hurdle, Mixture, Truncated, ZeroInflated,
};
pub use rainier_dist::continuous::{
    Beta, BetaPrime, Cauchy, Custom, Exponential, Flat, Gamma, HalfCauchy, HalfNormal,
    InverseGaussian, Kumaraswamy, LogNormal, LogitNormal, Normal, Pareto, Triangular, Uniform,
    VonMises,
};
pub use rainier_dist::discrete::{
    Bernoulli, Binomial, Constant, Geometric, NegativeBinomial, Poisson,
};
pub use rainier_dist::distribution::{
    Continuous, Cumulative, Discrete, Distribution, Requirement, Support,
};
pub use rainier_dist::{
    Environment, Fit, Generator, ModelError, Param, Posterior, PosteriorTrace, Predictor,
    RandomVariable, Report, SampleError, Template, Value, model,
};
pub use rainier_plot::{plot1d, plot2d, sparkline};
pub use rainier_sampler::{
    Hmc, LogDensity, LogDensityGradient, Nuts, Run, Summary, Trace, Walkers, Warning,
};
