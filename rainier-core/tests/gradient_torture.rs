//! Checks values and gradients against the reference answers of awkward expressions.
//!
//! In: two tables of expressions, with answers computed with many digits elsewhere: the shared
//! `reference/gradients.json` and our `testdata/awkward_gradients.json`. Out: every case within its
//! tolerance, those that need a rewrite of the normal form included.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use rainier_core::{Condition, Evaluator, Program, Real};
use serde_json::Value;
use testkit::shared_json;

#[test]
fn every_shared_case_has_the_reference_value_and_gradient() {
    if let Some(reference) = shared_json("reference/gradients.json") {
        check_all(&reference);
    }
}

#[test]
fn expressions_that_plain_arithmetic_gets_wrong_have_the_right_value_and_gradient() {
    check_all(&serde_json::from_str(include_str!("../testdata/awkward_gradients.json")).unwrap());
}

/// Value and gradient of a function of two parameters at a point.
fn at(function: impl Fn(&Real, &Real) -> Real, point: [f64; 2]) -> [f64; 3] {
    let parameters = [Real::parameter("x"), Real::parameter("y")];
    let value = function(&parameters[0], &parameters[1]);
    let program = Program::compile_with_gradient(&value, &parameters).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    evaluator.evaluate(&point).try_into().unwrap()
}

#[test]
fn edges_of_domains_have_their_limits() {
    let infinity = f64::INFINITY;
    assert_eq!(at(|x, y| x.pow(y), [0.0, 0.0]), [1.0, 0.0, 0.0]);
    assert_eq!(at(|x, y| x.pow(y), [0.0, 2.0]), [0.0, 0.0, 0.0]);
    assert_eq!(at(|x, y| x.pow(y), [0.0, 1.0]), [0.0, 1.0, 0.0]);
    assert_eq!(at(|x, _| x * x.ln(), [0.0, 0.0]), [0.0, -infinity, 0.0]);
    assert_eq!(at(|x, _| x.sqrt(), [0.0, 0.0]), [0.0, infinity, 0.0]);
    assert_eq!(at(|x, _| (x * x).sqrt(), [0.0, 0.0]), [0.0, 0.0, 0.0]);
    assert_eq!(at(|x, _| x.abs(), [0.0, 0.0]), [0.0, 0.0, 0.0]);
    assert_eq!(at(|x, _| x / x, [0.0, 0.0]), [1.0, 0.0, 0.0]);
    assert_eq!(
        at(|x, y| x.log_add_exp(y), [-infinity, 3.0]),
        [3.0, 0.0, 1.0]
    );
    let by_hand = |x: &Real, y: &Real| (x.exp() + y.exp()).ln();
    assert_eq!(at(by_hand, [3.0, -infinity]), [3.0, 1.0, 0.0]);
    assert_eq!(at(by_hand, [-infinity; 2]), [-infinity, 0.5, 0.5]);
}

#[test]
fn what_several_untaken_branches_share_does_not_leak() {
    let z = Real::parameter("z");
    // Infinite, and so is its slope, at 40.
    let shared = (1.0 - &z).scaled_erfc().ln();
    let later = z.less(1.0).select(&shared, &z);
    let value = z.less(0.0).select(&shared, later);
    let mut evaluator = with_gradient(&value, &z);
    assert_eq!(evaluator.evaluate(&[40.0]), [40.0, 1.0]);
    // Where a branch is taken, the slope is that of the branch.
    let mut alone = with_gradient(&shared, &z);
    for at in [-2.0, 0.5] {
        assert_eq!(evaluator.evaluate(&[at]), alone.evaluate(&[at]));
    }
    // Three uses, and two arms of one condition, which are everywhere.
    let both = z.less(2.0).select(&shared * 2.0, &shared * 3.0);
    let inside = z.less(5.0).select(&both, 7.0);
    let value = z.less(-5.0).select(&shared, inside);
    let mut evaluator = with_gradient(&value, &z);
    assert_eq!(evaluator.evaluate(&[40.0]), [7.0, 0.0]);
    for (at, factor) in [(-6.0, 1.0), (1.5, 2.0), (3.0, 3.0)] {
        let outputs = evaluator.evaluate(&[at]).iter();
        for (found, one) in outputs.zip(alone.evaluate(&[at])) {
            assert!((found / (factor * one) - 1.0).abs() <= 4.0 * f64::EPSILON);
        }
    }
}

fn with_gradient(value: &Real, parameter: &Real) -> Evaluator {
    let program = Program::compile_with_gradient(value, std::slice::from_ref(parameter)).unwrap();
    program.bind(&[]).unwrap().evaluator()
}

fn check_all(table: &Value) {
    let mut complaints = Vec::new();
    for expression in table["expressions"].as_array().unwrap() {
        let case = Case::new(expression);
        let points = expression["points"].as_array().unwrap();
        complaints.extend(points.iter().filter_map(|point| case.check(point)));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// One expression of the table, compiled.
struct Case {
    name: String,
    variables: Vec<String>,
    program: Program,
}

impl Case {
    fn new(expression: &Value) -> Self {
        let variables: Vec<String> = expression["vars"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        let parameters: Vec<Real> = variables
            .iter()
            .map(|name| Real::parameter(name.as_str()))
            .collect();
        let names = variables
            .iter()
            .cloned()
            .zip(parameters.iter().cloned())
            .collect();
        let value = build(&expression["expr"], &names);
        let program = Program::compile_with_gradient(&value, &parameters).unwrap();
        Self {
            name: expression["name"].as_str().unwrap().to_owned(),
            variables,
            program,
        }
    }

    fn check(&self, point: &Value) -> Option<String> {
        let at: Vec<f64> = self
            .variables
            .iter()
            .map(|name| number(coordinate(&point["at"], name)))
            .collect();
        let tolerance = point["rtol"].as_f64().unwrap();
        let mut evaluator = self.program.bind(&[]).unwrap().evaluator();
        let outputs = evaluator.evaluate(&at);
        let mut complaints = Vec::new();
        if !agrees(outputs[0], &point["value"], tolerance) {
            complaints.push(format!("value {} for {}", outputs[0], point["value"]));
        }
        for (index, name) in self.variables.iter().enumerate() {
            let expected = match &point["grad"] {
                Value::Array(entries) => &entries[index],
                entries => &entries[name.as_str()],
            };
            if !agrees(outputs[1 + index], expected, tolerance) {
                complaints.push(format!("d/d{name} {} for {expected}", outputs[1 + index]));
            }
        }
        (!complaints.is_empty())
            .then(|| format!("{} at {at:?}: {}", self.name, complaints.join(", ")))
    }
}

fn coordinate<'a>(at: &'a Value, name: &str) -> &'a Value {
    match at {
        Value::Object(_) => &at[name],
        other => panic!("a point names its coordinates, got {other}"),
    }
}

fn number(value: &Value) -> f64 {
    testkit::number(value).unwrap_or_else(|| panic!("a number, got {value}"))
}

/// Whether `actual` is the reference answer; null answers are not checked.
fn agrees(actual: f64, expected: &Value, tolerance: f64) -> bool {
    if let Some(between) = expected.get("between") {
        return number(&between[0]) <= actual && actual <= number(&between[1]);
    }
    let Some(expected) = testkit::number(expected) else {
        return true;
    };
    actual == expected || (actual - expected).abs() <= tolerance * expected.abs()
}

/// Reads an expression in prefix notation.
fn build(expression: &Value, names: &HashMap<String, Real>) -> Real {
    let operation = match expression {
        Value::Number(constant) => return Real::constant(constant.as_f64().unwrap()),
        Value::String(name) => return names[name].clone(),
        Value::Array(operation) => operation,
        other => panic!("an expression, got {other}"),
    };
    let name = operation[0].as_str().unwrap();
    let operands = || operation[1..].iter().map(|operand| build(operand, names));
    let unary = || operands().next().unwrap();
    let binary = || (build(&operation[1], names), build(&operation[2], names));
    match name {
        "add" => binary().0 + binary().1,
        "sub" => binary().0 - binary().1,
        "mul" => binary().0 * binary().1,
        "div" => binary().0 / binary().1,
        "pow" => binary().0.pow(binary().1),
        "max" => binary().0.max(binary().1),
        "min" => binary().0.min(binary().1),
        "logsumexp" => Real::log_sum_exp(operands()),
        "neg" => -unary(),
        "exp" => unary().exp(),
        "log" => unary().ln(),
        "log1p" => unary().ln_1p(),
        "expm1" => unary().exp_m1(),
        "sqrt" => unary().sqrt(),
        "abs" => unary().abs(),
        "sin" => unary().sin(),
        "cos" => unary().cos(),
        "tanh" => unary().tanh(),
        "atan" => unary().atan(),
        "logistic" => unary().logistic(),
        "log1pexp" => unary().softplus(),
        "lgamma" => unary().ln_gamma(),
        "digamma" => unary().digamma(),
        "erf" => unary().erf(),
        "if" => condition(&operation[1], names)
            .select(build(&operation[2], names), build(&operation[3], names)),
        "let" => {
            let mut names = names.clone();
            for binding in operation[1].as_array().unwrap() {
                let value = build(&binding[1], &names);
                names.insert(binding[0].as_str().unwrap().to_owned(), value);
            }
            build(&operation[2], &names)
        }
        "iterate" => iterate(operation, names),
        other => panic!("unknown operation {other}"),
    }
}

fn condition(condition: &Value, names: &HashMap<String, Real>) -> Condition {
    let (left, right) = (build(&condition[1], names), build(&condition[2], names));
    match condition[0].as_str().unwrap() {
        "gt" => left.greater(right),
        "ge" => left.greater_or_equal(right),
        "lt" => left.less(right),
        "le" => left.less_or_equal(right),
        "eq" => left.equal(right),
        other => panic!("unknown comparison {other}"),
    }
}

/// `["iterate", n, [[name, initial], …], [[name, next], …], result]`, all updated at once.
fn iterate(operation: &[Value], names: &HashMap<String, Real>) -> Real {
    let mut state = names.clone();
    for binding in operation[2].as_array().unwrap() {
        let initial = build(&binding[1], names);
        state.insert(binding[0].as_str().unwrap().to_owned(), initial);
    }
    for step in 0..operation[1].as_u64().unwrap() {
        state.insert("i".to_owned(), Real::constant(step as f64));
        let next: Vec<(String, Real)> = operation[3]
            .as_array()
            .unwrap()
            .iter()
            .map(|binding| {
                (
                    binding[0].as_str().unwrap().to_owned(),
                    build(&binding[1], &state),
                )
            })
            .collect();
        state.extend(next);
    }
    build(&operation[4], &state)
}
