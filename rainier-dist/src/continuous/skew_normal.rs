//! States the skew-normal distribution.
//!
//! In: location, scale and shape. Out: its log density, tails, support, non-centred
//! unknown and draws.

use std::f64::consts::{FRAC_2_PI, LN_2};

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::normal::standard_normal;
use super::skew_normal_tail::log_above;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Requirement, Support,
    draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "SkewNormal";

/// Skew-normal distribution with location ξ, scale ω and shape α, on the whole line: a normal
/// density of which one side is cut away, the more the larger |α| (Azzalini 1985, Scandinavian
/// Journal of Statistics 12, 171–178).
///
/// ln p(x) = ln 2 − ½ z² − ½ ln 2π − ln ω + ln Φ(αz) with z = (x − ξ)/ω. With δ = α/√(1 + α²) the
/// mean is ξ + ωδ √(2/π) and the variance ω² (1 − 2δ²/π). It is normal for α = 0 and approaches the
/// half-normal one for α → ∞; α < 0 cuts the upper side.
///
/// The unknown is non-centred: x = ξ + ωz with z skew-normal of location 0 and scale 1.
///
/// # Numerics
/// ln Φ keeps all digits where the density is cut away. The squares overflow for |z| or |αz| beyond
/// 1e154, where the log density becomes −∞. Both tails are exact to 1e-13 and cost sixty
/// exponentials.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::{Normal, SkewNormal};
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = |of: &dyn Distribution<Value = f64>| of.log_density(&Real::constant(0.3)).as_constant();
/// let skewed = ln_p(&SkewNormal::new(1.0, 2.0, 0.0)).expect("constant");
/// let normal = ln_p(&Normal::new(1.0, 2.0)).expect("constant");
/// assert!((skewed - normal).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct SkewNormal {
    shape: Real,
    map: LocationScale,
}

impl SkewNormal {
    /// The skew-normal distribution with these parameters; the scale must be positive.
    pub fn new(location: impl Into<Real>, scale: impl Into<Real>, shape: impl Into<Real>) -> Self {
        let shape = shape.into();
        let constraint = Constraint::new(NAME, "shape", &shape, Requirement::Finite);
        Self {
            map: LocationScale::new(NAME, ["location", "scale"], location, scale)
                .requiring(constraint),
            shape,
        }
    }

    fn standard(&self, z: &Real) -> Real {
        standard_normal(z) + (&self.shape * z).ln_normal_cdf() + LN_2
    }

    /// δ = α/√(1 + α²), without the square.
    fn correlation(&self) -> Real {
        self.shape.atan().sin()
    }
}

impl Distribution for SkewNormal {
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
        let parameters = [self.map.location(), self.map.spread(), &self.shape];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale, shape], rng| {
                // δ |u| + √(1 − δ²) v with u, v standard normal.
                let [cut, free]: [f64; 2] =
                    [StandardNormal.sample(rng), StandardNormal.sample(rng)];
                let length = shape.hypot(1.0);
                location + scale * (shape / length * cut.abs() + free / length)
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.map.mean(self.correlation() * FRAC_2_PI.sqrt()))
    }

    fn variance(&self) -> Option<Real> {
        let correlation = self.correlation();
        let standard = 1.0 - FRAC_2_PI * (&correlation * &correlation);
        Some(self.map.variance(standard))
    }
}

impl Cumulative for SkewNormal {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_above(&-self.map.standardised(x), &-&self.shape)
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_above(&self.map.standardised(x), &self.shape)
    }
}

impl Continuous for SkewNormal {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}
