//! States the log-normal distribution: e to the power of a normal variable.
//!
//! In: mean and standard deviation of the logarithm. Out: its log density, tails, support,
//! non-centred unknown and draws.

use std::f64::consts::TAU;

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::normal::standard_normal;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Log-normal distribution with location μ and scale σ, on (0, ∞): ln x is normal with mean μ and
/// standard deviation σ.
///
/// ln p(x) = −½ ((ln x − μ)/σ)² − ln x − ln σ − ½ ln 2π. Mean e^(μ + σ²/2), median e^μ, variance
/// (e^σ² − 1) e^(2μ + σ²).
///
/// The unknown is non-centred: x = e^(μ + σz) with z standard normal.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::LogNormal;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = LogNormal::new(0.0, 1.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") + 0.9189385332046728).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct LogNormal {
    /// Of the logarithm.
    map: LocationScale,
}

impl LogNormal {
    /// The log-normal distribution with these parameters of the logarithm; the scale must be
    /// positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("LogNormal", ["location", "scale"], location, scale),
        }
    }
}

impl Distribution for LogNormal {
    type Value = f64;

    fn name(&self) -> &'static str {
        "LogNormal"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let logarithm = x.ln();
        self.map.log_density(&logarithm, standard_normal) - logarithm
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale], rng| {
                let z: f64 = StandardNormal.sample(rng);
                (location + scale * z).exp()
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        let square = self.map.variance(1.0);
        Some((self.map.location() + 0.5 * square).exp())
    }

    fn variance(&self) -> Option<Real> {
        let square = self.map.variance(1.0);
        Some(square.exp_m1() * (2.0 * self.map.location() + square).exp())
    }

    fn entropy(&self) -> Option<Real> {
        let of_logarithm = self.map.entropy(0.5 * TAU.ln() + 0.5);
        Some(self.map.location() + of_logarithm)
    }
}

impl Cumulative for LogNormal {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.map.standardised(&x.ln()).ln_normal_cdf();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = (-self.map.standardised(&x.ln())).ln_normal_cdf();
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for LogNormal {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        let latent = self
            .map
            .latent(self.name(), &Support::WholeLine, standard_normal);
        Latent {
            value: latent.value.exp(),
            ..latent
        }
    }
}
