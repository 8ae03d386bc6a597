//! Says what a predictor's function takes, and what stands in its place in a row of data.
//!
//! In: placeholders, or the numbers of a row. Out: [`Covariates`] made of the former, a [`Row`] laid
//! out in the same order.

use rainier_core::Real;

use crate::observation::Scalar;

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
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Predictor, Row, continuous::Normal};
///
/// struct Patient { age: f64, is_treated: bool }
///
/// impl Row<(Real, Real)> for Patient {
///     fn append_to(&self, numbers: &mut Vec<f64>) {
///         (self.age, self.is_treated).append_to(numbers);
///     }
/// }
///
/// let pressure = Predictor::from_fn(|(age, is_treated): &(Real, Real)| {
///     Normal::new(90.0 + 0.5 * age - 10.0 * is_treated, 8.0)
/// });
/// let rows = [(Patient { age: 60.0, is_treated: true }, 112.0)];
/// assert!(pressure.fit(&rows).compile().is_ok());
/// ```
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
