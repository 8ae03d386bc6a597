//! Evaluates a logistic regression in one pass over its rows.
//!
//! In: columns and outcomes 0 or 1; the position (z₁ … z₁₀). Out: value and gradient.
//!
//! bⱼ = 2.5 zⱼ with z standard normal, η = Xb and v = (2y − 1) η: ln L = −Σ ln(1 + e^−v), and
//! ∂/∂bⱼ = Σ xⱼ (2y − 1) / (1 + eᵛ). Everything goes through e^−|v|, which cannot overflow.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use super::ByHand;
use super::elementary::{exp, ln, multiply_add};
use super::priors::normal;

const WIDTH: usize = 10;

/// Rows whose columns stay in the nearest cache together.
const BLOCK: usize = 64;

/// Partial sums of one dot product.
const PARTS: usize = 8;

/// The data in blocks: for each, its rows of every column, then 2y − 1. Rows that fill up the last
/// block have covariates and sign 0; each adds −ln 2 to the value, which is taken out again.
#[derive(Debug, Clone)]
pub(crate) struct LogisticRegression {
    blocks: Vec<[[f64; BLOCK]; WIDTH + 1]>,
    filled_up: f64,
}

impl LogisticRegression {
    pub(crate) fn of(covariates: &[Vec<f64>; WIDTH], outcomes: &[f64]) -> Self {
        let rows = outcomes.len();
        let mut blocks = vec![[[0.0; BLOCK]; WIDTH + 1]; rows.div_ceil(BLOCK)];
        for row in 0..rows {
            let block = &mut blocks[row / BLOCK];
            for (column, values) in covariates.iter().enumerate() {
                block[column][row % BLOCK] = values[row];
            }
            block[WIDTH][row % BLOCK] = 2.0 * outcomes[row] - 1.0;
        }
        Self {
            filled_up: (blocks.len() * BLOCK - rows) as f64,
            blocks,
        }
    }
}

impl ByHand for LogisticRegression {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let slopes = std::array::from_fn(|column| 2.5 * position[column]);
        let (mut value, by_slope) = sums(&self.blocks, &slopes);
        value += self.filled_up * std::f64::consts::LN_2;
        for column in 0..WIDTH {
            let (prior, slope) = normal(position[column]);
            value += prior;
            gradient[column] = slope + 2.5 * by_slope[column];
        }
        value
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn sums(blocks: &[[[f64; BLOCK]; WIDTH + 1]], slopes: &[f64; WIDTH]) -> (f64, [f64; WIDTH]) {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    let mut values = [0.0; BLOCK];
    let mut by_slope = [[0.0; PARTS]; WIDTH];
    for block in blocks {
        let signs = &block[WIDTH];
        let mut residuals = [0.0; BLOCK];
        for (column, &slope) in block.iter().zip(slopes) {
            for row in 0..BLOCK {
                residuals[row] = multiply_add::<FUSED>(column[row], slope, residuals[row]);
            }
        }
        for row in 0..BLOCK {
            let v = signs[row] * residuals[row];
            let small = exp::<FUSED>(-v.abs());
            values[row] += v.min(0.0) - ln::<FUSED>(1.0 + small);
            let numerator = if v < 0.0 { 1.0 } else { small };
            residuals[row] = signs[row] * numerator / (1.0 + small);
        }
        for (column, parts) in block.iter().zip(&mut by_slope) {
            let chunks = column.as_chunks::<PARTS>().0.iter();
            for (entries, weights) in chunks.zip(residuals.as_chunks::<PARTS>().0) {
                for part in 0..PARTS {
                    parts[part] = multiply_add::<FUSED>(entries[part], weights[part], parts[part]);
                }
            }
        }
    }
    (
        values.iter().sum(),
        by_slope.map(|parts| parts.iter().sum()),
    )
}
