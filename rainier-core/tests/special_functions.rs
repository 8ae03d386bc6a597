//! Checks the special functions against the shared reference table.
//!
//! In: `../shared/reference/special_functions.json`, values and derivatives rounded once from 60
//! digits. Out: the largest error of each function, which must stay within its bound; formulas
//! known to be bad must miss it.

use rainier_core::special::{
    digamma, digamma_difference, erf, ln_beta, ln_gamma, log_add_exp, logistic, polygamma, trigamma,
};
use serde_json::Value;
use testkit::{number, shared_json};

/// Units in the last place that a value may be off.
const UNITS: f64 = 4.0;
/// Relative error that a derivative identity may show.
const DERIVATIVE_TOLERANCE: f64 = 1e-12;

struct Point {
    arguments: Vec<f64>,
    value: f64,
    derivatives: Vec<Option<f64>>,
}

/// The points of one function; `None` without the shared folder.
fn points(name: &str) -> Option<Vec<Point>> {
    let table = shared_json("reference/special_functions.json")?;
    let functions = table["functions"].as_array().expect("functions is a list");
    let function = functions
        .iter()
        .find(|function| function["name"] == name)
        .unwrap_or_else(|| panic!("{name} must be in the table"));
    let numbers = |value: &Value| -> Vec<Option<f64>> {
        value
            .as_array()
            .expect("a list of numbers")
            .iter()
            .map(number)
            .collect()
    };
    let points = function["points"].as_array().expect("points is a list");
    Some(
        points
            .iter()
            .map(|point| Point {
                arguments: numbers(&point["args"])
                    .into_iter()
                    .map(|argument| argument.expect("an argument is a number"))
                    .collect(),
                value: number(&point["value"]).expect("a value is a number"),
                derivatives: numbers(&point["d"]),
            })
            .collect(),
    )
}

/// Error in units in the last place of the expected value, but of `least_size` if that is larger;
/// equal numbers are 0 apart and NaN is ∞ away.
fn units_apart(actual: f64, expected: f64, least_size: f64) -> f64 {
    if actual == expected {
        return 0.0;
    }
    let size = expected.abs().max(least_size);
    let spacing = size.next_up() - size;
    let apart = (actual - expected).abs() / spacing;
    if apart.is_nan() { f64::INFINITY } else { apart }
}

/// The largest error over the points, with where it happens.
fn largest_error(points: &[Point], error: impl Fn(&Point) -> f64) -> (f64, Vec<f64>) {
    points
        .iter()
        .map(|point| (error(point), point.arguments.clone()))
        .fold((0.0, Vec::new()), |largest, here| {
            if here.0 > largest.0 { here } else { largest }
        })
}

/// Between two negative poles ln |Γ| has zeros beside which only the absolute error is small
/// (the table's −2.5 lies next to one); everywhere else the error is relative.
fn least_size(name: &str, point: &Point) -> f64 {
    if name == "lgamma" && point.arguments[0] < 0.0 {
        1.0
    } else {
        0.0
    }
}

fn check_values(name: &str, f: impl Fn(&[f64]) -> f64) {
    let Some(points) = points(name) else { return };
    assert!(points.len() >= 38, "{name}: only {} points", points.len());
    let (units, at) = largest_error(&points, |point| {
        units_apart(f(&point.arguments), point.value, least_size(name, point))
    });
    assert!(units <= UNITS, "{name} is {units} ulp off at {at:?}");
}

fn check_derivatives(name: &str, index: usize, derivative: impl Fn(&[f64]) -> f64) {
    let Some(points) = points(name) else { return };
    let (error, at) = largest_error(&points, |point| {
        let actual = derivative(&point.arguments);
        match point.derivatives[index] {
            Some(expected) if actual != expected => ((actual - expected) / expected).abs(),
            Some(_) | None => 0.0,
        }
    });
    assert!(
        error <= DERIVATIVE_TOLERANCE,
        "d{index} of {name} is off by {error:e} at {at:?}"
    );
}

#[test]
fn values_agree_with_the_reference() {
    check_values("lgamma", |x| ln_gamma(x[0]));
    check_values("digamma", |x| digamma(x[0]));
    check_values("erf", |x| erf(x[0]));
    check_values("logistic", |x| logistic(x[0]));
    check_values("logaddexp", |x| log_add_exp(x[0], x[1]));
    check_values("lbeta", |x| ln_beta(x[0], x[1]));
}

#[test]
fn digamma_is_the_derivative_of_ln_gamma() {
    check_derivatives("lgamma", 0, |x| digamma(x[0]));
}

#[test]
fn trigamma_is_the_derivative_of_digamma() {
    check_derivatives("digamma", 0, |x| trigamma(x[0]));
    check_derivatives("digamma", 0, |x| polygamma(1, x[0]));
}

#[test]
fn derivatives_of_logistic_and_log_add_exp_are_logistic() {
    check_derivatives("logistic", 0, |x| logistic(x[0]) * logistic(-x[0]));
    check_derivatives("logaddexp", 0, |x| logistic(x[0] - x[1]));
    check_derivatives("logaddexp", 1, |x| logistic(x[1] - x[0]));
}

#[test]
fn derivatives_of_ln_beta_are_differences_of_digammas() {
    for index in [0, 1] {
        check_derivatives("lbeta", index, |x| {
            -digamma_difference(x[index], x[1 - index])
        });
    }
}

#[test]
fn textbook_formulas_miss_the_bound() {
    let miss = |name: &str, f: &dyn Fn(&[f64]) -> f64| {
        let Some(points) = points(name) else { return };
        let (units, _) = largest_error(&points, |point| {
            units_apart(f(&point.arguments), point.value, least_size(name, point))
        });
        assert!(units > UNITS, "the check of {name} cannot fail");
    };
    miss("lgamma", &|x| libm::tgamma(x[0]).abs().ln());
    miss("digamma", &|x| digamma(x[0]) * (1.0 + 8.0 * f64::EPSILON));
    miss("erf", &|x| 1.0 - libm::erfc(x[0]));
    miss("logistic", &|x| x[0].exp() / (1.0 + x[0].exp()));
    miss("logaddexp", &|x| (x[0].exp() + x[1].exp()).ln());
    miss("lbeta", &|x| {
        ln_gamma(x[0]) + ln_gamma(x[1]) - ln_gamma(x[0] + x[1])
    });
}
