//! Counts how many independent draws correlated ones are worth.
//!
//! In: `[chain][draw]`. Out: effective sample sizes of the mean, of quantiles, of the spread, and
//! of location as such. Vehtari et al. (2021), section 3.2 and appendix A; the sum over
//! autocorrelations stops by Geyer's initial positive and monotone sequences (Geyer 1992).

use super::autocovariance::Deviations;
use super::estimates::{mean_of, quantile_of_sorted, sorted, variance_of};
use super::indicator::Indicator;
use super::order::normal_scores;
use super::split::{checked, halves, is_constant, mapped, parts, pooled};

/// Effective size for the bulk of the distribution: that of the mean of rank-normalised draws.
/// Defined also where there is no mean.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::ess_bulk;
/// assert!(ess_bulk(&[[1.0; 100]]).is_nan());
/// ```
pub fn ess_bulk<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| {
        let scores = normal_scores(&halves(&chains));
        effective_size(&parts(&scores, 2 * chains.len()))
    })
}

/// Effective size for the tails: the smaller of those of the 5 % and the 95 % quantile.
pub fn ess_tail<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    let (low, high) = (ess_quantile(chains, 0.05), ess_quantile(chains, 0.95));
    if low.is_nan() || high.is_nan() {
        f64::NAN
    } else {
        low.min(high)
    }
}

/// Effective size for the mean.
pub fn ess_mean<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| effective_size(&halves(&chains)))
}

/// Effective size for the standard deviation: that of the mean absolute deviation from the mean,
/// which is defined where the fourth moment is not.
pub fn ess_sd<C: AsRef<[f64]>>(chains: &[C]) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| {
        let mean = mean_of(&pooled(&chains));
        effective_size(&halves(&mapped(&chains, |x| (x - mean).abs())))
    })
}

/// Effective size for a quantile: that of the share of draws at or below its estimate.
pub fn ess_quantile<C: AsRef<[f64]>>(chains: &[C], probability: f64) -> f64 {
    checked(chains).map_or(f64::NAN, |chains| {
        let quantile = quantile_of_sorted(&sorted(&chains), probability);
        quantile_effective_size(&chains, quantile)
    })
}

/// Effective size for the share of draws at or below `quantile`.
pub(super) fn quantile_effective_size(chains: &[&[f64]], quantile: f64) -> f64 {
    let halves = halves(chains);
    let below = halves
        .iter()
        .map(|half| Indicator::of(half, |x| x <= quantile));
    let below: Vec<Indicator> = below.collect();
    let is_one = |one: &Indicator| one.is_constant() && one.mean() == below[0].mean();
    if halves[0].len() < FEWEST || below.iter().all(is_one) {
        return f64::NAN;
    }
    let means: Vec<f64> = below.iter().map(Indicator::mean).collect();
    size_from(halves[0].len(), &means, |lag| {
        mean_of_chains(&below, |chain| chain.autocovariance(lag))
    })
}

/// Shorter halves have no second pair of lags to tell when the correlations have died out, and the
/// estimate would be its upper bound whatever the draws are.
const FEWEST: usize = 5;

/// The number of draws divided by τ, for chains that are split already.
pub(super) fn effective_size(chains: &[impl AsRef<[f64]>]) -> f64 {
    let draws = chains.first().map_or(0, |chain| chain.as_ref().len());
    if draws < FEWEST || is_constant(chains) {
        return f64::NAN;
    }
    let origin = chains[0].as_ref()[0];
    let chains = chains
        .iter()
        .map(|chain| Deviations::of(chain.as_ref(), origin));
    let chains: Vec<Deviations> = chains.collect();
    let means: Vec<f64> = chains.iter().map(|chain| chain.mean).collect();
    size_from(draws, &means, |lag| {
        mean_of_chains(&chains, |chain| chain.autocovariance(lag))
    })
}

fn mean_of_chains<T>(chains: &[T], of: impl Fn(&T) -> f64) -> f64 {
    chains.iter().map(of).sum::<f64>() / chains.len() as f64
}

/// The size of as many chains as there are means, of `draws` each: their number divided by
/// τ = −1 + 2 Σ ρₜ. Autocovariances are means over the chains.
fn size_from(draws: usize, means: &[f64], autocovariance: impl Fn(usize) -> f64) -> f64 {
    let correlations = Correlations::new(draws, means, autocovariance);
    let total = (means.len() * draws) as f64;
    // Antithetic chains are worth more than their draws, but not without limit.
    let tau = integrated_time(&correlations).max(1.0 / total.log10());
    total / tau
}

/// Autocorrelations over all chains together.
struct Correlations<F> {
    autocovariance: F,
    draws: usize,
    within: f64,
    total: f64,
}

impl<F: Fn(usize) -> f64> Correlations<F> {
    fn new(draws: usize, means: &[f64], autocovariance: F) -> Self {
        let n = draws as f64;
        let within = autocovariance(0) * n / (n - 1.0);
        let between = if means.len() > 1 {
            variance_of(means)
        } else {
            0.0
        };
        Self {
            autocovariance,
            draws,
            within,
            total: within * (n - 1.0) / n + between,
        }
    }

    /// ρₜ = 1 − (W − γₜ) / var⁺.
    fn at(&self, lag: usize) -> f64 {
        1.0 - (self.within - (self.autocovariance)(lag)) / self.total
    }
}

/// −1 + 2 Σ ρₜ over pairs of neighbouring lags while a pair's sum is positive, each pair no larger
/// than the one before.
fn integrated_time(correlations: &Correlations<impl Fn(usize) -> f64>) -> f64 {
    let mut pair = [1.0, correlations.at(1)];
    let mut pairs = vec![pair];
    let mut lag = 0;
    // `posterior` stops one lag earlier, which for halves of 5 draws looks at no correlation at all
    // and grants every series the largest size; ArviZ stops here. Halves of even length agree.
    while lag + 4 < correlations.draws && pair[0] + pair[1] > 0.0 {
        lag += 2;
        pair = [correlations.at(lag), correlations.at(lag + 1)];
        if pair[0] + pair[1] >= 0.0 {
            pairs.push(pair);
        }
    }
    // The first even lag left out still improves the estimate when it is positive.
    let complete = lag / 2;
    let next = if pair[0] > 0.0 {
        pair[0]
    } else {
        pairs.get(complete).map_or(0.0, |pair| pair[0])
    };
    pairs.truncate(complete);
    for index in 1..pairs.len() {
        let before = pairs[index - 1][0] + pairs[index - 1][1];
        if pairs[index][0] + pairs[index][1] > before {
            pairs[index] = [before / 2.0; 2];
        }
    }
    let sum: f64 = pairs.iter().map(|pair| pair[0] + pair[1]).sum();
    -1.0 + 2.0 * sum + next
}
