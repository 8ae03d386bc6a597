//! Gives expressions their values while one draw is generated.
//!
//! In: the values of a model's parameters, and of those expressions that a compiled program has
//! evaluated already. Out: [`Environment::value`] of any expression.

use std::cell::RefCell;
use std::fmt;

use rainier_core::{Column, Interpreter, Real};
use rustc_hash::FxHashMap;

/// The values of expressions at one point of parameter space.
///
/// An expression that was announced beforehand (a [`Generator`](crate::Generator)'s requirement,
/// a reported value) comes from a compiled program; any other is evaluated here and now, which is
/// slower and just as exact.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::Environment;
///
/// let x = Real::parameter("x");
/// let environment = Environment::new(std::slice::from_ref(&x), &[3.0]);
/// assert_eq!(environment.value(&(&x * &x)), 9.0);
/// assert_eq!(environment.value(&Real::constant(2.0)), 2.0);
/// assert!(environment.value(&Real::parameter("another")).is_nan());
/// ```
pub struct Environment<'a> {
    parameters: &'a [Real],
    position: &'a [f64],
    known: Option<(&'a Slots, &'a [f64])>,
    columns: &'a [(Column, Column)],
    /// Made when it is first needed.
    interpreter: RefCell<Option<Interpreter>>,
}

/// Where in a program's outputs an expression's value stands, by the expression's identity.
pub(crate) type Slots = FxHashMap<usize, usize>;

impl<'a> Environment<'a> {
    /// The environment in which `parameters[i]` has the value `position[i]`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn new(parameters: &'a [Real], position: &'a [f64]) -> Self {
        assert_eq!(
            parameters.len(),
            position.len(),
            "one value for each parameter"
        );
        Self {
            parameters,
            position,
            known: None,
            columns: &[],
            interpreter: RefCell::new(None),
        }
    }

    /// The environment without parameters, in which constants have their values.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::Environment;
    ///
    /// assert_eq!(Environment::empty().value(&Real::constant(1.0).exp()), 1_f64.exp());
    /// ```
    pub fn empty() -> Environment<'static> {
        Environment::new(&[], &[])
    }

    /// Adds what a program has evaluated. The expressions `slots` speaks of must be alive.
    pub(crate) fn with_known(mut self, slots: &'a Slots, values: &'a [f64]) -> Self {
        self.known = Some((slots, values));
        self
    }

    /// Adds placeholders, each with the column whose values are its own here.
    pub(crate) fn with_columns(mut self, columns: &'a [(Column, Column)]) -> Self {
        self.columns = columns;
        self
    }

    /// The value of `expression`; NaN if it depends on a parameter or a placeholder that has no
    /// value here.
    pub fn value(&self, expression: &Real) -> f64 {
        if let Some(value) = expression.as_constant() {
            return value;
        }
        if let Some((slots, values)) = self.known
            && let Some(&slot) = slots.get(&expression.identity())
        {
            return values[slot];
        }
        self.interpreter
            .borrow_mut()
            .get_or_insert_with(|| {
                let positions = self.position.iter().copied();
                Interpreter::new(&self.parameters.iter().zip(positions).collect::<Vec<_>>())
                    .with_columns(self.columns.iter().cloned())
            })
            .evaluate(expression)
            .unwrap_or(f64::NAN)
    }
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("parameters", &self.parameters)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
