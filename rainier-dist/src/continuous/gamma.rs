//! States the gamma distribution.
//!
//! In: a shape and a scale, or a rate, or mean and standard deviation. Out: its log density,
//! tails, support and draws.

use std::f64::consts::TAU;

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Distribution as _, Exp1, Gamma as GammaDraw};

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

/// From this shape on the series of the entropy is good to 1e-16.
const ENTROPY_BY_SERIES_FROM: f64 = 20.0;

/// The entropy k + ln Γ(k) + (1 − k) ψ(k) of a gamma variable with scale 1. For large shapes, where
/// that cancels, ½ ln(2πek) − 1/(3k) − 1/(12k²) − …, the sum of the asymptotic series of ln Γ and ψ
/// (Abramowitz & Stegun 6.1.41, 6.3.18).
pub(super) fn standard_gamma_entropy(shape: &Real) -> Real {
    let plain = shape + shape.ln_gamma() + (1.0 - shape) * shape.digamma();
    let inverse = 1.0 / shape;
    let series = ENTROPY_SERIES
        .iter()
        .rev()
        .fold(Real::constant(0.0), |sum, &coefficient| {
            (sum + coefficient) * &inverse
        });
    let large = 0.5 * shape.ln() + 0.5 * (1.0 + TAU.ln()) + series;
    shape.less(ENTROPY_BY_SERIES_FROM).select(plain, large)
}

/// B₂ₙ/(2n − 1) in odd places and −B₂ₙ/(2n) in even ones, for the Bernoulli numbers B₂, … B₁₀; the
/// first is less by the ½ that ln Γ(k) and ψ(k) leave.
const ENTROPY_SERIES: [f64; 10] = [
    -1.0 / 3.0,
    -1.0 / 12.0,
    -1.0 / 90.0,
    1.0 / 120.0,
    1.0 / 210.0,
    -1.0 / 252.0,
    -1.0 / 210.0,
    1.0 / 240.0,
    5.0 / 594.0,
    -1.0 / 132.0,
];

/// ln of a draw of the gamma distribution with scale 1, also where the draw itself would underflow.
pub(super) fn draw_log_gamma(shape: f64, rng: &mut dyn Rng) -> f64 {
    let mut log_draw = |shape: f64| {
        GammaDraw::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.sample(&mut *rng).ln())
    };
    if shape >= 1.0 {
        return log_draw(shape);
    }
    // A draw for shape k + 1 times U^(1/k) is one for shape k (Marsaglia & Tsang 2000, ACM TOMS 26).
    let larger = log_draw(shape + 1.0);
    let exponential: f64 = Exp1.sample(rng);
    larger - exponential / shape
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
        Some(self.scale.ln() + standard_gamma_entropy(&self.shape))
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
