//! Random models: each term of a density counts once, however models are put together.
//!
//! In: a recipe and a value for each unknown. Out: a crash where the compiled density is not that of plain numbers.

#![no_main]

#[path = "../../rainier-dist/tests/model_recipe/mod.rs"]
#[expect(dead_code, reason = "the control is that of the test")]
mod model_recipe;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use self::model_recipe::{OPERATIONS, Step, densities};

#[derive(Debug, Arbitrary)]
struct Input {
    steps: Vec<(u8, [u8; 2], i16)>,
}

const MOST_STEPS: usize = 25;

fuzz_target!(|input: Input| {
    let steps = &input.steps[..input.steps.len().min(MOST_STEPS)];
    if steps.is_empty() {
        return;
    }
    let recipe: Vec<Step> = steps
        .iter()
        .map(|&(operation, operands, _)| Step {
            operation: operation % OPERATIONS,
            operands: operands.map(usize::from),
        })
        .collect();
    let unknowns: Vec<f64> = steps
        .iter()
        .map(|&(_, _, unknown)| 2.0 * f64::from(unknown) / f64::from(i16::MAX))
        .collect();
    let found = densities(&recipe, &unknowns);
    assert!(found.agrees_with(found.once), "{found:?}");
});
