//! Factors symmetric positive definite matrices: Σ = L Lᵀ.
//!
//! In: a matrix, `[row][column]`. Out: its lower triangular factor, if there is one, and what is
//! done with it: products, solutions, the determinant.

use crate::sum::dot;

/// A lower triangular matrix L with positive diagonal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cholesky {
    dimension: usize,
    /// `[row][column]`; nothing above the diagonal is read.
    lower: Vec<f64>,
}

impl Cholesky {
    /// The factor of `matrix`, of which the lower triangle is read. None when the matrix is not
    /// positive definite to working precision, or holds what is not finite.
    ///
    /// Row by row (Golub & Van Loan 2013, section 4.2.5). The factor is that of a matrix within a
    /// few ε·d·‖Σ‖ of the given one.
    pub(crate) fn of(mut matrix: Vec<f64>, dimension: usize) -> Option<Self> {
        debug_assert_eq!(matrix.len(), dimension * dimension);
        for row in 0..dimension {
            let (above, current) = matrix.split_at_mut(row * dimension);
            for column in 0..row {
                let other = &above[column * dimension..][..=column];
                let rest = current[column] - dot(&current[..column], &other[..column]);
                current[column] = rest / other[column];
            }
            let square = current[row] - dot(&current[..row], &current[..row]);
            // A number that is not one compares as false.
            if !(square > 0.0 && square.is_finite()) {
                return None;
            }
            current[row] = square.sqrt();
        }
        Some(Self {
            dimension,
            lower: matrix,
        })
    }

    /// The first entries of a row, up to the diagonal.
    fn row(&self, row: usize) -> &[f64] {
        &self.lower[row * self.dimension..][..=row]
    }

    /// `vector` ← L · `vector`.
    pub(crate) fn multiply(&self, vector: &mut [f64]) {
        for row in (0..self.dimension).rev() {
            vector[row] = dot(self.row(row), &vector[..=row]);
        }
    }

    /// `vector` ← L⁻¹ · `vector`.
    pub(crate) fn solve_lower(&self, vector: &mut [f64]) {
        for row in 0..self.dimension {
            let entries = self.row(row);
            vector[row] = (vector[row] - dot(&entries[..row], &vector[..row])) / entries[row];
        }
    }

    /// `vector` ← L⁻ᵀ · `vector`.
    pub(crate) fn solve_upper(&self, vector: &mut [f64]) {
        // By columns of Lᵀ, which are rows of L.
        for row in (0..self.dimension).rev() {
            let entries = self.row(row);
            let solved = vector[row] / entries[row];
            vector[row] = solved;
            for (rest, entry) in vector[..row].iter_mut().zip(entries) {
                *rest -= entry * solved;
            }
        }
    }

    /// ln det Σ = 2 Σ ln Lᵢᵢ.
    pub(crate) fn log_determinant(&self) -> f64 {
        let diagonal = (0..self.dimension).map(|row| self.row(row)[row].ln());
        2.0 * diagonal.sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L = [[2, 0, 0], [1, 3, 0], [−1, 0.5, 1]].
    fn example() -> Cholesky {
        let matrix = vec![4.0, 0.0, 0.0, 2.0, 10.0, 0.0, -2.0, 0.5, 2.25];
        Cholesky::of(matrix, 3).expect("made from a factor")
    }

    #[test]
    fn a_product_with_its_transpose_is_taken_apart() {
        let factor = example();
        assert_eq!(factor.row(0), [2.0]);
        assert_eq!(factor.row(1), [1.0, 3.0]);
        assert_eq!(factor.row(2), [-1.0, 0.5, 1.0]);
        assert!((factor.log_determinant() - 36.0_f64.ln()).abs() < 1e-14);
    }

    #[test]
    fn products_and_solutions_undo_each_other() {
        let factor = example();
        let mut vector = [1.0, 2.0, 3.0];
        factor.multiply(&mut vector);
        assert_eq!(vector, [2.0, 7.0, 3.0]);
        factor.solve_lower(&mut vector);
        assert_eq!(vector, [1.0, 2.0, 3.0]);
        factor.solve_upper(&mut vector);
        // Lᵀ · (2.25, 1/6, 3) = (4.5 + 1/6 − 3, 0.5 + 1.5, 3).
        let (first, second) = (2.0 * vector[0] + vector[1] - vector[2], 3.0 * vector[1]);
        assert!((first - 1.0).abs() < 1e-14);
        assert!((second + 0.5 * vector[2] - 2.0).abs() < 1e-14 && vector[2] == 3.0);
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert_eq!(Cholesky::of(vec![1.0, 0.0, 2.0, 1.0], 2), None);
        assert_eq!(Cholesky::of(vec![f64::NAN], 1), None);
        assert_eq!(Cholesky::of(vec![f64::INFINITY], 1), None);
        assert!(Cholesky::of(Vec::new(), 0).is_some());
    }
}
