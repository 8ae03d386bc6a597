//! States the logarithmic series distribution.
//!
//! In: a parameter between 0 and 1. Out: the log probability of a positive count, tails and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, OpenClosed01};

use crate::distribution::count::{
    is_count, log_cumulative_between, log_survival_between, to_count,
};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid, entropy_of_counts,
};
use crate::generator::Generator;

const NAME: &str = "LogSeries";

/// A shape of the incomplete beta function so small that it is 0 to the last digit.
const ALMOST_ZERO: f64 = 1e-18;

/// Up to here L − p is added up, beyond it is subtracted.
const SMALL: f64 = 0.125;

/// Logarithmic series distribution: individuals of one species, when most species are rare (Fisher,
/// Corbet & Williams 1943, Journal of Animal Ecology 12, 42–58).
///
/// ln p(k) = k ln p − ln k − ln L with L = −ln(1 − p), k = 1, 2, 3, … Mean p/((1 − p) L), variance
/// p (L − p)/((1 − p) L)².
///
/// # Numerics
/// L is exact for small p, and L − p is a series there; ln p − ln L comes from it. P(X > k) is the incomplete beta function with
/// shapes k + 1 and 0 over L.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::LogSeries;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = LogSeries::new(0.5).log_density(&Real::constant(2.0)).as_constant();
/// assert!((ln_p.expect("constant") - (0.125 / 2.0_f64.ln()).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct LogSeries {
    p: Real,
}

impl LogSeries {
    /// The logarithmic series distribution with this p in (0, 1), the ratio of neighbouring terms.
    pub fn new(p: impl Into<Real>) -> Self {
        Self { p: p.into() }
    }

    /// L = −ln(1 − p).
    fn total(&self) -> Real {
        -(-&self.p).ln_1p()
    }

    /// (L − p)/p = p/2 + p²/3 + … for small p.
    fn series(&self) -> Real {
        // Twenty terms: what is left is below 0.125²⁰/11, 8e-20 of the first.
        let series = (2..22).rev().fold(Real::constant(0.0), |inner, k| {
            1.0 / f64::from(k) + &self.p * inner
        });
        &self.p * series
    }

    /// (L − p)/p.
    fn beyond_first(&self) -> Real {
        let subtracted = self.total() / &self.p - 1.0;
        self.p.less(SMALL).select(self.series(), subtracted)
    }

    /// ln(L/p).
    fn log_total_over_first(&self) -> Real {
        let far = self.total().ln() - self.p.ln();
        self.p.less(SMALL).select(self.series().ln_1p(), far)
    }

    /// ln P(X > k). With a shape b near 0 the incomplete beta function is its integral times b.
    fn log_tail(&self, k: &Real) -> Real {
        let shape = k + 1.0;
        let share = shape.ln_incomplete_beta(Tail::Lower, ALMOST_ZERO, &self.p);
        share - ALMOST_ZERO.ln() - self.total().ln()
    }

    fn ends() -> [Real; 2] {
        [1.0.into(), f64::INFINITY.into()]
    }
}

impl Distribution for LogSeries {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let requirement = Requirement::OpenUnitInterval;
        vec![Constraint::new(NAME, "p", &self.p, requirement)]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x).and(&x.greater(0.0))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        // The first term's logarithm, ln p, is that of L but for a factor near 1.
        (x - 1.0) * self.p.ln() - x.ln() - self.log_total_over_first()
    }

    fn generator(&self) -> Generator<i64> {
        draw_if_valid(&self.constraints(), [&self.p], |[p], rng| {
            // A geometric count whose ratio is 1 − (1 − p)^U (Kemp 1981, Applied Statistics 30).
            let uniform: f64 = OpenClosed01.sample(rng);
            let tail: f64 = OpenClosed01.sample(rng);
            let log_rest = uniform * (-p).ln_1p();
            let log_ratio = rainier_core::special::ln_one_minus_exp(log_rest);
            to_count(1.0 + (tail.ln() / log_ratio).floor())
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.p / ((1.0 - &self.p) * self.total()))
    }

    fn variance(&self) -> Option<Real> {
        let scale = (1.0 - &self.p) * self.total();
        let ratio = &self.p / scale;
        Some(&ratio * &ratio * self.beyond_first())
    }

    /// A sum over counts, for constant parameters and unless too many matter.
    fn entropy(&self) -> Option<Real> {
        entropy_of_counts(1.0, &Real::constant(1.0), |k| self.log_density_within(k))
    }
}

/// P(X > k) is an incomplete beta function.
impl Cumulative for LogSeries {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_cumulative_between(x, &Self::ends(), |k| self.log_tail(k).ln_one_minus_exp())
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_survival_between(x, &Self::ends(), |k| self.log_tail(k))
    }
}

impl Discrete for LogSeries {}
