//! Puts models together at random and computes their log densities a second way: the oracle of `random_models` and of
//! fuzzing.
//!
//! In: recipes that compose priors, data and conditions, and a value of each unknown. Out: the density of the compiled
//! model beside that of plain numbers.

use std::collections::BTreeSet;

use rainier_core::Real;
use rainier_dist::continuous::Normal;
use rainier_dist::{Fit, Param, RandomVariable};
use rainier_sampler::LogDensity;

pub(crate) type Model = RandomVariable<Vec<Real>>;

/// One step of a recipe: which operation, on which of the models so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) operation: u8,
    pub(crate) operands: [usize; 2],
}

pub(crate) const OPERATIONS: u8 = 8;
const DATA: [f64; 2] = [0.3, -1.0];
/// Most numbers that a model's value has: operations go on with the first ones.
const WIDTH: usize = 4;

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
pub(crate) fn build(recipe: &[Step], start: Model) -> Vec<Model> {
    let mut models = vec![start];
    for (place, &step) in recipe.iter().enumerate() {
        models.push(apply(step, &models, &format!("p{place}")));
    }
    models
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

/// Log densities of all that a recipe makes, at one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Densities {
    /// The compiled model's.
    pub(crate) found: f64,
    /// With each term once.
    pub(crate) once: f64,
    /// With each term as often as it is reached.
    pub(crate) with_repeats: f64,
    /// Sum of the terms' magnitudes.
    pub(crate) size: f64,
}

impl Densities {
    /// Whether the model's is another but for rounding.
    pub(crate) fn agrees_with(&self, other: f64) -> bool {
        (self.found - other).abs() <= 1e-12 * self.size
    }
}

/// The densities of everything there is, the last model twice; `unknowns` has a value for each step.
pub(crate) fn densities(recipe: &[Step], unknowns: &[f64]) -> Densities {
    let start = vec![Real::constant(0.5)];
    let models = build(recipe, RandomVariable::constant(start));
    let mut terms = Vec::new();
    let mut plain = vec![Plain::of(vec![0.5], &[])];
    for (&step, &unknown) in recipe.iter().zip(unknowns) {
        let next = apply_plain(step, &plain, &mut terms, unknown);
        plain.push(next);
    }
    let all = models.iter().rev().take(5).chain(models.last()).cloned();
    let posterior = RandomVariable::sequence(all).compile().unwrap();
    let parts: Vec<&Plain> = plain.iter().rev().take(5).chain(plain.last()).collect();
    let expected = Plain::of(Vec::new(), &parts);
    let position = posterior.names().iter().map(|name| {
        let place: usize = name.trim_start_matches('p').parse().unwrap();
        unknowns[place]
    });
    let position: Vec<f64> = position.collect();
    let sum = |places: &mut dyn Iterator<Item = &usize>| -> f64 {
        places.map(|&place| terms[place]).sum()
    };
    Densities {
        found: posterior.evaluator().log_density(&position),
        once: sum(&mut expected.terms.iter()),
        with_repeats: sum(&mut expected.with_repeats.iter()),
        size: expected.terms.iter().map(|&place| terms[place].abs()).sum(),
    }
}
