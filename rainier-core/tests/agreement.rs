//! Compares programs with two independent evaluations of the same random expressions.
//!
//! In: random recipes over parameters, columns and constants. Out: the compiled value equals the
//! interpreter's and plain arithmetic's, the compiled gradient equals forward-mode derivatives,
//! for any number of rows, including none and a few more than a block.

mod recipe;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::strategy::Strategy;
use proptest::test_runner::TestCaseError;

use self::recipe::{COLUMNS, LEAVES, Step, check};

fn step() -> impl Strategy<Value = Step> {
    (any::<u8>(), any::<[u8; 4]>()).prop_map(|(operation, operands)| Step {
        operation,
        operands: operands.map(usize::from),
    })
}

/// A number with few values, one with many, an index.
fn row() -> impl Strategy<Value = [f64; COLUMNS]> {
    (-3..4i8, -2.0..2.0f64, 0..3u8)
        .prop_map(|(few, many, index)| [0.5 * f64::from(few), many, f64::from(index)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn programs_agree_with_plain_arithmetic_and_forward_derivatives(
        steps in vec(step(), 1..25),
        at in [-3.0..3.0f64, -3.0..3.0f64],
        rows in vec(row(), 0..140),
    ) {
        check(&steps, at, &rows).map_err(TestCaseError::fail)?;
    }
}

/// Found by fuzzing.
#[test]
fn a_kink_of_no_rows_has_the_value_of_no_rows() {
    let root_of_a = Step {
        operation: 8,
        operands: [0; 4],
    };
    assert_eq!(check(&[root_of_a], [0.0, 0.0], &[]), Ok(()));
    // The same in the branch of rows whose first column is the frequent value.
    let place = LEAVES;
    let by_data = Step {
        operation: 11,
        operands: [0, 0, place, 0],
    };
    assert_eq!(check(&[root_of_a, by_data], [0.0, 0.0], &[]), Ok(()));
}
