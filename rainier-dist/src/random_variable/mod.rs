//! Composes unknowns and data into a model: [`RandomVariable`], a value and what it rests on.
//!
//! In: priors ([`Param::param`]), likelihoods (`fit`), conditions. Out: a value that compiles
//! into a [`Posterior`](crate::Posterior). Nothing is computed here: `map` and `flat_map` build
//! expressions.

mod param;
mod params;
mod report;
mod terms;
mod value;
mod value_struct;

use rainier_core::Real;

pub use param::Param;
pub use params::Params;
pub use report::Report;
pub(crate) use terms::{Likelihood, Prior, Term, Terms};
pub use value::Value;

/// A value of a model, together with the *set* of densities it rests on.
///
/// Random variables form a monad: [`constant`](Self::constant) and [`flat_map`](Self::flat_map)
/// obey its laws. Densities are a set by identity, so that a variable used twice counts once:
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::RandomVariable;
/// use rainier_sampler::LogDensity;
///
/// let conditioned = RandomVariable::constant(()).condition(|()| Real::constant(-1.0));
/// let twice = conditioned.clone().zip(conditioned.clone());
/// assert_eq!(twice.compile()?.evaluator().log_density(&[]), -1.0);
///
/// // Two conditions that say the same are still two.
/// let again = conditioned.condition(|()| Real::constant(-1.0));
/// assert_eq!(again.compile()?.evaluator().log_density(&[]), -2.0);
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a random variable that is dropped takes its densities with it"]
pub struct RandomVariable<T> {
    value: T,
    terms: Terms,
}

impl<T> RandomVariable<T> {
    /// The variable that has this value and rests on nothing.
    pub fn constant(value: T) -> Self {
        Self {
            value,
            terms: Terms::default(),
        }
    }

    /// The variable with this value that rests on one term.
    pub(crate) fn with_terms(value: T, terms: Terms) -> Self {
        Self { value, terms }
    }

    /// The value: an expression, or something made of expressions.
    ///
    /// An expression taken out here does not bring its density along; a model that uses it
    /// without the variable it came from does not compile.
    pub fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Applies `function` to the value.
    pub fn map<U>(self, function: impl FnOnce(T) -> U) -> RandomVariable<U> {
        RandomVariable {
            value: function(self.value),
            terms: self.terms,
        }
    }

    /// Goes on with the variable `function` makes of the value. The result rests on both.
    pub fn flat_map<U>(self, function: impl FnOnce(T) -> RandomVariable<U>) -> RandomVariable<U> {
        let next = function(self.value);
        RandomVariable {
            value: next.value,
            terms: self.terms.and(next.terms),
        }
    }

    /// Both values. The result rests on both variables.
    pub fn zip<U>(self, other: RandomVariable<U>) -> RandomVariable<(T, U)> {
        RandomVariable {
            value: (self.value, other.value),
            terms: self.terms.and(other.terms),
        }
    }

    /// Adds `log_density` of the value to the model's log density.
    ///
    /// Where it is NaN, the model's log density is −∞.
    pub fn condition(self, log_density: impl FnOnce(&T) -> Real) -> Self {
        let term = Term::Density(log_density(&self.value));
        Self {
            value: self.value,
            terms: self.terms.and(Terms::one(term)),
        }
    }

    /// The variables of a sequence as one variable.
    ///
    /// ```
    /// use rainier_dist::RandomVariable;
    ///
    /// let one = RandomVariable::sequence([1, 2, 3].map(RandomVariable::constant));
    /// assert_eq!(one.value(), &[1, 2, 3]);
    /// ```
    pub fn sequence(variables: impl IntoIterator<Item = Self>) -> RandomVariable<Vec<T>> {
        let (values, terms): (Vec<T>, Vec<Terms>) = variables
            .into_iter()
            .map(|variable| (variable.value, variable.terms))
            .unzip();
        RandomVariable {
            value: values,
            terms: Terms::union(terms),
        }
    }

    /// One variable for each item, as one variable.
    ///
    /// ```
    /// use rainier_dist::{Param, RandomVariable, continuous::Normal};
    ///
    /// let effects = RandomVariable::traverse([1.0, 10.0], |scale| Normal::new(0.0, scale).param());
    /// assert_eq!(effects.value().len(), 2);
    /// ```
    pub fn traverse<I>(
        items: impl IntoIterator<Item = I>,
        make: impl FnMut(I) -> Self,
    ) -> RandomVariable<Vec<T>> {
        Self::sequence(items.into_iter().map(make))
    }

    /// `count` variables made by `make`, as one variable.
    ///
    /// ```
    /// use rainier_dist::{Param, RandomVariable, continuous::Normal};
    ///
    /// let weights = RandomVariable::fill(3, || Normal::new(0.0, 1.0).param());
    /// assert_eq!(weights.compile()?.dimension(), 3);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn fill(count: usize, mut make: impl FnMut() -> Self) -> RandomVariable<Vec<T>> {
        Self::sequence((0..count).map(|_| make()))
    }
}

impl<T: Value> RandomVariable<T> {
    /// Calls the value so in reports. The parts of a compound value are called after it:
    /// `slope[0]`, `slope[1]`, …
    ///
    /// An expression named twice keeps the name that comes first from the left. Constants have no
    /// name.
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    ///
    /// let rate = Normal::new(5.0, 5.0).param().named("rate");
    /// assert_eq!(rate.compile()?.names(), ["rate"]);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn named(self, label: &str) -> Self {
        let names = Report::of(&self.value, label)
            .into_scalars()
            .map(|(label, of)| {
                Terms::one(Term::Name {
                    of,
                    label: label.into(),
                })
            });
        let terms = Terms::union(std::iter::once(self.terms).chain(names));
        Self {
            value: self.value,
            terms,
        }
    }
}
