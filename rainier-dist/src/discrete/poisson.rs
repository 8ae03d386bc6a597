//! States the Poisson distribution.
//!
//! In: a rate or its logarithm. Out: the log probability of a count, and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Distribution as _, Poisson as PoissonDraw};

use crate::distribution::count::{at_count, is_apart, is_count, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, draw_if_valid,
    entropy_of_counts,
};
use crate::generator::Generator;

const NAME: &str = "Poisson";

/// Poisson distribution with rate λ: events in a window when λ are expected.
///
/// ln p(k) = k ln λ − λ − ln k!, k = 0, 1, 2, … Mean λ, variance λ.
///
/// # Numerics
/// ln p(k) of one count keeps all its digits, however large k and λ are. Over data the terms are
/// kept apart, since sums then need Σk only; there they cancel for large counts, and the absolute
/// error is a few ε times k ln λ, 1e-5 for counts of 1e9. ln k! belongs to the data and drops out of
/// differences; derivatives do not suffer.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Poisson::new(2.0).log_density(&Real::constant(1.0)).as_constant();
/// assert!((ln_p.expect("constant") - (2.0_f64.ln() - 2.0)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Poisson {
    rate: Real,
    log_rate: Real,
    is_by_logarithm: bool,
    constraint: Constraint,
}

impl Poisson {
    /// The Poisson distribution with this rate, which must be positive.
    pub fn new(rate: impl Into<Real>) -> Self {
        let rate = rate.into();
        Self {
            log_rate: rate.ln(),
            is_by_logarithm: false,
            constraint: Constraint::new(NAME, "rate", &rate, Requirement::Positive),
            rate,
        }
    }

    /// The Poisson distribution with this logarithm η of the rate, any finite number: the counts of
    /// a log-linear regression.
    ///
    /// ln p(k) = kη − e^η − ln k!. Where e^η overflows the density is 0.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::discrete::Poisson;
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let ln_p = Poisson::with_log_rate(-900.0).log_density(&Real::constant(1.0)).as_constant();
    /// assert_eq!(ln_p, Some(-900.0));
    /// ```
    pub fn with_log_rate(log_rate: impl Into<Real>) -> Self {
        let log_rate = log_rate.into();
        Self {
            rate: log_rate.exp(),
            is_by_logarithm: true,
            constraint: Constraint::new(NAME, "log_rate", &log_rate, Requirement::Finite),
            log_rate,
        }
    }
}

impl Distribution for Poisson {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![self.constraint.clone()]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_apart(x, [&self.rate]) {
            return self.log_density_apart(x);
        }
        let joined = x.ln_exponential_term(&self.rate, 1.0);
        if !self.is_by_logarithm {
            return joined;
        }
        // A rate that rounds to 0 has a logarithm all the same.
        let is_tiny = self.log_rate.less(-700.0);
        is_tiny.select(self.log_density_apart(x), joined)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        x * &self.log_rate - &self.rate - (x + 1.0).ln_gamma()
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(&self.constraints(), [&self.rate], |[rate], rng| {
            draw_poisson(rate, rng)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.rate.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(self.rate.clone())
    }

    /// A sum over counts, for constant parameters and unless too many matter.
    fn entropy(&self) -> Option<Real> {
        entropy_of_counts(0.0, &self.rate, |k| self.log_density_within(k))
    }
}

/// P(X ≤ k) = Q(k + 1, λ), the upper incomplete gamma function.
impl Cumulative for Poisson {
    fn log_cumulative(&self, x: &Real) -> Real {
        let at = |k: &Real| (k + 1.0).ln_incomplete_gamma(Tail::Upper, &self.rate);
        at_count(x, f64::NEG_INFINITY, at, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let at = |k: &Real| (k + 1.0).ln_incomplete_gamma(Tail::Lower, &self.rate);
        at_count(x, 0.0, at, f64::NEG_INFINITY)
    }
}

/// A draw for a rate of 0 or above; rates beyond all integers give the largest one.
pub(super) fn draw_poisson(rate: f64, rng: &mut dyn Rng) -> i64 {
    if rate == 0.0 {
        return 0;
    }
    match PoissonDraw::new(rate) {
        Ok(poisson) => to_count(poisson.sample(rng)),
        Err(_) if rate > PoissonDraw::<f64>::MAX_LAMBDA => i64::MAX,
        Err(_) => i64::NO_VALUE,
    }
}

impl Discrete for Poisson {}
