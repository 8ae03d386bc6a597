//! Claims: log probabilities of counts, their derivatives and tails keep their digits at extreme
//! parameters, and categories come apart into numbers of rows.
//!
//! In: `testdata/counts.csv`, computed with 60 digits; `counts.py` wrote it. Out: every value of it.

use rainier_core::{Column, Program, Real};
use rainier_dist::discrete::{Categorical, OrderedLogistic};
use rainier_dist::distribution::Distribution;
use testkit::relative_error;

use crate::table::{of_value, rows};

const TABLE: &str = include_str!("../../testdata/counts.csv");

/// Largest differences, relative with 1 as the least scale.
const TOLERANCE: f64 = 1e-12;
const DERIVATIVE_TOLERANCE: f64 = 1e-10;

/// Largest relative difference of a tail.
const TAIL_TOLERANCE: f64 = 1e-9;

/// One line of the table.
struct Point {
    name: &'static str,
    parameters: Vec<f64>,
    x: f64,
    /// ln p, and its derivatives by the parameters that need not be whole.
    answers: Vec<f64>,
    /// ln of both tails, or nothing.
    tails: Vec<f64>,
}

fn points() -> impl Iterator<Item = Point> {
    let numbers = |list: &str| -> Vec<f64> {
        let cells = list.split(' ').filter(|cell| !cell.is_empty());
        cells.map(|cell| cell.parse().unwrap()).collect()
    };
    TABLE.lines().map(move |line| {
        let cells: Vec<&'static str> = line.split(',').collect();
        Point {
            name: cells[0],
            parameters: numbers(cells[1]),
            x: numbers(cells[2])[0],
            answers: numbers(&[cells[3], cells[4]].join(" ")),
            tails: numbers(cells[5]),
        }
    })
}

#[test]
fn log_probabilities_and_derivatives_are_those_of_the_table() {
    let mut complaints = Vec::new();
    for point in points() {
        let row = rows().into_iter().find(|row| row.name == point.name);
        let mut row = row.unwrap();
        row.parameters = point.parameters.clone().leak();
        let (unknowns, arguments) = row.real_unknowns();
        let value = (row.of)(&arguments).log_density(&Real::constant(point.x));
        let program = Program::compile_with_gradient(&value, &unknowns).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let outputs = evaluator.evaluate(&row.values_of(&arguments));
        for (place, (&found, &expected)) in outputs.iter().zip(&point.answers).enumerate() {
            let tolerance = if place == 0 {
                TOLERANCE
            } else {
                DERIVATIVE_TOLERANCE
            };
            let error = (found - expected).abs() / expected.abs().max(1.0);
            if found != expected && (error.is_nan() || error > tolerance) {
                let Point {
                    name,
                    parameters,
                    x,
                    ..
                } = &point;
                complaints.push(format!(
                    "{place} of {name} {parameters:?} at {x}: {found}, not {expected}"
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn tails_are_those_of_the_table() {
    let mut complaints = Vec::new();
    for point in points() {
        let row = rows().into_iter().find(|row| row.name == point.name);
        let known = row.unwrap().at(&point.parameters);
        let Some(tails) = &known.tails else { continue };
        let of = |tail: &dyn Fn(&Real) -> Real| of_value(tail).evaluate(&[point.x])[0];
        let found = [of(&tails.log_cumulative), of(&tails.log_survival)];
        for (found, &expected) in found.iter().zip(&point.tails) {
            // The probability is compared, which a logarithm near 0 tells nothing about.
            let is_near = relative_error(found.exp(), expected.exp()) <= TAIL_TOLERANCE
                && (expected > -0.1 || relative_error(*found, expected) <= TAIL_TOLERANCE);
            if !is_near && *found != expected {
                let Point {
                    name,
                    parameters,
                    x,
                    ..
                } = &point;
                complaints.push(format!(
                    "{name} {parameters:?} at {x}: {found}, not {expected}"
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn categories_come_apart_into_numbers_of_rows() {
    let unknowns = ["a", "b", "c"].map(Real::parameter);
    let column = Column::placeholder("x").real();
    let [a, b, c] = &unknowns;
    for sum in [
        Categorical::with_logits(&unknowns).log_density(&column),
        OrderedLogistic::new(a, [b, c]).log_density(&column),
    ] {
        let program = Program::compile_with_gradient(&sum.sum_rows(), &unknowns).unwrap();
        let listing = program.to_string();
        let (binding, evaluation) = listing.split_once("evaluation, once").unwrap();
        assert!(binding.contains("for each of rows"), "{listing}");
        assert!(!evaluation.contains("for each of rows"), "{listing}");
    }
}
