//! Claims: the laws of random variables hold for models put together at random.
//!
//! In: recipes that compose priors, data and conditions by `zip`, `flat_map`, `sequence` and `map`,
//! with the same parts used again and again. Out: the log density that plain numbers give, in which
//! each term counts once; the same behaviour, to the last bit, for models that mean the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod model_recipe;

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rainier_core::Real;
use rainier_dist::continuous::{HalfNormal, Normal};
use rainier_dist::{Fit, Param, RandomVariable, Value};
use rainier_sampler::LogDensityGradient;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use self::model_recipe::{Model, OPERATIONS, Step, build, densities};

fn recipes(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..OPERATIONS, any::<[usize; 2]>());
    vec(
        step.prop_map(|(operation, operands)| Step {
            operation,
            operands,
        }),
        1..most,
    )
}

/// The same cases in every run.
fn runner(cases: u32) -> TestRunner {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn last(recipe: &[Step], start: Model) -> Model {
    build(recipe, start).pop().unwrap()
}

#[test]
fn a_term_counts_once_however_often_it_is_reached() {
    // The control: counting each way to a term gives something else, often.
    let others = Cell::new(0);
    let unknowns = vec(-2.0_f64..2.0, 25);
    let outcome = runner(400).run(&(recipes(25), unknowns), |(recipe, unknowns)| {
        let found = densities(&recipe, &unknowns);
        assert!(found.agrees_with(found.once), "{found:?}");
        others.set(others.get() + usize::from(!found.agrees_with(found.with_repeats)));
        Ok(())
    });
    outcome.unwrap();
    assert!(others.get() > 200, "{}", others.get());
}

/// All that can be seen of a model without data: dimension, names, densities, slopes, prior draws.
#[derive(Debug, PartialEq)]
struct Behaviour<O> {
    names: Vec<String>,
    numbers: Vec<u64>,
    draws: Vec<O>,
}

fn behaviour<T: Value + Clone>(model: &RandomVariable<T>) -> Behaviour<T::Output> {
    let posterior = model.compile().unwrap();
    let mut density = posterior.evaluator();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let at: Vec<f64> = (0..posterior.dimension())
            .map(|_| rng.random_range(-2.0..2.0))
            .collect();
        let mut slopes = vec![0.0; at.len()];
        let value = density.log_density_and_gradient(&at, &mut slopes);
        numbers.extend([value].iter().chain(&slopes).map(|x| x.to_bits()));
    }
    Behaviour {
        names: posterior.names().to_vec(),
        numbers,
        draws: model.prior_predictive(3, 5).unwrap(),
    }
}

#[test]
fn random_models_obey_the_laws_of_a_monad() {
    let three = (recipes(8), recipes(8), recipes(8));
    let outcome = runner(60).run(&three, |(first, second, third)| {
        let model = || last(&first, RandomVariable::constant(vec![Real::constant(0.5)]));
        let f = |x: Vec<Real>| last(&second, RandomVariable::constant(x));
        let g = |x: Vec<Real>| last(&third, RandomVariable::constant(x));
        let x = vec![Real::constant(-0.7)];
        let left = RandomVariable::constant(x.clone()).flat_map(f);
        assert_eq!(behaviour(&left), behaviour(&f(x)));
        let right = model().flat_map(RandomVariable::constant);
        assert_eq!(behaviour(&right), behaviour(&model()));
        let one_by_one = model().flat_map(f).flat_map(g);
        let nested = model().flat_map(|x| f(x).flat_map(g));
        assert_eq!(behaviour(&one_by_one), behaviour(&nested));
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn zipping_a_random_model_with_itself_or_a_part_changes_nothing() {
    let outcome = runner(60).run(&(recipes(15), any::<usize>()), |(recipe, part)| {
        let models = build(&recipe, RandomVariable::constant(vec![Real::constant(0.5)]));
        let all = || RandomVariable::sequence(models.iter().cloned());
        let part = models[part % models.len()].clone();
        let again = all()
            .zip(part)
            .map(|(all, _)| all)
            .zip(all())
            .map(|(all, _)| all);
        assert_eq!(behaviour(&again), behaviour(&all()));
        Ok(())
    });
    outcome.unwrap();
}

/// Effects that share a scale, and what was seen of each, put together by `make`.
fn effects(make: impl FnOnce(Real) -> Model) -> Model {
    HalfNormal::new(2).param().flat_map(make)
}

/// Models one after the other, paired by hand.
fn zipped(models: impl IntoIterator<Item = RandomVariable<Real>>) -> Model {
    let nothing = RandomVariable::constant(Vec::new());
    models.into_iter().fold(nothing, |all, one| {
        all.zip(one).map(|(all, one)| [all, vec![one]].concat())
    })
}

#[test]
fn lists_of_unknowns_are_models_zipped_by_hand() {
    for count in [0, 1, 2, 5, 17] {
        let prior = |scale: &Real| Normal::new(1, scale);
        let by_hand = effects(|scale| zipped((0..count).map(|_| prior(&scale).param())));
        let expected = behaviour(&by_hand);
        let lists = [
            effects(|scale| prior(&scale).vector(count)),
            effects(|scale| RandomVariable::fill(count, || prior(&scale).param())),
            effects(|scale| RandomVariable::traverse(0..count, |_| prior(&scale).param())),
            effects(|scale| {
                let each: Vec<_> = (0..count).map(|_| prior(&scale).param()).collect();
                RandomVariable::sequence(each)
            }),
        ];
        for list in lists {
            assert_eq!(behaviour(&list), expected, "{count}");
        }
        let other = behaviour(&effects(|scale| prior(&scale).vector(count + 1)));
        assert_ne!(other, expected, "{count}");
    }
}

#[test]
fn lists_with_data_are_models_zipped_by_hand() {
    let outcome = runner(30).run(&vec(vec(-3.0_f64..3.0, 0..4), 0..8), |data| {
        let one = |scale: &Real, data: &Vec<f64>| {
            let effect = Normal::new(0, scale).param();
            effect.flat_map(|effect| Normal::new(&effect, 1).fit(data).map(|()| effect))
        };
        let by_hand = effects(|scale| zipped(data.iter().map(|data| one(&scale, data))));
        let list = effects(|scale| RandomVariable::traverse(&data, |data| one(&scale, data)));
        assert_eq!(behaviour(&list), behaviour(&by_hand));
        Ok(())
    });
    outcome.unwrap();
}
