//! Checks special functions of expressions, and their gradients, against values with many digits.
//!
//! In: `testdata/special_functions.csv`. Out: a failure naming the function and the argument. The
//! functions run as compiled programs, so that the rules of differentiation are checked with them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::special::Tail;
use rainier_core::{Program, Real};

const TABLE: &str = include_str!("../testdata/special_functions.csv");

/// Relative error of a value: some four units in the last place, more for what is integrated.
fn value_tolerance(function: &str) -> f64 {
    let integrated = ["ln_incomplete", "ln_marcum"];
    if integrated.iter().any(|name| function.starts_with(name)) || function == "ln_bessel_remainder"
    {
        2e-14
    } else if function == "ln_binomial_term" {
        // Three terms that are ordinary numbers where one exponent is small.
        12.0 * f64::EPSILON
    } else {
        4.0 * f64::EPSILON
    }
}

const DERIVATIVE_TOLERANCE: f64 = 1e-12;

/// One line of the table.
struct Row {
    function: String,
    arguments: Vec<f64>,
    value: f64,
    derivatives: Vec<f64>,
}

fn rows() -> Vec<Row> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("function,"))
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let numbers = |cells: &[&str]| -> Vec<f64> {
                let filled = cells.iter().filter(|cell| !cell.is_empty());
                filled.map(|cell| cell.parse().unwrap()).collect()
            };
            Row {
                function: cells[0].to_owned(),
                arguments: numbers(&cells[1..4]),
                value: cells[4].parse().unwrap(),
                derivatives: numbers(&cells[5..8]),
            }
        })
        .collect()
}

fn expression(function: &str, arguments: &[Real]) -> Real {
    match (function, arguments) {
        ("log_add_exp", [x, y]) => x.log_add_exp(y),
        ("log_diff_exp", [x, y]) => x.log_diff_exp(y),
        ("x_ln_x", [x]) => x.x_ln_x(),
        ("scaled_erfc", [x]) => x.scaled_erfc(),
        ("ln_erfc", [x]) => x.ln_erfc(),
        ("normal_cdf", [x]) => x.normal_cdf(),
        ("ln_normal_cdf", [x]) => x.ln_normal_cdf(),
        ("ln_bessel_i0", [x]) => x.ln_bessel_i0(),
        ("bessel_ratio", [x]) => x.bessel_ratio(),
        ("ln_bessel_remainder", [order, x]) => order.ln_bessel_remainder(x),
        ("ln_beta", [x, y]) => x.ln_beta(y),
        ("ln_rising_factorial", [x, y]) => x.ln_rising_factorial(y),
        ("digamma_difference", [x, y]) => x.digamma_difference(y),
        ("ln_incomplete_gamma_lower", [a, x]) => a.ln_incomplete_gamma(Tail::Lower, x),
        ("ln_incomplete_gamma_upper", [a, x]) => a.ln_incomplete_gamma(Tail::Upper, x),
        ("ln_incomplete_beta_lower", [a, b, x]) => a.ln_incomplete_beta(Tail::Lower, b, x),
        ("ln_incomplete_beta_upper", [a, b, x]) => a.ln_incomplete_beta(Tail::Upper, b, x),
        ("ln_incomplete_bessel", [kappa, a, b]) => kappa.ln_incomplete_bessel(a, b),
        ("ln_marcum_lower", [m, x, y]) => m.ln_marcum(Tail::Lower, x, y),
        ("ln_marcum_upper", [m, x, y]) => m.ln_marcum(Tail::Upper, x, y),
        ("ln_exponential_term", [a, x, y]) => a.ln_exponential_term(x, y),
        ("ln_binomial_term", [a, b, x]) => a.ln_binomial_term(b, x),
        (unknown, _) => panic!("the table has {unknown}"),
    }
}

/// ∞ for NaN.
fn relative_error(actual: f64, expected: f64) -> f64 {
    if actual == expected {
        return 0.0;
    }
    let error = ((actual - expected) / expected).abs();
    if error.is_nan() { f64::INFINITY } else { error }
}

#[test]
fn values_and_gradients_agree_with_many_digits() {
    let mut complaints = Vec::new();
    for row in rows() {
        let parameters: Vec<Real> = row.arguments.iter().map(|_| Real::parameter("x")).collect();
        let value = expression(&row.function, &parameters);
        let program = Program::compile_with_gradient(&value, &parameters).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let actual = evaluator.evaluate(&row.arguments);
        let mut check = |what: &str, actual: f64, expected: f64, tolerance: f64| {
            let error = relative_error(actual, expected);
            if error > tolerance {
                let (name, at) = (&row.function, &row.arguments);
                complaints.push(format!(
                    "{what} of {name} at {at:?}: {actual:e} is off by {error:e}"
                ));
            }
        };
        check(
            "value",
            actual[0],
            row.value,
            value_tolerance(&row.function),
        );
        // By the order of a Bessel function there is none, so those of the table are the last ones.
        let first = 1 + row.arguments.len() - row.derivatives.len();
        for (index, &expected) in row.derivatives.iter().enumerate() {
            let what = format!("derivative {index}");
            check(&what, actual[first + index], expected, DERIVATIVE_TOLERANCE);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn slopes_of_exponential_terms_round_neither_products_nor_quotients() {
    let [a, x, t] = ["a", "x", "t"].map(Real::parameter);
    // 0.1 is larger than a tenth by 5.551115123125783e-18, which a million multiplies.
    let excess = 5.551115123125783e-12;
    let product = a.ln_exponential_term(&x, &t);
    let quotient = a.ln_exponential_term(&x, 1.0 / &t);
    for (value, at, by_x, by_t) in [
        (product, [1e5, 1e6, 0.1], -excess / 1e6, -excess / 0.1),
        // (at − x) / (xt) and (x − at) / t²
        (quotient, [1e6, 1e5, 0.1], excess / 1e4, -excess / 0.01),
    ] {
        let parameters = [a.clone(), x.clone(), t.clone()];
        let program = Program::compile_with_gradient(&value, &parameters).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let slopes = evaluator.evaluate(&at);
        assert!(relative_error(slopes[2], by_x) < 1e-15, "{slopes:?}");
        assert!(relative_error(slopes[3], by_t) < 1e-15, "{slopes:?}");
    }
}

#[test]
fn log_sum_exp_of_many_terms_has_the_softmax_as_gradient() {
    let parameters: Vec<Real> = (0..7).map(|_| Real::parameter("x")).collect();
    let value = Real::log_sum_exp(parameters.clone());
    let program = Program::compile_with_gradient(&value, &parameters).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    // Terms that are nothing have weight 0, and equal ones share.
    let nothing = f64::NEG_INFINITY;
    let at = [nothing, 800.0, 800.0, -800.0, nothing, 800.0, 800.0];
    let expected = [800.0 + 4f64.ln(), 0.0, 0.25, 0.25, 0.0, 0.0, 0.25, 0.25];
    for (actual, expected) in evaluator.evaluate(&at).iter().zip(expected) {
        assert!(
            (actual - expected).abs() <= 1e-15 * expected.abs(),
            "{actual} for {expected}"
        );
    }
    let all_nothing = evaluator.evaluate(&[nothing; 7]);
    assert_eq!(all_nothing[0], nothing);
    assert!((all_nothing[1..].iter().sum::<f64>() - 1.0).abs() < 1e-15);
}

#[test]
fn incomplete_functions_have_their_limits_and_refuse_what_is_outside() {
    use rainier_core::special::{ln_incomplete_beta, ln_incomplete_gamma};
    let nothing = f64::NEG_INFINITY;
    for (x, lower, upper) in [(0.0, nothing, 0.0), (f64::INFINITY, 0.0, nothing)] {
        assert_eq!(ln_incomplete_gamma(Tail::Lower, 2.0, x), lower);
        assert_eq!(ln_incomplete_gamma(Tail::Upper, 2.0, x), upper);
    }
    for (x, lower, upper) in [(0.0, nothing, 0.0), (1.0, 0.0, nothing)] {
        assert_eq!(ln_incomplete_beta(Tail::Lower, 2.0, 3.0, x), lower);
        assert_eq!(ln_incomplete_beta(Tail::Upper, 2.0, 3.0, x), upper);
    }
    for [a, x] in [
        [0.0, 1.0],
        [-1.0, 1.0],
        [1.0, -1.0],
        [f64::NAN, 1.0],
        [1.0, f64::NAN],
    ] {
        assert!(ln_incomplete_gamma(Tail::Lower, a, x).is_nan());
        assert!(ln_incomplete_beta(Tail::Lower, a, 1.0, x).is_nan());
        assert!(ln_incomplete_beta(Tail::Upper, 1.0, a, x).is_nan());
    }
}
