//! Fits distributions that depend on covariates: regression of any kind.
//!
//! In: a function from covariates to a distribution, and rows of covariates with an outcome.
//! Out: the rows' likelihood, and predictions for other covariates. The function runs once for a
//! whole table, on placeholders.

use std::fmt;
use std::marker::PhantomData;

use rainier_core::{Column, Real};

use crate::distribution::Distribution;
use crate::error::ModelError;
use crate::generator::Generator;
use crate::model::fit::likelihood;
use crate::observation::{Observation, Scalar};
use crate::random_variable::{RandomVariable, Term, Terms};

/// A distribution of outcomes for each value of the covariates.
///
/// Covariates are a [`Real`], or a tuple of up to twelve or an array of covariates; a group's index
/// is looked up by [`Real::lookup`]; an offset or an exposure is a covariate like any other. The
/// rows to be fitted have
/// numbers of any primitive type in their places.
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
    /// Rows are pairs of covariates and outcome. This never fails: covariates that are not finite
    /// and impossible outcomes are reported when the model is compiled.
    pub fn fit<R: Row<X>, Y: Scalar>(
        &self,
        rows: &(impl AsRef<[(R, Y)]> + ?Sized),
    ) -> RandomVariable<()> {
        let rows = rows.as_ref();
        let mut values = vec![Vec::with_capacity(rows.len()); X::WIDTH];
        let mut numbers = Vec::with_capacity(X::WIDTH);
        for (covariates, _) in rows {
            numbers.clear();
            covariates.append_to(&mut numbers);
            for (column, &number) in values.iter_mut().zip(&numbers) {
                column.push(number);
            }
        }
        let columns: Vec<Column> = values.into_iter().map(Column::new).collect();
        let outcomes: Vec<f64> = rows.iter().map(|(_, outcome)| outcome.to_f64()).collect();
        self.fit_columns(&columns, &Column::new(outcomes))
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
            let (expected, got) = (X::WIDTH, covariates.len());
            let flaw = Term::Flaw(ModelError::Covariates { expected, got });
            return RandomVariable::with_terms((), Terms::one(flaw));
        }
        let placeholders = X::from_reals(&mut covariates.iter().map(Column::real));
        let checks = covariates
            .iter()
            .map(|column| Terms::one(Term::Observed(Observation::covariate(column))));
        let checks = Terms::union(checks);
        let terms = checks.and(likelihood(&(self.distribution)(&placeholders), outcomes));
        RandomVariable::with_terms((), terms)
    }

    /// A draw of the outcome at `covariates`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "rows are small and written where they are used"
    )]
    pub fn predict(&self, covariates: impl Row<X>) -> Generator<D::Value> {
        let mut numbers = Vec::with_capacity(X::WIDTH);
        covariates.append_to(&mut numbers);
        let constants = X::from_reals(&mut numbers.into_iter().map(Real::constant));
        (self.distribution)(&constants).generator()
    }
}

impl<X, F> fmt::Debug for Predictor<X, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictor").finish_non_exhaustive()
    }
}

/// Expressions a distribution may depend on, in the shape its function takes them.
pub trait Covariates {
    /// How many numbers there are.
    const WIDTH: usize;

    /// The shape filled with the next [`WIDTH`](Self::WIDTH) expressions.
    ///
    /// # Panics
    /// If there are fewer.
    fn from_reals(reals: &mut dyn Iterator<Item = Real>) -> Self;
}

/// The numbers of one row for the covariates `X`.
pub trait Row<X: Covariates> {
    /// Appends the [`WIDTH`](Covariates::WIDTH) numbers in order.
    fn append_to(&self, numbers: &mut Vec<f64>);
}

impl Covariates for Real {
    const WIDTH: usize = 1;

    fn from_reals(reals: &mut dyn Iterator<Item = Real>) -> Self {
        reals.next().expect("the width counts every number")
    }
}

impl<S: Scalar> Row<Real> for S {
    fn append_to(&self, numbers: &mut Vec<f64>) {
        numbers.push(self.to_f64());
    }
}

impl<X: Covariates, const N: usize> Covariates for [X; N] {
    const WIDTH: usize = N * X::WIDTH;

    fn from_reals(reals: &mut dyn Iterator<Item = Real>) -> Self {
        std::array::from_fn(|_| X::from_reals(reals))
    }
}

impl<X: Covariates, R: Row<X>, const N: usize> Row<[X; N]> for [R; N] {
    fn append_to(&self, numbers: &mut Vec<f64>) {
        for row in self {
            row.append_to(numbers);
        }
    }
}

macro_rules! tuple {
    ($($covariates:ident $row:ident $position:tt),*) => {
        impl<$($covariates: Covariates),*> Covariates for ($($covariates,)*) {
            const WIDTH: usize = 0 $(+ $covariates::WIDTH)*;

            fn from_reals(reals: &mut dyn Iterator<Item = Real>) -> Self {
                ($($covariates::from_reals(reals),)*)
            }
        }

        impl<$($covariates: Covariates, $row: Row<$covariates>),*> Row<($($covariates,)*)>
            for ($($row,)*)
        {
            fn append_to(&self, numbers: &mut Vec<f64>) {
                $(self.$position.append_to(numbers);)*
            }
        }
    };
}

tuple!(A R 0);
tuple!(A R 0, B S 1);
tuple!(A R 0, B S 1, C T 2);
tuple!(A R 0, B S 1, C T 2, D U 3);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6, H P 7);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6, H P 7, I O 8);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6, H P 7, I O 8, J N 9);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6, H P 7, I O 8, J N 9, K M 10);
tuple!(A R 0, B S 1, C T 2, D U 3, E V 4, F W 5, G Q 6, H P 7, I O 8, J N 9, K M 10, L X 11);
