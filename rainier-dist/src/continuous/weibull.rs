//! States the Weibull distribution.
//!
//! In: shape and scale. Out: its log density, tails, support, non-centred unknown and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use super::extreme_value::{EULER_GAMMA, log_any, mean_of_power, variance_of_power};
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Requirement, Support,
    draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "Weibull";

/// Weibull distribution with shape k and scale λ, on [0, ∞): a waiting time whose hazard goes with
/// the power k − 1 of the time waited. (x/λ)ᵏ is standard exponential.
///
/// ln p(x) = ln k − ln λ + (k − 1) ln(x/λ) − (x/λ)ᵏ. Mean λ Γ(1 + 1/k), variance
/// λ² [Γ(1 + 2/k) − Γ(1 + 1/k)²], median λ (ln 2)^(1/k).
///
/// At x = 0 the density is 1/λ for shape 1 and 0 for larger shapes. For smaller ones it is
/// infinite; 0 is then left out of the support, so that no sampler can fall into that hole.
///
/// The unknown is non-centred: x = λ e^q, where e^q is Weibull with scale 1.
///
/// # Numerics
/// The variance is good to 1e-9 for shapes up to 1e6. For shapes below about 0.05 some draws
/// underflow to 0.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Weibull;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Weibull::new(2.0, 3.0).log_density(&Real::constant(3.0)).as_constant();
/// assert!((ln_p.expect("constant") - ((2.0_f64 / 3.0).ln() - 1.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Weibull {
    shape: Real,
    map: LocationScale,
}

impl Weibull {
    /// The Weibull distribution with these parameters, both positive.
    pub fn new(shape: impl Into<Real>, scale: impl Into<Real>) -> Self {
        let shape = shape.into();
        let constraint = Constraint::new(NAME, "shape", &shape, Requirement::Positive);
        Self {
            map: LocationScale::scale(NAME, scale).requiring(constraint),
            shape,
        }
    }

    fn standard(&self, z: &Real) -> Real {
        let logarithm = z.ln();
        let power = (&self.shape * &logarithm).exp();
        self.shape.ln() + (&self.shape - 1.0) * logarithm - power
    }

    /// k ln(x/λ), the logarithm of the events expected until x.
    fn log_expected(&self, x: &Real) -> Real {
        &self.shape * self.map.standardised(x).ln()
    }
}

impl Distribution for Weibull {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        let edge = x.equal(0.0).and(&self.shape.greater_or_equal(1.0));
        self.support().contains(x).or(&edge)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, |z| self.standard(z))
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        let is_finite = self.shape.equal(1.0);
        let at_zero = is_finite.select(-self.map.spread().ln(), f64::NEG_INFINITY);
        x.equal(0.0).select(at_zero, self.log_density_within(x))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.shape, self.map.spread()];
        draw_if_valid(self.map.constraints(), parameters, |[shape, scale], rng| {
            let exponential: f64 = Exp1.sample(rng);
            scale * exponential.powf(shape.recip())
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(mean_of_power(&(1.0 / &self.shape))))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(variance_of_power(&(1.0 / &self.shape))))
    }

    fn entropy(&self) -> Option<Real> {
        let shape = &self.shape;
        let standard = 1.0 + EULER_GAMMA * (1.0 - 1.0 / shape) - shape.ln();
        Some(self.map.entropy(standard))
    }
}

/// P(X > x) = exp(−(x/λ)ᵏ).
impl Cumulative for Weibull {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = log_any(&self.log_expected(x));
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = -self.log_expected(x).exp();
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Weibull {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}
