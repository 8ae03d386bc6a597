//! States the binomial distribution.
//!
//! In: a number of trials, and a probability or its logit. Out: the log probability of a count, and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Binomial as BinomialDraw, Distribution as _};

use super::poisson::draw_poisson;
use super::short_support::ShortSupport;
use super::success::Success;
use crate::distribution::count::{
    is_apart, is_count, ln_series_coefficient, log_cumulative_between, log_survival_between,
    times_log, to_count,
};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "Binomial";

/// Below this probability rare successes are drawn as a Poisson count, whose total variation
/// distance is at most p (Le Cam 1960, Pacific J. Math. 10). The exact method starts at
/// (1 − p)^n, which rounding spoils by nε/2 ≤ 5ε/p, more than p here.
const RARE: f64 = 2e-8;

/// Expected number of successes up to which they are rare; beyond, the other method is exact.
const FEW: f64 = 10.0;

/// Binomial distribution: successes among n trials of probability p.
///
/// ln p(k) = ln C(n, k) + k ln p + (n − k) ln(1 − p), k = 0 … n. Mean np, variance np(1 − p).
///
/// The number of trials may be a column: "clients out of all clients", row by row.
///
/// # Numerics
/// ln p(k) of one count keeps all its digits, however large n is, and so do its derivatives. Over
/// data the terms are kept apart, with ln C(n, k) = −ln k − ln B(n − k + 1, k); there they cancel for
/// large n, and the absolute error is a few ε times the largest, 1e-7 for n = 1e9.
/// A probability near 1 is known only to ε; where that matters, count the failures instead.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Binomial;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Binomial::new(4, 0.5).log_density(&Real::constant(2.0)).as_constant();
/// assert!((ln_p.expect("constant") - (6.0_f64 / 16.0).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Binomial {
    trials: Real,
    success: Success,
}

impl Binomial {
    /// The binomial distribution with this whole number of trials and this probability in [0, 1].
    pub fn new(trials: impl Into<Real>, probability: impl Into<Real>) -> Self {
        Self {
            trials: trials.into(),
            success: Success::by_probability(NAME, probability.into()),
        }
    }

    /// The binomial distribution with this whole number of trials and this logit η = ln(p/(1 − p)),
    /// any finite number.
    ///
    /// ln p(k) = ln C(n, k) − k ln(1 + e^−η) − (n − k) ln(1 + e^η): nothing overflows, and a p
    /// within 1e-300 of 1 keeps its digits.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::discrete::Binomial;
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let ln_p = Binomial::with_logit(3, 800.0).log_density(&Real::constant(1.0)).as_constant();
    /// assert!((ln_p.expect("constant") - (3.0_f64.ln() - 1600.0)).abs() < 1e-12);
    /// ```
    pub fn with_logit(trials: impl Into<Real>, logit: impl Into<Real>) -> Self {
        Self {
            trials: trials.into(),
            success: Success::by_logit(NAME, logit.into()),
        }
    }

    fn ends(&self) -> [Real; 2] {
        [0.0.into(), self.trials.clone()]
    }
}

impl Distribution for Binomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let trials = &self.trials;
        vec![
            Constraint::new(NAME, "trials", trials, Requirement::WholeNonNegative),
            self.success.constraint.clone(),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x).and(&x.less_or_equal(&self.trials))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_apart(x, [&self.trials, &self.success.probability]) {
            return self.log_density_apart(x);
        }
        let joined = |success: &Success| success.ln_binomial_term(x, &(&self.trials - x));
        self.success
            .unless_extreme(joined, || self.log_density_apart(x))
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        let failures = &self.trials - x;
        ln_series_coefficient(&(&failures + 1.0), x)
            + times_log(x, &self.success.log_probability)
            + times_log(&failures, &self.success.log_complement)
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.trials, &self.success.probability];
        draw_if_valid(
            &self.constraints(),
            parameters,
            |[trials, probability], rng| draw_binomial(to_count(trials), probability, rng),
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.trials * &self.success.probability)
    }

    fn variance(&self) -> Option<Real> {
        Some(&self.trials * self.success.variance())
    }

    /// A sum over all counts, for a constant number of trials up to 10,000.
    fn entropy(&self) -> Option<Real> {
        let support = ShortSupport::new(0.0.into(), self.trials.clone());
        support.entropy(|k| self.log_density_within(k))
    }
}

/// P(X > k) = I(p; k + 1, n − k), the incomplete beta function.
impl Cumulative for Binomial {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_cumulative_between(x, &self.ends(), |k| self.log_tail(Tail::Upper, k))
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_survival_between(x, &self.ends(), |k| self.log_tail(Tail::Lower, k))
    }
}

impl Binomial {
    fn log_tail(&self, tail: Tail, k: &Real) -> Real {
        let (above, left) = (k + 1.0, &self.trials - k);
        self.success.ln_incomplete_beta(tail, &above, &left)
    }
}

/// A draw for valid parameters.
pub(crate) fn draw_binomial(trials: i64, probability: f64, rng: &mut dyn Rng) -> i64 {
    let rare = probability.min(1.0 - probability);
    let expected = trials as f64 * rare;
    if rare < RARE && expected < FEW {
        let few = draw_poisson(expected, rng).min(trials);
        return if probability < 0.5 { few } else { trials - few };
    }
    match BinomialDraw::new(trials.unsigned_abs(), probability) {
        Ok(binomial) => i64::try_from(binomial.sample(rng)).unwrap_or(i64::MAX),
        Err(_) => i64::NO_VALUE,
    }
}

impl Discrete for Binomial {}
