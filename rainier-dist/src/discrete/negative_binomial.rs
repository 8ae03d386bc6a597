//! States the negative binomial distribution.
//!
//! In: mean and dispersion, or probability and size. Out: the log probability of a count, and
//! draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Gamma};

use super::poisson::draw_poisson;
use crate::distribution::count::{is_apart, is_count, ln_series_coefficient, times_log};
use crate::distribution::{Constraint, Discrete, Distribution, Number, Requirement, draw_if_valid};
use crate::generator::Generator;

const NAME: &str = "NegativeBinomial";

/// Negative binomial distribution with mean μ and dispersion r: a Poisson count whose rate is
/// gamma distributed with shape r and mean μ.
///
/// ln p(k) = ln Γ(k + r) − ln Γ(r) − ln k! + r ln(r/(r + μ)) + k ln(μ/(r + μ)), k = 0, 1, 2, …
/// Mean μ, variance μ + μ²/r: the smaller r, the wilder; for large r it is Poisson.
/// For Rainier's parameters p and n use [`NegativeBinomial::with_probability`].
///
/// # Numerics
/// The gamma functions are −ln k − ln B(r, k), which does not cancel for large r; for k = 0
/// nothing is left of them. r ln(r/(r + μ)) is −r ln(1 + μ/r).
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::NegativeBinomial;
/// use rainier_dist::distribution::Distribution;
///
/// // With r = 1 it is geometric, here with success probability 1/4.
/// let ln_p = NegativeBinomial::new(3.0, 1.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") - (0.25_f64 * 0.75).ln()).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct NegativeBinomial {
    mean: Real,
    dispersion: Real,
    /// μ/(r + μ), where it is a parameter.
    probability: Option<Real>,
    constraints: Vec<Constraint>,
}

impl NegativeBinomial {
    /// Mean μ and dispersion r, both positive.
    pub fn new(mean: impl Into<Real>, dispersion: impl Into<Real>) -> Self {
        let (mean, dispersion) = (mean.into(), dispersion.into());
        let constraints = vec![
            Constraint::new(NAME, "mean", &mean, Requirement::Positive),
            Constraint::new(NAME, "dispersion", &dispersion, Requirement::Positive),
        ];
        Self {
            mean,
            dispersion,
            probability: None,
            constraints,
        }
    }

    /// Rainier's form: successes of probability p in (0, 1) before the n-th failure, n positive
    /// and not necessarily whole.
    ///
    /// ln p(k) = ln Γ(n + k) − ln Γ(n) − ln k! + n ln(1 − p) + k ln p. Mean μ = np/(1 − p),
    /// dispersion n.
    ///
    /// ```
    /// use rainier_dist::discrete::NegativeBinomial;
    ///
    /// let count = NegativeBinomial::with_probability(0.75, 2.0);
    /// assert_eq!(count.mean().as_constant(), Some(6.0));
    /// assert_eq!(count.dispersion().as_constant(), Some(2.0));
    /// ```
    pub fn with_probability(probability: impl Into<Real>, n: impl Into<Real>) -> Self {
        let (probability, n) = (probability.into(), n.into());
        let constraints = vec![
            Constraint::new(
                NAME,
                "probability",
                &probability,
                Requirement::OpenUnitInterval,
            ),
            Constraint::new(NAME, "n", &n, Requirement::Positive),
        ];
        Self {
            mean: &n * &probability / (1.0 - &probability),
            dispersion: n,
            probability: Some(probability),
            constraints,
        }
    }

    /// The mean μ.
    pub fn mean(&self) -> &Real {
        &self.mean
    }

    /// The dispersion r.
    pub fn dispersion(&self) -> &Real {
        &self.dispersion
    }
}

impl Distribution for NegativeBinomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let (mean, dispersion) = (&self.mean, &self.dispersion);
        if is_apart(x, [mean, dispersion]) {
            return self.log_density_apart(x);
        }
        let ways = if let Some(probability) = &self.probability {
            x.ln_binomial_term(dispersion, probability)
        } else {
            // By the smaller of both shares: the larger one does not say how far it is from 1.
            let total = mean + dispersion;
            mean.less(dispersion).select(
                x.ln_binomial_term(dispersion, mean / &total),
                dispersion.ln_binomial_term(x, dispersion / &total),
            )
        };
        ways + (dispersion.ln() - (x + dispersion).ln())
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        let (mean, dispersion) = (&self.mean, &self.dispersion);
        ln_series_coefficient(dispersion, x)
            - dispersion * (mean / dispersion).ln_1p()
            - times_log(x, &(dispersion / mean).ln_1p())
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.mean, &self.dispersion];
        draw_if_valid(&self.constraints, parameters, |[mean, dispersion], rng| {
            // A gamma draw of mean 1 first: its scale mean/dispersion could overflow.
            match Gamma::new(dispersion, dispersion.recip()) {
                Ok(gamma) => draw_poisson(mean * gamma.sample(rng), rng),
                Err(_) => i64::NO_VALUE,
            }
        })
    }
}

impl Discrete for NegativeBinomial {}
