//! States the Laplace distribution.
//!
//! In: location and scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::LN_2;

use rainier_core::{Condition, Real};
use rand::RngExt;
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Laplace distribution with location m and scale s, on the whole line: an exponential variable to
/// either side of m.
///
/// ln p(x) = −ln(2s) − |x − m|/s. Mean and median m, variance 2s².
///
/// The unknown is non-centred: x = m + sz with z standard Laplace.
///
/// # Numerics
/// The density has a corner at m, where its derivative is taken as 0.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Laplace;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Laplace::new(1.0, 2.0).log_density(&Real::constant(-3.0)).as_constant();
/// assert!((ln_p.expect("constant") - (-(4.0_f64.ln()) - 2.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Laplace {
    map: LocationScale,
}

impl Laplace {
    /// The Laplace distribution with these parameters; the scale must be positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("Laplace", ["location", "scale"], location, scale),
        }
    }
}

fn standard_laplace(z: &Real) -> Real {
    -z.abs() - LN_2
}

/// ln P(Z ≤ z), Z standard Laplace.
fn log_below(z: &Real) -> Real {
    let complement = (-z - LN_2).ln_one_minus_exp();
    z.less(0.0).select(z - LN_2, complement)
}

impl Distribution for Laplace {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Laplace"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_laplace)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale], rng| {
                let size: f64 = Exp1.sample(rng);
                let z = if rng.random() { size } else { -size };
                location + scale * z
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(0.0))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(2.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(1.0 + LN_2))
    }
}

impl Cumulative for Laplace {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_below(&self.map.standardised(x))
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_below(&-self.map.standardised(x))
    }
}

impl Continuous for Laplace {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_laplace)
    }
}
