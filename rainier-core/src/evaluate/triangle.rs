//! Factors a data matrix: D = QR, of which R is kept.
//!
//! In: columns, weights. Out: what was subtracted from the columns and the upper triangle R, with
//! ‖D a‖ = ‖R a‖ for every vector a. By modified Gram–Schmidt, whose R is as accurate as
//! Householder's (Björck 1967, BIT 7, 1–21); the columns are centred first, so that R keeps its
//! digits however far the data are from zero.

use super::column::LANES;
use super::rows::sum_lanes;
use crate::compensated::Compensated;

/// The factor of one matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Factored {
    /// Of each column but the constant.
    pub(super) centres: Vec<f64>,
    /// By row, each from the diagonal on.
    pub(super) rows: Vec<Vec<f64>>,
}

/// Factors the matrix of a column of ones, if `has_constant`, and of `columns`, each row times
/// the root of its weight. Without rows everything is 0.
pub(super) fn factor(
    columns: Vec<Vec<f64>>,
    has_constant: bool,
    weights: Option<&[f64]>,
) -> Factored {
    let rows = columns.first().map_or(0, Vec::len);
    let mut centres = vec![0.0; columns.len()];
    let mut matrix = columns;
    if has_constant {
        let total = weights.map_or(rows as f64, |weights| {
            weights.iter().copied().collect::<Compensated>().total()
        });
        for (column, centre) in matrix.iter_mut().zip(&mut centres) {
            let sum = weights.map_or_else(
                || column.iter().copied().collect::<Compensated>(),
                |weights| column.iter().zip(weights).map(|(x, w)| x * w).collect(),
            );
            // A mean that is no number would spoil columns that are not part of the matter.
            let mean = sum.total() / total;
            *centre = if mean.is_finite() { mean } else { 0.0 };
            for value in column {
                *value -= *centre;
            }
        }
        matrix.insert(0, vec![1.0; rows]);
    }
    if let Some(weights) = weights {
        for column in &mut matrix {
            for (value, weight) in column.iter_mut().zip(weights) {
                *value *= weight.sqrt();
            }
        }
    }
    Factored {
        centres,
        rows: triangle(&mut matrix),
    }
}

fn triangle(matrix: &mut [Vec<f64>]) -> Vec<Vec<f64>> {
    let mut rows = Vec::with_capacity(matrix.len());
    for pivot in 0..matrix.len() {
        let (first, rest) = matrix[pivot..].split_first_mut().expect("pivot < len");
        let norm = dot(first, first).sqrt();
        let mut row = vec![norm];
        if norm != 0.0 {
            for value in &mut *first {
                *value /= norm;
            }
        }
        for column in rest {
            let overlap = dot(first, column);
            for (value, along) in column.iter_mut().zip(&*first) {
                *value -= overlap * along;
            }
            row.push(overlap);
        }
        rows.push(row);
    }
    rows
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = Compensated::default();
    for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
        let mut block = [0.0; LANES];
        for ((product, a), b) in block.iter_mut().zip(a).zip(b) {
            *product = a * b;
        }
        sum.add(sum_lanes(&block, a.len()));
    }
    sum.total()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Σ w (Σ aⱼ dⱼ)², from the rows and from the factor.
    fn both(
        columns: &[Vec<f64>],
        has_constant: bool,
        weights: Option<&[f64]>,
        a: &[f64],
    ) -> [f64; 2] {
        let rows = columns[0].len();
        let constant = if has_constant { a[0] } else { 0.0 };
        let slopes = &a[usize::from(has_constant)..];
        let by_row: f64 = (0..rows)
            .map(|row| {
                let line = columns
                    .iter()
                    .zip(slopes)
                    .map(|(d, a)| a * d[row])
                    .sum::<f64>();
                weights.map_or(1.0, |weights| weights[row]) * (constant + line).powi(2)
            })
            .sum();
        let factored = factor(columns.to_vec(), has_constant, weights);
        let mut vector = a.to_vec();
        if has_constant {
            vector[0] += factored
                .centres
                .iter()
                .zip(slopes)
                .map(|(c, a)| c * a)
                .sum::<f64>();
        }
        let by_factor = factored
            .rows
            .iter()
            .enumerate()
            .map(|(row, entries)| {
                let line: f64 = entries.iter().zip(&vector[row..]).map(|(r, a)| r * a).sum();
                line * line
            })
            .sum();
        [by_row, by_factor]
    }

    #[test]
    fn the_factor_has_the_norm_of_the_matrix() {
        let x: Vec<f64> = (0..200).map(|i| f64::from(i * i % 37)).collect();
        let y: Vec<f64> = (0..200).map(|i| f64::from(i * 7 % 31) - 3.0).collect();
        let weights: Vec<f64> = (0..200).map(|i| f64::from(i % 3)).collect();
        let columns = [x, y];
        for (has_constant, weights, a) in [
            (false, None, &[0.5, -1.0][..]),
            (true, None, &[2.0, 0.5, -1.0]),
            (true, Some(&weights[..]), &[2.0, 0.5, -1.0]),
        ] {
            let [by_row, by_factor] = both(&columns, has_constant, weights, a);
            assert!(
                (by_row / by_factor - 1.0).abs() < 1e-13,
                "{by_row} {by_factor}"
            );
        }
    }

    #[test]
    fn data_far_from_zero_keep_their_digits() {
        let y: Vec<f64> = (0..1000)
            .map(|i| 1e6 + f64::from(i * 7919 % 1000) / 1000.0)
            .collect();
        let [by_row, by_factor] = both(&[y], true, None, &[-1e6 - 0.4, 1.0]);
        assert!(
            (by_row / by_factor - 1.0).abs() < 1e-12,
            "{by_row} {by_factor}"
        );
    }

    #[test]
    fn no_rows_and_equal_columns_are_allowed() {
        let nothing = factor(vec![vec![], vec![]], true, None);
        assert_eq!(nothing.centres, [0.0, 0.0]);
        assert!(nothing.rows.iter().flatten().all(|&entry| entry == 0.0));
        let twice = vec![vec![1.0, 2.0, 4.0]; 2];
        let [by_row, by_factor] = both(&twice, true, None, &[1.0, 2.0, -1.0]);
        assert!((by_row - by_factor).abs() < 1e-12);
    }
}
