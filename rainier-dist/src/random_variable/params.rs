//! Makes unknowns of a prior of several numbers.
//!
//! In: a distribution with a density on a part of space. Out: a [`RandomVariable`] with its
//! unconstrained parameters.

use rainier_core::Real;

use super::{Prior, RandomVariable, Term, Terms};
use crate::distribution::{ContinuousVector, Latent, VectorLatent};

/// A prior of several numbers at once.
///
/// Implemented for every [`ContinuousVector`]; nothing is left to implement.
pub trait Params: ContinuousVector {
    /// New unknowns with this distribution as their common prior.
    ///
    /// As [`param`](crate::Param::param), with a vector as its value.
    ///
    /// ```
    /// use rainier_dist::{Params, multivariate::Dirichlet};
    ///
    /// let shares = Dirichlet::uniform(3).params().named("share");
    /// let posterior = shares.compile()?;
    /// // Two parameters say what three shares are.
    /// assert_eq!(posterior.names(), ["share[0]", "share[1]"]);
    /// assert_eq!(posterior.labels(), ["share[0]", "share[1]", "share[2]"]);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn params(&self) -> RandomVariable<Vec<Real>>;
}

impl<D: ContinuousVector + ?Sized> Params for D {
    fn params(&self) -> RandomVariable<Vec<Real>> {
        let constraints = self.constraints();
        let VectorLatent {
            parameters,
            values,
            log_density,
        } = self.latents();
        // A parameter is called like the value in its place, or has no name.
        let has_places = values.len() <= parameters.len() + 1;
        let unknowns = parameters
            .into_iter()
            .enumerate()
            .map(|(place, parameter)| {
                let value = if has_places {
                    &values[place]
                } else {
                    &parameter
                };
                Terms::one(Term::Latent(Latent {
                    value: value.clone(),
                    // The density of all is told once.
                    log_density: Real::constant(0.0),
                    parameter,
                }))
            });
        let unknowns = Terms::union(unknowns.collect::<Vec<_>>());
        let density = Terms::one(Term::Density(log_density));
        let drawn = Terms::one(Term::Prior(Prior {
            values: values.clone(),
            generator: self.generator(),
        }));
        let terms = Terms::union([Terms::broken(&constraints), unknowns, density, drawn]);
        RandomVariable::with_terms(values, terms)
    }
}
