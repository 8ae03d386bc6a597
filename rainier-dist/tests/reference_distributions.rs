//! Compares log densities and their derivatives with reference answers computed with many digits.
//!
//! In: `reference/distributions.json`. Out: every point of every distribution this crate has, with
//! derivatives by the value and by each parameter; −∞ outside the support.

use rainier_core::{Program, Real};
use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfNormal, LogNormal, Normal, Uniform,
};
use rainier_dist::discrete::{Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Discrete, Distribution};
use serde_json::Value;
use testkit::{number, shared_json};

/// Largest relative difference, with 1 as the least scale: log densities cross zero.
const TOLERANCE: f64 = 1e-10;

/// Rounding of the largest term of a log density at these arguments, m ln m for the largest argument
/// m: at counts of 1e9 terms of 2e10 cancel, whatever the order they are added in.
fn rounding(arguments: &[f64]) -> f64 {
    let largest = arguments.iter().copied().fold(1.0, f64::max);
    f64::EPSILON * largest * largest.ln().max(1.0)
}

/// ln p(x) of the distribution of that name in the table; none for those that come later.
fn log_density(name: &str, p: &[Real], x: &Real) -> Option<Real> {
    Some(match name {
        "Normal" => Normal::new(&p[0], &p[1]).log_density(x),
        "LogNormal" => LogNormal::new(&p[0], &p[1]).log_density(x),
        "Cauchy" => Cauchy::new(&p[0], &p[1]).log_density(x),
        "HalfNormal" => HalfNormal::new(&p[0]).log_density(x),
        "Gamma" => Gamma::with_rate(&p[0], &p[1]).log_density(x),
        "Exponential" => Exponential::new(&p[0]).log_density(x),
        "Beta" => Beta::new(&p[0], &p[1]).log_density(x),
        "Uniform" => Uniform::new(&p[0], &p[1]).log_density(x),
        "Bernoulli" => Bernoulli::new(&p[0]).log_density(x),
        "Binomial" => Binomial::new(&p[0], &p[1]).log_density(x),
        "Geometric" => Geometric::new(&p[0]).log_density(x),
        // There p is the probability of the event waited for, here that of each one counted.
        "NegativeBinomial" => NegativeBinomial::with_probability(1.0 - &p[1], &p[0]).log_density(x),
        "Poisson" => Poisson::new(&p[0]).log_density(x),
        "ZeroInflatedPoisson" => Poisson::new(&p[1]).zero_inflated(&p[0]).log_density(x),
        _ => return None,
    })
}

#[test]
fn every_point_has_the_reference_density_and_derivatives() {
    let Some(reference) = shared_json("reference/distributions.json") else {
        return;
    };
    let mut failures = Vec::new();
    let mut compared = 0;
    for distribution in reference["distributions"].as_array().unwrap() {
        let name = distribution["name"].as_str().unwrap();
        let names: Vec<&str> = distribution["params"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.as_str().unwrap())
            .collect();
        let parameters: Vec<Real> = names.iter().map(|&name| Real::parameter(name)).collect();
        let x = Real::parameter("x");
        let Some(ln_p) = log_density(name, &parameters, &x) else {
            eprintln!("{name} is not among the distributions yet");
            continue;
        };
        let inputs = [parameters, vec![x]].concat();
        let program = Program::compile_with_gradient(&ln_p, &inputs).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        for case in distribution["cases"].as_array().unwrap() {
            for point in case["points"].as_array().unwrap() {
                let mut at: Vec<f64> = names
                    .iter()
                    .map(|&name| number(&case["params"][name]).unwrap())
                    .collect();
                at.push(number(&point["x"]).unwrap());
                let rounding = rounding(&at);
                let outputs = evaluator.evaluate(&at);
                let mut check = |what: &str, found: f64, expected: &Value| {
                    let Some(expected) = number(expected) else {
                        return;
                    };
                    compared += 1;
                    if !agrees(found, expected, rounding) {
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
    let allowed = TOLERANCE * expected.abs().max(1.0) + rounding;
    found == expected || (found - expected).abs() <= allowed
}
