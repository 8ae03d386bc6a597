//! Claims: a million draws fit their density, and not one that is wrong by a little; draws lie in
//! the support; without valid parameters there is no draw.

use testkit::{GoodnessOfFit, chi_square, kolmogorov_smirnov};

use crate::mass::{COUNTS, cells, masses};
use crate::table::{Kind, Known, Row, of_value, rows};

const DRAWS: usize = 1_000_000;

/// Cells of continuous distributions.
const CELLS: usize = 200;

/// How well the sorted `draws` fit the distribution; `points` are cells of continuous ones.
fn fit(known: &Known, points: &[f64], draws: &[f64]) -> GoodnessOfFit {
    match (&known.kind, &known.tails) {
        (Kind::Numbers(_), Some(tails)) => {
            let mut below = of_value(&tails.log_cumulative);
            kolmogorov_smirnov(draws, |x| below.evaluate(&[x])[0].exp())
        }
        (Kind::Numbers(_), None) => {
            let (low, high) = known.edges().unwrap();
            let points = [&[low], points, &[high]].concat();
            chi_square(&counted(draws, &points), &cells(known, &points))
        }
        (Kind::Counts(_), _) => {
            let points: Vec<f64> = COUNTS.map(f64::from).collect();
            let before = [&[points[0] - 1.0], &points[..]].concat();
            chi_square(&counted(draws, &before), &masses(known))
        }
    }
}

/// How many of the sorted draws lie in each cell (low, high].
fn counted(draws: &[f64], points: &[f64]) -> Vec<u64> {
    let place = |x: f64| draws.partition_point(|&draw| draw <= x) as u64;
    let cells = points.windows(2);
    cells.map(|cell| place(cell[1]) - place(cell[0])).collect()
}

fn sorted(mut draws: Vec<f64>) -> Vec<f64> {
    draws.sort_unstable_by(f64::total_cmp);
    draws
}

#[test]
fn draws_fit_their_distribution_and_no_other() {
    for row in rows() {
        let right = row.at(row.parameters);
        let draws = sorted(right.draws(7, DRAWS));
        // Cells of about equal mass, from draws of their own.
        let mut points = sorted(right.draws(8, CELLS));
        points.dedup();
        let own = fit(&right, &points, &draws);
        assert!(own.is_plausible(), "{}: {own:?}", row.name);
        let other = fit(&row.at(row.wrong), &points, &draws);
        assert!(!other.is_plausible(), "{}: a wrong one fits", row.name);
    }
}

#[test]
fn draws_lie_in_the_support() {
    for row in rows() {
        let known = row.at(row.parameters);
        let mut inside = known.contains();
        for draw in known.draws(9, 10_000) {
            assert_eq!(inside.evaluate(&[draw]), [1.0], "{}: {draw}", row.name);
        }
    }
}

#[test]
fn parameters_out_of_their_domain_draw_no_value() {
    for row in rows() {
        for index in 0..row.parameters.len() {
            for bad in [f64::NAN, f64::INFINITY, -1e300, -1.0, 0.0] {
                check_no_value(&row, index, bad);
            }
        }
    }
}

/// Where a constraint is broken there is no draw; elsewhere there is.
fn check_no_value(row: &Row, index: usize, bad: f64) {
    let mut parameters = row.parameters.to_vec();
    parameters[index] = bad;
    let known = row.at(&parameters);
    let is_valid = known
        .constraints()
        .iter()
        .all(|constraint| constraint.check().is_ok());
    assert!(!is_valid || bad.is_finite(), "{} accepts {bad}", row.name);
    let is_none = |draw: &f64| match known.kind {
        Kind::Numbers(_) => draw.is_nan(),
        Kind::Counts(_) => *draw == i64::MIN as f64,
    };
    let draws = known.draws(1, 100);
    if is_valid {
        assert!(!draws.iter().any(is_none), "{} at {parameters:?}", row.name);
    } else {
        assert!(draws.iter().all(is_none), "{} at {parameters:?}", row.name);
    }
}
