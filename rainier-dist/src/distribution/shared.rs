//! Makes a shared distribution a distribution: `Arc<dyn Continuous>` goes wherever one by value does.
//!
//! In: a distribution behind a reference count, often chosen when the program runs. Out: the same
//! distribution by all its traits. Every method is handed on, so that a family's own forms of its
//! density and its unknowns stay.

use std::sync::Arc;

use rainier_core::{Condition, Real};

use super::{Constraint, Continuous, Cumulative, Discrete, Distribution, Latent, Support};
use crate::generator::Generator;

/// ```
/// use std::sync::Arc;
/// use rainier_core::Real;
/// use rainier_dist::discrete::{NegativeBinomial, Poisson};
/// use rainier_dist::distribution::{Discrete, Distribution};
///
/// let counts = |is_spread: bool| -> Arc<dyn Discrete> {
///     if is_spread { Arc::new(NegativeBinomial::new(3, 2)) } else { Arc::new(Poisson::new(3)) }
/// };
/// let with_zeros = counts(false).zero_inflated(0.5);
/// let ln_p = with_zeros.log_density(&Real::constant(0.0)).as_constant().expect("constant");
/// assert!((ln_p.exp() - (0.5 + 0.5 * (-3.0_f64).exp())).abs() < 1e-15);
/// ```
impl<D: Distribution + ?Sized> Distribution for Arc<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn constraints(&self) -> Vec<Constraint> {
        (**self).constraints()
    }

    fn contains(&self, x: &Real) -> Condition {
        (**self).contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        (**self).log_density_within(x)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        (**self).log_density_apart(x)
    }

    fn generator(&self) -> Generator<Self::Value> {
        (**self).generator()
    }

    fn mean(&self) -> Option<Real> {
        (**self).mean()
    }

    fn variance(&self) -> Option<Real> {
        (**self).variance()
    }

    fn entropy(&self) -> Option<Real> {
        (**self).entropy()
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        (**self).log_density_with_edges(x)
    }

    fn log_density(&self, x: &Real) -> Real {
        (**self).log_density(x)
    }
}

impl<D: Continuous + ?Sized> Continuous for Arc<D> {
    fn support(&self) -> Support {
        (**self).support()
    }

    fn latent(&self) -> Latent {
        (**self).latent()
    }

    fn centred_latent(&self) -> Latent {
        (**self).centred_latent()
    }
}

impl<D: Discrete + ?Sized> Discrete for Arc<D> {}

impl<D: Cumulative + ?Sized> Cumulative for Arc<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        (**self).log_cumulative(x)
    }

    fn log_survival(&self, x: &Real) -> Real {
        (**self).log_survival(x)
    }

    fn quantile(&self, probability: f64) -> Self::Value {
        (**self).quantile(probability)
    }
}
