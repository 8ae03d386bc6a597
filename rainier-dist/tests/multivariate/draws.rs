//! Claims: draws fit their density, and not one that is wrong by a little; they lie in the support
//! and have the stated means and variances.

use testkit::{sample_mean, sample_variance};

use crate::latents::{expectations, features};
use crate::table::{Known, at, evaluator, rows, unknowns};

const DRAWS: usize = 200_000;

#[test]
fn means_of_bounded_functions_are_those_of_the_density_and_of_no_other() {
    for row in rows() {
        let (Known::Numbers(right), Known::Numbers(wrong)) =
            (row.at(row.parameters), row.at(row.wrong))
        else {
            continue;
        };
        let draws = row.at(row.parameters).draws(7, DRAWS);
        let agreements = |expected: &[f64]| -> Vec<bool> {
            let found = (0..expected.len()).map(|place| {
                let values: Vec<f64> = draws.iter().map(|draw| features(draw)[place]).collect();
                // A value that never changes is the same but for rounding.
                let mean = sample_mean(&values);
                mean.agrees_with(expected[place])
                    || mean.standard_error < 1e-12 && (mean.value - expected[place]).abs() < 1e-6
            });
            found.collect()
        };
        let right = agreements(&expectations(&right.latents())[1..]);
        assert!(
            right.iter().all(|agrees| *agrees),
            "{}: {right:?}",
            row.name
        );
        let wrong = agreements(&expectations(&wrong.latents())[1..]);
        assert!(
            !wrong.iter().all(|agrees| *agrees),
            "{}: a wrong one fits",
            row.name
        );
    }
}

#[test]
fn means_and_variances_are_those_of_draws() {
    let mut compared = 0;
    for row in rows() {
        let known = row.at(row.parameters);
        let (Some(means), Some(variances)) = (known.means(), known.variances()) else {
            continue;
        };
        let draws = known.draws(8, DRAWS);
        for (place, (mean, variance)) in means.iter().zip(&variances).enumerate() {
            let values: Vec<f64> = draws.iter().map(|draw| draw[place]).collect();
            let (mean, variance) = (at(mean), at(variance));
            let name = row.name;
            assert!(
                sample_mean(&values).agrees_with(mean),
                "{name}: mean {mean}"
            );
            let found = sample_variance(&values);
            assert!(found.agrees_with(variance), "{name}: {found:?}, {variance}");
            assert!(!found.agrees_with(1.1 * variance), "{name}: blind");
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared} comparisons");
}

#[test]
fn draws_lie_in_the_support() {
    for row in rows() {
        let known = row.at(row.parameters);
        let x = unknowns(known.dimension());
        let mut inside = evaluator(&[known.contains(&x).indicator()], &x);
        for draw in known.draws(9, 10_000) {
            assert_eq!(inside.evaluate(&draw), [1.0], "{}: {draw:?}", row.name);
        }
    }
}
