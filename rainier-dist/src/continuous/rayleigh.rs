//! States the Rayleigh distribution.
//!
//! In: a scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::{FRAC_PI_2, LN_2};

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use super::extreme_value::{EULER_GAMMA, log_any};
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Rayleigh distribution with scale σ, on [0, ∞): the length of a vector in the plane whose two
/// coordinates are normal with mean 0 and standard deviation σ.
///
/// ln p(x) = ln x − 2 ln σ − ½ (x/σ)². Mean σ √(π/2), variance (2 − π/2) σ², mode σ.
///
/// The density is 0 at x = 0, which belongs to the support.
///
/// The unknown is non-centred: x = σ e^q, where e^q is standard Rayleigh.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Rayleigh;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Rayleigh::new(2.0).log_density(&Real::constant(2.0)).as_constant();
/// assert!((ln_p.expect("constant") - (-(2.0_f64.ln()) - 0.5)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Rayleigh {
    map: LocationScale,
}

impl Rayleigh {
    /// The Rayleigh distribution with this scale, which must be positive.
    pub fn new(scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::scale("Rayleigh", scale),
        }
    }
}

fn standard_rayleigh(z: &Real) -> Real {
    z.ln() - 0.5 * (z * z)
}

impl Distribution for Rayleigh {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Rayleigh"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        // ln x is apart from ln σ, so that sums over data need Σ ln x only.
        let z = self.map.standardised(x);
        x.ln() - 2.0 * self.map.spread().ln() - 0.5 * (&z * &z)
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        x.equal(0.0)
            .select(f64::NEG_INFINITY, self.log_density_within(x))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.spread()];
        draw_if_valid(self.map.constraints(), parameters, |[scale], rng| {
            let exponential: f64 = Exp1.sample(rng);
            scale * (2.0 * exponential).sqrt()
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(FRAC_PI_2.sqrt()))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(2.0 - FRAC_PI_2))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(1.0 - 0.5 * LN_2 + 0.5 * EULER_GAMMA))
    }
}

/// P(X > x) = exp(−½ (x/σ)²).
impl Cumulative for Rayleigh {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = log_any(&(2.0 * self.map.standardised(x).ln() - LN_2));
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let z = self.map.standardised(x);
        let inside = -0.5 * (&z * &z);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Rayleigh {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_rayleigh)
    }
}
