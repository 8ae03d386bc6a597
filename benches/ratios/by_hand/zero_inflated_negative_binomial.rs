//! Evaluates the zero-inflated negative binomial model from how many counts exceed each number.
//!
//! In: counts; the position (q, m, s). Out: value and gradient.
//!
//! p = 1/(1 + e^−q) is uniform, μ = 20 eᵐ and r = 10 eˢ are half-normal. Not inflated,
//! ln f(k) = ln Γ(k + r) − ln Γ(r) − ln k! − r ln(1 + μ/r) − k ln(1 + r/μ). Summed over the counts
//! the gamma functions are Σⱼ Nⱼ ln(r + j), Nⱼ the number of counts above j: as many logarithms as
//! the largest count, and no special function.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use rainier::compute::special::ln_gamma;

use super::ByHand;
use super::elementary::ln;
use super::priors::half_normal;
use super::zero_inflation::ZeroCounts;

/// Numbers side by side in one pass of the loop.
const BLOCK: usize = 16;

/// n₀, n₁, Σk, Σ ln k!, and Nⱼ in whole blocks.
#[derive(Debug, Clone)]
pub(crate) struct ZeroInflatedNegativeBinomial {
    counts: ZeroCounts,
    total: f64,
    ln_factorials: f64,
    above: Vec<[f64; BLOCK]>,
}

impl ZeroInflatedNegativeBinomial {
    pub(crate) fn of(counts: &[f64]) -> Self {
        let mut above = Vec::new();
        let mut number = 0.0;
        loop {
            let block: [f64; BLOCK] = std::array::from_fn(|offset| {
                let bound = number + offset as f64;
                counts.iter().filter(|&&count| count > bound).count() as f64
            });
            if block[0] == 0.0 {
                break;
            }
            above.push(block);
            number += BLOCK as f64;
        }
        Self {
            counts: ZeroCounts::of(counts),
            total: counts.iter().sum(),
            ln_factorials: counts.iter().map(|&count| ln_gamma(count + 1.0)).sum(),
            above,
        }
    }
}

impl ByHand for ZeroInflatedNegativeBinomial {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let (exp_mean, exp_dispersion) = (position[1].exp(), position[2].exp());
        let (mean, r) = (20.0 * exp_mean, 10.0 * exp_dispersion);
        let ln_ratio = (mean / r).ln_1p();
        let inflation = self.counts.inflate(position[0], r * ln_ratio);
        let (ways, ways_by_r) = ways(&self.above, r);
        let (mean_prior, mean_slope) = half_normal(position[1], exp_mean);
        let (dispersion_prior, dispersion_slope) = half_normal(position[2], exp_dispersion);

        let both = mean + r;
        let by_mean = (inflation.by_a * r + self.total * r / mean) / both;
        let by_r = inflation.by_a * (ln_ratio - mean / both) + ways_by_r - self.total / both;
        gradient[0] = inflation.by_logit;
        gradient[1] = mean_slope + mean * by_mean;
        gradient[2] = dispersion_slope + r * by_r;
        inflation.value + mean_prior + dispersion_prior + ways
            - self.ln_factorials
            - self.total * (r / mean).ln_1p()
    }
}

/// Σⱼ Nⱼ ln(r + j) and its derivative Σⱼ Nⱼ / (r + j).
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn ways(above: &[[f64; BLOCK]], r: f64) -> (f64, f64) {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    let [mut values, mut slopes] = [[0.0; BLOCK]; 2];
    let mut factors: [f64; BLOCK] = std::array::from_fn(|offset| r + offset as f64);
    for numbers in above {
        for part in 0..BLOCK {
            values[part] += numbers[part] * ln::<FUSED>(factors[part]);
            slopes[part] += numbers[part] / factors[part];
            factors[part] += BLOCK as f64;
        }
    }
    (values.iter().sum(), slopes.iter().sum())
}
