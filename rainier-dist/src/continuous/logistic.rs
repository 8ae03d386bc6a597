//! States the logistic distribution.
//!
//! In: location and scale. Out: its log density, tails, support, non-centred unknown and draws.

use std::f64::consts::PI;

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Logistic distribution with location m and scale s, on the whole line: the log-odds of a uniform
/// probability, shifted and stretched.
///
/// ln p(x) = −z − 2 ln(1 + e^−z) − ln s with z = (x − m)/s. Mean and median m, variance π²s²/3.
///
/// The unknown is non-centred: x = m + sz with z standard logistic.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Logistic;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// let logistic = Logistic::new(0.0, 1.0);
/// let ln_p = logistic.log_density(&Real::constant(0.0)).as_constant();
/// assert!((ln_p.expect("constant") + 4.0_f64.ln()).abs() < 1e-15);
/// assert!((logistic.quantile(0.9) - 9.0_f64.ln()).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Logistic {
    map: LocationScale,
}

impl Logistic {
    /// The logistic distribution with these parameters; the scale must be positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("Logistic", ["location", "scale"], location, scale),
        }
    }
}

/// Density of the standard logistic distribution, P(Z ≤ z) P(Z > z).
fn standard_logistic(z: &Real) -> Real {
    z.log_logistic() + (-z).log_logistic()
}

impl Distribution for Logistic {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Logistic"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, standard_logistic)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale], rng| {
                // The share of one exponential variable in the sum of two is uniform.
                let [first, second]: [f64; 2] = [Exp1.sample(rng), Exp1.sample(rng)];
                location + scale * (first / second).ln()
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(0.0))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(PI * PI / 3.0))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(2.0))
    }
}

impl Cumulative for Logistic {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.map.standardised(x).log_logistic()
    }

    fn log_survival(&self, x: &Real) -> Real {
        (-self.map.standardised(x)).log_logistic()
    }
}

impl Continuous for Logistic {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), standard_logistic)
    }
}
