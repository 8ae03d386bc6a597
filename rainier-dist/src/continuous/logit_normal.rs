//! States the logit-normal distribution: a probability whose log odds are normal.
//!
//! In: mean and standard deviation of the log odds. Out: its log density, tails, support,
//! non-centred unknown and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::normal::standard_normal;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Logit-normal distribution with location μ and scale σ, on (0, 1): ln(x/(1 − x)) is normal with
/// mean μ and standard deviation σ.
///
/// ln p(x) = −½ ((logit x − μ)/σ)² − ln x − ln(1 − x) − ln σ − ½ ln 2π. Median logistic(μ); mean
/// and variance have no formula.
///
/// The unknown is non-centred: x = logistic(μ + σz) with z standard normal.
///
/// # Numerics
/// x near 1 is known only to ε; an unknown does not suffer. Draws that would round to an edge are
/// the number beside it.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::LogitNormal;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = LogitNormal::new(0.0, 1.0).log_density(&Real::constant(0.5)).as_constant();
/// assert!((ln_p.expect("constant") - (16.0_f64 / std::f64::consts::TAU).sqrt().ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct LogitNormal {
    /// Of the log odds.
    map: LocationScale,
}

impl LogitNormal {
    /// The logit-normal distribution with these parameters of the log odds; the scale must be
    /// positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            map: LocationScale::new("LogitNormal", ["location", "scale"], location, scale),
        }
    }
}

impl Distribution for LogitNormal {
    type Value = f64;

    fn name(&self) -> &'static str {
        "LogitNormal"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(&x.logit(), standard_normal) - x.ln() - (-x).ln_1p()
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread()];
        let constraints = self.map.constraints();
        draw_if_valid(constraints, parameters, |[location, scale], rng| {
            let z: f64 = StandardNormal.sample(rng);
            let x = 1.0 / (1.0 + (-(location + scale * z)).exp());
            x.clamp(f64::MIN_POSITIVE, 1.0 - 0.5 * f64::EPSILON)
        })
    }
}

impl Cumulative for LogitNormal {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.map.standardised(&x.logit()).ln_normal_cdf();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = (-self.map.standardised(&x.logit())).ln_normal_cdf();
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for LogitNormal {
    fn support(&self) -> Support {
        Support::unit_interval()
    }

    fn latent(&self) -> Latent {
        let latent = self
            .map
            .latent(self.name(), &Support::WholeLine, standard_normal);
        Latent {
            value: latent.value.logistic(),
            ..latent
        }
    }
}
