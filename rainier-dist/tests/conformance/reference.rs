//! Compares densities, derivatives, tails, quantiles, moments and draws with reference answers
//! computed with many digits.
//!
//! In: `reference/distributions.json`. Out: every point of every distribution of the table, with
//! derivatives by the value and by each parameter; −∞ outside the support; as many draws below each
//! point as its distribution function says.

use rainier_core::{Program, Real};
use serde_json::Value;
use testkit::{number, relative_error, shared_json, within_standard_errors};

use crate::table::{Row, of_value, rows};

/// Largest relative difference of log densities, with 1 as the least scale: they cross zero.
const TOLERANCE: f64 = 1e-12;

/// The same of derivatives.
const DERIVATIVE_TOLERANCE: f64 = 1e-10;

/// Largest relative difference of tails, quantiles, means, variances and entropies.
const FUNCTION_TOLERANCE: f64 = 1e-9;

const DRAWS: usize = 20_000;

/// The row of that name; none for a distribution that is not here yet.
fn row(name: &str) -> Option<Row> {
    let row = rows().into_iter().find(|row| row.name == name);
    if row.is_none() {
        eprintln!("{name} is not among the distributions yet");
    }
    row
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
        let Some(row) = row(name) else { continue };
        let distribution = (row.of)(&unknowns);
        let inputs = [unknowns, vec![x.clone()]].concat();
        let program = Program::compile_with_gradient(&distribution.log_density(&x), &inputs);
        let mut evaluator = program.unwrap().bind(&[]).unwrap().evaluator();
        for case in cases {
            for point in case["points"].as_array().unwrap() {
                let mut at = parameters(case, &names);
                at.push(number(&point["x"]).unwrap());
                let outputs = evaluator.evaluate(&at);
                let mut check = |what: &str, tolerance: f64, found: f64, expected: &Value| {
                    let Some(expected) = number(expected) else {
                        return;
                    };
                    compared += 1;
                    if !agrees(found, expected, tolerance) {
                        failures.push(format!("{name} {at:?} {what}: {found}, not {expected}"));
                    }
                };
                check("ln p", TOLERANCE, outputs[0], &point["logpdf"]);
                let mut slope = |what: &str, place: usize, expected: &Value| {
                    check(what, DERIVATIVE_TOLERANCE, outputs[1 + place], expected);
                };
                slope("d/dx", names.len(), &point["dlogpdf_dx"]);
                for (place, name) in names.iter().enumerate() {
                    slope(name, place, &point["dlogpdf_dparams"][name]);
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

fn agrees(found: f64, expected: f64, tolerance: f64) -> bool {
    if expected == f64::INFINITY {
        // An edge where the density is infinite is left out of the support; see `Gamma`, `Beta`.
        return found == f64::NEG_INFINITY;
    }
    let allowed = tolerance * expected.abs().max(1.0);
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
        assert!(
            !agrees(found, expected, TOLERANCE),
            "{found} for {expected}"
        );
    }
}

#[test]
fn tails_quantiles_and_moments_are_those_of_the_reference() {
    let Some(reference) = shared_json("reference/distributions.json") else {
        return;
    };
    let mut failures = Vec::new();
    let mut compared = 0;
    let mut check = |label: &str, found: f64, expected: Option<f64>| {
        let Some(expected) = expected else { return };
        compared += 1;
        let is_near = relative_error(found, expected) <= FUNCTION_TOLERANCE;
        if found != expected && !is_near {
            failures.push(format!("{label}: {found}, not {expected}"));
        }
    };
    for (name, names, cases) in entries(&reference) {
        let Some(row) = row(name) else { continue };
        for case in cases {
            let at = parameters(case, &names);
            let known = row.at(&at);
            let moments = [
                ("mean", known.mean()),
                ("variance", known.variance()),
                ("entropy", known.entropy()),
            ];
            for (what, found) in moments {
                // To its 60 digits 1 − 1e-300 is 1, which leaves p out of p (1 − ln p).
                let counts_trials = ["Bernoulli", "Binomial"].contains(&name);
                if counts_trials && what == "entropy" && at[at.len() - 1] < 1e-60 {
                    continue;
                }
                if let Some(found) = found.and_then(|found| found.as_constant()) {
                    check(
                        &format!("{what} of {name} {at:?}"),
                        found,
                        number(&case[what]),
                    );
                }
            }
            let Some(tails) = &known.tails else { continue };
            let mut below = of_value(&tails.log_cumulative);
            let mut above = of_value(&tails.log_survival);
            for point in case["points"].as_array().unwrap() {
                let x = number(&point["x"]).unwrap();
                let mut tail = |what: &str, found: f64| {
                    // Numbers below the normal ones have too few digits to be compared.
                    let expected =
                        number(&point[what]).filter(|tail| *tail == 0.0 || *tail > 1e-300);
                    check(&format!("{what} of {name} {at:?} at {x}"), found, expected);
                };
                tail("cdf", below.evaluate(&[x])[0].exp());
                tail("sf", above.evaluate(&[x])[0].exp());
            }
            for quantile in case["quantiles"].as_array().unwrap() {
                let p = number(&quantile["p"]).unwrap();
                let found = (tails.quantile)(p);
                // A median of −6e-65 is a 0, rounded to the 60 digits of the reference.
                let is_zero = |x: &f64| x.abs() < 1e-50;
                let expected = number(&quantile["x"]).map(|x| if is_zero(&x) { 0.0 } else { x });
                check(&format!("quantile {p} of {name} {at:?}"), found, expected);
            }
        }
    }
    let list = failures.join("\n");
    assert!(
        failures.is_empty(),
        "{} of {compared}:\n{list}",
        failures.len()
    );
    assert!(compared > 10, "{compared} comparisons");
}

#[test]
fn as_many_draws_lie_below_each_point_as_the_reference_says() {
    let Some(reference) = shared_json("reference/distributions.json") else {
        return;
    };
    let mut compared = 0;
    for (name, names, cases) in entries(&reference) {
        let Some(row) = row(name) else { continue };
        for case in cases {
            let at = parameters(case, &names);
            let draws = row.at(&at).draws(3, DRAWS);
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
