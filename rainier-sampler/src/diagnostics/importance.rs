//! Smooths the largest importance weights and says how far they can be trusted.
//!
//! In: logarithms of importance ratios. Out: logarithms of weights that sum to 1, and Pareto k̂.
//! Vehtari, Simpson, Gelman, Yao & Gabry (2024), "Pareto smoothed importance sampling".

use super::generalised_pareto::GeneralisedPareto;
use super::split::ln_sum_exp;

/// Weights of draws from one distribution that stand for another.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoothedWeights {
    /// ln w, one for each draw, in the order of the ratios; Σ w = 1.
    pub log_weights: Vec<f64>,
    /// Shape of the tail of the ratios: they have 1/k̂ moments. −∞ when there is no tail to speak
    /// of, ∞ when it cannot be fitted.
    pub pareto_k: f64,
}

/// Replaces the largest ratios by the expected order statistics of a generalised Pareto
/// distribution fitted to them, none above the largest ratio there was.
///
/// The tail is the largest ⌈min(S/5, 3 √(S/r))⌉ of S ratios, where `relative_efficiency` r is their
/// effective size divided by S; 1 for independent draws. With fewer than 5 in the tail, or all of
/// them equal, nothing is smoothed. Weights are unreliable above
/// [`largest_reliable_k`]. All NaN when a ratio is NaN or +∞, or all are −∞.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::pareto_smooth;
/// let log_ratios: Vec<f64> = (0..1000).map(|i| f64::from(i * 37 % 1000) / 500.0).collect();
/// let smoothed = pareto_smooth(&log_ratios, 1.0);
/// assert!(smoothed.pareto_k < 0.5);
/// let sum: f64 = smoothed.log_weights.iter().map(|w| w.exp()).sum();
/// assert!((sum - 1.0).abs() < 1e-12);
/// ```
pub fn pareto_smooth(log_ratios: &[f64], relative_efficiency: f64) -> SmoothedWeights {
    const FEWEST: usize = 5;
    let count = log_ratios.len();
    let largest = log_ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() || log_ratios.iter().any(|ratio| ratio.is_nan()) {
        return SmoothedWeights {
            log_weights: vec![f64::NAN; count],
            pareto_k: f64::NAN,
        };
    }
    // Shifted so that no ratio exceeds 1.
    let mut log_weights: Vec<f64> = log_ratios.iter().map(|ratio| ratio - largest).collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&i, &j| log_weights[i].total_cmp(&log_weights[j]));
    let tail = &order[count - tail_length(count, relative_efficiency)..];
    let mut pareto_k = f64::NEG_INFINITY;
    let has_tail = tail.len() >= FEWEST && tail.len() < count;
    if has_tail && log_weights[tail[0]] < 0.0 {
        // The largest ratio that is not in the tail.
        let cutoff = log_weights[order[count - tail.len() - 1]].exp();
        let exceedances: Vec<f64> = tail
            .iter()
            .map(|&i| log_weights[i].exp() - cutoff)
            .collect();
        pareto_k = f64::INFINITY;
        if let Some(fit) = GeneralisedPareto::fit(&exceedances) {
            pareto_k = fit.shape;
            for (place, &i) in tail.iter().enumerate() {
                let probability = (place as f64 + 0.5) / tail.len() as f64;
                log_weights[i] = (cutoff + fit.quantile(probability)).ln().min(0.0);
            }
        }
    }
    let sum = ln_sum_exp(log_weights.iter().copied());
    for weight in &mut log_weights {
        *weight -= sum;
    }
    SmoothedWeights {
        log_weights,
        pareto_k,
    }
}

/// The largest k̂ with which `draws` weights are reliable: min(1 − 1/log₁₀ S, 0.7).
///
/// Vehtari et al. (2024), section 3.2.4: above it the draws needed for a given error grow faster
/// than there are draws, and above 0.7 faster than is practical.
pub fn largest_reliable_k(draws: usize) -> f64 {
    (1.0 - 1.0 / (draws as f64).log10()).min(0.7)
}

fn tail_length(count: usize, relative_efficiency: f64) -> usize {
    let fifth = 0.2 * count as f64;
    let root = 3.0 * (count as f64 / relative_efficiency).sqrt();
    super::estimates::whole(fifth.min(root).ceil()).min(count)
}
