//! States the binomial distribution.
//!
//! In: a number of trials and a probability. Out: the log probability of a count, and draws.

use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Binomial as BinomialDraw, Distribution as _};

use super::poisson::draw_poisson;
use crate::distribution::count::{is_count, ln_series_coefficient, times_log, to_count};
use crate::distribution::{Constraint, Discrete, Distribution, Number, Requirement, draw_if_valid};
use crate::generator::Generator;

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
/// ln C(n, k) = −ln k − ln B(n − k + 1, k). The terms cancel for large n: the absolute error is a
/// few ε times the largest, 1e-7 for n = 1e9.
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
    probability: Real,
}

impl Binomial {
    /// The binomial distribution with this whole number of trials and this probability in [0, 1].
    pub fn new(trials: impl Into<Real>, probability: impl Into<Real>) -> Self {
        Self {
            trials: trials.into(),
            probability: probability.into(),
        }
    }
}

impl Distribution for Binomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Binomial"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let (trials, probability) = (&self.trials, &self.probability);
        vec![
            Constraint::new(self.name(), "trials", trials, Requirement::WholeNonNegative),
            Constraint::new(
                self.name(),
                "probability",
                probability,
                Requirement::UnitInterval,
            ),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x).and(&x.less_or_equal(&self.trials))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let failures = &self.trials - x;
        ln_series_coefficient(&(&failures + 1.0), x)
            + times_log(x, &self.probability.ln())
            + times_log(&failures, &(-&self.probability).ln_1p())
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.trials, &self.probability];
        draw_if_valid(
            &self.constraints(),
            parameters,
            |[trials, probability], rng| draw_binomial(to_count(trials), probability, rng),
        )
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
