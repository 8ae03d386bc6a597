//! Compares densities, their derivatives and draws with reference answers computed with many digits.
//!
//! In: `reference/distributions.json`. Out: every point of every distribution this crate has, with
//! derivatives by the value and by each parameter; −∞ outside the support; as many draws below each
//! point as its distribution function says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Program, Real};
use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfNormal, LogNormal, Normal, Uniform,
};
use rainier_dist::discrete::{Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Continuous, Discrete, Number};
use rainier_dist::{Environment, Generator};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde_json::Value;
use testkit::{number, shared_json, within_standard_errors};

/// Largest relative difference, with 1 as the least scale: log densities cross zero.
const TOLERANCE: f64 = 1e-10;

const DRAWS: usize = 20_000;

/// Rounding that no order of adding terms avoids, for the distributions that document it: the
/// largest term of a log density at these arguments is m ln m, m the largest of them, and that of
/// the slope by a probability is m, twice. At counts of 1e9 terms of 2e10 cancel.
fn rounding(name: &str, what: &str, arguments: &[f64]) -> f64 {
    let largest = arguments.iter().copied().fold(1.0, f64::max);
    match (name, what) {
        ("Gamma" | "Binomial" | "Poisson" | "ZeroInflatedPoisson", "ln p") => {
            f64::EPSILON * largest * largest.ln()
        }
        ("Binomial" | "Geometric", "p") => f64::EPSILON * 2.0 * largest,
        _ => 0.0,
    }
}

enum Known {
    Numbers(Box<dyn Continuous>),
    Counts(Box<dyn Discrete>),
}

/// The distribution of that name in the table; none for those that come later.
fn known(name: &str, p: &[Real]) -> Option<Known> {
    let numbers: Box<dyn Continuous> = match name {
        "Normal" => Box::new(Normal::new(&p[0], &p[1])),
        "LogNormal" => Box::new(LogNormal::new(&p[0], &p[1])),
        "Cauchy" => Box::new(Cauchy::new(&p[0], &p[1])),
        "HalfNormal" => Box::new(HalfNormal::new(&p[0])),
        "Gamma" => Box::new(Gamma::with_rate(&p[0], &p[1])),
        "Exponential" => Box::new(Exponential::new(&p[0])),
        "Beta" => Box::new(Beta::new(&p[0], &p[1])),
        "Uniform" => Box::new(Uniform::new(&p[0], &p[1])),
        _ => return counts(name, p).map(Known::Counts),
    };
    Some(Known::Numbers(numbers))
}

fn counts(name: &str, p: &[Real]) -> Option<Box<dyn Discrete>> {
    Some(match name {
        "Bernoulli" => Box::new(Bernoulli::new(&p[0])),
        "Binomial" => Box::new(Binomial::new(&p[0], &p[1])),
        "Geometric" => Box::new(Geometric::new(&p[0])),
        // There p is the probability of the event waited for, here that of each one counted.
        "NegativeBinomial" => Box::new(NegativeBinomial::with_probability(1.0 - &p[1], &p[0])),
        "Poisson" => Box::new(Poisson::new(&p[0])),
        "ZeroInflatedPoisson" => Box::new(Poisson::new(&p[1]).zero_inflated(&p[0])),
        _ => return None,
    })
}

impl Known {
    fn log_density(&self, x: &Real) -> Real {
        match self {
            Self::Numbers(distribution) => distribution.log_density(x),
            Self::Counts(distribution) => distribution.log_density(x),
        }
    }

    fn draws(&self) -> Vec<f64> {
        match self {
            Self::Numbers(distribution) => draws(&distribution.generator()),
            Self::Counts(distribution) => {
                let counts = draws(&distribution.generator());
                counts.into_iter().map(|count| count as f64).collect()
            }
        }
    }
}

fn draws<V: Number>(generator: &Generator<V>) -> Vec<V> {
    let (environment, mut rng) = (Environment::empty(), ChaCha8Rng::seed_from_u64(3));
    (0..DRAWS)
        .map(|_| generator.draw(&environment, &mut rng))
        .collect()
}

/// Name, names of parameters and cases of each distribution of the table.
fn entries(reference: &Value) -> impl Iterator<Item = (&str, Vec<&str>, &Vec<Value>)> {
    let entries = reference["distributions"].as_array().unwrap().iter();
    entries.map(|entry| {
        let parameters = entry["params"].as_array().unwrap().iter();
        (
            entry["name"].as_str().unwrap(),
            parameters.map(|name| name.as_str().unwrap()).collect(),
            entry["cases"].as_array().unwrap(),
        )
    })
}

/// The parameters of a case.
fn parameters(case: &Value, names: &[&str]) -> Vec<f64> {
    let values = names.iter().map(|&name| number(&case["params"][name]));
    values.map(Option::unwrap).collect()
}

#[test]
fn every_point_has_the_reference_density_and_derivatives() {
    let Some(reference) = shared_json("reference/distributions.json") else {
        return;
    };
    let mut failures = Vec::new();
    let mut compared = 0;
    for (name, names, cases) in entries(&reference) {
        let unknowns: Vec<Real> = names.iter().map(|&name| Real::parameter(name)).collect();
        let x = Real::parameter("x");
        let Some(distribution) = known(name, &unknowns) else {
            eprintln!("{name} is not among the distributions yet");
            continue;
        };
        let inputs = [unknowns, vec![x.clone()]].concat();
        let program = Program::compile_with_gradient(&distribution.log_density(&x), &inputs);
        let mut evaluator = program.unwrap().bind(&[]).unwrap().evaluator();
        for case in cases {
            for point in case["points"].as_array().unwrap() {
                let mut at = parameters(case, &names);
                at.push(number(&point["x"]).unwrap());
                let outputs = evaluator.evaluate(&at);
                let mut check = |what: &str, found: f64, expected: &Value| {
                    let Some(expected) = number(expected) else {
                        return;
                    };
                    compared += 1;
                    if !agrees(found, expected, rounding(name, what, &at)) {
                        failures.push(format!("{name} {at:?} {what}: {found}, not {expected}"));
                    }
                };
                check("ln p", outputs[0], &point["logpdf"]);
                check("d/dx", outputs[1 + names.len()], &point["dlogpdf_dx"]);
                for (index, name) in names.iter().enumerate() {
                    check(name, outputs[1 + index], &point["dlogpdf_dparams"][name]);
                }
            }
        }
    }
    assert!(compared > 500, "{compared} comparisons");
    assert!(
        failures.is_empty(),
        "{} of {compared}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn agrees(found: f64, expected: f64, rounding: f64) -> bool {
    if expected == f64::INFINITY {
        // An edge where the density is infinite is left out of the support; see `Gamma`, `Beta`.
        return found == f64::NEG_INFINITY;
    }
    let allowed = TOLERANCE * expected.abs().max(1.0) + rounding;
    found == expected || expected.is_finite() && (found - expected).abs() <= allowed
}

#[test]
fn comparison_refuses_what_is_wrong() {
    for (found, expected) in [
        (-5.0, f64::NEG_INFINITY),
        (f64::NEG_INFINITY, -5.0),
        (f64::NAN, f64::NEG_INFINITY),
        (f64::INFINITY, f64::INFINITY),
        (f64::NAN, 1.0),
        (1.0 + 2.0 * TOLERANCE, 1.0),
    ] {
        assert!(!agrees(found, expected, 0.0), "{found} for {expected}");
    }
}

#[test]
fn as_many_draws_lie_below_each_point_as_the_reference_says() {
    let Some(reference) = shared_json("reference/distributions.json") else {
        return;
    };
    let mut compared = 0;
    for (name, names, cases) in entries(&reference) {
        for case in cases {
            let at = parameters(case, &names);
            let constants: Vec<Real> = at.iter().map(|&value| Real::constant(value)).collect();
            let Some(distribution) = known(name, &constants) else {
                continue;
            };
            let draws = distribution.draws();
            if name == "Normal" && draws.iter().all(|draw| *draw == draws[0]) {
                // A spread far below the last digit of the mean: every draw rounds to the mean.
                continue;
            }
            for point in case["points"].as_array().unwrap() {
                let (x, below) = (number(&point["x"]).unwrap(), number(&point["cdf"]));
                // Nearer 0 and 1 the share of draws is not normally distributed.
                let Some(below) = below.filter(|below| (0.01..=0.99).contains(below)) else {
                    continue;
                };
                let share = draws.iter().filter(|&&draw| draw <= x).count() as f64 / DRAWS as f64;
                let error = (below * (1.0 - below) / DRAWS as f64).sqrt();
                let label = format!("{name} {at:?} below {x}: {share}, not {below}");
                assert!(within_standard_errors(share, below, error), "{label}");
                let wrong = below + 11.0 * error;
                assert!(!within_standard_errors(share, wrong, error), "{label}");
                compared += 1;
            }
        }
    }
    assert!(compared > 80, "{compared} comparisons");
}
