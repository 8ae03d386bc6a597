//! Holds every distribution to the same claims.
//!
//! In: one row for each distribution. Out: total mass 1; draws that fit the density, and do not fit
//! one that is wrong by a little; latent unknowns whose density integrates to 1 and whose Jacobian
//! is that of their transform; −∞ outside the support.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use rainier_core::{Evaluator, Program, Real};
use rainier_dist::Environment;
use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfCauchy, HalfNormal, LogNormal, Normal, Uniform,
};
use rainier_dist::discrete::{Bernoulli, Binomial, Constant, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Continuous, Discrete, Distribution, Number};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use testkit::{discrete_fit, integrate, kolmogorov_smirnov};

const DRAWS: usize = 20_000;

/// A continuous distribution, one that is wrong by a little, and where its mass lies.
type ContinuousRow = (Arc<dyn Continuous>, Arc<dyn Continuous>, f64, f64);

fn continuous() -> Vec<ContinuousRow> {
    fn row<D: Continuous>(right: D, wrong: D, low: f64, high: f64) -> ContinuousRow {
        (Arc::new(right), Arc::new(wrong), low, high)
    }
    let (all, positive) = (f64::NEG_INFINITY, 0.0);
    let infinity = f64::INFINITY;
    vec![
        row(Normal::new(1.0, 2.0), Normal::new(1.0, 2.2), all, infinity),
        row(
            LogNormal::new(0.5, 0.7),
            LogNormal::new(0.5, 0.77),
            positive,
            infinity,
        ),
        row(
            Gamma::new(2.5, 0.5),
            Gamma::new(2.5, 0.55),
            positive,
            infinity,
        ),
        row(
            Exponential::new(3.0),
            Exponential::new(3.3),
            positive,
            infinity,
        ),
        row(Beta::new(2.0, 3.5), Beta::new(2.0, 3.9), 0.0, 1.0),
        row(Uniform::new(-1.0, 3.0), Uniform::new(-1.0, 3.2), -1.0, 3.0),
        row(
            HalfNormal::new(1.5),
            HalfNormal::new(1.65),
            positive,
            infinity,
        ),
        row(Cauchy::new(0.0, 1.0), Cauchy::new(0.0, 1.1), all, infinity),
        row(
            HalfCauchy::new(2.0),
            HalfCauchy::new(2.2),
            positive,
            infinity,
        ),
        row(outliers(0.3), outliers(0.34), all, infinity),
    ]
}

/// A mixture of two continuous distributions.
fn outliers(weight: f64) -> Mixture<dyn Continuous> {
    Mixture::continuous(1.0 - weight, Normal::new(-1.0, 0.5)).and(weight, Cauchy::new(2.0, 1.0))
}

/// A mixture of three discrete distributions.
fn silent_quiet_or_busy(silent: f64) -> Mixture<dyn Discrete> {
    Mixture::discrete(silent, Constant::new(0))
        .and(0.9 - silent, Poisson::new(3.0))
        .and(0.1, NegativeBinomial::new(20.0, 2.0))
}

/// Each discrete distribution and one that is wrong by a little.
fn discrete() -> Vec<(Arc<dyn Discrete>, Arc<dyn Discrete>)> {
    fn row<D: Discrete>(right: D, wrong: D) -> (Arc<dyn Discrete>, Arc<dyn Discrete>) {
        (Arc::new(right), Arc::new(wrong))
    }
    let poisson = || Poisson::new(3.0);
    vec![
        row(Bernoulli::new(0.3), Bernoulli::new(0.33)),
        row(Binomial::new(10.0, 0.3), Binomial::new(10.0, 0.32)),
        row(Poisson::new(4.0), Poisson::new(4.2)),
        row(
            NegativeBinomial::new(5.0, 2.0),
            NegativeBinomial::new(5.0, 2.3),
        ),
        row(Geometric::new(0.25), Geometric::new(0.27)),
        row(poisson().zero_inflated(0.4), poisson().zero_inflated(0.45)),
        row(
            poisson().constant_inflated(2.0, 0.2),
            poisson().constant_inflated(2.0, 0.25),
        ),
        row(poisson().hurdle(0.6), poisson().hurdle(0.55)),
        row(silent_quiet_or_busy(0.4), silent_quiet_or_busy(0.43)),
    ]
}

/// ln p as a function of the value.
fn density<V: Number>(distribution: &dyn Distribution<Value = V>) -> Evaluator {
    let x = Real::parameter("x");
    let ln_p = distribution.log_density(&x);
    Program::compile(&[ln_p], &[x])
        .unwrap()
        .bind(&[])
        .unwrap()
        .evaluator()
}

fn draws<V: Number>(distribution: &dyn Distribution<Value = V>) -> Vec<V> {
    let generator = distribution.generator();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let environment = Environment::empty();
    (0..DRAWS)
        .map(|_| generator.draw(&environment, &mut rng))
        .collect()
}

/// The distribution function at each of `sorted`, by integration of the density in between.
fn cumulative(distribution: &dyn Continuous, low: f64, sorted: &[f64]) -> Vec<f64> {
    let mut density = density(distribution);
    let mut from = low;
    let mut total = 0.0;
    sorted
        .iter()
        .map(|&to| {
            total += integrate(|x| density.evaluate(&[x])[0].exp(), from, to).value;
            from = to;
            total
        })
        .collect()
}

#[test]
fn continuous_densities_integrate_to_one() {
    for (distribution, _, low, high) in continuous() {
        let total = cumulative(&*distribution, low, &[high])[0];
        assert!(
            (total - 1.0).abs() < 1e-6,
            "{}: {total}",
            distribution.name()
        );
    }
}

#[test]
fn continuous_draws_fit_their_density_and_no_other() {
    for (right, wrong, low, _) in continuous() {
        let mut draws = draws(&*right);
        draws.sort_unstable_by(f64::total_cmp);
        let fit = |distribution: &dyn Continuous| {
            let cumulative = cumulative(distribution, low, &draws);
            kolmogorov_smirnov(&draws, |x| {
                cumulative[draws.partition_point(|&draw| draw < x)]
            })
        };
        let own = fit(&*right);
        assert!(own.is_plausible(), "{}: {own:?}", right.name());
        assert!(
            !fit(&*wrong).is_plausible(),
            "{}: a wrong one fits",
            right.name()
        );
    }
}

#[test]
fn discrete_masses_sum_to_one() {
    for (distribution, _) in discrete() {
        let mut density = density(&*distribution);
        let total: f64 = (0..400)
            .map(|k| density.evaluate(&[f64::from(k)])[0].exp())
            .sum();
        assert!(
            (total - 1.0).abs() < 1e-12,
            "{}: {total}",
            distribution.name()
        );
    }
}

#[test]
fn discrete_draws_fit_their_mass_and_no_other() {
    for (right, wrong) in discrete() {
        let draws: Vec<u64> = draws(&*right)
            .into_iter()
            .map(|k| u64::try_from(k).unwrap())
            .collect();
        let mass = |distribution: &dyn Discrete| {
            let mut density = density(distribution);
            let masses: Vec<f64> = (0..400)
                .map(|k| density.evaluate(&[f64::from(k)])[0].exp())
                .collect();
            move |k: u64| {
                usize::try_from(k)
                    .ok()
                    .and_then(|k| masses.get(k).copied())
                    .unwrap_or(0.0)
            }
        };
        let fit = discrete_fit(&draws, mass(&*right));
        assert!(fit.is_plausible(), "{}: {fit:?}", right.name());
        let other = discrete_fit(&draws, mass(&*wrong));
        assert!(
            !other.is_plausible(),
            "{}: a wrong one fits, {other:?}",
            right.name()
        );
    }
}

#[test]
fn values_outside_the_support_have_no_density() {
    for (distribution, _, low, high) in continuous() {
        let mut density = density(&*distribution);
        for outside in [low - 1.0, high + 1.0]
            .into_iter()
            .filter(|x| x.is_finite())
        {
            assert_eq!(
                density.evaluate(&[outside]),
                [f64::NEG_INFINITY],
                "{}",
                distribution.name()
            );
        }
    }
    for (distribution, _) in discrete() {
        let mut density = density(&*distribution);
        for outside in [-1.0, 0.5] {
            assert_eq!(
                density.evaluate(&[outside]),
                [f64::NEG_INFINITY],
                "{}",
                distribution.name()
            );
        }
    }
}

#[test]
fn latent_unknowns_have_a_density_of_mass_one_and_values_of_the_prior() {
    for (distribution, _, low, high) in continuous() {
        let latent = distribution.latent();
        let outputs = [latent.log_density, latent.value];
        let program = Program::compile(&outputs, &[latent.parameter]).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let mut moment = |of_value: &dyn Fn(f64) -> f64| {
            let density = |q: f64| {
                let outputs = evaluator.evaluate(&[q]);
                let mass = outputs[0].exp();
                if mass == 0.0 {
                    0.0
                } else {
                    mass * of_value(outputs[1])
                }
            };
            integrate(density, f64::NEG_INFINITY, f64::INFINITY).value
        };
        let total = moment(&|_| 1.0);
        assert!(
            (total - 1.0).abs() < 1e-6,
            "{}: {total}",
            distribution.name()
        );
        // A bounded function of the value has the same mean either way: a dropped Jacobian has not.
        let through_parameter = moment(&f64::atan);
        let mut density = density(&*distribution);
        let direct = integrate(|x| density.evaluate(&[x])[0].exp() * x.atan(), low, high).value;
        assert!(
            (through_parameter - direct).abs() < 1e-6,
            "{}",
            distribution.name()
        );
    }
}

#[test]
fn a_mixture_weighs_its_components() {
    let x = Real::parameter("x");
    let parts: [(f64, Arc<dyn Continuous>); 2] = [
        (0.3, Arc::new(Normal::new(-2.0, 1.0))),
        (0.7, Arc::new(Normal::new(3.0, 0.5))),
    ];
    let mixture = Mixture::new(parts.clone().map(|(weight, part)| (weight.into(), part)));
    let expected = Real::log_sum_exp(
        parts
            .iter()
            .map(|(weight, part)| part.log_density(&x) + weight.ln()),
    );
    let outputs = [mixture.log_density(&x), expected];
    let program = Program::compile(&outputs, &[x]).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    for at in [-5.0, -2.0, 0.0, 3.0, 40.0] {
        let outputs = evaluator.evaluate(&[at]);
        assert!(
            (outputs[0] - outputs[1]).abs() <= 1e-12 * outputs[1].abs(),
            "{outputs:?}"
        );
    }
}
