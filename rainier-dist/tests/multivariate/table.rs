//! Lists every distribution of several numbers once, with parameters, wrong ones and a value.
//!
//! In: parameters that are constants or unknowns. Out: the distribution and its density.

use rainier_core::{Evaluator, Program, Real};
use rainier_dist::continuous::{Gamma, Normal, Uniform};
use rainier_dist::distribution::{Constraint, ContinuousVector, Multivariate, Number};
use rainier_dist::multivariate::{
    Autoregressive, CholeskyFactor, Dirichlet, DirichletMultinomial, GaussianRandomWalk,
    LkjCholesky, Multinomial, MultivariateNormal, Ordered,
};
use rainier_dist::{Environment, Generator};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A distribution with parameters, and what the claims need to know of it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [f64],
    /// Parameters that are wrong by a little, so that 40,000 draws tell.
    pub(crate) wrong: &'static [f64],
    /// A value inside the support.
    pub(crate) x: &'static [f64],
    /// ln p(x), computed with 40 digits by mpmath from the textbook formula.
    pub(crate) ln_p: f64,
    pub(crate) of: fn(&[Real]) -> Known,
}

/// A distribution of either kind.
pub(crate) enum Known {
    Numbers(Box<dyn ContinuousVector>),
    /// With the number of trials.
    Counts(Box<dyn Multivariate<Value = i64>>, i32),
}

fn numbers(distribution: impl ContinuousVector) -> Known {
    Known::Numbers(Box::new(distribution))
}

fn counts(distribution: impl Multivariate<Value = i64>, trials: i32) -> Known {
    Known::Counts(Box::new(distribution), trials)
}

/// Means, then the lower triangle of the factor.
fn normal(p: &[Real]) -> Known {
    let factor = CholeskyFactor::from_triangle(3, &p[3..]);
    numbers(MultivariateNormal::new(p[..3].iter(), factor))
}

/// The triangle of correlations of three numbers with the partial correlations 0.3, −0.25, 0.5.
const LKJ_X: [f64; 6] = [
    1.0,
    0.3,
    0.953_939_201_416_945_6,
    -0.25,
    0.5,
    0.829_156_197_588_849_9,
];

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let row = |name, parameters, wrong, x, ln_p, of| Row { name, parameters, wrong, x, ln_p, of };
    vec![
        row("Dirichlet", &[1.5, 0.7, 3.25], &[1.5, 0.7, 3.4], &[0.25, 0.125, 0.625], 1.674_799_493_606_182_8, |p| numbers(Dirichlet::new(p))),
        row("MultivariateNormal", &[0.5, -1.0, 2.0, 1.5, -0.5, 0.75, 0.25, 1.25, 2.0], &[0.5, -1.0, 2.0, 1.5, -0.5, 0.75, 0.32, 1.25, 2.0], &[1.25, 0.5, -0.75], -10.607_893_385_274_791, normal),
        row("LkjCholesky", &[1.7], &[1.8], &LKJ_X, -1.224_051_720_821_941_2, |p| numbers(LkjCholesky::new(3, &p[0]))),
        row("GaussianRandomWalk", &[0.7, 0.5], &[0.72, 0.5], &[1.5, 0.25, 0.75], -4.556_688_726_981_494_6, |p| {
            numbers(GaussianRandomWalk::new(3, &p[0], &p[1]))
        }),
        row("Autoregressive", &[0.6, -0.25, 0.3, 0.7, -0.5, 1.25], &[0.57, -0.25, 0.3, 0.7, -0.5, 1.25], &[1.5, 0.25, 0.75], -2.674_195_104_532_515, |p| {
            numbers(Autoregressive::new(&p[..2], &p[2], &p[3]).after(3, &p[4..]))
        }),
        row("Ordered", &[0.5, 2.0], &[0.55, 2.0], &[-1.0, 0.25, 3.0], -4.114_810_172_065_799, |p| {
            numbers(Ordered::new(3, Normal::new(&p[0], &p[1])))
        }),
        row("Ordered above 0", &[1.7, 1.3], &[1.7, 1.35], &[0.5, 2.0], -1.473_198_925_436_453_4, |p| {
            numbers(Ordered::new(2, Gamma::with_rate(&p[0], &p[1])))
        }),
        row("Ordered in an interval", &[-1.0, 2.5], &[-1.0, 2.6], &[0.5, 2.0], -1.812_378_756_430_791, |p| {
            numbers(Ordered::new(2, Uniform::new(&p[0], &p[1])))
        }),
        row("Multinomial", &[0.25, 0.25, 0.125, 0.375], &[0.25, 0.26, 0.125, 0.365], &[3.0, 0.0, 4.0, 2.0], -7.299_440_756_156_944, |p| {
            counts(Multinomial::new(9, p), 9)
        }),
        row("DirichletMultinomial", &[0.5, 1.25, 3.0, 0.75], &[0.5, 1.3, 3.0, 0.75], &[3.0, 0.0, 4.0, 2.0], -5.979_438_467_768_673, |p| {
            counts(DirichletMultinomial::new(9, p), 9)
        }),
    ]
}

/// What both kinds are asked for, by the method of that name.
macro_rules! either {
    ($($method:ident($($argument:ident: $of:ty)?) -> $result:ty;)*) => {
        impl Known {
            $(
                pub(crate) fn $method(&self $(, $argument: $of)?) -> $result {
                    match self {
                        Self::Numbers(distribution) => distribution.$method($($argument)?),
                        Self::Counts(distribution, _) => distribution.$method($($argument)?),
                    }
                }
            )*
        }
    };
}

either! {
    dimension() -> usize;
    log_density(x: &[Real]) -> Real;
    contains(x: &[Real]) -> rainier_core::Condition;
    constraints() -> Vec<Constraint>;
    means() -> Option<Vec<Real>>;
    variances() -> Option<Vec<Real>>;
}

impl Known {
    /// ln p as a function of the value, for constant parameters.
    pub(crate) fn density(&self) -> Evaluator {
        let x = unknowns(self.dimension());
        evaluator(&[self.log_density(&x)], &x)
    }

    /// Draws with a seed, for constant parameters.
    pub(crate) fn draws(&self, seed: u64, count: usize) -> Vec<Vec<f64>> {
        match self {
            Self::Numbers(distribution) => draws(&distribution.generator(), seed, count),
            Self::Counts(distribution, _) => draws(&distribution.generator(), seed, count),
        }
    }
}

impl Row {
    /// The distribution with these numbers as its parameters.
    pub(crate) fn at(&self, parameters: &[f64]) -> Known {
        (self.of)(&constants(parameters))
    }
}

pub(crate) fn constants(numbers: &[f64]) -> Vec<Real> {
    numbers
        .iter()
        .map(|&number| Real::constant(number))
        .collect()
}

pub(crate) fn unknowns(count: usize) -> Vec<Real> {
    (0..count).map(|_| Real::parameter("unknown")).collect()
}

pub(crate) fn evaluator(outputs: &[Real], inputs: &[Real]) -> Evaluator {
    let program = Program::compile(outputs, inputs).unwrap();
    program.bind(&[]).unwrap().evaluator()
}

/// The value of a constant expression.
pub(crate) fn at(expression: &Real) -> f64 {
    expression.as_constant().unwrap()
}

fn draws<V: Number>(generator: &Generator<Vec<V>>, seed: u64, count: usize) -> Vec<Vec<f64>> {
    let (environment, mut rng) = (Environment::empty(), ChaCha8Rng::seed_from_u64(seed));
    (0..count)
        .map(|_| {
            let draw = generator.draw(&environment, &mut rng);
            draw.into_iter().map(Number::to_f64).collect()
        })
        .collect()
}
