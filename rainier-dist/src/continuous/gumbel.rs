//! States the Gumbel distribution.
//!
//! In: location and scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::PI;

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use super::extreme_value::{EULER_GAMMA, log_any};
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Gumbel distribution with location m and scale s, on the whole line: the largest of many values
/// with exponential tails. For the smallest, model −x.
///
/// ln p(x) = −z − e^−z − ln s with z = (x − m)/s. Mean m + γs with γ = 0.5772… (Euler's constant),
/// median m − s ln ln 2, variance π²s²/6.
///
/// The unknown is non-centred: x = m + sz with z standard Gumbel.
///
/// # Numerics
/// e^−z overflows for z below −709, where the log density becomes −∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Gumbel;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Gumbel::new(3.0, 2.0).log_density(&Real::constant(3.0)).as_constant();
/// assert!((ln_p.expect("constant") - (-1.0 - 2.0_f64.ln())).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Gumbel {
    map: LocationScale,
}

impl Gumbel {
    /// The Gumbel distribution with these parameters; the scale must be positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("Gumbel", ["location", "scale"], location, scale),
        }
    }
}

fn standard_gumbel(z: &Real) -> Real {
    -z - (-z).exp()
}

impl Distribution for Gumbel {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Gumbel"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_gumbel)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale], rng| {
                let exponential: f64 = Exp1.sample(rng);
                location - scale * exponential.ln()
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(EULER_GAMMA))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(PI * PI / 6.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(1.0 + EULER_GAMMA))
    }
}

/// P(Z ≤ z) = exp(−e^−z).
impl Cumulative for Gumbel {
    fn log_cumulative(&self, x: &Real) -> Real {
        -(-self.map.standardised(x)).exp()
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_any(&-self.map.standardised(x))
    }
}

impl Continuous for Gumbel {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_gumbel)
    }
}
