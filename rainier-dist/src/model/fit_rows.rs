//! Adds rows of several numbers to a model: their likelihood under a distribution of vectors.
//!
//! In: a distribution and rows, or one column for each number of a row. Out: a random variable
//! without a value, whose density is the likelihood.

use rainier_core::{Column, Real};

use super::fit::guarded;
use crate::distribution::Multivariate;
use crate::error::RowWidthError;
use crate::observation::{IntoRows, Observation};
use crate::random_variable::{RandomVariable, Term, Terms};

/// A distribution of several numbers that can be fitted to data.
///
/// Implemented for every [`Multivariate`]; nothing is left to implement.
pub trait FitRows: Multivariate {
    /// Says that `rows` are independent draws of this distribution.
    ///
    /// This never fails. A row of another length, a NaN, and a row outside a support that is known
    /// beforehand are reported when the model is compiled.
    ///
    /// ```
    /// use rainier_dist::{FitRows, Params, multivariate::{Dirichlet, Multinomial}};
    ///
    /// let model = |rows: [[i32; 3]; 2]| {
    ///     let shares = Dirichlet::uniform(3).params();
    ///     shares.flat_map(move |p| Multinomial::new(10, p).fit(&rows))
    /// };
    /// assert_eq!(model([[5, 3, 2], [6, 4, 0]]).compile()?.dimension(), 2);
    /// let error = |rows| model(rows).compile().unwrap_err().to_string();
    /// assert_eq!(
    ///     error([[5, 3, 2], [11, -1, 0]]),
    ///     "Multinomial: the value in row 1, column 1 must be in the support, got -1",
    /// );
    /// assert_eq!(
    ///     error([[5, 3, 2], [6, 4, 1]]),
    ///     "Multinomial: row 1 must be in the support, got [6.0, 4.0, 1.0]",
    /// );
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn fit(&self, rows: impl IntoRows) -> RandomVariable<()>;

    /// As [`fit`](Self::fit), with one column for each number of a row. Their values may come later.
    ///
    /// # Panics
    /// If the number of columns is not the [`dimension`](Multivariate::dimension).
    fn fit_columns(&self, columns: &[Column]) -> RandomVariable<()>;
}

impl<D: Multivariate + ?Sized> FitRows for D {
    fn fit(&self, rows: impl IntoRows) -> RandomVariable<()> {
        let rows = rows.into_rows();
        let expected = self.dimension();
        if let Some(row) = rows.iter().position(|row| row.len() != expected) {
            let error = RowWidthError {
                distribution: self.name(),
                row,
                expected,
                found: rows[row].len(),
            };
            let flaw = Terms::one(Term::Flaw(error.into()));
            return RandomVariable::with_terms((), flaw);
        }
        let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Box<[f64]>>();
        let columns: Vec<Column> = (0..expected)
            .map(|place| Column::new(column(place)))
            .collect();
        self.fit_columns(&columns)
    }

    fn fit_columns(&self, columns: &[Column]) -> RandomVariable<()> {
        assert_eq!(
            columns.len(),
            self.dimension(),
            "one column for each number of a row"
        );
        let Some(first) = columns.first() else {
            return RandomVariable::constant(());
        };
        let observations = Observation::of_rows(self, columns);
        let is_checked = observations.last().is_some_and(Observation::checks_support);
        let row: Vec<Real> = columns.iter().map(Column::real).collect();
        let inside = (!is_checked).then(|| self.contains(&row));
        let constraints = self.constraints();
        let likelihood = guarded(
            self.name(),
            constraints.clone(),
            inside,
            &self.log_density_within(&row),
            first,
        );
        let observations = observations.into_iter().map(Term::Observed).map(Terms::one);
        let terms = Terms::union([
            Terms::broken(&constraints),
            Terms::union(observations),
            Terms::one(Term::Likelihood(likelihood)),
        ]);
        RandomVariable::with_terms((), terms)
    }
}
