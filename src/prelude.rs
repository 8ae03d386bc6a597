//! Brings the words of a model into scope: `use rainier::prelude::*`.
//!
//! In: nothing. Out: expressions, every distribution, random variables, samplers and text plots.

pub use rainier_core::{Column, Condition, Real};
pub use rainier_dist::combined::{ConstantInflated, Hurdle, Mixture, ZeroInflated, ZeroTruncated};
pub use rainier_dist::continuous::{
    Beta, Cauchy, ChiSquared, ExGaussian, Exponential, Frechet, Gamma, Gumbel, HalfCauchy,
    HalfNormal, HalfStudentT, InverseGamma, Laplace, LogNormal, Logistic, Normal, Rayleigh,
    SkewNormal, StudentT, Uniform, Weibull,
};
pub use rainier_dist::discrete::{
    Bernoulli, BetaBinomial, Binomial, Categorical, Constant, DiscreteUniform, DiscreteWeibull,
    Geometric, Hypergeometric, LogSeries, NegativeBinomial, OrderedLogistic, Poisson, Skellam,
};
pub use rainier_dist::distribution::{Continuous, Discrete, Distribution, Support};
pub use rainier_dist::{
    Environment, Fit, Generator, ModelError, Param, Posterior, PosteriorTrace, Predictor,
    RandomVariable, Report, SampleError, Template, Value, model,
};
pub use rainier_plot::{plot1d, plot2d, sparkline};
pub use rainier_sampler::{
    Hmc, LogDensity, LogDensityGradient, Nuts, Run, Summary, Trace, Walkers, Warning,
};
