//! States the exponential distribution.
//!
//! In: a rate. Out: its log density, tails, support and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Exponential distribution with rate λ, on [0, ∞): waiting times between events.
///
/// ln p(x) = ln λ − λx. Mean 1/λ, variance 1/λ².
///
/// The unknown is non-centred: x = e^q / λ, where e^q is standard exponential.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Exponential;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Exponential::new(2.0).log_density(&Real::constant(0.5)).as_constant();
/// assert!((ln_p.expect("constant") - (2.0_f64.ln() - 1.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Exponential {
    rate: Real,
    map: LocationScale,
}

impl Exponential {
    /// The exponential distribution with this rate, which must be positive.
    pub fn new(rate: impl Into<Real>) -> Self {
        let rate = rate.into();
        Self {
            map: LocationScale::by_rate("Exponential", &rate),
            rate,
        }
    }
}

impl Distribution for Exponential {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Exponential"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.rate.ln() - &self.rate * x
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(self.map.constraints(), [&self.rate], |[rate], rng| {
            let standard: f64 = Exp1.sample(rng);
            standard / rate
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(1.0))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(1.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(1.0))
    }
}

impl Cumulative for Exponential {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = (-&self.rate * x).ln_one_minus_exp();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = -&self.rate * x;
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Exponential {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map.latent(self.name(), &self.support(), |z| -z)
    }
}
