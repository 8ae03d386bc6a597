//! Makes an unknown of a prior.
//!
//! In: a continuous distribution. Out: a [`RandomVariable`] with one new parameter.

use rainier_core::Real;

use super::{RandomVariable, Term, Terms};
use crate::distribution::Continuous;

/// A prior.
///
/// Implemented for every continuous distribution; nothing is left to implement.
pub trait Param: Continuous {
    /// One new unknown with this distribution as its prior.
    ///
    /// Each call makes another unknown. A constant parameter of the distribution that breaks its
    /// constraint is reported when the model is compiled.
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    ///
    /// let model = Normal::new(0.0, -1.0).param();
    /// assert_eq!(
    ///     model.compile().unwrap_err().to_string(),
    ///     "Normal: standard_deviation must be positive and finite, got -1",
    /// );
    /// ```
    fn param(&self) -> RandomVariable<Real>;
}

impl<D: Continuous + ?Sized> Param for D {
    fn param(&self) -> RandomVariable<Real> {
        let latent = self.latent();
        let value = latent.value.clone();
        let terms = Terms::flaws(self).and(Terms::one(Term::Latent(latent)));
        RandomVariable::with_terms(value, terms)
    }
}
