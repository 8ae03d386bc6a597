//! Makes an unknown of a prior.
//!
//! In: a continuous distribution. Out: a [`RandomVariable`] with one new parameter.

use rainier_core::Real;

use super::{Prior, RandomVariable, Term, Terms};
use crate::distribution::{Continuous, Latent};

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

    /// As [`param`](Self::param), with the parameter centred:
    /// [`Continuous::centred_latent`].
    ///
    /// Families with a location or a scale are non-centred by default, which suits effects on
    /// which data say little. Where data say much about each effect, the centred form mixes
    /// better. Both may be mixed in one hierarchy, since they mean the same distribution:
    ///
    /// ```
    /// use rainier_dist::continuous::{HalfNormal, Normal};
    /// use rainier_dist::{Fit, Param, RandomVariable, model};
    ///
    /// let groups = [vec![1.2; 200], vec![0.7, 0.1]];
    /// let model = model! {
    ///     spread = HalfNormal::new(1).param();
    ///     effects = RandomVariable::traverse(&groups, |data| {
    ///         let prior = Normal::new(0, &spread);
    ///         let effect = if data.len() > 50 { prior.param_centred() } else { prior.param() };
    ///         effect.flat_map(|effect| Normal::new(&effect, 1).fit(data).map(|()| effect))
    ///     });
    ///     yield effects
    /// };
    /// assert_eq!(model.compile()?.dimension(), 3);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn param_centred(&self) -> RandomVariable<Real>;

    /// `count` unknowns with this distribution as the prior of each, independent given its
    /// parameters. Named, they are called `name[0]`, `name[1]`, …
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    ///
    /// let effects = Normal::new(0.0, 1.0).vector(3).named("effect");
    /// assert_eq!(effects.compile()?.names(), ["effect[0]", "effect[1]", "effect[2]"]);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn vector(&self, count: usize) -> RandomVariable<Vec<Real>> {
        RandomVariable::fill(count, || self.param())
    }

    /// As [`vector`](Self::vector), with the parameters centred as those of
    /// [`param_centred`](Self::param_centred).
    ///
    /// ```
    /// use rainier_dist::continuous::{HalfNormal, Normal};
    /// use rainier_dist::{Param, model};
    ///
    /// // Eight effects, of each of which the data will say much.
    /// let model = model! {
    ///     spread = HalfNormal::new(5).param();
    ///     effect = Normal::new(0, &spread).vector_centred(8);
    ///     yield (spread, effect)
    /// };
    /// assert_eq!(model.compile()?.dimension(), 9);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn vector_centred(&self, count: usize) -> RandomVariable<Vec<Real>> {
        RandomVariable::fill(count, || self.param_centred())
    }
}

impl<D: Continuous + ?Sized> Param for D {
    fn param(&self) -> RandomVariable<Real> {
        unknown(self, self.latent())
    }

    fn param_centred(&self) -> RandomVariable<Real> {
        unknown(self, self.centred_latent())
    }
}

fn unknown(prior: &(impl Continuous + ?Sized), latent: Latent) -> RandomVariable<Real> {
    let value = latent.value.clone();
    let drawn = Prior {
        values: vec![value.clone()],
        generator: prior.generator().map(|draw| vec![draw]),
    };
    let terms = Terms::union([
        Terms::flaws(prior),
        Terms::one(Term::Latent(latent)),
        Terms::one(Term::Prior(drawn)),
    ]);
    RandomVariable::with_terms(value, terms)
}
