//! States the negative binomial distribution.
//!
//! In: mean and dispersion, or size and a probability. Out: the log probability of a count, tails
//! and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Gamma};

use super::poisson::draw_poisson;
use crate::distribution::count::{at_count, is_apart, is_count, ln_series_coefficient, times_log};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, draw_if_valid,
    entropy_of_counts,
};
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
    chance: Chance,
    constraints: Vec<Constraint>,
}

/// How the probabilities of one trial are known; whichever is a parameter has all its digits.
#[derive(Debug, Clone)]
enum Chance {
    /// By mean and dispersion.
    Derived,
    /// The probability of an event that is counted, μ/(r + μ).
    OfCounted(Real),
    /// The probability of an event that is waited for, r/(r + μ).
    OfSuccess(Real),
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
            chance: Chance::Derived,
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
            chance: Chance::OfCounted(probability),
            constraints,
        }
    }

    /// Failures before the r-th success, each trial a success with probability p in (0, 1); r is
    /// positive and not necessarily whole.
    ///
    /// ln p(k) = ln Γ(r + k) − ln Γ(r) − ln k! + r ln p + k ln(1 − p). Mean r(1 − p)/p, dispersion
    /// r. It keeps the digits of a small p, which 1 − p would lose.
    ///
    /// ```
    /// use rainier_dist::discrete::NegativeBinomial;
    ///
    /// let failures = NegativeBinomial::with_success_probability(2.0, 0.25);
    /// assert_eq!(failures.mean().as_constant(), Some(6.0));
    /// ```
    pub fn with_success_probability(
        successes: impl Into<Real>,
        success_probability: impl Into<Real>,
    ) -> Self {
        let (successes, probability) = (successes.into(), success_probability.into());
        let constraints = vec![
            Constraint::new(NAME, "successes", &successes, Requirement::Positive),
            Constraint::new(
                NAME,
                "success_probability",
                &probability,
                Requirement::OpenUnitInterval,
            ),
        ];
        Self {
            mean: &successes * (1.0 - &probability) / &probability,
            dispersion: successes,
            chance: Chance::OfSuccess(probability),
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
        let ways = self.by_chance(
            |counted| x.ln_binomial_term(dispersion, counted),
            |success| dispersion.ln_binomial_term(x, success),
        );
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

    fn mean(&self) -> Option<Real> {
        Some(self.mean.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(&self.mean * (1.0 + &self.mean / &self.dispersion))
    }

    /// A sum over counts, for constant parameters and unless too many matter.
    fn entropy(&self) -> Option<Real> {
        entropy_of_counts(0.0, &self.mean, |k| self.log_density_within(k))
    }
}

/// P(X ≤ k) = I(p; r, k + 1), the incomplete beta function at p = r/(r + μ).
impl Cumulative for NegativeBinomial {
    fn log_cumulative(&self, x: &Real) -> Real {
        let at = |k: &Real| self.log_tail([Tail::Lower, Tail::Upper], k);
        at_count(x, f64::NEG_INFINITY, at, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let at = |k: &Real| self.log_tail([Tail::Upper, Tail::Lower], k);
        at_count(x, 0.0, at, f64::NEG_INFINITY)
    }
}

impl NegativeBinomial {
    fn log_tail(&self, [of_success, of_counted]: [Tail; 2], k: &Real) -> Real {
        let above = k + 1.0;
        self.by_chance(
            |counted| above.ln_incomplete_beta(of_counted, &self.dispersion, counted),
            |success| {
                self.dispersion
                    .ln_incomplete_beta(of_success, &above, success)
            },
        )
    }

    /// A function of either probability by the one that is a parameter, else by the smaller: the
    /// larger one does not say how far it is from 1.
    fn by_chance(
        &self,
        by_counted: impl Fn(&Real) -> Real,
        by_success: impl Fn(&Real) -> Real,
    ) -> Real {
        match &self.chance {
            Chance::OfCounted(counted) => by_counted(counted),
            Chance::OfSuccess(success) => by_success(success),
            Chance::Derived => {
                let (mean, dispersion) = (&self.mean, &self.dispersion);
                let total = mean + dispersion;
                let counted = by_counted(&(mean / &total));
                let success = by_success(&(dispersion / &total));
                mean.less(dispersion).select(counted, success)
            }
        }
    }
}

impl Discrete for NegativeBinomial {}
