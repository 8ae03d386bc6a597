//! Random expressions: folded, compiled, as machine code, interpreted, by plain arithmetic, slopes by forward mode.
//!
//! In: a recipe, a place, rows. Out: a crash where one differs from the others.

#![no_main]

#[path = "../../rainier-core/tests/recipe/mod.rs"]
mod recipe;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use self::recipe::{COLUMNS, PARAMETERS, Step, check, expected};

#[derive(Debug, Arbitrary)]
struct Input {
    steps: Vec<(u8, [u8; 4])>,
    at: [i16; PARAMETERS],
    rows: Vec<(i8, i16, u8)>,
}

const MOST_STEPS: usize = 24;
const MOST_ROWS: usize = 140;

fuzz_target!(|input: Input| {
    let steps = input.steps.iter().take(MOST_STEPS);
    let steps: Vec<Step> = steps
        .map(|&(operation, operands)| Step {
            operation,
            operands: operands.map(usize::from),
        })
        .collect();
    if steps.is_empty() {
        return;
    }
    let unit = |number: i16| 3.0 * f64::from(number) / f64::from(i16::MAX);
    let at = input.at.map(unit);
    let rows = input.rows.iter().take(MOST_ROWS);
    let rows: Vec<[f64; COLUMNS]> = rows
        .map(|&(few, many, index)| [0.5 * f64::from(few % 4), unit(many), f64::from(index % 3)])
        .collect();
    if is_decided_by_rounding(&steps, at, &rows) {
        return;
    }
    if let Err(difference) = check(&steps, at, &rows) {
        panic!("{difference}");
    }
});

/// Whether inputs that differ in their last digits give another answer: then no two ways of computing it need agree.
fn is_decided_by_rounding(steps: &[Step], at: [f64; PARAMETERS], rows: &[[f64; COLUMNS]]) -> bool {
    let here = expected(steps, at, rows);
    [1e-13, -2.7e-13, 3.1e-14].into_iter().any(|shift| {
        let moved = |x: f64| x * (1.0 + shift) + shift;
        let rows: Vec<_> = rows
            .iter()
            .map(|&[few, many, index]| [few, moved(many), index])
            .collect();
        let near = expected(steps, at.map(moved), &rows);
        let differs = |a: f64, b: f64| {
            a.is_finite() != b.is_finite()
                || (a - b).abs() > 2e-10 * (1.0 + a.abs() + rows.len() as f64)
        };
        let slopes = here.slopes.iter().zip(&near.slopes);
        differs(here.value, near.value) || slopes.into_iter().any(|(&a, &b)| differs(a, b))
    })
}
