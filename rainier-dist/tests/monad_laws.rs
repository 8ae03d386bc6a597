//! Random variables and generators obey the laws of a monad.
//!
//! In: variables composed in two ways that must mean the same. Out: the same log density and
//! gradient at random points, and the same draws from the same seed, to the last bit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::Real;
use rainier_dist::continuous::{Gamma, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::Distribution;
use rainier_dist::{Environment, Fit, Generator, Param, RandomVariable, Value};
use rainier_sampler::{LogDensity, LogDensityGradient, Nuts, Run};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// All that can be seen of a model: its log density and gradient at random points, and draws.
#[derive(Debug, PartialEq)]
struct Behaviour<O> {
    densities: Vec<f64>,
    gradients: Vec<f64>,
    draws: Vec<O>,
}

fn behaviour<T: Value + Clone>(model: &RandomVariable<T>) -> Behaviour<T::Output> {
    let posterior = model.compile().unwrap();
    let mut density = posterior.evaluator();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut densities, mut gradients) = (Vec::new(), Vec::new());
    for _ in 0..25 {
        let position: Vec<f64> = (0..posterior.dimension())
            .map(|_| rng.random_range(-2.0..2.0))
            .collect();
        let mut gradient = vec![0.0; position.len()];
        let value = density.log_density_and_gradient(&position, &mut gradient);
        assert_eq!(value, density.log_density(&position));
        densities.push(value);
        gradients.extend(gradient);
    }
    let run = Run::default()
        .with_seed(3)
        .with_chains(2)
        .with_warm_up(50)
        .with_draws(25);
    let draws = posterior
        .sample(&Nuts::default(), &run)
        .unwrap()
        .into_draws();
    Behaviour {
        densities,
        gradients,
        draws,
    }
}

fn prior() -> RandomVariable<Real> {
    Normal::new(1.0, 2.0).param()
}

/// A prior for a rate that depends on the unknown before, and data seen under that rate.
fn rate(location: Real) -> RandomVariable<(Real, Real)> {
    Gamma::new(2.0, location.exp()).param().flat_map(|rate| {
        Poisson::new(&rate)
            .fit([3, 1, 4])
            .map(|()| (location, rate))
    })
}

/// A prediction that depends on both unknowns.
fn prediction((location, rate): (Real, Real)) -> RandomVariable<(Real, Generator<i64>)> {
    Normal::new(&location, 1.0)
        .param()
        .condition(|shift| -(shift * shift))
        .map(|shift| (shift.clone(), Poisson::new(rate * shift.exp()).generator()))
}

#[test]
fn constant_is_a_left_identity() {
    let x = Real::constant(0.5);
    let left = RandomVariable::constant(x.clone()).flat_map(rate);
    assert_eq!(behaviour(&left), behaviour(&rate(x)));
}

#[test]
fn constant_is_a_right_identity() {
    let model = || prior().flat_map(rate);
    assert_eq!(
        behaviour(&model().flat_map(RandomVariable::constant)),
        behaviour(&model())
    );
}

#[test]
fn flat_map_is_associative() {
    let left = prior().flat_map(rate).flat_map(prediction);
    let right = prior().flat_map(|x| rate(x).flat_map(prediction));
    assert_eq!(behaviour(&left), behaviour(&right));
}

#[test]
fn map_is_flat_map_into_a_constant() {
    let mapped = prior().map(|x| x.exp());
    let flat_mapped = prior().flat_map(|x| RandomVariable::constant(x.exp()));
    assert_eq!(behaviour(&mapped), behaviour(&flat_mapped));
}

#[test]
fn zip_is_flat_map_and_map() {
    let zipped = prior().zip(rate(Real::constant(0.0)));
    let flat_mapped = prior().flat_map(|x| rate(Real::constant(0.0)).map(|pair| (x, pair)));
    assert_eq!(behaviour(&zipped), behaviour(&flat_mapped));
}

#[test]
fn models_that_differ_behave_differently() {
    // The control of all laws above: each part of a behaviour sees a change.
    let one = behaviour(&prior().flat_map(rate));
    let other = behaviour(&Normal::new(1.0, 2.1).param().flat_map(rate));
    assert_ne!(one.densities, other.densities);
    assert_ne!(one.gradients, other.gradients);
    assert_ne!(one.draws, other.draws);
}

fn draws<T: 'static>(generator: &Generator<T>) -> Vec<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    generator.repeat(50).draw(&Environment::empty(), &mut rng)
}

fn count(mean: f64) -> Generator<i64> {
    Poisson::new(mean).generator()
}

fn noise(count: i64) -> Generator<f64> {
    Normal::new(count as f64, 1.0).generator()
}

#[test]
fn generators_obey_the_laws_too() {
    assert_eq!(
        draws(&Generator::constant(3).flat_map(noise)),
        draws(&noise(3))
    );
    assert_eq!(
        draws(&count(4.0).flat_map(Generator::constant)),
        draws(&count(4.0))
    );
    let chained = |x: f64| count(x.abs());
    assert_eq!(
        draws(&count(4.0).flat_map(noise).flat_map(chained)),
        draws(&count(4.0).flat_map(move |k| noise(k).flat_map(chained))),
    );
    assert_ne!(draws(&count(4.0)), draws(&count(4.5)));
}
