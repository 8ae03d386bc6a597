//! States the discrete Weibull distribution.
//!
//! In: the probability of a first survival, and a shape. Out: the log probability of a count, tails
//! and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, OpenClosed01};

use crate::distribution::count::{at_count, is_count, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid, entropy_of_counts,
};
use crate::generator::Generator;

const NAME: &str = "DiscreteWeibull";

/// Discrete Weibull distribution: whole periods survived, when P(X ≥ k) = q^(k^β).
///
/// ln p(k) = k^β ln q + ln(1 − q^((k + 1)^β − k^β)), k = 0, 1, 2, …, with q in (0, 1) and the shape β
/// positive (Nakagawa & Osaki 1975, IEEE Transactions on Reliability R-24, 300–301). β = 1 is
/// geometric with probability 1 − q of failing; β < 1 has a falling rate of failure and a long tail.
/// The mean is Σ q^(k^β) over k = 1, 2, …, which has no closed form, nor has the variance.
///
/// # Numerics
/// (k + 1)^β − k^β is k^β (e^(β ln(1 + 1/k)) − 1), without cancellation for large k.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::DiscreteWeibull;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = DiscreteWeibull::new(0.5, 2.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") - (0.5_f64 - 0.0625).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct DiscreteWeibull {
    q: Real,
    shape: Real,
}

impl DiscreteWeibull {
    /// The probability q = P(X ≥ 1) in (0, 1), and the positive shape β.
    pub fn new(q: impl Into<Real>, shape: impl Into<Real>) -> Self {
        Self {
            q: q.into(),
            shape: shape.into(),
        }
    }

    /// ln P(X ≥ k).
    fn log_reaches(&self, k: &Real) -> Real {
        k.pow(&self.shape) * self.q.ln()
    }
}

impl Distribution for DiscreteWeibull {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![
            Constraint::new(NAME, "q", &self.q, Requirement::OpenUnitInterval),
            Constraint::new(NAME, "shape", &self.shape, Requirement::Positive),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let reaches = self.log_reaches(x);
        let growth = (&self.shape * (1.0 / x).ln_1p()).exp_m1();
        let goes_on = x.equal(0.0).select(self.q.ln(), &reaches * growth);
        reaches + goes_on.ln_one_minus_exp()
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(
            &self.constraints(),
            [&self.q, &self.shape],
            |[q, shape], rng| {
                // Inversion: X ≥ k if and only if U ≤ q^(k^β).
                let tail: f64 = OpenClosed01.sample(rng);
                to_count((tail.ln() / q.ln()).powf(shape.recip()).floor())
            },
        )
    }

    /// A sum over counts, for constant parameters and unless too many matter.
    fn entropy(&self) -> Option<Real> {
        entropy_of_counts(0.0, &Real::constant(0.0), |k| self.log_density_within(k))
    }
}

/// P(X > k) = q^((k + 1)^β).
impl Cumulative for DiscreteWeibull {
    fn log_cumulative(&self, x: &Real) -> Real {
        let at = |k: &Real| self.log_reaches(&(k + 1.0)).ln_one_minus_exp();
        at_count(x, f64::NEG_INFINITY, at, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let at = |k: &Real| self.log_reaches(&(k + 1.0));
        at_count(x, 0.0, at, f64::NEG_INFINITY)
    }
}

impl Discrete for DiscreteWeibull {}
