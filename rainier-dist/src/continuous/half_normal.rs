//! States the half-normal distribution.
//!
//! In: a scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI, FRAC_PI_2, LN_2};

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::normal::standard_normal;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Half-normal distribution with scale σ, on [0, ∞): the size of a normal variable with mean 0.
///
/// ln p(x) = ½ ln(2/π) − ln σ − ½ (x/σ)². Mean σ √(2/π), variance σ² (1 − 2/π).
///
/// The unknown is non-centred: x = σ e^q, where e^q is standard half-normal.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::HalfNormal;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = HalfNormal::new(1.0).log_density(&Real::constant(0.0)).as_constant();
/// assert!((ln_p.expect("constant") + 0.22579135264472744).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct HalfNormal {
    map: LocationScale,
}

impl HalfNormal {
    /// The half-normal distribution with this scale, which must be positive.
    pub fn new(scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::scale("HalfNormal", scale),
        }
    }

    fn log_beyond(&self, x: &Real) -> Real {
        (FRAC_1_SQRT_2 * self.map.standardised(x)).ln_erfc()
    }
}

fn standard_half_normal(z: &Real) -> Real {
    standard_normal(z) + LN_2
}

impl Distribution for HalfNormal {
    type Value = f64;

    fn name(&self) -> &'static str {
        "HalfNormal"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_half_normal)
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(
            self.map.constraints(),
            [self.map.spread()],
            |[scale], rng| {
                let z: f64 = StandardNormal.sample(rng);
                scale * z.abs()
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(FRAC_2_PI.sqrt()))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(1.0 - FRAC_2_PI))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(0.5 * FRAC_PI_2.ln() + 0.5))
    }
}

/// P(X > x) = erfc(x / (σ√2)).
impl Cumulative for HalfNormal {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_beyond(x).ln_one_minus_exp();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.support()
            .piecewise(x, 0.0, &self.log_beyond(x), f64::NEG_INFINITY)
    }
}

impl Continuous for HalfNormal {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_half_normal)
    }
}
