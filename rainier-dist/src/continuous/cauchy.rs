//! States the Cauchy distribution.
//!
//! In: location and scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::{FRAC_PI_2, PI};

use rainier_core::{Condition, Real};
use rand_distr::{Cauchy as StandardCauchy, Distribution as _};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Cauchy distribution with location m and scale s, on the whole line.
///
/// ln p(x) = −ln π − ln s − ln(1 + ((x − m)/s)²). It has no mean and no variance; m is the median,
/// m ± s are the quartiles.
///
/// The unknown is non-centred: x = m + sz with z standard Cauchy.
///
/// # Numerics
/// The square overflows for |x − m| beyond 1e154 s, where the log density becomes −∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Cauchy;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Cauchy::new(0.0, 1.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") + std::f64::consts::TAU.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Cauchy {
    map: LocationScale,
}

impl Cauchy {
    /// The Cauchy distribution with these parameters; the scale must be positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("Cauchy", ["location", "scale"], location, scale),
        }
    }
}

/// ln p(z) of the standard Cauchy distribution.
pub(crate) fn standard_cauchy(z: &Real) -> Real {
    -PI.ln() - (z * z).ln_1p()
}

/// ln P(Z ≤ z), Z standard Cauchy: the arc tangent of 1/z where that of z would cancel.
pub(super) fn log_below(z: &Real) -> Real {
    let far = (-1.0 / z).atan().ln();
    let near = (z.atan() + FRAC_PI_2).ln();
    z.less(-1.0).select(far, near) - PI.ln()
}

impl Distribution for Cauchy {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Cauchy"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_cauchy)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale], rng| {
                StandardCauchy::new(location, scale).map_or(f64::NAN, |cauchy| cauchy.sample(rng))
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(Real::constant(f64::NAN))
    }

    fn variance(&self) -> Option<Real> {
        Some(Real::constant(f64::NAN))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy((4.0 * PI).ln()))
    }
}

impl Cumulative for Cauchy {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_below(&self.map.standardised(x))
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_below(&-self.map.standardised(x))
    }
}

impl Continuous for Cauchy {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_cauchy)
    }
}
