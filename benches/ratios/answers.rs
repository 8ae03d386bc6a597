//! Compares a workload's two sides before they are timed.
//!
//! In: a workload. Out: an error that says where they differ. The reference's gradient is held
//! against finite differences of its own value first, so that both sides cannot be wrong alike.

use anyhow::{Result, ensure};

use crate::by_hand::check_gradient;
use crate::workload::Workload;

/// Largest difference, relative to the reference where that is above 1: sums over thousands of rows
/// in two orders differ by some 1e-12, wrong formulas by much more than this.
const TOLERANCE: f64 = 1e-9;

/// Compares value and gradient at every position that is timed.
pub(crate) fn check(workload: &Workload) -> Result<()> {
    let positions = workload.positions();
    check_gradient(&*workload.reference, &positions[0])?;
    let mut evaluate = (workload.ours)()?()?;
    for position in &positions {
        let mut gradient = vec![0.0; position.len()];
        let mut expected_gradient = gradient.clone();
        let value = evaluate(position, &mut gradient);
        let expected = workload
            .reference
            .value_and_gradient(position, &mut expected_gradient);
        agree("the value", value, expected)?;
        for (index, (&ours, &reference)) in gradient.iter().zip(&expected_gradient).enumerate() {
            agree(
                &format!("the derivative by parameter {index}"),
                ours,
                reference,
            )?;
        }
    }
    Ok(())
}

fn agree(what: &str, ours: f64, reference: f64) -> Result<()> {
    let close = (ours - reference).abs() <= TOLERANCE * reference.abs().max(1.0);
    ensure!(close, "{what} is {ours:e}, by hand {reference:e}");
    Ok(())
}
