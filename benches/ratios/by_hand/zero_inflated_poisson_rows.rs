//! Evaluates the zero-inflated Poisson model row by row, from the literal mixture.
//!
//! In: rows or distinct rows with weights; the position (q, z). Out: value and gradient.
//!
//! ln p(x) = ln(p [x = 0] + (1 − p) eᵗ), t = x ln λ − λ − ln x!, p and λ as in
//! `zero_inflated_poisson`. What does not change from row to row is outside the loop; an exp, a
//! logarithm and a division stay inside. With r = (1 − p) eᵗ / p(x) the share of the Poisson part,
//! ∂/∂λ = r (x/λ − 1), and ∂/∂q = 1 − p − r, since r = 1 where x > 0.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use rainier::compute::special::ln_gamma;

use super::ByHand;
use super::elementary::{exp, ln, multiply_add};
use super::priors::{Probability, normal};

/// Rows side by side in one pass of the loop.
const BLOCK: usize = 32;

/// Counts with what depends on them alone, in whole blocks; rows that fill up weigh nothing.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    counts: Vec<f64>,
    ln_factorials: Vec<f64>,
    weights: Vec<f64>,
}

impl Rows {
    /// Every row, with weight one.
    pub(crate) fn of(counts: &[f64]) -> Self {
        Self::weighted(counts.iter().map(|&count| (count, 1.0)).collect())
    }

    /// Every distinct row, weighted by how often it occurs.
    pub(crate) fn distinct(counts: &[f64]) -> Self {
        let mut sorted = counts.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rows = sorted
            .chunk_by(|a, b| a == b)
            .map(|equal| (equal[0], equal.len() as f64))
            .collect();
        Self::weighted(rows)
    }

    fn weighted(mut rows: Vec<(f64, f64)>) -> Self {
        // A short last block costs as much as a whole one: few rows go in blocks of 8.
        let block = if rows.len() < BLOCK { 8 } else { BLOCK };
        rows.resize(rows.len().next_multiple_of(block), (0.0, 0.0));
        Self {
            counts: rows.iter().map(|&(count, _)| count).collect(),
            ln_factorials: rows
                .iter()
                .map(|&(count, _)| ln_gamma(count + 1.0))
                .collect(),
            weights: rows.iter().map(|&(_, weight)| weight).collect(),
        }
    }
}

/// What all rows share.
#[derive(Debug, Clone, Copy)]
struct Shared {
    p: f64,
    complement: f64,
    rate: f64,
    ln_rate: f64,
}

/// Weighted sums over rows of ln p(x), r and r x, and of the weights.
#[derive(Debug, Clone, Copy)]
struct Sums {
    value: f64,
    share: f64,
    share_times_count: f64,
    weight: f64,
}

impl ByHand for Rows {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let probability = Probability::new(position[0]);
        let rate = 5.0 + 5.0 * position[1];
        let shared = Shared {
            p: 1.0 - probability.complement,
            complement: probability.complement,
            rate,
            ln_rate: rate.ln(),
        };
        let sums = if self.counts.len().is_multiple_of(BLOCK) {
            sums::<BLOCK>(self, shared)
        } else {
            sums::<8>(self, shared)
        };
        let (p_prior, p_slope) = probability.prior();
        let (z_prior, z_slope) = normal(position[1]);
        gradient[0] = p_slope + sums.weight * probability.complement - sums.share;
        gradient[1] = z_slope + 5.0 * (sums.share_times_count / rate - sums.share);
        p_prior + z_prior + sums.value
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn sums<const N: usize>(rows: &Rows, shared: Shared) -> Sums {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    let [mut value, mut share, mut share_times_count, mut weight] = [[0.0; N]; 4];
    let blocks = rows
        .counts
        .as_chunks::<N>()
        .0
        .iter()
        .zip(rows.ln_factorials.as_chunks::<N>().0)
        .zip(rows.weights.as_chunks::<N>().0);
    for ((counts, ln_factorials), weights) in blocks {
        for row in 0..N {
            let count = counts[row];
            let t = multiply_add::<FUSED>(count, shared.ln_rate, -shared.rate) - ln_factorials[row];
            let poisson = shared.complement * exp::<FUSED>(t);
            let structural = if count == 0.0 { shared.p } else { 0.0 };
            let total = poisson + structural;
            let weighted = weights[row] * (poisson / total);
            value[row] = multiply_add::<FUSED>(weights[row], ln::<FUSED>(total), value[row]);
            share[row] += weighted;
            share_times_count[row] = multiply_add::<FUSED>(weighted, count, share_times_count[row]);
            weight[row] += weights[row];
        }
    }
    Sums {
        value: value.iter().sum(),
        share: share.iter().sum(),
        share_times_count: share_times_count.iter().sum(),
        weight: weight.iter().sum(),
    }
}
