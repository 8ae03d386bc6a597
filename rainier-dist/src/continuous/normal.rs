//! States the normal distribution.
//!
//! In: mean and standard deviation. Out: its log density, support, non-centred unknown and draws.

use std::f64::consts::TAU;

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Normal distribution with mean μ and standard deviation σ, on the whole line.
///
/// ln p(x) = −½ ((x − μ)/σ)² − ln σ − ½ ln 2π. Mean μ, variance σ².
///
/// The unknown is non-centred: x = μ + σz with z standard normal.
///
/// # Numerics
/// The square overflows for |x − μ| beyond 1e154 σ, where the log density becomes −∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Normal;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Normal::new(1.0, 2.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") + 1.612085713764618).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Normal {
    map: LocationScale,
}

impl Normal {
    /// The normal distribution with these parameters; the standard deviation must be positive.
    pub fn new(mean: impl Into<Real>, standard_deviation: impl Into<Real>) -> Self {
        let names = ["mean", "standard_deviation"];
        Self {
            map: LocationScale::new("Normal", names, mean, standard_deviation),
        }
    }

    /// Mean 0, standard deviation 1.
    pub fn standard() -> Self {
        Self::new(0.0, 1.0)
    }
}

/// ln p(z) of the standard normal distribution.
pub(crate) fn standard_normal(z: &Real) -> Real {
    -0.5 * (z * z) - 0.5 * TAU.ln()
}

impl Distribution for Normal {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Normal"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_normal)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[mean, deviation], rng| {
                let z: f64 = StandardNormal.sample(rng);
                mean + deviation * z
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(0.0))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(1.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(0.5 * TAU.ln() + 0.5))
    }
}

impl Cumulative for Normal {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.map.standardised(x).ln_normal_cdf()
    }

    fn log_survival(&self, x: &Real) -> Real {
        (-self.map.standardised(x)).ln_normal_cdf()
    }
}

impl Continuous for Normal {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_normal)
    }
}
