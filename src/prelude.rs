//! Brings the words of a model into scope: `use rainier::prelude::*`.
//!
//! In: nothing. Out: expressions, every distribution, random variables, samplers and text plots.

pub use rainier_core::{Column, Condition, Real};
pub use rainier_dist::combined::{
    ConstantInflated, HiddenMarkov, Hurdle, Mixture, ZeroInflated, ZeroTruncated,
};
pub use rainier_dist::continuous::{
    Beta, Cauchy, ChiSquared, ExGaussian, Exponential, Frechet, Gamma, Gumbel, HalfCauchy,
    HalfNormal, HalfStudentT, InverseGamma, Laplace, LogNormal, Logistic, Normal, Rayleigh,
    SkewNormal, StudentT, Uniform, Weibull,
};
pub use rainier_dist::discrete::{
    Bernoulli, BetaBinomial, Binomial, Categorical, Constant, DiscreteUniform, DiscreteWeibull,
    Geometric, Hypergeometric, LogSeries, NegativeBinomial, OrderedLogistic, Poisson, Skellam,
};
pub use rainier_dist::distribution::{
    Continuous, ContinuousVector, Discrete, Distribution, Multivariate, Support, VectorSupport,
};
pub use rainier_dist::multivariate::{
    Autoregressive, CholeskyFactor, Dirichlet, DirichletMultinomial, GaussianRandomWalk,
    LkjCholesky, Multinomial, MultivariateNormal, Ordered,
};
pub use rainier_dist::{
    Environment, Fit, FitRows, FitSeries, Generator, ModelError, Param, Params, Posterior,
    PosteriorTrace, Predictor, RandomVariable, Report, SampleError, Template, Value, model,
};
pub use rainier_plot::{plot1d, plot2d, sparkline};
pub use rainier_sampler::{
    Hmc, LogDensity, LogDensityGradient, Nuts, Run, Summary, Trace, Walkers, Warning,
};
