//! Brings the words of a model into scope: `use rainier::prelude::*`.
//!
//! In: nothing. Out: expressions, every distribution, random variables, samplers and text plots.

pub use rainier_core::{Column, Condition, Real};
pub use rainier_dist::combined::{
    Affine, Censored, ConstantInflated, ExpTransformed, HiddenMarkov, Hurdle, Mixture, Truncated,
    ZeroInflated, ZeroTruncated,
};
pub use rainier_dist::continuous::{
    AsymmetricLaplace, Beta, BetaPrime, Cauchy, ChiSquared, Custom, ExGaussian, Exponential, Flat,
    Frechet, Gamma, Gumbel, HalfCauchy, HalfNormal, HalfStudentT, InverseGamma, InverseGaussian,
    Kumaraswamy, Laplace, LogNormal, Logistic, LogitNormal, Normal, Pareto, Rayleigh, SkewNormal,
    StudentT, Triangular, Uniform, VonMises, Weibull,
};
pub use rainier_dist::discrete::{
    Bernoulli, BetaBinomial, Binomial, Categorical, Constant, DiscreteUniform, DiscreteWeibull,
    Geometric, Hypergeometric, LogSeries, NegativeBinomial, OrderedLogistic, Poisson, Skellam,
};
pub use rainier_dist::distribution::{
    Continuous, ContinuousVector, Cumulative, Discrete, Distribution, Multivariate, Requirement,
    Support, VectorSupport,
};
pub use rainier_dist::multivariate::{
    Autoregressive, CholeskyFactor, Dirichlet, DirichletMultinomial, GaussianRandomWalk,
    LkjCholesky, Multinomial, MultivariateNormal, Ordered,
};
pub use rainier_dist::{
    Environment, Fit, FitRows, FitSeries, Generator, ModelError, Param, Params, PortableTemplate,
    Posterior, PosteriorTrace, Predictor, RandomVariable, Report, SampleError, Template, Value,
    model, value,
};
pub use rainier_plot::{plot1d, plot2d, sparkline};
pub use rainier_sampler::{
    Ehmc, Hmc, Lbfgs, LogDensity, LogDensityGradient, MetricShape, Nuts, Run, Slice, Summary,
    Trace, Walkers, Warning,
};
