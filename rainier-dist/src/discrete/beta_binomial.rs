//! States the beta-binomial distribution.
//!
//! In: a number of trials and the shapes of a beta distribution. Out: the log probability of a
//! count, tails of short ones, and draws.

use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Distribution as _, Gamma};

use super::binomial::draw_binomial;
use super::short_support::ShortSupport;
use crate::distribution::count::{is_count, ln_series_coefficient, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Number, Requirement, draw_if_valid, is_per_row,
};
use crate::generator::Generator;

const NAME: &str = "BetaBinomial";

/// Trials and shapes that sum to less than this have terms of a few hundred at most.
const SMALL: f64 = 100.0;

/// Beta-binomial distribution: successes among n trials whose probability is itself drawn from a
/// beta distribution with shapes a and b.
///
/// ln p(k) = ln C(n, k) + ln B(k + a, n − k + b) − ln B(a, b), k = 0 … n. With m = a/(a + b) the mean
/// is nm and the variance nm(1 − m)(a + b + n)/(a + b + 1): a binomial count with over-dispersion.
///
/// # Numerics
/// p(k) is the probability that of n events two negative binomial counts of sizes a and b have k
/// and n − k, given their sum; each is written as a term of the binomial expansion, so that ln p(k)
/// of one count keeps its digits, however large the parameters are. Over data it is
/// −ln(k B(a, k)) − ln((n − k) B(b, n − k)) + ln(n B(a + b, n)), which cancels for large parameters only.
///
/// Its tails are sums of up to 10,000 probabilities; they are NaN where n is larger or not constant.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::BetaBinomial;
/// use rainier_dist::distribution::Distribution;
///
/// // If nothing is known of the probability, every count is as likely.
/// let ln_p = BetaBinomial::new(9, 1, 1).log_density(&Real::constant(4.0)).as_constant();
/// assert!((ln_p.expect("constant") - 0.1_f64.ln()).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct BetaBinomial {
    trials: Real,
    a: Real,
    b: Real,
}

impl BetaBinomial {
    /// The beta-binomial distribution with this whole number of trials and these positive shapes.
    pub fn new(trials: impl Into<Real>, a: impl Into<Real>, b: impl Into<Real>) -> Self {
        Self {
            trials: trials.into(),
            a: a.into(),
            b: b.into(),
        }
    }

    /// The joined form, with `share` 1 − x or x in ln T(k, a, x) + ln T(n − k, b, x) − ln T(n, a + b, x),
    /// as `term` takes it. Any x gives the same sum; at x = n/(n + a + b) all three are small.
    fn by_share(&self, x: &Real, term: impl Fn(&Real, &Real) -> Real) -> Real {
        // Γ(k + a)/Γ(a) is that of T by the factor a/(k + a).
        let part = |k: &Real, size: &Real| {
            let near = (k / size).ln_1p();
            let far = (size + k).ln() - size.ln();
            term(k, size) - k.less(size).select(near, far)
        };
        let (rest, total) = (&self.trials - x, &self.a + &self.b);
        part(x, &self.a) + part(&rest, &self.b) - part(&self.trials, &total)
    }
}

impl BetaBinomial {
    fn support(&self) -> ShortSupport {
        ShortSupport::new(0.0.into(), self.trials.clone())
    }
}

impl Distribution for BetaBinomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        vec![
            Constraint::new(NAME, "trials", &self.trials, Requirement::WholeNonNegative),
            Constraint::new(NAME, "a", &self.a, Requirement::Positive),
            Constraint::new(NAME, "b", &self.b, Requirement::Positive),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        is_count(x).and(&x.less_or_equal(&self.trials))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_per_row([x, &self.trials, &self.a, &self.b]) {
            return self.log_density_apart(x);
        }
        let size = &self.a + &self.b;
        let total = &self.trials + &size;
        // By the smaller share: the larger one may round to 1.
        let (of_trials, of_size) = (&self.trials / &total, &size / &total);
        let by_trials = self.by_share(x, |k, size| k.ln_binomial_term(size, &of_trials));
        let by_size = self.by_share(x, |k, size| size.ln_binomial_term(k, &of_size));
        let joined = self.trials.less(&size).select(by_trials, by_size);
        // Terms of few trials and small shapes do not cancel.
        let is_small = total.less(SMALL);
        is_small.select(self.log_density_apart(x), joined)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        let (rest, total) = (&self.trials - x, &self.a + &self.b);
        ln_series_coefficient(&self.a, x) + ln_series_coefficient(&self.b, &rest)
            - ln_series_coefficient(&total, &self.trials)
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.trials, &self.a, &self.b];
        draw_if_valid(&self.constraints(), parameters, |[trials, a, b], rng| {
            draw_beta_binomial(to_count(trials), [a, b], rng)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.trials * (&self.a / (&self.a + &self.b)))
    }

    fn variance(&self) -> Option<Real> {
        let total = &self.a + &self.b;
        let binomial = &self.trials * (&self.a / &total) * (&self.b / &total);
        Some(binomial * ((&total + &self.trials) / (total + 1.0)))
    }

    fn entropy(&self) -> Option<Real> {
        self.support().entropy(|k| self.log_density_within(k))
    }
}

/// Sums of probabilities, of up to 10,000.
impl Cumulative for BetaBinomial {
    fn log_cumulative(&self, x: &Real) -> Real {
        let support = self.support();
        support.log_cumulative(x, |k| self.log_density_within(k))
    }

    fn log_survival(&self, x: &Real) -> Real {
        let support = self.support();
        support.log_survival(x, |k| self.log_density_within(k))
    }
}

/// A draw for valid parameters. The rarer outcome is counted, so that a probability near 1 does not
/// lose how far it is from there.
fn draw_beta_binomial(trials: i64, [a, b]: [f64; 2], rng: &mut dyn Rng) -> i64 {
    let [Some(success), Some(failure)] = [a, b].map(|shape| log_gamma_draw(shape, rng)) else {
        return i64::NO_VALUE;
    };
    let rare = (success.min(failure) - success.max(failure)).exp();
    let count = draw_binomial(trials, rare / (1.0 + rare), rng);
    if success < failure {
        count
    } else {
        trials - count
    }
}

/// The logarithm of a gamma draw, which for a small shape is too small to be a number:
/// G(a) = G(a + 1) · U^(1/a).
fn log_gamma_draw(shape: f64, rng: &mut dyn Rng) -> Option<f64> {
    let above = Gamma::new(shape + 1.0, 1.0).ok()?.sample(rng);
    let uniform: f64 = rand_distr::OpenClosed01.sample(rng);
    Some(above.ln() + uniform.ln() / shape)
}

impl Discrete for BetaBinomial {}
