//! Lists every distribution once, with parameters, wrong parameters and a value inside.
//!
//! In: parameters that are constants or unknowns. Out: the distribution, its density and tails.

use std::sync::Arc;

use rainier_core::{Evaluator, Program, Real};
use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{
    AsymmetricLaplace, Beta, BetaPrime, Cauchy, ChiSquared, Custom, ExGaussian, Exponential,
    Frechet, Gamma, Gumbel, HalfCauchy, HalfNormal, HalfStudentT, InverseGamma, InverseGaussian,
    Kumaraswamy, Laplace, LogNormal, Logistic, LogitNormal, Normal, Pareto, Rayleigh, SkewNormal,
    StudentT, Triangular, Uniform, VonMises, Weibull,
};
use rainier_dist::discrete::{
    Bernoulli, BetaBinomial, Binomial, Categorical, Constant, DiscreteUniform, DiscreteWeibull,
    Geometric, Hypergeometric, LogSeries, NegativeBinomial, OrderedLogistic, Poisson, Skellam,
};
use rainier_dist::distribution::{
    Constraint, Continuous, Cumulative, Discrete, Distribution, Number, Requirement, Support,
};
use rainier_dist::{Environment, Generator};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A distribution with parameters, and what the claims need to know of it.
pub(crate) struct Row {
    /// The name the reference has for it with these parameters, if it is there.
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [f64],
    /// Parameters that are wrong by a little, so that 20,000 draws tell.
    pub(crate) wrong: &'static [f64],
    /// A value inside the support.
    pub(crate) x: f64,
    pub(crate) of: fn(&[Real]) -> Known,
}

/// All distributions.
pub(crate) fn rows() -> Vec<Row> {
    continuous().into_iter().chain(discrete()).collect()
}

fn row(
    name: &'static str,
    parameters: &'static [f64],
    wrong: &'static [f64],
    x: f64,
    of: fn(&[Real]) -> Known,
) -> Row {
    assert_eq!(parameters.len(), wrong.len(), "{name}");
    Row {
        name,
        parameters,
        wrong,
        x,
        of,
    }
}

#[rustfmt::skip]
fn continuous() -> Vec<Row> {
    vec![
        row("Normal", &[0.5, 1.3], &[0.5, 1.4], 2.1, |p| tails(Normal::new(&p[0], &p[1]))),
        row("LogNormal", &[0.5, 0.7], &[0.5, 0.77], 2.1, |p| tails(LogNormal::new(&p[0], &p[1]))),
        row("Cauchy", &[0.5, 1.3], &[0.5, 1.43], 2.1, |p| tails(Cauchy::new(&p[0], &p[1]))),
        row("HalfNormal", &[1.3], &[1.43], 2.1, |p| tails(HalfNormal::new(&p[0]))),
        row("HalfCauchy", &[1.3], &[1.43], 2.1, |p| tails(HalfCauchy::new(&p[0]))),
        row("Exponential", &[1.3], &[1.43], 2.1, |p| tails(Exponential::new(&p[0]))),
        row("Gamma", &[1.7, 1.3], &[1.7, 1.43], 2.1, |p| tails(Gamma::with_rate(&p[0], &p[1]))),
        row("Gamma by scale", &[1.7, 1.3], &[1.7, 1.43], 2.1, |p| numbers(Gamma::new(&p[0], &p[1]))),
        row("Gamma by moments", &[1.7, 1.3], &[1.7, 1.4], 2.1, |p| {
            numbers(Gamma::from_mean_and_standard_deviation(&p[0], &p[1]))
        }),
        row("StudentT", &[3.5, 0.5, 1.3], &[3.5, 0.5, 1.36], 2.1, |p| {
            tails(StudentT::new(&p[0], &p[1], &p[2]))
        }),
        row("StudentT of few degrees", &[0.8, 0.5, 1.3], &[0.9, 0.5, 1.3], -0.7, |p| {
            tails(StudentT::new(&p[0], &p[1], &p[2]))
        }),
        row("HalfStudentT", &[3.5, 1.3], &[3.5, 1.36], 2.1, |p| tails(HalfStudentT::new(&p[0], &p[1]))),
        row("Laplace", &[0.5, 1.3], &[0.5, 1.36], 2.1, |p| tails(Laplace::new(&p[0], &p[1]))),
        row("AsymmetricLaplace", &[0.5, 1.3, 0.6], &[0.5, 1.3, 0.62], 2.1, |p| {
            tails(AsymmetricLaplace::new(&p[0], &p[1], &p[2]))
        }),
        row("AsymmetricLaplace below", &[0.5, 1.3, 1.7], &[0.5, 1.3, 1.75], -0.6, |p| {
            tails(AsymmetricLaplace::new(&p[0], &p[1], &p[2]))
        }),
        row("Logistic", &[0.5, 1.3], &[0.5, 1.36], 2.1, |p| tails(Logistic::new(&p[0], &p[1]))),
        row("Gumbel", &[0.5, 1.3], &[0.5, 1.36], 2.1, |p| tails(Gumbel::new(&p[0], &p[1]))),
        row("SkewNormal", &[0.5, 1.3, 1.7], &[0.5, 1.3, 1.85], 0.9, |p| {
            tails(SkewNormal::new(&p[0], &p[1], &p[2]))
        }),
        row("ExGaussian", &[0.5, 0.8, 0.7], &[0.5, 0.8, 0.73], 2.1, |p| {
            tails(ExGaussian::new(&p[0], &p[1], &p[2]))
        }),
        row("ExGaussian by exponential mean", &[0.5, 0.8, 0.2], &[0.5, 0.83, 0.2], -0.6, |p| {
            tails(ExGaussian::with_exponential_mean(&p[0], &p[1], &p[2]))
        }),
        row("InverseGamma", &[3.3, 1.3], &[3.3, 1.36], 0.9, |p| tails(InverseGamma::new(&p[0], &p[1]))),
        row("ChiSquared", &[3.4], &[3.5], 2.1, |p| tails(ChiSquared::new(&p[0]))),
        row("Weibull", &[1.7, 1.3], &[1.7, 1.34], 2.1, |p| tails(Weibull::new(&p[0], &p[1]))),
        row("Frechet", &[3.3, 1.3], &[3.3, 1.34], 2.1, |p| tails(Frechet::new(&p[0], &p[1]))),
        row("Rayleigh", &[1.3], &[1.34], 2.1, |p| tails(Rayleigh::new(&p[0]))),
        row("Beta", &[1.7, 2.4], &[1.7, 2.6], 0.3, |p| tails(Beta::new(&p[0], &p[1]))),
        row("Beta by mean", &[0.4, 2.4], &[0.4, 2.7], 0.3, |p| {
            numbers(Beta::with_mean_and_precision(&p[0], &p[1]))
        }),
        row("Uniform", &[-1.0, 2.5], &[-1.0, 2.7], 0.3, |p| tails(Uniform::new(&p[0], &p[1]))),
        row("InverseGaussian", &[1.5, 2.0], &[1.5, 2.2], 1.1, |p| {
            tails(InverseGaussian::new(&p[0], &p[1]))
        }),
        row("Pareto", &[1.3, 3.2], &[1.3, 3.4], 2.1, |p| tails(Pareto::new(&p[0], &p[1]))),
        row("BetaPrime", &[2.1, 3.2], &[2.1, 3.4], 0.8, |p| tails(BetaPrime::new(&p[0], &p[1]))),
        row("BetaPrime above 1", &[2.1, 3.2], &[2.3, 3.2], 1.8, |p| tails(BetaPrime::new(&p[0], &p[1]))),
        row("Kumaraswamy", &[1.7, 2.4], &[1.7, 2.6], 0.3, |p| tails(Kumaraswamy::new(&p[0], &p[1]))),
        row("LogitNormal", &[0.5, 0.7], &[0.5, 0.77], 0.3, |p| tails(LogitNormal::new(&p[0], &p[1]))),
        row("Triangular", &[-1.0, 0.5, 2.5], &[-1.0, 0.6, 2.5], 1.3, |p| {
            tails(Triangular::new(&p[0], &p[1], &p[2]))
        }),
        row("Triangular below its mode", &[-1.0, 0.5, 2.5], &[-1.0, 0.5, 2.6], -0.3, |p| {
            tails(Triangular::new(&p[0], &p[1], &p[2]))
        }),
        row("VonMises", &[0.5, 1.7], &[0.5, 1.8], -0.3, |p| tails(VonMises::new(&p[0], &p[1]))),
        row("VonMises concentrated", &[0.5, 300.0], &[0.5, 310.0], 0.48, |p| {
            tails(VonMises::new(&p[0], &p[1]))
        }),
        row("Custom", &[0.5, 0.7], &[0.5, 0.77], 2.1, |p| numbers(custom_normal(&p[0], &p[1]))),
        row("Affine", &[1.7, 0.5, 1.3], &[1.7, 0.5, 1.4], 2.1, |p| {
            tails(Gamma::new(&p[0], 1.0).affine(&p[1], &p[2]))
        }),
        row("ExpTransformed", &[0.5, 0.7], &[0.5, 0.77], 2.1, |p| {
            tails(Normal::new(&p[0], &p[1]).exp_transformed())
        }),
        row("ExpTransformed on an interval", &[1.7, 2.4], &[1.7, 2.6], 1.4, |p| {
            tails(Beta::new(&p[0], &p[1]).exp_transformed())
        }),
        row("Truncated", &[-0.5, 1.5, 1.2], &[-0.4, 1.5, 1.2], 0.7, |p| {
            tails(Normal::new(0.3, &p[2]).truncated(&p[0], &p[1]))
        }),
        row("Truncated Gamma", &[0.7, 3.5, 1.7, 1.3], &[0.7, 3.5, 1.9, 1.3], 2.1, |p| {
            tails(Gamma::with_rate(&p[2], &p[3]).truncated(&p[0], &p[1]))
        }),
        row("Truncated below", &[0.5, 1.7], &[0.5, 1.8], 2.1, |p| {
            tails(Gamma::new(&p[1], 1.0).truncated_below(&p[0]))
        }),
        row("Truncated above", &[3.0, 1.7], &[3.0, 1.8], 2.1, |p| {
            tails(Gamma::new(&p[1], 1.0).truncated_above(&p[0]))
        }),
        row("Mixture of one family", &[0.3, -1.0, 1.3], &[0.34, -1.0, 1.3], 0.4, |p| {
            let components = [(p[0].clone(), &p[1]), (1.0 - &p[0], &Real::constant(2.0))];
            tails(Mixture::new(components.map(|(weight, mean)| {
                (weight, Arc::new(Normal::new(mean, &p[2])))
            })))
        }),
        row("Mixture", &[0.3, -1.0, 1.3], &[0.34, -1.0, 1.3], 0.4, |p| {
            let first = Normal::new(&p[1], &p[2]);
            numbers(Mixture::continuous(&p[0], first).and(1.0 - &p[0], Cauchy::new(2, 1)))
        }),
    ]
}

/// The normal distribution, written by hand.
fn custom_normal(mean: &Real, deviation: &Real) -> Custom {
    let [m, s] = [mean.clone(), deviation.clone()];
    let density = move |x: &Real| {
        let z = (x - &m) / &s;
        -0.5 * &z * &z - s.ln() - 0.5 * std::f64::consts::TAU.ln()
    };
    Custom::new("Custom", Support::WholeLine, density)
        .requiring("mean", mean, Requirement::Finite)
        .requiring("deviation", deviation, Requirement::Positive)
        .with_generator(Normal::new(mean, deviation).generator())
}

#[rustfmt::skip]
fn discrete() -> Vec<Row> {
    vec![
        row("Bernoulli", &[0.3], &[0.33], 0.0, |p| count_tails(Bernoulli::new(&p[0]))),
        row("Bernoulli by logit", &[0.3], &[0.35], 0.0, |p| count_tails(Bernoulli::with_logit(&p[0]))),
        row("Binomial", &[10.0, 0.3], &[10.0, 0.32], 3.0, |p| {
            count_tails(Binomial::new(&p[0], &p[1]))
        }),
        row("Binomial by logit", &[10.0, 0.3], &[10.0, 0.35], 3.0, |p| {
            count_tails(Binomial::with_logit(&p[0], &p[1]))
        }),
        row("BetaBinomial", &[10.0, 1.7, 2.4], &[10.0, 1.8, 2.4], 4.0, |p| {
            count_tails(BetaBinomial::new(&p[0], &p[1], &p[2]))
        }),
        row("Hypergeometric", &[50.0, 17.0, 12.0], &[50.0, 18.0, 12.0], 3.0, |p| {
            count_tails(Hypergeometric::new(&p[0], &p[1], &p[2]))
        }),
        row("Categorical", &[0.2, 0.5], &[0.22, 0.5], 1.0, |p| {
            count_tails(Categorical::new([p[0].clone(), p[1].clone(), 1.0 - &p[0] - &p[1]]))
        }),
        row("Categorical by logit", &[0.2, 0.5, -1.0], &[0.25, 0.5, -1.0], 1.0, |p| {
            count_tails(Categorical::with_logits(p))
        }),
        row("OrderedLogistic", &[0.3, -1.0, 0.4, 2.5], &[0.33, -1.0, 0.4, 2.5], 2.0, |p| {
            count_tails(OrderedLogistic::new(&p[0], &p[1..]))
        }),
        row("DiscreteUniform", &[-3.0, 8.0], &[-3.0, 9.0], 2.0, |p| {
            count_tails(DiscreteUniform::new(&p[0], &p[1]))
        }),
        row("Geometric", &[0.25], &[0.27], 3.0, |p| count_tails(Geometric::new(&p[0]))),
        row("DiscreteWeibull", &[0.7, 0.9], &[0.7, 0.93], 3.0, |p| {
            count_tails(DiscreteWeibull::new(&p[0], &p[1]))
        }),
        row("LogSeries", &[0.7], &[0.72], 3.0, |p| count_tails(LogSeries::new(&p[0]))),
        row("Poisson", &[4.0], &[4.2], 3.0, |p| count_tails(Poisson::new(&p[0]))),
        row("Poisson by logarithm", &[1.4], &[1.45], 3.0, |p| {
            count_tails(Poisson::with_log_rate(&p[0]))
        }),
        // In the reference p is the probability of the event waited for.
        row("NegativeBinomial", &[2.0, 0.3], &[2.0, 0.32], 3.0, |p| {
            count_tails(NegativeBinomial::with_success_probability(&p[0], &p[1]))
        }),
        row("NegativeBinomial by counted", &[2.0, 0.7], &[2.0, 0.72], 3.0, |p| {
            count_tails(NegativeBinomial::with_probability(&p[1], &p[0]))
        }),
        row("NegativeBinomial by mean", &[5.0, 2.0], &[5.0, 2.3], 3.0, |p| {
            count_tails(NegativeBinomial::new(&p[0], &p[1]))
        }),
        row("Skellam", &[4.0, 2.5], &[4.1, 2.5], -2.0, |p| count_tails(Skellam::new(&p[0], &p[1]))),
        row("ZeroTruncated", &[1.3], &[1.36], 2.0, |p| {
            count_tails(Poisson::new(&p[0]).zero_truncated())
        }),
        row("ZeroInflatedPoisson", &[0.4, 3.0], &[0.45, 3.0], 3.0, |p| {
            count_tails(Poisson::new(&p[1]).zero_inflated(&p[0]))
        }),
        row("ZeroInflated at 0", &[0.4, 3.0], &[0.4, 3.2], 0.0, |p| {
            count_tails(Poisson::new(&p[1]).zero_inflated(&p[0]))
        }),
        row("ConstantInflated", &[0.2, 3.0], &[0.25, 3.0], 2.0, |p| {
            count_tails(Poisson::new(&p[1]).constant_inflated(2, &p[0]))
        }),
        row("Hurdle", &[0.6, 3.0], &[0.55, 3.0], 3.0, |p| count_tails(Poisson::new(&p[1]).hurdle(&p[0]))),
        row("Hurdle at 0", &[0.6, 3.0], &[0.6, 3.3], 0.0, |p| {
            count_tails(Poisson::new(&p[1]).hurdle(&p[0]))
        }),
        row("ZeroInflated geometric", &[0.4, 0.3], &[0.45, 0.3], 3.0, |p| {
            count_tails(Geometric::new(&p[1]).zero_inflated(&p[0]))
        }),
        row("Hurdle over geometric", &[0.6, 0.3], &[0.55, 0.3], 3.0, |p| {
            count_tails(Geometric::new(&p[1]).hurdle(&p[0]))
        }),
        row("Truncated counts", &[3.0], &[3.1], 3.0, |p| {
            count_tails(Poisson::new(&p[0]).truncated(1, 6))
        }),
        row("Truncated counts, no zeros", &[3.0], &[3.1], 3.0, |p| {
            count_tails(Poisson::new(&p[0]).truncated_below(1))
        }),
        row("Censored counts", &[3.0], &[3.1], 3.0, |p| {
            count_tails(Poisson::new(&p[0]).censored(1, 5))
        }),
        row("Interval censored counts", &[3.0], &[3.1], 3.0, |p| {
            count_tails(Poisson::new(&p[0]).interval_censored(1, 3))
        }),
        row("Mixture of counts", &[0.4, 3.0, 2.0], &[0.43, 3.0, 2.0], 3.0, |p| {
            let busy = NegativeBinomial::new(20.0, &p[2]);
            let quiet = Poisson::new(&p[1]);
            let mixture = Mixture::discrete(&p[0], Constant::new(0));
            counts(mixture.and(0.9 - &p[0], quiet).and(0.1, busy))
        }),
    ]
}

impl Row {
    /// The distribution with these numbers as its parameters.
    pub(crate) fn at(&self, parameters: &[f64]) -> Known {
        let constants: Vec<Real> = parameters.iter().map(|&p| Real::constant(p)).collect();
        (self.of)(&constants)
    }

    /// One unknown a parameter.
    pub(crate) fn unknowns(&self) -> Vec<Real> {
        let names = ["first", "second", "third", "fourth"];
        let unknowns = names[..self.parameters.len()].iter();
        unknowns.map(|&name| Real::parameter(name)).collect()
    }

    /// Unknowns for the parameters that need not be whole numbers, and all of them as arguments.
    pub(crate) fn real_unknowns(&self) -> (Vec<Real>, Vec<Real>) {
        let unknowns = self.unknowns();
        let constraints = (self.of)(&unknowns).constraints();
        let is_whole = |unknown: &Real| {
            constraints.iter().any(|constraint| {
                constraint.value.is_same(unknown)
                    && !constraint.requirement.holds(1.5)
                    && constraint.requirement.holds(2.0)
            })
        };
        let mut arguments = unknowns.clone();
        for (argument, &value) in arguments.iter_mut().zip(self.parameters) {
            if is_whole(argument) {
                *argument = Real::constant(value);
            }
        }
        let is_free = |argument: &Real| argument.as_constant().is_none();
        let free = arguments
            .iter()
            .filter(|argument| is_free(argument))
            .cloned();
        (free.collect(), arguments)
    }

    /// The numbers in the places of some unknowns among all arguments.
    pub(crate) fn values_of(&self, arguments: &[Real]) -> Vec<f64> {
        let values = arguments.iter().zip(self.parameters);
        let free = values.filter(|(argument, _)| argument.as_constant().is_none());
        free.map(|(_, &value)| value).collect()
    }
}

/// A distribution of either kind.
pub(crate) struct Known {
    pub(crate) kind: Kind,
    pub(crate) tails: Option<Tails>,
}

pub(crate) enum Kind {
    Numbers(Box<dyn Continuous>),
    Counts(Box<dyn Discrete>),
}

/// What is asked of a [`Cumulative`].
pub(crate) struct Tails {
    pub(crate) log_cumulative: Box<dyn Fn(&Real) -> Real>,
    pub(crate) log_survival: Box<dyn Fn(&Real) -> Real>,
    pub(crate) quantile: Box<dyn Fn(f64) -> f64>,
}

/// A continuous distribution whose distribution function has no formula.
fn numbers(distribution: impl Continuous) -> Known {
    Known {
        kind: Kind::Numbers(Box::new(distribution)),
        tails: None,
    }
}

/// A discrete distribution whose distribution function has no formula.
fn counts(distribution: impl Discrete) -> Known {
    Known {
        kind: Kind::Counts(Box::new(distribution)),
        tails: None,
    }
}

/// A continuous distribution with its tails.
fn tails(distribution: impl Continuous + Cumulative + Clone) -> Known {
    Known {
        tails: Some(Tails::of(distribution.clone())),
        ..numbers(distribution)
    }
}

/// A discrete distribution with its tails.
fn count_tails(distribution: impl Discrete + Cumulative + Clone) -> Known {
    Known {
        tails: Some(Tails::of(distribution.clone())),
        ..counts(distribution)
    }
}

impl Tails {
    fn of(distribution: impl Cumulative + Clone) -> Self {
        let (below, above) = (distribution.clone(), distribution.clone());
        Self {
            log_cumulative: Box::new(move |x| below.log_cumulative(x)),
            log_survival: Box::new(move |x| above.log_survival(x)),
            quantile: Box::new(move |probability| distribution.quantile(probability).to_f64()),
        }
    }
}

/// What both kinds are asked for, by the method of that name.
macro_rules! either {
    ($($method:ident($($argument:ident: $of:ty)?) -> $result:ty;)*) => {
        impl Known {
            $(
                pub(crate) fn $method(&self $(, $argument: $of)?) -> $result {
                    match &self.kind {
                        Kind::Numbers(distribution) => distribution.$method($($argument)?),
                        Kind::Counts(distribution) => distribution.$method($($argument)?),
                    }
                }
            )*
        }
    };
}

either! {
    log_density(x: &Real) -> Real;
    constraints() -> Vec<Constraint>;
    mean() -> Option<Real>;
    variance() -> Option<Real>;
    entropy() -> Option<Real>;
}

impl Known {
    /// ln p as a function of the value, for constant parameters.
    pub(crate) fn density(&self) -> Evaluator {
        of_value(|x| self.log_density(x))
    }

    /// Whether a value is in the support, for constant parameters.
    pub(crate) fn contains(&self) -> Evaluator {
        of_value(|x| {
            let inside = match &self.kind {
                Kind::Numbers(distribution) => distribution.contains(x),
                Kind::Counts(distribution) => distribution.contains(x),
            };
            inside.indicator()
        })
    }

    /// The edges of a continuous support, for constant parameters.
    pub(crate) fn edges(&self) -> Option<(f64, f64)> {
        let Kind::Numbers(distribution) = &self.kind else {
            return None;
        };
        let number = |edge: Real| edge.as_constant().unwrap();
        let (lowest, highest) = (f64::NEG_INFINITY, f64::INFINITY);
        Some(match distribution.support() {
            Support::WholeLine => (lowest, highest),
            Support::Above(low) => (number(low), highest),
            Support::Below(high) => (lowest, number(high)),
            Support::Interval(low, high) => (number(low), number(high)),
        })
    }

    /// Draws with a seed, for constant parameters.
    pub(crate) fn draws(&self, seed: u64, count: usize) -> Vec<f64> {
        match &self.kind {
            Kind::Numbers(distribution) => draws(&distribution.generator(), seed, count),
            Kind::Counts(distribution) => draws(&distribution.generator(), seed, count),
        }
    }
}

/// A function of one value, compiled.
pub(crate) fn of_value(expression: impl Fn(&Real) -> Real) -> Evaluator {
    let x = Real::parameter("x");
    let program = Program::compile(&[expression(&x)], &[x]).unwrap();
    program.bind(&[]).unwrap().evaluator()
}

pub(crate) fn draws<V: Number>(generator: &Generator<V>, seed: u64, count: usize) -> Vec<f64> {
    let (environment, mut rng) = (Environment::empty(), ChaCha8Rng::seed_from_u64(seed));
    (0..count)
        .map(|_| generator.draw(&environment, &mut rng).to_f64())
        .collect()
}
