//! States the inverse gamma distribution.
//!
//! In: shape and scale. Out: its log density, tails, support and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};

use super::Gamma;
use super::gamma::{draw_log_gamma, standard_gamma_entropy};
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Inverse gamma distribution with shape α and scale β, on (0, ∞): 1/x is [`Gamma`] with shape α
/// and rate β. The conjugate prior of a normal variance.
///
/// ln p(x) = α ln β − ln Γ(α) − (α + 1) ln x − β/x. Mean β/(α − 1) for α > 1, else ∞; variance
/// β² / ((α − 1)² (α − 2)) for α > 2, else ∞; mode β/(α + 1).
///
/// # Numerics
/// As those of [`Gamma`]. For shapes below about 0.005 some draws overflow to ∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::InverseGamma;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = InverseGamma::new(2.0, 3.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") - (9.0_f64.ln() - 3.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct InverseGamma {
    shape: Real,
    scale: Real,
    reciprocal: Gamma,
}

impl InverseGamma {
    /// The inverse gamma distribution with these parameters, both positive.
    pub fn new(shape: impl Into<Real>, scale: impl Into<Real>) -> Self {
        let (shape, scale) = (shape.into(), scale.into());
        Self {
            reciprocal: Gamma::with_rate(&shape, &scale),
            shape,
            scale,
        }
    }

    /// ln P(1/X is on this side of 1/x).
    fn log_tail(&self, tail: Tail, x: &Real) -> Real {
        self.shape.ln_incomplete_gamma(tail, &self.scale / x)
    }
}

impl Distribution for InverseGamma {
    type Value = f64;

    fn name(&self) -> &'static str {
        "InverseGamma"
    }

    fn constraints(&self) -> Vec<Constraint> {
        [("shape", &self.shape), ("scale", &self.scale)]
            .map(|(parameter, value)| {
                Constraint::new(self.name(), parameter, value, Requirement::Positive)
            })
            .to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.reciprocal.log_density_within(&(1.0 / x)) - 2.0 * x.ln()
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        self.reciprocal.log_density_apart(&(1.0 / x)) - 2.0 * x.ln()
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.shape, &self.scale];
        draw_if_valid(&self.constraints(), parameters, |[shape, scale], rng| {
            scale * (-draw_log_gamma(shape, rng)).exp()
        })
    }

    fn mean(&self) -> Option<Real> {
        let mean = &self.scale / (&self.shape - 1.0);
        Some(self.shape.greater(1.0).select(mean, f64::INFINITY))
    }

    fn variance(&self) -> Option<Real> {
        let mean = &self.scale / (&self.shape - 1.0);
        let variance = &mean * &mean / (&self.shape - 2.0);
        Some(self.shape.greater(2.0).select(variance, f64::INFINITY))
    }

    fn entropy(&self) -> Option<Real> {
        // E ln(1/x) = ψ(α) − ln β, and the change of variable adds twice that.
        let of_reciprocal = standard_gamma_entropy(&self.shape);
        Some(self.scale.ln() + of_reciprocal - 2.0 * self.shape.digamma())
    }
}

/// P(X ≤ x) = Q(α, β/x), the upper incomplete gamma function.
impl Cumulative for InverseGamma {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Upper, x);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Lower, x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for InverseGamma {
    fn support(&self) -> Support {
        Support::positive()
    }
}
