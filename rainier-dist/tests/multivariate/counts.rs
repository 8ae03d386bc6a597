//! Claims: probabilities of all counts of kinds sum to one, and draws fit them.

use std::collections::HashMap;

use testkit::chi_square;

use crate::table::{Known, rows};

/// All ways to share `trials` among `kinds`.
fn shares(trials: i32, kinds: usize) -> Vec<Vec<i32>> {
    if kinds == 1 {
        return vec![vec![trials]];
    }
    let with_first = |first: i32| {
        let rest = shares(trials - first, kinds - 1).into_iter();
        rest.map(move |rest| [&[first], &rest[..]].concat())
    };
    (0..=trials).flat_map(with_first).collect()
}

fn probabilities(known: &Known, cells: &[Vec<i32>]) -> Vec<f64> {
    let mut density = known.density();
    let numbers = |cell: &[i32]| cell.iter().copied().map(f64::from).collect::<Vec<_>>();
    cells
        .iter()
        .map(|cell| density.evaluate(&numbers(cell))[0].exp())
        .collect()
}

#[test]
fn probabilities_sum_to_one_and_a_million_draws_fit_them_and_no_others() {
    for row in rows() {
        let known = row.at(row.parameters);
        let Known::Counts(_, trials) = known else {
            continue;
        };
        let cells = shares(trials, row.x.len());
        let right = probabilities(&known, &cells);
        let total: f64 = right.iter().sum();
        assert!((total - 1.0).abs() < 1e-13, "{}: {total}", row.name);

        let mut counts: HashMap<Vec<i64>, u64> = HashMap::new();
        #[expect(clippy::cast_possible_truncation, reason = "draws are small counts")]
        for draw in known.draws(7, 1_000_000) {
            *counts
                .entry(draw.iter().map(|x| *x as i64).collect())
                .or_default() += 1;
        }
        let place = |cell: &Vec<i32>| cell.iter().copied().map(i64::from).collect::<Vec<_>>();
        let observed: Vec<u64> = cells
            .iter()
            .map(|cell| counts.get(&place(cell)).copied().unwrap_or(0))
            .collect();
        let fit = chi_square(&observed, &right);
        assert!(fit.is_plausible(), "{}: {fit:?}", row.name);
        let wrong = probabilities(&row.at(row.wrong), &cells);
        assert!(
            !chi_square(&observed, &wrong).is_plausible(),
            "{}: a wrong one fits",
            row.name
        );
    }
}
