//! Adds data to a model: the likelihood of a column under a distribution.
//!
//! In: a distribution and data. Out: a random variable without a value, whose density is the
//! likelihood.

use rainier_core::{Column, Condition, Real};

use crate::distribution::{Constraint, Distribution, all_open_questions};
use crate::observation::{IntoColumn, Observation};
use crate::random_variable::{Likelihood, RandomVariable, Term, Terms};

/// A distribution that can be fitted to data.
///
/// Implemented for every distribution; nothing is left to implement.
pub trait Fit: Distribution {
    /// Says that `data` are independent draws of this distribution.
    ///
    /// This never fails. A NaN, or a value outside a support that is known beforehand, is reported
    /// as a [`DataError`](crate::DataError) when the model is compiled. Where an unknown
    /// parameter leaves its domain, or takes the support away from the data, the model's log
    /// density is −∞.
    ///
    /// ```
    /// use rainier_dist::{Fit, Param, discrete::Poisson, continuous::Gamma};
    ///
    /// let model = Gamma::new(2.0, 1.0).param().flat_map(|rate| Poisson::new(&rate).fit(&[3, 0, -1]));
    /// assert_eq!(
    ///     model.compile().unwrap_err().to_string(),
    ///     "Poisson: the value in row 2 must be in the support, got -1",
    /// );
    /// ```
    fn fit(&self, data: impl IntoColumn) -> RandomVariable<()>;
}

impl<D: Distribution + ?Sized> Fit for D {
    fn fit(&self, data: impl IntoColumn) -> RandomVariable<()> {
        RandomVariable::with_terms((), likelihood(self, &data.into_column()))
    }
}

/// What a model that sees `column` under `distribution` rests on.
pub(crate) fn likelihood(distribution: &(impl Distribution + ?Sized), column: &Column) -> Terms {
    let observation = Observation::under(distribution, column);
    likelihood_of(distribution, column, observation, None)
}

/// The same with a check of one's own, and a positive weight for the log density of each row.
pub(super) fn likelihood_of(
    distribution: &(impl Distribution + ?Sized),
    column: &Column,
    observation: Observation,
    weights: Option<&Column>,
) -> Terms {
    let row = column.real();
    let inside = (!observation.checks_support()).then(|| distribution.contains(&row));
    let log_density = distribution.log_density_with_edges(&row);
    let log_density = match weights {
        Some(weights) => weights.real() * log_density,
        None => log_density,
    };
    let likelihood = Likelihood {
        places: observation.places().cloned(),
        ..guarded(
            distribution.name(),
            distribution.constraints(),
            inside,
            &log_density,
            column,
        )
    };
    Terms::union([
        Terms::flaws(distribution),
        Terms::one(Term::Observed(observation)),
        Terms::one(Term::Likelihood(likelihood)),
    ])
}

/// A log density in each row of `column` and its sum over them; −∞ where a constraint is broken, or
/// a row is not `inside`.
///
/// A guard that is the same in all rows stands outside their sum, and what binding checks needs no
/// guard: the simpler the row, the more of its sum is done once for all evaluations.
pub(super) fn guarded(
    distribution: &'static str,
    constraints: Vec<Constraint>,
    inside: Option<Condition>,
    log_density: &Real,
    column: &Column,
) -> Likelihood {
    let (per_row, shared): (Vec<Constraint>, Vec<Constraint>) = constraints
        .into_iter()
        .partition(|constraint| constraint.value.is_per_row());
    let mut row_guard = all_open_questions(&per_row);
    if let Some(inside) = inside {
        row_guard = row_guard.and(&inside);
    }
    let row = row_guard.select(log_density, f64::NEG_INFINITY);
    let sum = if row.is_per_row() {
        row.sum_rows()
    } else {
        &row * column.row_count()
    };
    let shared = all_open_questions(&shared);
    Likelihood {
        distribution,
        sum: shared.select(sum, f64::NEG_INFINITY),
        row: shared.select(row, f64::NEG_INFINITY),
        rows: Some(column.clone()),
        places: None,
    }
}
