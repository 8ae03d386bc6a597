//! Claims: finite differences confirm the gradient of every log density and every tail, by the
//! value and by each parameter.

use rainier_core::{Program, Real};
use testkit::gradient;

use crate::table::{Kind, rows};

/// Finite differences of `value` confirm its gradient, and refuse one that is wrong by a little.
pub(crate) fn check_gradient(name: &str, value: &Real, unknowns: &[Real], at: &[f64]) {
    let evaluator = |program: Program| program.bind(&[]).unwrap().evaluator();
    let mut alone = evaluator(Program::compile(std::slice::from_ref(value), unknowns).unwrap());
    let mut both = evaluator(Program::compile_with_gradient(value, unknowns).unwrap());
    let slopes = gradient(|at| alone.evaluate(at)[0], at);
    for (slope, &exact) in slopes.iter().zip(&both.evaluate(at)[1..]) {
        assert!(slope.agrees_with(exact), "{name}: {slope:?}, {exact}");
        assert!(!slope.agrees_with(exact + 1e-4), "{name}: {slope:?}");
    }
}

#[test]
fn finite_differences_confirm_the_gradient_of_densities_and_tails() {
    for row in rows() {
        let (mut unknowns, arguments) = row.real_unknowns();
        let mut at = row.values_of(&arguments);
        let known = (row.of)(&arguments);
        let x = if matches!(known.kind, Kind::Numbers(_)) {
            let x = Real::parameter("x");
            unknowns.push(x.clone());
            at.push(row.x);
            x
        } else {
            Real::constant(row.x)
        };
        check_gradient(row.name, &known.log_density(&x), &unknowns, &at);
        if let Some(tails) = known.tails {
            check_gradient(row.name, &(tails.log_cumulative)(&x), &unknowns, &at);
            check_gradient(row.name, &(tails.log_survival)(&x), &unknowns, &at);
        }
    }
}
