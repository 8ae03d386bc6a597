//! States the Fréchet distribution.
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

const NAME: &str = "Frechet";

/// Fréchet distribution with shape α and scale s, on (0, ∞): the largest of many values whose tails
/// are powers. (x/s)^−α is standard exponential.
///
/// ln p(x) = ln α − ln s − (1 + α) ln(x/s) − (x/s)^−α. Mean s Γ(1 − 1/α) for α > 1, else ∞;
/// variance s² [Γ(1 − 2/α) − Γ(1 − 1/α)²] for α > 2, else ∞; median s (ln 2)^(−1/α).
///
/// The unknown is non-centred: x = s e^q, where e^q is Fréchet with scale 1.
///
/// # Numerics
/// The variance is good to 1e-9 for shapes up to 1e6. For shapes below about 0.05 some draws
/// overflow to ∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Frechet;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Frechet::new(2.0, 3.0).log_density(&Real::constant(3.0)).as_constant();
/// assert!((ln_p.expect("constant") - ((2.0_f64 / 3.0).ln() - 1.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Frechet {
    shape: Real,
    map: LocationScale,
}

impl Frechet {
    /// The Fréchet distribution with these parameters, both positive.
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
        let power = (-&self.shape * &logarithm).exp();
        self.shape.ln() - (&self.shape + 1.0) * logarithm - power
    }

    /// −α ln(x/s), the logarithm of the values expected above x.
    fn log_expected(&self, x: &Real) -> Real {
        -&self.shape * self.map.standardised(x).ln()
    }
}

impl Distribution for Frechet {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, |z| self.standard(z))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.shape, self.map.spread()];
        draw_if_valid(self.map.constraints(), parameters, |[shape, scale], rng| {
            let exponential: f64 = Exp1.sample(rng);
            scale * exponential.powf(-shape.recip())
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(mean_of_power(&(-1.0 / &self.shape))))
    }

    fn variance(&self) -> Option<Real> {
        Some(self.map.variance(variance_of_power(&(-1.0 / &self.shape))))
    }

    fn entropy(&self) -> Option<Real> {
        let shape = &self.shape;
        let standard = 1.0 + EULER_GAMMA * (1.0 + 1.0 / shape) - shape.ln();
        Some(self.map.entropy(standard))
    }
}

/// P(X ≤ x) = exp(−(x/s)^−α).
impl Cumulative for Frechet {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = -self.log_expected(x).exp();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = log_any(&self.log_expected(x));
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Frechet {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}
