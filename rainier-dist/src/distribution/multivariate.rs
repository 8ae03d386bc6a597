//! Says what a distribution of several numbers at once is.
//!
//! In: parameters that are constants, unknowns or any expression of them. Out: expressions for a
//! model's log density, vectors of unknowns, and generators.

use std::fmt;

use rainier_core::{Condition, Real};

use super::constraint::{Constraint, all_hold, all_open_questions};
use super::{Number, VectorSupport};
use crate::generator::Generator;

/// A probability distribution of several numbers, which depend on each other.
///
/// As with a [`Distribution`](super::Distribution), constructors never fail, and what must hold of
/// the parameters is listed by [`constraints`](Self::constraints). How many numbers there are is no
/// expression: lists of wrong lengths are mistakes of the program, and constructors panic on them.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::Dirichlet;
///
/// let shares = Dirichlet::uniform(3);
/// let x = [0.2, 0.3, 0.5].map(Real::constant);
/// // The density on the simplex of three shares is 2! everywhere.
/// let ln_p = shares.log_density(&x).as_constant().expect("constant");
/// assert!((ln_p - 2.0_f64.ln()).abs() < 1e-15);
/// ```
pub trait Multivariate: fmt::Debug + Send + Sync + 'static {
    /// What is drawn: `f64`, or `i64` for counts.
    type Value: Number;

    /// The distribution's name, for messages.
    fn name(&self) -> &'static str;

    /// How many numbers a draw has.
    fn dimension(&self) -> usize;

    /// What must hold of the parameters.
    fn constraints(&self) -> Vec<Constraint>;

    /// Whether `x` lies in the support.
    ///
    /// # Panics
    /// This and the log densities, if `x` has not [`dimension`](Self::dimension) numbers.
    fn contains(&self, x: &[Real]) -> Condition;

    /// Whether `x` can be the number at place `index` of any draw: what can be said of one number
    /// of a datum alone, so that an error names it.
    fn contains_component(&self, index: usize, x: &Real) -> Condition {
        let _ = (index, x);
        Condition::always()
    }

    /// ln p(x) by its formula, for parameters within their constraints and `x` in the support.
    /// Elsewhere the value means nothing.
    fn log_density_within(&self, x: &[Real]) -> Real;

    /// A generator of draws. Where a parameter breaks its constraint, each of its numbers is
    /// [`Number::NO_VALUE`].
    fn generator(&self) -> Generator<Vec<Self::Value>>;

    /// The mean of each number; none where there is no formula for it.
    fn means(&self) -> Option<Vec<Real>> {
        None
    }

    /// The variance of each number; none where there is no formula for it.
    fn variances(&self) -> Option<Vec<Real>> {
        None
    }

    /// ln p(x); −∞ where `x` is outside the support or a parameter breaks its constraint, with
    /// gradient 0 there. It is NaN only where a number of `x` is.
    fn log_density(&self, x: &[Real]) -> Real {
        let within = self.log_density_within(x);
        let supported = self.contains(x).select(within, f64::NEG_INFINITY);
        all_hold(&self.constraints()).select(supported, f64::NEG_INFINITY)
    }
}

/// A distribution with a density on a part of n-dimensional space.
pub trait ContinuousVector: Multivariate<Value = f64> {
    /// The part of space on which the density is positive.
    fn support(&self) -> VectorSupport;

    /// New unknowns with this prior, as functions of unconstrained parameters.
    ///
    /// Provided: the values are [`VectorSupport::forward`] of the parameters. Families with a
    /// location and a scale override it by the non-centred form.
    fn latents(&self) -> VectorLatent {
        self.centred_latents()
    }

    /// New unknowns whose parameters are their values, moved to the whole space: the form to prefer
    /// where data say much about each value.
    fn centred_latents(&self) -> VectorLatent {
        let support = self.support();
        let parameters: Vec<Real> = (0..support.parameters())
            .map(|_| Real::parameter(self.name()))
            .collect();
        let values = support.forward(&parameters);
        let within = self.log_density_within(&values) + support.log_jacobian(&parameters);
        let valid = all_open_questions(&self.constraints());
        VectorLatent {
            parameters,
            values,
            log_density: valid.select(within, f64::NEG_INFINITY),
        }
    }
}

/// Unknowns on their way into a model.
#[derive(Debug, Clone)]
pub struct VectorLatent {
    /// The unconstrained parameters a sampler moves.
    pub parameters: Vec<Real>,
    /// The unknowns' values, functions of the parameters; there may be more values than parameters.
    pub values: Vec<Real>,
    /// Log density of all parameters, the log-Jacobian of the transform included; as
    /// [`Latent::log_density`](super::Latent::log_density).
    pub log_density: Real,
}
