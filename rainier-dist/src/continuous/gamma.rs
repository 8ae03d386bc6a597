//! States the gamma distribution.
//!
//! In: a shape and a scale, or a rate, or mean and standard deviation. Out: its log density,
//! support and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Gamma as GammaDraw};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
    is_per_row,
};
use crate::generator::Generator;

const NAME: &str = "Gamma";

/// Gamma distribution with shape k and scale θ, on (0, ∞).
///
/// ln p(x) = (k − 1) ln x − x/θ − k ln θ − ln Γ(k). Mean kθ, variance kθ².
/// For a rate β = 1/θ use [`Gamma::with_rate`].
///
/// At x = 0 the density is 1/θ for shape 1 and 0 for larger shapes. For smaller ones it is
/// infinite; 0 is then left out of the support, so that no sampler can fall into that hole.
///
/// # Numerics
/// The log density of one number keeps all its digits, however large the shape is. Over data, and
/// for an unknown, the terms are kept apart, since sums then need Σx and Σ ln x only; there they
/// cancel for large shapes, and the absolute error is a few ε times the largest term, 1e-9 for
/// k = 1e6.
/// For shapes below about 0.005 some draws underflow to 0.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Gamma;
/// use rainier_dist::distribution::Distribution;
///
/// let x = Real::constant(3.0);
/// let ln_p = |gamma: Gamma| gamma.log_density(&x).as_constant().expect("constant");
/// assert!((ln_p(Gamma::new(2.0, 1.0)) - (3.0_f64.ln() - 3.0)).abs() < 1e-15);
/// assert_eq!(ln_p(Gamma::new(2.0, 0.5)), ln_p(Gamma::with_rate(2.0, 2.0)));
/// ```
#[derive(Debug, Clone)]
pub struct Gamma {
    shape: Real,
    scale: Real,
    /// 1/θ, which keeps its digits where it is the parameter.
    rate: Real,
    constraints: Vec<Constraint>,
}

impl Gamma {
    /// Shape k and scale θ, both positive.
    pub fn new(shape: impl Into<Real>, scale: impl Into<Real>) -> Self {
        let (shape, scale) = (shape.into(), scale.into());
        let constraints = positive([("shape", &shape), ("scale", &scale)]);
        Self {
            shape,
            rate: 1.0 / &scale,
            scale,
            constraints,
        }
    }

    /// Shape k and rate β = 1/θ, both positive: mean k/β, variance k/β².
    pub fn with_rate(shape: impl Into<Real>, rate: impl Into<Real>) -> Self {
        let (shape, rate) = (shape.into(), rate.into());
        let constraints = positive([("shape", &shape), ("rate", &rate)]);
        Self {
            shape,
            scale: 1.0 / &rate,
            rate,
            constraints,
        }
    }

    /// The gamma distribution with mean m and standard deviation s, both positive: shape (m/s)²,
    /// scale s²/m.
    ///
    /// ```
    /// use rainier_dist::continuous::Gamma;
    ///
    /// let rate = Gamma::from_mean_and_standard_deviation(5.0, 5.0);
    /// assert_eq!(rate.shape().as_constant(), Some(1.0));
    /// assert_eq!(rate.scale().as_constant(), Some(5.0));
    /// ```
    pub fn from_mean_and_standard_deviation(
        mean: impl Into<Real>,
        standard_deviation: impl Into<Real>,
    ) -> Self {
        let (mean, deviation) = (mean.into(), standard_deviation.into());
        let constraints = positive([("mean", &mean), ("standard_deviation", &deviation)]);
        let ratio = &mean / &deviation;
        Self {
            shape: &ratio * &ratio,
            rate: &ratio / &deviation,
            scale: &deviation / ratio,
            constraints,
        }
    }

    /// The shape k.
    pub fn shape(&self) -> &Real {
        &self.shape
    }

    /// The scale θ.
    pub fn scale(&self) -> &Real {
        &self.scale
    }
}

fn positive(parameters: [(&'static str, &Real); 2]) -> Vec<Constraint> {
    parameters
        .map(|(parameter, value)| Constraint::new(NAME, parameter, value, Requirement::Positive))
        .to_vec()
}

impl Distribution for Gamma {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        let edge = x.equal(0.0).and(&self.shape.greater_or_equal(1.0));
        self.support().contains(x).or(&edge)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let apart = self.log_density_apart(x);
        if is_per_row([x, &self.shape, &self.scale]) {
            return apart;
        }
        let joined = (&self.shape - 1.0).ln_exponential_term(x, &self.rate) + self.rate.ln();
        // Terms of small shapes do not cancel, and k − 1 would lose their digits.
        self.shape.less(1.0).select(apart, joined)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        (&self.shape - 1.0) * x.ln()
            - x / &self.scale
            - (&self.shape * self.scale.ln() + self.shape.ln_gamma())
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        let at_zero = self
            .shape
            .equal(1.0)
            .select(-self.scale.ln(), f64::NEG_INFINITY);
        x.equal(0.0).select(at_zero, self.log_density_within(x))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.shape, &self.scale];
        draw_if_valid(&self.constraints, parameters, |[shape, scale], rng| {
            GammaDraw::new(shape, scale).map_or(f64::NAN, |gamma| gamma.sample(rng))
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.shape * &self.scale)
    }

    fn variance(&self) -> Option<Real> {
        Some(&self.shape * &self.scale * &self.scale)
    }

    fn entropy(&self) -> Option<Real> {
        let shape = &self.shape;
        Some(shape + self.scale.ln() + shape.ln_gamma() + (1.0 - shape) * shape.digamma())
    }
}

/// P(X ≤ x) = P(k, x/θ), the lower incomplete gamma function.
impl Cumulative for Gamma {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.shape.ln_incomplete_gamma(Tail::Lower, x / &self.scale);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.shape.ln_incomplete_gamma(Tail::Upper, x / &self.scale);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Gamma {
    fn support(&self) -> Support {
        Support::positive()
    }
}
