//! Lists the distributions that Python can make, one line each.
//!
//! In: a name and parameters. Out: the distribution. The functions of these names in
//! `python/rainier/distributions.py` say what the parameters mean.

use rainier::compute::Real;
use rainier::prelude as families;

use super::family::Family;

macro_rules! table {
    ($($kind:ident $name:ident::$constructor:ident($($parameter:ident),*) as $called:literal;)*) => {
        /// The distribution of that name, or none if there is none with as many parameters.
        pub(super) fn of(name: &str, parameters: Vec<Real>) -> Option<Family> {
            match name {
                $($called => {
                    let [$($parameter),*] = parameters.try_into().ok()?;
                    Some(Family::$kind(families::$name::$constructor($($parameter),*)))
                })*
                _ => None,
            }
        }
    };
}

table! {
    continuous AsymmetricLaplace::new(location, scale, asymmetry) as "AsymmetricLaplace";
    continuous Beta::new(a, b) as "Beta";
    continuous BetaPrime::new(a, b) as "BetaPrime";
    continuous Cauchy::new(location, scale) as "Cauchy";
    continuous ChiSquared::new(degrees_of_freedom) as "ChiSquared";
    continuous ExGaussian::new(mean, standard_deviation, rate) as "ExGaussian";
    continuous Exponential::new(rate) as "Exponential";
    continuous Frechet::new(shape, scale) as "Frechet";
    continuous Gamma::new(shape, scale) as "Gamma";
    continuous Gumbel::new(location, scale) as "Gumbel";
    continuous HalfCauchy::new(scale) as "HalfCauchy";
    continuous HalfNormal::new(scale) as "HalfNormal";
    continuous HalfStudentT::new(degrees_of_freedom, scale) as "HalfStudentT";
    continuous InverseGamma::new(shape, scale) as "InverseGamma";
    continuous InverseGaussian::new(mean, shape) as "InverseGaussian";
    continuous Kumaraswamy::new(a, b) as "Kumaraswamy";
    continuous Laplace::new(location, scale) as "Laplace";
    continuous Logistic::new(location, scale) as "Logistic";
    continuous LogitNormal::new(location, scale) as "LogitNormal";
    continuous LogNormal::new(location, scale) as "LogNormal";
    continuous Normal::new(mean, standard_deviation) as "Normal";
    continuous Pareto::new(scale, shape) as "Pareto";
    continuous Rayleigh::new(scale) as "Rayleigh";
    continuous SkewNormal::new(location, scale, shape) as "SkewNormal";
    continuous StudentT::new(degrees_of_freedom, location, scale) as "StudentT";
    continuous Triangular::new(low, mode, high) as "Triangular";
    continuous Uniform::new(low, high) as "Uniform";
    continuous VonMises::new(mean_direction, concentration) as "VonMises";
    continuous Weibull::new(shape, scale) as "Weibull";
    discrete Bernoulli::new(probability) as "Bernoulli";
    discrete BetaBinomial::new(trials, a, b) as "BetaBinomial";
    discrete Binomial::new(trials, probability) as "Binomial";
    discrete Constant::new(value) as "Constant";
    discrete DiscreteUniform::new(low, high) as "DiscreteUniform";
    discrete DiscreteWeibull::new(q, shape) as "DiscreteWeibull";
    discrete Geometric::new(probability) as "Geometric";
    discrete Hypergeometric::new(population, successes, draws) as "Hypergeometric";
    discrete LogSeries::new(p) as "LogSeries";
    discrete NegativeBinomial::new(mean, dispersion) as "NegativeBinomial";
    discrete Poisson::new(rate) as "Poisson";
    discrete Skellam::new(first_rate, second_rate) as "Skellam";
}
