//! States the inverse Gaussian distribution: when a drifting Brownian motion first reaches a level.
//!
//! In: a mean and a shape. Out: its log density, tails, support and draws.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, TAU};

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::RngExt;
use rand_distr::{Distribution as _, StandardNormal};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// A shape of the incomplete gamma function so small that it is 0 to the last digit.
const ALMOST_ZERO: f64 = 1e-18;

/// Inverse Gaussian (Wald) distribution with mean μ and shape λ, on (0, ∞).
///
/// ln p(x) = ½ ln λ − ½ ln 2π − (3/2) ln x − λ (x − μ)² / (2μ²x). Mean μ, variance μ³/λ.
///
/// With r = √(λ/x), a = r (x/μ − 1) and b = r (x/μ + 1), P(X ≤ x) = Φ(a) + e^(2λ/μ) Φ(−b).
///
/// # Numerics
/// The second term of P is computed as ½ e^(−a²/2) · e^(b²/2) erfc(b/√2), which neither overflows
/// nor cancels. P(X > x) is a difference and loses the digits of x/μ in its tail. The square
/// overflows for x beyond 1e154.
///
/// Draws are those of Michael, Schucany & Haas (1976), The American Statistician 30, with the
/// smaller root written without its difference.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::InverseGaussian;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = InverseGaussian::new(1.0, 1.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") + 0.9189385332046728).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct InverseGaussian {
    mean: Real,
    shape: Real,
}

impl InverseGaussian {
    /// Mean μ and shape λ, both positive.
    pub fn new(mean: impl Into<Real>, shape: impl Into<Real>) -> Self {
        Self {
            mean: mean.into(),
            shape: shape.into(),
        }
    }

    /// a and b of the distribution function at `x`.
    fn bounds(&self, x: &Real) -> (Real, Real) {
        let ratio = (&self.shape / x).sqrt() / &self.mean;
        (&ratio * (x - &self.mean), ratio * (x + &self.mean))
    }

    /// ln (e^(2λ/μ) Φ(−b)).
    fn log_reflected(a: &Real, b: &Real) -> Real {
        -0.5 * (a * a) + (b * FRAC_1_SQRT_2).scaled_erfc().ln() - LN_2
    }
}

impl Distribution for InverseGaussian {
    type Value = f64;

    fn name(&self) -> &'static str {
        "InverseGaussian"
    }

    fn constraints(&self) -> Vec<Constraint> {
        [("mean", &self.mean), ("shape", &self.shape)]
            .map(|(parameter, value)| {
                Constraint::new(self.name(), parameter, value, Requirement::Positive)
            })
            .to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let distance = (x - &self.mean) / &self.mean;
        0.5 * self.shape.ln()
            - 1.5 * x.ln()
            - 0.5 * TAU.ln()
            - 0.5 * &self.shape * (&distance * &distance) / x
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.mean, &self.shape];
        draw_if_valid(&self.constraints(), parameters, |[mean, shape], rng| {
            let z: f64 = StandardNormal.sample(rng);
            // Both x and μ²/x have this z² = λ (x − μ)² / (μ²x).
            let half = 0.5 * z * z * (mean / shape);
            let smaller = mean / (1.0 + half + (half * (half + 2.0)).sqrt());
            if rng.random::<f64>() * (mean + smaller) <= mean {
                smaller
            } else {
                mean * (mean / smaller)
            }
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.mean.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(&self.mean * &self.mean * &self.mean / &self.shape)
    }

    /// ½ ln(2πe/λ) + (3/2) E ln X with E ln X = ln μ − e^(2λ/μ) E₁(2λ/μ), E₁ the exponential integral.
    fn entropy(&self) -> Option<Real> {
        let twice = 2.0 * &self.shape / &self.mean;
        // E₁(x) is Γ(a, x) for a = 0, and Γ(a) is 1/a there.
        let a = Real::constant(ALMOST_ZERO);
        let log_integral = a.ln_incomplete_gamma(Tail::Upper, &twice) - ALMOST_ZERO.ln();
        let log_mean = self.mean.ln() - (twice + log_integral).exp();
        Some(0.5 * (TAU.ln() + 1.0 - self.shape.ln()) + 1.5 * log_mean)
    }
}

impl Cumulative for InverseGaussian {
    fn log_cumulative(&self, x: &Real) -> Real {
        let (a, b) = self.bounds(x);
        let inside = a.ln_normal_cdf().log_add_exp(Self::log_reflected(&a, &b));
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let (a, b) = self.bounds(x);
        let above = (-&a).ln_normal_cdf();
        let inside = above.log_diff_exp(Self::log_reflected(&a, &b));
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for InverseGaussian {
    fn support(&self) -> Support {
        Support::positive()
    }
}
