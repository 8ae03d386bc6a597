//! States the half-Cauchy distribution.
//!
//! In: a scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::{FRAC_2_PI, LN_2, TAU};

use rainier_core::{Condition, Real};
use rand_distr::{Cauchy as StandardCauchy, Distribution as _};

use super::cauchy::{log_below, standard_cauchy};
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Half-Cauchy distribution with scale s, on [0, ∞): the size of a Cauchy variable around 0.
///
/// ln p(x) = ln(2/π) − ln s − ln(1 + (x/s)²). It has no mean; s is the median. The usual vague
/// prior of a standard deviation between groups (Gelman 2006, Bayesian Analysis 1, 515–534).
///
/// The unknown is non-centred: x = s e^q, where e^q is standard half-Cauchy.
///
/// # Numerics
/// The square overflows for x beyond 1e154 s, where the log density becomes −∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::HalfCauchy;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = HalfCauchy::new(5.0).log_density(&Real::constant(5.0)).as_constant();
/// assert!((ln_p.expect("constant") + (5.0 * std::f64::consts::PI).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct HalfCauchy {
    map: LocationScale,
}

impl HalfCauchy {
    /// The half-Cauchy distribution with this scale, which must be positive.
    pub fn new(scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::scale("HalfCauchy", scale),
        }
    }
}

fn standard_half_cauchy(z: &Real) -> Real {
    standard_cauchy(z) + LN_2
}

impl Distribution for HalfCauchy {
    type Value = f64;

    fn name(&self) -> &'static str {
        "HalfCauchy"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_half_cauchy)
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(
            self.map.constraints(),
            [self.map.spread()],
            |[scale], rng| {
                StandardCauchy::new(0.0, scale).map_or(f64::NAN, |cauchy| cauchy.sample(rng).abs())
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(Real::constant(f64::INFINITY))
    }

    fn variance(&self) -> Option<Real> {
        Some(Real::constant(f64::INFINITY))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(TAU.ln()))
    }
}

/// P(X ≤ x) = (2/π) atan(x/s).
impl Cumulative for HalfCauchy {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.map.standardised(x).atan().ln() + FRAC_2_PI.ln();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = log_below(&-self.map.standardised(x)) + LN_2;
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for HalfCauchy {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_half_cauchy)
    }
}
