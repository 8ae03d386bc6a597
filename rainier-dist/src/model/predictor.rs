//! Fits distributions that depend on covariates: regression of any kind.
//!
//! In: a function from covariates to a distribution, and rows of covariates with an outcome.
//! Out: the rows' likelihood, and predictions for other covariates. The function runs once for a
//! whole table, on placeholders.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use rainier_core::{BindError, Column, CompileError, Real};

use super::covariates::{Covariates, Row};
use super::table::{Table, covariate_name};
use crate::distribution::{Continuous, Distribution};
use crate::error::{DataError, DataRequirement, ModelError};
use crate::generator::Generator;
use crate::observation::{Observation, Outcome, Scalar};
use crate::random_variable::{Param, RandomVariable, Term, Terms};

/// A distribution of outcomes for each value of the covariates.
///
/// Covariates are a [`Real`], or a tuple of up to twelve or an array of covariates; rows have
/// numbers of any primitive type in their places. A group's index is looked up by
/// [`Real::lookup`]; an offset or an exposure is a covariate like any other. A struct of data
/// becomes a [`Row`] by saying which tuple it stands for.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Param, Predictor, continuous::Normal};
///
/// let rows = [([1.0, 0.0], 2.1), ([2.0, 1.0], 4.9), ([3.0, 0.0], 6.2)];
/// let model = Normal::new(0.0, 10.0).param().zip(Normal::new(0.0, 10.0).param()).flat_map(|(a, b)| {
///     let regression =
///         Predictor::from_fn(move |x: &[Real; 2]| Normal::new(&a * &x[0] + &b * &x[1], 1.0));
///     let prediction = regression.predict([4.0, 1.0]);
///     regression.fit(&rows).map(|()| prediction)
/// });
/// assert_eq!(model.compile()?.dimension(), 2);
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
///
/// # Groups and exposures
///
/// Failures of machines, in proportion to the hours they ran. An index without an entry in the table
/// is reported with its row when the model is compiled:
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Param, Predictor, continuous::Gamma, discrete::Poisson, model};
///
/// let failures = [((0, 120.0), 3), ((1, 40.0), 0), ((0, 60.0), 1)];
/// let rates = |failures: [((usize, f64), i64); 3]| model! {
///     rate = Gamma::new(2, 0.01).vector(2);
///     let by_machine = Predictor::from_fn(move |(machine, hours): &(Real, Real)| {
///         Poisson::new(hours * Real::lookup(machine, &rate))
///     });
///     let next_month = by_machine.predict((1, 100.0));
///     () = by_machine.fit(&failures);
///     yield next_month
/// };
/// assert_eq!(rates(failures).compile()?.dimension(), 2);
/// let unknown_machine = [((0, 120.0), 3), ((2, 40.0), 0), ((0, 60.0), 1)];
/// let message = rates(unknown_machine).compile().unwrap_err().to_string();
/// assert!(message.contains("row 1"), "{message}");
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
///
/// With a logarithmic link the exposure is an offset of the linear predictor,
/// `Poisson::new((intercept + slope * x + hours.ln()).exp())`, and no coefficient is learned for it.
#[derive(Clone)]
#[must_use]
pub struct Predictor<X, F> {
    distribution: F,
    covariates: PhantomData<fn(X)>,
}

impl<X: Covariates, D: Distribution, F: Fn(&X) -> D> Predictor<X, F> {
    /// The predictor that gives outcomes at `x` the distribution `distribution(x)`.
    ///
    /// Branches on covariates must be made of [`Condition`](rainier_core::Condition)s: the
    /// function sees expressions, not numbers.
    pub fn from_fn(distribution: F) -> Self {
        Self {
            distribution,
            covariates: PhantomData,
        }
    }

    /// Says that each row's outcome is a draw of the distribution at its covariates.
    ///
    /// Rows are pairs of covariates and outcome. Rows whose outcome is `None` are left out, and
    /// their covariates not looked at; that is right as long as outcomes are missing for reasons
    /// that do not depend on what they would have been. [`impute`](Self::impute) keeps them as
    /// unknowns.
    ///
    /// This never fails: covariates that are not finite and impossible outcomes are reported when
    /// the model is compiled, by the row's number in `rows`.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::{Predictor, discrete::Poisson};
    ///
    /// let by_day = Predictor::from_fn(|day: &Real| Poisson::new(day.exp()));
    /// assert!(by_day.fit(&[(0.0, Some(1)), (f64::NAN, None), (2.0, Some(7))]).compile().is_ok());
    /// assert_eq!(
    ///     by_day.fit(&[(0, None), (1, Some(-2))]).compile().unwrap_err().to_string(),
    ///     "Poisson: the value in row 1 must be in the support, got -2",
    /// );
    /// ```
    pub fn fit<R: Row<X>, Y: Outcome>(
        &self,
        rows: &(impl AsRef<[(R, Y)]> + ?Sized),
    ) -> RandomVariable<()> {
        self.fit_table(&Table::new(rows.as_ref(), None))
    }

    /// As [`fit`](Self::fit), with each row's log density multiplied by its weight: n equal rows are
    /// one of weight n, and Σᵢ wᵢ ln p(yᵢ | xᵢ) is the log likelihood.
    ///
    /// Weights that are no counts make a pseudo-likelihood: survey weights correct who was asked,
    /// but the posterior is as narrow as if Σᵢ wᵢ rows had been seen. A row of weight 0 is left
    /// out, whatever stands in it. Another number of weights than of rows, and a weight that is
    /// not finite or negative, are reported when the model is compiled.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::{Predictor, continuous::Normal};
    /// use rainier_sampler::LogDensity;
    ///
    /// let line = Predictor::from_fn(|x: &Real| Normal::new(2.0 * x, 1.0));
    /// let weighted = line.fit_weighted(&[(1.0, 2.5), (2.0, 3.0)], &[3, 1]);
    /// let repeated = line.fit(&[(1.0, 2.5), (1.0, 2.5), (1.0, 2.5), (2.0, 3.0)]);
    /// assert_eq!(
    ///     weighted.compile()?.evaluator().log_density(&[]),
    ///     repeated.compile()?.evaluator().log_density(&[]),
    /// );
    /// assert_eq!(
    ///     line.fit_weighted(&[(1.0, 2.5)], &[-1.0]).compile().unwrap_err().to_string(),
    ///     "weights: the value in row 0 must be finite and not negative, got -1",
    /// );
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn fit_weighted<R: Row<X>, Y: Outcome, W: Scalar>(
        &self,
        rows: &(impl AsRef<[(R, Y)]> + ?Sized),
        weights: &(impl AsRef<[W]> + ?Sized),
    ) -> RandomVariable<()> {
        let rows = rows.as_ref();
        let weights: Vec<f64> = weights
            .as_ref()
            .iter()
            .map(|weight| weight.to_f64())
            .collect();
        match check_weights(rows.len(), &weights) {
            Ok(()) => self.fit_table(&Table::new(rows, Some(&weights))),
            Err(error) => flawed(error),
        }
    }

    /// As [`fit`](Self::fit), with each missing outcome as an unknown: the result has them by the
    /// number of their row.
    ///
    /// What is concluded about the parameters is the same as if the rows were left out. Impute
    /// where an outcome is used elsewhere in the model, as a covariate of another predictor, or
    /// [`condition`](RandomVariable::condition)ed on what is known of it; where only its
    /// distribution is asked for, [`predict`](Self::predict) costs no unknown and is there for
    /// counts as well.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::{Predictor, continuous::Normal};
    ///
    /// let growth = Predictor::from_fn(|day: &Real| Normal::new(2.0 * day, 1.0));
    /// let height = growth.impute(&[(0, Some(0.3)), (1, None), (2, Some(4.1))]).named("height");
    /// assert_eq!(height.compile()?.labels(), ["height.1"]);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn impute<R: Row<X>, Y: Outcome>(
        &self,
        rows: &(impl AsRef<[(R, Y)]> + ?Sized),
    ) -> RandomVariable<BTreeMap<usize, Real>>
    where
        D: Continuous,
    {
        let rows = rows.as_ref();
        let missing = rows
            .iter()
            .enumerate()
            .filter(|(_, (_, y))| y.seen().is_none());
        let unknowns = missing.map(|(row, (covariates, _))| {
            let covariates = numbers(covariates);
            match covariates.iter().find(|number| !number.is_finite()) {
                Some(&value) => flawed(covariate_error(row, value)).map(|()| None),
                None => self.unknown_at(row, &covariates),
            }
        });
        let unknowns = RandomVariable::sequence(unknowns.collect::<Vec<_>>());
        let seen = self.fit(rows);
        seen.flat_map(|()| unknowns.map(|unknowns| unknowns.into_iter().flatten().collect()))
    }

    /// As [`fit`](Self::fit), with one column for each number of the covariates and one for the
    /// outcomes. Their values may come later.
    ///
    /// Another number of columns than that of the covariates is reported when the model is
    /// compiled.
    ///
    /// ```
    /// use rainier_core::{Column, Real};
    /// use rainier_dist::{Param, Predictor, continuous::Normal};
    ///
    /// let (dose, response) = (Column::placeholder("dose"), Column::placeholder("response"));
    /// let model = Normal::new(0.0, 10.0).param().flat_map(|slope| {
    ///     Predictor::from_fn(move |x: &Real| Normal::new(&slope * x, 1.0))
    ///         .fit_columns(&[dose.clone()], &response)
    /// });
    /// let posterior = model.template()?.bind(&[(&dose, &[1.0, 2.0]), (&response, &[2.0, 4.1])])?;
    /// assert_eq!(posterior.dimension(), 1);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn fit_columns(&self, covariates: &[Column], outcomes: &Column) -> RandomVariable<()> {
        if covariates.len() != X::WIDTH {
            return flawed(ModelError::Covariates {
                expected: X::WIDTH,
                got: covariates.len(),
            });
        }
        self.fit_table(&Table::of_columns(covariates, outcomes))
    }

    /// A draw of the outcome at `covariates`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "rows are small and written where they are used"
    )]
    pub fn predict(&self, covariates: impl Row<X>) -> Generator<D::Value> {
        self.at(numbers(&covariates)).generator()
    }

    fn at(&self, numbers: Vec<f64>) -> D {
        let constants = X::from_reals(&mut numbers.into_iter().map(Real::constant));
        (self.distribution)(&constants)
    }

    /// The missing outcome of a row as an unknown.
    fn unknown_at(&self, row: usize, covariates: &[f64]) -> RandomVariable<Option<(usize, Real)>>
    where
        D: Continuous,
    {
        let distribution = self.at(covariates.to_vec());
        let latent = distribution.latent();
        let checks = [latent.value, latent.log_density].map(|part| part.check_lookups());
        match checks.into_iter().collect::<Result<(), CompileError>>() {
            Ok(()) => distribution
                .param()
                .map(move |unknown| Some((row, unknown))),
            Err(error) => flawed(index_error(row, covariates, error)).map(|()| None),
        }
    }

    fn fit_table(&self, table: &Table) -> RandomVariable<()> {
        let placeholders = X::from_reals(&mut table.covariates.iter().map(Column::real));
        let checks = table.covariates.iter().map(|column| {
            let check = Observation::covariate(column).at_places(table.places.as_ref());
            Terms::one(Term::Observed(check))
        });
        let checks = Terms::union(checks);
        let likelihood = table.likelihood(&(self.distribution)(&placeholders));
        RandomVariable::with_terms((), checks.and(likelihood))
    }
}

fn numbers<X: Covariates>(row: &impl Row<X>) -> Vec<f64> {
    let mut numbers = Vec::with_capacity(X::WIDTH);
    row.append_to(&mut numbers);
    numbers
}

fn flawed(error: ModelError) -> RandomVariable<()> {
    RandomVariable::with_terms((), Terms::one(Term::Flaw(error)))
}

/// What binding would say of the same index in a column of covariates.
fn index_error(row: usize, covariates: &[f64], error: CompileError) -> ModelError {
    let CompileError::Index { value, entries } = error else {
        return error.into();
    };
    let place = covariates
        .iter()
        .position(|covariate| covariate.to_string() == value);
    BindError::Index {
        column: place.map_or_else(|| "covariate".into(), covariate_name),
        row,
        value,
        entries,
    }
    .into()
}

fn covariate_error(row: usize, value: f64) -> ModelError {
    let requirement = if value.is_nan() {
        DataRequirement::Number
    } else {
        DataRequirement::Finite
    };
    DataError::of_row("Predictor", row, requirement, value).into()
}

fn check_weights(rows: usize, weights: &[f64]) -> Result<(), ModelError> {
    if weights.len() != rows {
        let got = weights.len();
        return Err(ModelError::Weights { rows, got });
    }
    let is_weight = |weight: f64| weight >= 0.0 && weight.is_finite();
    match weights.iter().position(|&weight| !is_weight(weight)) {
        Some(row) => {
            let requirement = DataRequirement::Weight;
            Err(DataError::of_row("weights", row, requirement, weights[row]).into())
        }
        None => Ok(()),
    }
}

impl<X, F> fmt::Debug for Predictor<X, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor").finish_non_exhaustive()
    }
}
