//! States the Poisson distribution.
//!
//! In: a rate. Out: the log probability of a count, and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Distribution as _, Poisson as PoissonDraw};

use crate::distribution::count::{at_count, is_apart, is_count, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, draw_if_valid,
};
use crate::generator::Generator;

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
}

impl Poisson {
    /// The Poisson distribution with this rate, which must be positive.
    pub fn new(rate: impl Into<Real>) -> Self {
        Self { rate: rate.into() }
    }
}

impl Distribution for Poisson {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Poisson"
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![Constraint::new(
            self.name(),
            "rate",
            &self.rate,
            Requirement::Positive,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_apart(x, [&self.rate]) {
            return self.log_density_apart(x);
        }
        x.ln_exponential_term(&self.rate, 1.0)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        x * self.rate.ln() - &self.rate - (x + 1.0).ln_gamma()
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
