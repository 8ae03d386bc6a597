//! Evaluates the zero-inflated Poisson model from three numbers: n₀, n₁ and Σx.
//!
//! In: counts; the position (q, z). Out: value and gradient, for one data set or for many in lock
//! step, each with its own parameters.
//!
//! p = 1/(1 + e^−q) is uniform, λ = 5 + 5z with z standard normal, and with Z = n₀ + n₁ counts
//! ln L = n₀ ln(p + (1 − p) e^−λ) + n₁ (ln(1 − p) − λ) + ln λ Σx − Σ ln x!.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use rainier::compute::special::ln_gamma;

use super::ByHand;
use super::elementary::{exp, ln};
use super::priors::{HALF_LN_TAU, normal};
use super::zero_inflation::ZeroCounts;

/// The sufficient statistics of one data set.
#[derive(Debug, Clone)]
pub(crate) struct SufficientStatistics {
    counts: ZeroCounts,
    total: f64,
    ln_factorials: f64,
}

impl SufficientStatistics {
    pub(crate) fn of(counts: &[f64]) -> Self {
        Self {
            counts: ZeroCounts::of(counts),
            total: counts.iter().sum(),
            ln_factorials: counts.iter().map(|&count| ln_gamma(count + 1.0)).sum(),
        }
    }
}

impl ByHand for SufficientStatistics {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let (logit, z) = (position[0], position[1]);
        let rate = 5.0 + 5.0 * z;
        let inflation = self.counts.inflate(logit, rate);
        let (prior, prior_slope) = normal(z);
        gradient[0] = inflation.by_logit;
        gradient[1] = prior_slope + 5.0 * (inflation.by_a + self.total / rate);
        inflation.value + prior + self.total * rate.ln() - self.ln_factorials
    }
}

/// `LANES` data sets side by side: all q first, then all z. The value is the sum of theirs.
#[derive(Debug, Clone)]
pub(crate) struct LockStep<const LANES: usize> {
    zeros: [f64; LANES],
    others: [f64; LANES],
    total: [f64; LANES],
    ln_factorials: f64,
}

impl<const LANES: usize> LockStep<LANES> {
    /// The statistics of each of the data sets.
    pub(crate) fn of(series: &[Vec<f64>]) -> Self {
        let counts = series.iter().map(|counts| SufficientStatistics::of(counts));
        let statistics: Vec<_> = counts.collect();
        Self {
            zeros: std::array::from_fn(|lane| statistics[lane].counts.zeros),
            others: std::array::from_fn(|lane| statistics[lane].counts.others),
            total: std::array::from_fn(|lane| statistics[lane].total),
            ln_factorials: statistics.iter().map(|one| one.ln_factorials).sum(),
        }
    }
}

impl ByHand for LockStep<64> {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        lock_step(self, position, gradient)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn lock_step(data: &LockStep<64>, position: &[f64], gradient: &mut [f64]) -> f64 {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    const LANES: usize = 64;
    let (logit, z) = position.split_at(LANES);
    let (by_logit, by_z) = gradient.split_at_mut(LANES);
    let (logit, z) = (&logit[..LANES], &z[..LANES]);
    let (by_logit, by_z) = (&mut by_logit[..LANES], &mut by_z[..LANES]);
    let mut values = [0.0; LANES];
    for lane in 0..LANES {
        let rate = 5.0 + 5.0 * z[lane];
        let (zeros, others, total) = (data.zeros[lane], data.others[lane], data.total[lane]);
        let against = exp::<FUSED>(-logit[lane]);
        let complement = against / (1.0 + against);
        let ln_p = -ln::<FUSED>(1.0 + against);
        let ln_complement = ln_p - logit[lane];
        let odds = exp::<FUSED>(-logit[lane] - rate);
        let by_chance = odds / (1.0 + odds);
        by_logit[lane] =
            2.0 * complement - 1.0 + zeros * (complement - by_chance) + others * (complement - 1.0);
        by_z[lane] = 5.0 * (total / rate - zeros * by_chance - others) - z[lane];
        values[lane] = ln_p
            + ln_complement
            + zeros * (ln_p + ln::<FUSED>(1.0 + odds))
            + others * (ln_complement - rate)
            + total * ln::<FUSED>(rate)
            - 0.5 * z[lane] * z[lane];
    }
    values.iter().sum::<f64>() - data.ln_factorials - LANES as f64 * HALF_LN_TAU
}
