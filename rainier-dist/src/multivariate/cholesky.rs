//! Holds a lower triangular matrix L, of which L Lᵀ is a covariance: [`CholeskyFactor`].
//!
//! In: its rows as expressions, or a covariance of constants. Out: products with it and with its
//! inverse.

use rainier_core::Real;

use crate::distribution::rows;

/// A lower triangular matrix of expressions.
///
/// A triangle of correlations from [`LkjCholesky`](super::LkjCholesky) and scales make the factor
/// of a covariance:
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::multivariate::CholeskyFactor;
///
/// let correlations = CholeskyFactor::from_triangle(2, &[1.0, 0.6, 0.8].map(Real::constant));
/// let covariance = correlations.scaled([2.0, 10.0]).covariance();
/// let numbers = covariance.iter().flatten().map(|entry| entry.as_constant().expect("constant"));
/// assert!(numbers.zip([4.0, 12.0, 12.0, 100.0]).all(|(found, expected)| (found - expected).abs() < 1e-13));
/// ```
#[derive(Debug, Clone)]
pub struct CholeskyFactor {
    rows: Vec<Vec<Real>>,
}

impl CholeskyFactor {
    /// The factor with these rows, each one longer than the one before, up to its diagonal.
    ///
    /// # Panics
    /// If there are none, or one has another length.
    pub fn from_rows(rows: impl IntoIterator<Item = Vec<Real>>) -> Self {
        let rows: Vec<Vec<Real>> = rows.into_iter().collect();
        let is_triangle = rows.iter().enumerate().all(|(i, row)| row.len() == i + 1);
        assert!(
            is_triangle && !rows.is_empty(),
            "rows have lengths 1, 2, 3, …"
        );
        Self { rows }
    }

    /// The factor with `dimension` rows, one after the other in one list.
    ///
    /// # Panics
    /// If `dimension` is 0, or `triangle` has not n(n + 1)/2 numbers.
    pub fn from_triangle(dimension: usize, triangle: &[Real]) -> Self {
        let size = dimension * (dimension + 1) / 2;
        assert_eq!(triangle.len(), size, "a triangle has n(n + 1)/2 numbers");
        Self::from_rows(rows(dimension, triangle).map(<[Real]>::to_vec))
    }

    /// The factor of a constant covariance matrix, of which only the lower triangle is read. Where
    /// the matrix is not positive definite there are NaNs in the factor, which compiling reports.
    ///
    /// # Panics
    /// If there are no rows, or one ends before the diagonal.
    pub fn of_covariance(covariance: &[impl AsRef<[f64]>]) -> Self {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(covariance.len());
        for (i, given) in covariance.iter().enumerate() {
            let given = given.as_ref();
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            for (j, above) in factor.iter().enumerate() {
                let known: f64 = row.iter().zip(above).map(|(a, b)| a * b).sum();
                row.push((given[j] - known) / above[j]);
            }
            let rest = given[i] - row.iter().map(|entry| entry * entry).sum::<f64>();
            row.push(rest.sqrt());
            factor.push(row);
        }
        Self::from_rows(
            factor
                .into_iter()
                .map(|row| row.into_iter().map(Real::constant).collect()),
        )
    }

    /// The factor whose row i is multiplied by the scale at place i.
    ///
    /// # Panics
    /// If there is not one scale for each row.
    #[must_use]
    pub fn scaled(&self, scales: impl IntoIterator<Item = impl Into<Real>>) -> Self {
        let scales: Vec<Real> = scales.into_iter().map(Into::into).collect();
        assert_eq!(scales.len(), self.dimension(), "one scale for each row");
        let pairs = self.rows.iter().zip(&scales);
        Self {
            rows: pairs
                .map(|(row, scale)| row.iter().map(|entry| scale * entry).collect())
                .collect(),
        }
    }

    /// How many rows there are.
    pub fn dimension(&self) -> usize {
        self.rows.len()
    }

    /// The rows, each up to its diagonal.
    pub fn rows(&self) -> &[Vec<Real>] {
        &self.rows
    }

    /// L Lᵀ.
    pub fn covariance(&self) -> Vec<Vec<Real>> {
        let entry = |a: &[Real], b: &[Real]| Real::sum(a.iter().zip(b).map(|(a, b)| a * b));
        let row = |a: &Vec<Real>| self.rows.iter().map(|b| entry(a, b)).collect();
        self.rows.iter().map(row).collect()
    }

    /// The numbers on the diagonal.
    pub(super) fn diagonal(&self) -> impl Iterator<Item = &Real> {
        self.rows.iter().enumerate().map(|(i, row)| &row[i])
    }

    /// L z.
    pub(super) fn times(&self, z: &[Real]) -> Vec<Real> {
        let row = |row: &Vec<Real>| Real::sum(row.iter().zip(z).map(|(entry, z)| entry * z));
        self.rows.iter().map(row).collect()
    }

    /// L⁻¹ x, by forward substitution.
    pub(super) fn solve(&self, x: &[Real]) -> Vec<Real> {
        let mut z: Vec<Real> = Vec::with_capacity(x.len());
        for (row, x) in self.rows.iter().zip(x) {
            let known = Real::sum(row.iter().zip(&z).map(|(entry, z)| entry * z));
            z.push((x - known) / &row[z.len()]);
        }
        z
    }
}
