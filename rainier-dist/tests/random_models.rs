//! Claims: the laws of random variables hold for models put together at random.
//!
//! In: recipes that compose priors, data and conditions by `zip`, `flat_map`, `sequence` and `map`,
//! with the same parts used again and again. Out: the log density that plain numbers give, in which
//! each term counts once; the same behaviour, to the last bit, for models that mean the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rainier_core::Real;
use rainier_dist::continuous::{HalfNormal, Normal};
use rainier_dist::{Fit, Param, RandomVariable, Value};
use rainier_sampler::{LogDensity, LogDensityGradient};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

type Model = RandomVariable<Vec<Real>>;

/// One step of a recipe: which operation, on which of the models so far.
#[derive(Debug, Clone, Copy)]
struct Step {
    operation: u8,
    operands: [usize; 2],
}

const OPERATIONS: u8 = 8;
const DATA: [f64; 2] = [0.3, -1.0];
/// Most numbers that a model's value has: operations go on with the first ones.
const WIDTH: usize = 4;

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

fn joined(parts: impl IntoIterator<Item = Vec<Real>>) -> Vec<Real> {
    parts.into_iter().flatten().take(WIDTH).collect()
}

/// The model that a step makes, in which a new unknown is called `name`.
fn apply(step: Step, models: &[Model], name: &str) -> Model {
    let [a, b] = step
        .operands
        .map(|operand| models[operand % models.len()].clone());
    match step.operation {
        0 => Normal::new(0, 1.5)
            .param_centred()
            .named(name)
            .map(|x| vec![x]),
        1 => a.flat_map(|x| {
            let next = Normal::new(&x[0], 0.8).param_centred().named(name);
            next.map(|next| joined([vec![next], x]))
        }),
        2 => a.zip(b).map(|(x, y)| joined([x, y])),
        3 => a.map(|x| x.iter().map(|x| x.tanh() + 0.5).collect()),
        4 => a.condition(|x| -0.3 * &x[0] * &x[0]),
        5 => RandomVariable::sequence([a.clone(), b, a]).map(joined),
        6 => a.flat_map(|x| Normal::new(&x[0], 1).fit(DATA).map(|()| x)),
        _ => a.flat_map(|_| b),
    }
}

/// The models of a recipe, one after the other, from one that is there.
fn build(recipe: &[Step], start: Model) -> Vec<Model> {
    let mut models = vec![start];
    for (place, &step) in recipe.iter().enumerate() {
        models.push(apply(step, &models, &format!("p{place}")));
    }
    models
}

fn last(recipe: &[Step], start: Model) -> Model {
    build(recipe, start).pop().unwrap()
}

/// What a model is worth where each unknown has a value: its value, and which terms it rests on.
#[derive(Debug, Clone)]
struct Plain {
    value: Vec<f64>,
    terms: BTreeSet<usize>,
    /// Each as often as it was reached.
    with_repeats: Vec<usize>,
}

impl Plain {
    fn of(value: Vec<f64>, from: &[&Self]) -> Self {
        let mut value = value;
        value.truncate(WIDTH);
        let terms = from.iter().flat_map(|plain| plain.terms.iter().copied());
        let with_repeats = from
            .iter()
            .flat_map(|plain| plain.with_repeats.iter().copied());
        Self {
            value,
            terms: terms.collect(),
            with_repeats: with_repeats.collect(),
        }
    }

    fn resting_on(mut self, terms: &mut Vec<f64>, term: f64) -> Self {
        self.terms.insert(terms.len());
        self.with_repeats.push(terms.len());
        terms.push(term);
        self
    }
}

fn ln_normal(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    -0.5 * z * z - deviation.ln() - 0.5 * std::f64::consts::TAU.ln()
}

/// What a step makes of plain numbers, if its new unknown has the value `unknown`.
fn apply_plain(step: Step, models: &[Plain], terms: &mut Vec<f64>, unknown: f64) -> Plain {
    let [a, b] = step.operands.map(|operand| &models[operand % models.len()]);
    let first = a.value[0];
    match step.operation {
        0 => Plain::of(vec![unknown], &[]).resting_on(terms, ln_normal(unknown, 0.0, 1.5)),
        1 => Plain::of([&[unknown], &a.value[..]].concat(), &[a])
            .resting_on(terms, ln_normal(unknown, first, 0.8)),
        2 => Plain::of([&a.value[..], &b.value].concat(), &[a, b]),
        3 => Plain::of(a.value.iter().map(|x| x.tanh() + 0.5).collect(), &[a]),
        4 => Plain::of(a.value.clone(), &[a]).resting_on(terms, -0.3 * first * first),
        5 => Plain::of([&a.value[..], &b.value, &a.value].concat(), &[a, b, a]),
        6 => Plain::of(a.value.clone(), &[a])
            .resting_on(terms, DATA.iter().map(|&x| ln_normal(x, first, 1.0)).sum()),
        _ => Plain::of(b.value.clone(), &[a, b]),
    }
}

#[test]
fn a_term_counts_once_however_often_it_is_reached() {
    // The control: counting each way to a term gives something else, often.
    let others = Cell::new(0);
    let unknowns = vec(-2.0_f64..2.0, 25);
    let outcome = runner(400).run(&(recipes(25), unknowns), |(recipe, unknowns)| {
        let start = vec![Real::constant(0.5)];
        let models = build(&recipe, RandomVariable::constant(start));
        let mut terms = Vec::new();
        let mut plain = vec![Plain::of(vec![0.5], &[])];
        for (&step, &unknown) in recipe.iter().zip(&unknowns) {
            let next = apply_plain(step, &plain, &mut terms, unknown);
            plain.push(next);
        }
        // Everything that there is, the last model twice.
        let all = models.iter().rev().take(5).chain(models.last()).cloned();
        let posterior = RandomVariable::sequence(all).compile().unwrap();
        let parts: Vec<&Plain> = plain.iter().rev().take(5).chain(plain.last()).collect();
        let expected = Plain::of(Vec::new(), &parts);
        let position = posterior.names().iter().map(|name| {
            let place: usize = name.trim_start_matches('p').parse().unwrap();
            unknowns[place]
        });
        let position: Vec<f64> = position.collect();
        let found = posterior.evaluator().log_density(&position);
        let sum = |places: &mut dyn Iterator<Item = &usize>| -> f64 {
            places.map(|&place| terms[place]).sum()
        };
        let size: f64 = expected.terms.iter().map(|&place| terms[place].abs()).sum();
        let agrees = |other: f64| (found - other).abs() <= 1e-12 * size;
        let once = sum(&mut expected.terms.iter());
        assert!(agrees(once), "{found}, {once}");
        let with_repeats = sum(&mut expected.with_repeats.iter());
        others.set(others.get() + usize::from(!agrees(with_repeats)));
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
