//! Claims: wherever a parameter leaves its domain the density is zero and flat, never NaN.

use rainier_core::{Program, Real};

use crate::table::rows;

#[test]
fn wherever_a_parameter_leaves_its_domain_the_density_is_zero_and_flat() {
    let infinity = f64::INFINITY;
    for row in rows() {
        let unknowns = row.unknowns();
        let known = (row.of)(&unknowns);
        let evaluator = |program: Program| program.bind(&[]).unwrap().evaluator();
        let valid: Vec<Real> = known
            .constraints()
            .iter()
            .map(|constraint| constraint.condition().indicator())
            .collect();
        let mut valid = evaluator(Program::compile(&valid, &unknowns).unwrap());
        let ln_p = known.log_density(&Real::constant(row.x));
        let mut density = evaluator(Program::compile_with_gradient(&ln_p, &unknowns).unwrap());
        let mut zero = vec![0.0; unknowns.len() + 1];
        zero[0] = f64::NEG_INFINITY;
        for index in 0..unknowns.len() {
            for value in [f64::NAN, infinity, -infinity, -1e300, -1.0, 0.0, 1.0, 2.0] {
                let mut at = row.parameters.to_vec();
                at[index] = value;
                let name = row.name;
                let is_valid = valid.evaluate(&at).iter().all(|&holds| holds == 1.0);
                assert!(!is_valid || value.is_finite(), "{name} accepts {at:?}");
                let outputs = density.evaluate(&at);
                if is_valid {
                    assert!(!outputs[0].is_nan(), "{name} at {at:?}: {outputs:?}");
                } else {
                    assert_eq!(outputs, zero, "{name} at {at:?}");
                }
            }
        }
    }
}
