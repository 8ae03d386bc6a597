//! Checks kernels under every instruction set the processor has.
//!
//! In: `testdata/kernels.csv`, values and what their rounding left out; arguments at the ends of the
//! range. Out: the largest error of each function; differences between one lane and many, between
//! instruction sets, and from the scalar functions at limits.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::*;
use crate::operation::{Binary, Unary};

const TABLE: &str = include_str!("../../testdata/kernels.csv");

/// Functions with kernels of their own, and the largest error in units in the last place.
const UNARY: [(&str, Unary, f64); 10] = [
    ("exp", Unary::Exp, 1.0),
    ("ln", Unary::Ln, 1.0),
    ("ln_1p", Unary::Ln1p, 1.0),
    ("exp_m1", Unary::ExpM1, 1.5),
    ("logistic", Unary::Logistic, 2.0),
    ("softplus", Unary::Softplus, 1.5),
    ("ln_one_minus_exp", Unary::LnOneMinusExp, 1.5),
    ("tanh", Unary::Tanh, 2.5),
    ("ln_gamma", Unary::LnGamma, 2.0),
    ("digamma", Unary::Digamma, 2.0),
];

/// The same for two arguments, and a size whose digits may cancel: the units are those of the
/// larger one of it and the value.
const BINARY: [(&str, Binary, f64, SizeOfUnits); 6] = [
    ("log_add_exp", Binary::LogAddExp, 1.0, first),
    ("log_diff_exp", Binary::LogDiffExp, 1.0, first),
    ("logistic_difference", Binary::LogisticDifference, 2.0, none),
    ("ln_beta", Binary::LnBetaOfRow, 11.0, one),
    (
        "ln_rising_factorial",
        Binary::LnRisingFactorialOfRow,
        8.5,
        step_below_four,
    ),
    ("digamma_difference", Binary::DigammaDifference, 3.5, none),
];

/// A size at two arguments.
type SizeOfUnits = fn(f64, f64) -> f64;

fn none(_: f64, _: f64) -> f64 {
    0.0
}

fn one(_: f64, _: f64) -> f64 {
    1.0
}

fn first(x: f64, _: f64) -> f64 {
    x.abs()
}

fn step_below_four(x: f64, step: f64) -> f64 {
    if x < 4.0 { step } else { 0.0 }
}

/// Functions without a kernel, and those that are exact.
const OTHER_UNARY: [Unary; 14] = [
    Unary::Sqrt,
    Unary::Abs,
    Unary::Sign,
    Unary::Floor,
    Unary::Sin,
    Unary::Cos,
    Unary::Tan,
    Unary::Asin,
    Unary::Acos,
    Unary::Atan,
    Unary::Sinh,
    Unary::Cosh,
    Unary::Erf,
    Unary::Erfc,
];
const OTHER_BINARY: [Binary; 4] = [
    Binary::Power,
    Binary::Less,
    Binary::LessOrEqual,
    Binary::Equal,
];

const AWKWARD: [f64; 25] = [
    0.0,
    -0.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    5e-324,
    -5e-324,
    f64::MIN_POSITIVE,
    -f64::MIN_POSITIVE,
    1e-300,
    -1e-300,
    1e-20,
    -1e-20,
    0.5,
    -0.5,
    1.0,
    -1.0,
    2.0,
    -2.0,
    -2.5,
    40.0,
    -40.0,
    1e300,
    f64::MAX,
    f64::MIN,
];

struct Point {
    x: f64,
    y: f64,
    value: f64,
    rest: f64,
}

impl Point {
    /// How far a number is from the exact value, in units in the last place of the value, or of
    /// `least` if that is larger.
    fn error(&self, actual: f64, least: f64) -> f64 {
        let size = self.value.abs().max(least);
        let error = ((actual - self.value) - self.rest).abs() / (size - size.next_down());
        if error.is_nan() { f64::INFINITY } else { error }
    }
}

fn points(name: &str) -> Vec<Point> {
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    let points: Vec<Point> = TABLE
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(','))
        .map(|line| {
            let [x, y, value, rest] = line.split(',').map(number).collect::<Vec<_>>()[..] else {
                panic!("{line} must have four numbers");
            };
            Point { x, y, value, rest }
        })
        .collect();
    assert!(points.len() > 200, "{name} has {} points", points.len());
    points
}

fn unary_values(set: InstructionSet, function: Unary, x: &[f64]) -> Vec<f64> {
    let mut values = vec![0.0; x.len()];
    set.apply(function, x, &mut values);
    values
}

fn binary_values(set: InstructionSet, function: Binary, x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut values = vec![0.0; x.len()];
    set.apply_to_pairs(function, x, y, &mut values);
    values
}

/// All arguments of the table for one argument, and the awkward ones.
fn arguments() -> Vec<f64> {
    let table = UNARY.iter().flat_map(|(name, ..)| points(name));
    AWKWARD
        .into_iter()
        .chain(table.map(|point| point.x))
        .collect()
}

/// All pairs of the table, and of awkward numbers.
fn pairs() -> (Vec<f64>, Vec<f64>) {
    let table = BINARY.iter().flat_map(|(name, ..)| points(name));
    let awkward = AWKWARD.into_iter().flat_map(|x| AWKWARD.map(|y| (x, y)));
    awkward.chain(table.map(|point| (point.x, point.y))).unzip()
}

fn unary_functions() -> impl Iterator<Item = Unary> {
    UNARY
        .into_iter()
        .map(|(_, function, _)| function)
        .chain(OTHER_UNARY)
}

fn binary_functions() -> impl Iterator<Item = Binary> {
    BINARY
        .into_iter()
        .map(|(_, function, ..)| function)
        .chain(OTHER_BINARY)
}

fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

#[track_caller]
fn check_same_bits(what: &str, a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!(same_bits(*a, *b), "{what}: {a:e} is not {b:e}");
    }
}

#[track_caller]
fn check_errors(what: &str, points: &[Point], actual: &[f64], bound: f64, least: SizeOfUnits) {
    for (point, &actual) in points.iter().zip(actual) {
        let error = point.error(actual, least(point.x, point.y));
        assert!(
            error <= bound,
            "{what} at {:e}, {:e}: {error} units",
            point.x,
            point.y
        );
    }
}

#[test]
fn errors_stay_within_their_bounds() {
    for set in InstructionSet::available() {
        for (name, function, bound) in UNARY {
            let points = points(name);
            let x: Vec<f64> = points.iter().map(|point| point.x).collect();
            let actual = unary_values(set, function, &x);
            check_errors(&format!("{set} {name}"), &points, &actual, bound, none);
        }
        for (name, function, bound, least) in BINARY {
            let points = points(name);
            let (x, y): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.x, p.y)).unzip();
            let actual = binary_values(set, function, &x, &y);
            check_errors(&format!("{set} {name}"), &points, &actual, bound, least);
        }
    }
}

#[test]
#[should_panic(expected = "units")]
fn value_two_units_off_is_seen() {
    let points = points("exp");
    let off: Vec<f64> = points
        .iter()
        .map(|point| point.value.next_up().next_up())
        .collect();
    check_errors("exp", &points, &off, 1.0, none);
}

#[test]
fn limits_are_those_of_the_scalar_functions() {
    // Digits of arguments as large as `size` may cancel.
    let check = |what: String, actual: f64, expected: f64, size: f64| {
        let is_limit = expected.is_nan() || expected.is_infinite() || expected == 0.0;
        let is_same = if is_limit {
            same_bits(actual, expected)
        } else {
            (actual - expected).abs() <= 4.0 * f64::EPSILON * expected.abs().max(size)
        };
        assert!(is_same, "{what}: {actual:e} is not {expected:e}");
    };
    for set in InstructionSet::available() {
        for function in unary_functions() {
            for (x, actual) in AWKWARD
                .into_iter()
                .zip(unary_values(set, function, &AWKWARD))
            {
                let what = format!("{set} {function:?} of {x:e}");
                check(what, actual, function.evaluate(x), 0.0);
            }
        }
        let (x, y) = pairs();
        for function in binary_functions() {
            let actual = binary_values(set, function, &x, &y);
            for ((&x, &y), actual) in x.iter().zip(&y).zip(actual).take(AWKWARD.len().pow(2)) {
                let what = format!("{set} {function:?} of {x:e}, {y:e}");
                check(what, actual, function.evaluate(x, y), x.abs());
            }
        }
    }
}

#[test]
fn one_lane_and_many_give_the_same_bits() {
    let x = arguments();
    let (first, second) = pairs();
    for set in InstructionSet::available() {
        for function in unary_functions() {
            let f = set.unary_function(function).unwrap();
            let one: Vec<f64> = x.iter().map(|&x| f(x)).collect();
            let what = format!("{set} {function:?}");
            check_same_bits(&what, &unary_values(set, function, &x), &one);
            // Every lane has another neighbour, and blocks begin elsewhere.
            check_same_bits(&what, &unary_values(set, function, &x[1..]), &one[1..]);
        }
        for function in binary_functions() {
            let f = set.binary_function(function).unwrap();
            let one: Vec<f64> = first.iter().zip(&second).map(|(&x, &y)| f(x, y)).collect();
            let many = binary_values(set, function, &first, &second);
            check_same_bits(&format!("{set} {function:?}"), &many, &one);
        }
    }
}

#[test]
fn sets_with_fused_arithmetic_give_the_same_bits_and_the_baseline_nearly() {
    let sets = InstructionSet::available();
    let best = InstructionSet::detect();
    let x = arguments();
    for function in unary_functions() {
        let expected = unary_values(best, function, &x);
        for &set in &sets[1..] {
            let what = format!("{set} {function:?}");
            check_same_bits(&what, &unary_values(set, function, &x), &expected);
        }
        for ((x, a), b) in x
            .iter()
            .zip(unary_values(sets[0], function, &x))
            .zip(expected)
        {
            let is_near =
                same_bits(a, b) || (a.next_down().next_down() <= b && b <= a.next_up().next_up());
            assert!(
                is_near,
                "{function:?} of {x:e} is {a:e} without and {b:e} with"
            );
        }
    }
}

#[test]
fn polygamma_is_the_special_function() {
    for set in InstructionSet::available() {
        let function = Unary::Polygamma(2);
        assert!(set.unary_function(function).is_none());
        let expected = AWKWARD.map(|x| function.evaluate(x));
        check_same_bits("ψ″", &unary_values(set, function, &AWKWARD), &expected);
    }
}

#[test]
fn whole_powers_are_those_of_the_standard_library() {
    for exponent in [0, 1, 2, 3, 7, 10, -1, -2, -13, i32::MAX, i32::MIN] {
        let mut out = [0.0; AWKWARD.len()];
        whole_power(exponent, &mut out, &AWKWARD);
        let expected = AWKWARD.map(|x| x.powi(exponent));
        check_same_bits(&format!("power {exponent}"), &out, &expected);
    }
}

/// The median time of a run.
fn median_time(mut run: impl FnMut()) -> Duration {
    let mut times = [(); 31].map(|()| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.sort();
    times[times.len() / 2]
}

#[test]
fn no_kernel_is_compiled_apart_from_its_instruction_set() {
    // If one were, each of its fused operations would be a call, and the whole three times slower
    // than the scalar function, or far more where the processor has no such operation.
    let x: Vec<f64> = (1..=1024).map(|i| -f64::from(i) / 256.0).collect();
    for set in InstructionSet::available() {
        for (name, function, _) in UNARY {
            let sign = if name == "ln_one_minus_exp" {
                1.0
            } else {
                -1.0
            };
            let x: Vec<f64> = x.iter().map(|x| sign * x).collect();
            let mut out = vec![0.0; x.len()];
            let kernel = median_time(|| set.apply(function, &x, black_box(&mut out)));
            let scalar = median_time(|| {
                for (out, &x) in out.iter_mut().zip(&x) {
                    *out = function.evaluate(x);
                }
                black_box(&mut out);
            });
            assert!(
                kernel < 2 * scalar,
                "{set} {name}: {kernel:?}, scalar {scalar:?}"
            );
        }
    }
}
