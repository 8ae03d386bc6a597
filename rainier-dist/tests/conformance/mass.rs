//! Claims: densities and probabilities add up to one, and there is none outside the support.

use testkit::integrate_pieces;

use crate::table::{Kind, Known, rows};

/// Counts summed over: all but 1e-12 of every distribution of the table.
pub(crate) const COUNTS: std::ops::Range<i32> = -400..400;

/// P(low < X ≤ high) of a continuous distribution for the cells between `points`, which ascend and
/// begin and end at the edges of the support, by integration of its density.
pub(crate) fn cells(known: &Known, points: &[f64]) -> Vec<f64> {
    let mut density = known.density();
    points
        .windows(2)
        .map(|cell| integrate_pieces(|x| density.evaluate(&[x])[0].exp(), cell).value)
        .collect()
}

/// The probabilities of [`COUNTS`].
pub(crate) fn masses(known: &Known) -> Vec<f64> {
    let mut density = known.density();
    COUNTS
        .map(|k| density.evaluate(&[f64::from(k)])[0].exp())
        .collect()
}

#[test]
fn mass_is_one() {
    for row in rows() {
        let known = row.at(row.parameters);
        let (total, tolerance) = match known.edges() {
            Some((low, high)) => (cells(&known, &[low, row.x, high]).iter().sum::<f64>(), 1e-6),
            None => (masses(&known).iter().sum::<f64>(), 1e-12),
        };
        assert!((total - 1.0).abs() < tolerance, "{}: {total}", row.name);
    }
}

#[test]
fn values_outside_the_support_have_no_density() {
    for row in rows() {
        let known = row.at(row.parameters);
        let outside = match (&known.kind, known.edges()) {
            (Kind::Numbers(_), Some((low, high))) => vec![low - 1.0, high + 1.0],
            // A difference of counts has no least value.
            _ if row.name == "Skellam" => vec![row.x - 0.5, row.x + 0.25],
            _ => vec![row.x - 0.5, row.x + 0.25, -401.0],
        };
        let mut density = known.density();
        for x in outside.into_iter().filter(|x| x.is_finite()) {
            let ln_p = density.evaluate(&[x])[0];
            assert_eq!(ln_p, f64::NEG_INFINITY, "{} at {x}", row.name);
        }
        assert!(density.evaluate(&[row.x])[0].is_finite(), "{}", row.name);
    }
}
