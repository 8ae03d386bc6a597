//! Claims: log densities and their derivatives keep their digits at large counts, shapes and rates.
//!
//! In: `testdata/large_arguments.csv`, computed with 60 digits; `large_arguments.py` wrote it. Out:
//! value and derivatives of each point. Where shapes are computed from other parameters, the answer
//! may also be that of a neighbour of x. Over data and for unknowns the terms stay apart.

use rainier_core::{Column, Program, Real};

use crate::table::{Kind, Known, rows};

const TABLE: &str = include_str!("../../testdata/large_arguments.csv");

/// Largest relative difference, with 1 as the least scale.
const TOLERANCE: f64 = 1e-12;
const DERIVATIVE_TOLERANCE: f64 = 1e-10;

/// How many units in the last place of x the rounded shapes count for.
const UNITS: f64 = 4.0;

/// One line of the table.
struct Point {
    name: &'static str,
    parameters: Vec<f64>,
    x: f64,
    /// ln p, its derivatives by the parameters and, unless it is a count, by x.
    answers: Vec<f64>,
    /// What one unit in the last place of x changes, or nothing.
    changes: Vec<f64>,
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
            answers: numbers(cells[3]),
            changes: numbers(cells[4]),
        }
    })
}

/// What is wrong with value and derivatives of a log density of these distributions.
fn complaints(log_density: impl Fn(&Known, &Real) -> Real) -> Vec<String> {
    let mut complaints = Vec::new();
    for point in points() {
        let row = rows().into_iter().find(|row| row.name == point.name);
        let row = row.unwrap();
        let (unknowns, x) = (row.unknowns(), Real::parameter("x"));
        let value = log_density(&(row.of)(&unknowns), &x);
        let program = Program::compile_with_gradient(&value, &[unknowns, vec![x]].concat());
        let mut evaluator = program.unwrap().bind(&[]).unwrap().evaluator();
        let at = [&point.parameters[..], &[point.x]].concat();
        let outputs = evaluator.evaluate(&at);
        for (place, (&found, &expected)) in outputs.iter().zip(&point.answers).enumerate() {
            let tolerance = if place == 0 {
                TOLERANCE
            } else {
                DERIVATIVE_TOLERANCE
            };
            let change = point.changes.get(place).copied().unwrap_or(0.0);
            let allowed = tolerance * expected.abs().max(1.0) + UNITS * change;
            let difference = (found - expected).abs();
            if difference.is_nan() || difference > allowed {
                let name = point.name;
                complaints.push(format!(
                    "{place} of {name} at {at:?}: {found}, not {expected}"
                ));
            }
        }
    }
    complaints
}

#[test]
fn log_densities_keep_their_digits_at_large_arguments() {
    let complaints = complaints(Known::log_density);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn terms_apart_lose_digits_that_the_table_tells() {
    let apart = |known: &Known, x: &Real| match &known.kind {
        Kind::Numbers(distribution) => distribution.log_density_apart(x),
        Kind::Counts(distribution) => distribution.log_density_apart(x),
    };
    let found = complaints(apart).join("\n");
    for name in [
        "Poisson",
        "Binomial",
        "Geometric",
        "NegativeBinomial",
        "Gamma",
        "Beta",
        "BetaPrime",
    ] {
        assert!(found.contains(&format!("of {name} at")), "{name}: blind");
    }
}

/// Whether the program for a value calls a function that joins its terms.
fn joins_terms(value: &Real, inputs: &[Real]) -> bool {
    let program = Program::compile_with_gradient(value, inputs).unwrap();
    program.to_string().contains("Term")
}

#[test]
fn over_data_and_for_unknowns_terms_stay_apart() {
    let column = Column::placeholder("x").real();
    let x = Real::parameter("x");
    for name in points().map(|point| point.name) {
        let row = rows().into_iter().find(|row| row.name == name).unwrap();
        let unknowns = row.unknowns();
        let known = (row.of)(&unknowns);
        let inputs = [&unknowns[..], std::slice::from_ref(&x)].concat();
        assert!(joins_terms(&known.log_density(&x), &inputs), "{name}");
        let over_data = known.log_density(&column).sum_rows();
        assert!(!joins_terms(&over_data, &inputs), "{name} over data");
        // As zero-inflated counts need it.
        let at_zero = known.log_density(&Real::constant(0.0));
        assert!(!joins_terms(&at_zero, &inputs), "{name} at 0");
        if let Kind::Numbers(distribution) = &known.kind {
            let latent = distribution.latent();
            let inputs = [&unknowns[..], &[latent.parameter]].concat();
            assert!(
                !joins_terms(&latent.log_density, &inputs),
                "{name}, unknown"
            );
        }
    }
}
