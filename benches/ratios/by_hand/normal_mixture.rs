//! Evaluates a mixture of three normal distributions in one pass over its rows.
//!
//! In: outcomes; the position (c₁, c₂, then z and q of each component). Out: value and gradient.
//!
//! Weights are w₁ = p₁, w₂ = (1 − p₁) p₂, w₃ = (1 − p₁)(1 − p₂) with p = 1/(1 + e^−c) uniform;
//! mₖ = 5 zₖ, sₖ = 2 e^qₖ half-normal. With uₖ = (y − mₖ)/sₖ and lₖ = ln wₖ − ln sₖ − ½ uₖ² the
//! log likelihood of a row is log-sum-exp of the lₖ. With rₖ = e^lₖ / Σ e^l the derivatives need
//! Σ rₖ, Σ rₖ uₖ and Σ rₖ uₖ².

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use super::ByHand;
use super::elementary::{exp, ln, multiply_add};
use super::priors::{HALF_LN_TAU, Probability, half_normal, normal};

const COMPONENTS: usize = 3;

/// Rows side by side in one pass of the loop.
const BLOCK: usize = 32;

/// Outcomes, in whole blocks and a rest.
#[derive(Debug, Clone)]
pub(crate) struct NormalMixture {
    outcomes: Vec<f64>,
}

/// lₖ = `constant` − ½ ((y − `mean`) · `inverse_spread`)².
#[derive(Debug, Clone, Copy)]
struct Component {
    mean: f64,
    inverse_spread: f64,
    constant: f64,
}

/// Sums over rows: the value, and for each component those of rₖ, rₖ uₖ and rₖ uₖ².
#[derive(Debug, Clone, Copy)]
struct Sums<const N: usize> {
    value: [f64; N],
    moments: [[[f64; N]; 3]; COMPONENTS],
}

impl NormalMixture {
    pub(crate) fn of(outcomes: &[f64]) -> Self {
        Self {
            outcomes: outcomes.to_vec(),
        }
    }
}

impl ByHand for NormalMixture {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let [p1, p2] = [position[0], position[1]].map(Probability::new);
        let ln_weights = [
            p1.ln,
            p1.ln_complement + p2.ln,
            p1.ln_complement + p2.ln_complement,
        ];
        let exps: [f64; COMPONENTS] = std::array::from_fn(|k| position[3 + 2 * k].exp());
        let components = std::array::from_fn(|k| Component {
            mean: 5.0 * position[2 + 2 * k],
            inverse_spread: 0.5 / exps[k],
            constant: ln_weights[k] - std::f64::consts::LN_2 - position[3 + 2 * k] - HALF_LN_TAU,
        });
        let (mut value, moments) = sums(&self.outcomes, &components);

        let [[r1, ..], [r2, ..], [r3, ..]] = moments;
        for (index, probability, with, without) in [(0, p1, r1, r2 + r3), (1, p2, r2, r3)] {
            let (prior, slope) = probability.prior();
            value += prior;
            gradient[index] =
                slope + with * probability.complement - without * (1.0 - probability.complement);
        }
        for k in 0..COMPONENTS {
            let [share, first, second] = moments[k];
            let (mean_prior, mean_slope) = normal(position[2 + 2 * k]);
            let (spread_prior, spread_slope) = half_normal(position[3 + 2 * k], exps[k]);
            value += mean_prior + spread_prior;
            gradient[2 + 2 * k] = mean_slope + 5.0 * components[k].inverse_spread * first;
            gradient[3 + 2 * k] = spread_slope + second - share;
        }
        value
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn sums(outcomes: &[f64], components: &[Component; COMPONENTS]) -> (f64, [[f64; 3]; COMPONENTS]) {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    let (blocks, rest) = outcomes.as_chunks::<BLOCK>();
    let mut inner = Sums::<BLOCK>::zero();
    for block in blocks {
        for row in 0..BLOCK {
            inner.add::<FUSED>(row, block[row], components);
        }
    }
    for (row, &outcome) in rest.iter().enumerate() {
        inner.add::<FUSED>(row, outcome, components);
    }
    (
        inner.value.iter().sum(),
        inner
            .moments
            .map(|moments| moments.map(|parts| parts.iter().sum())),
    )
}

impl<const N: usize> Sums<N> {
    fn zero() -> Self {
        Self {
            value: [0.0; N],
            moments: [[[0.0; N]; 3]; COMPONENTS],
        }
    }

    #[inline(always)]
    fn add<const FUSED: bool>(&mut self, row: usize, y: f64, components: &[Component; COMPONENTS]) {
        let u = components.map(|component| (y - component.mean) * component.inverse_spread);
        let l: [f64; COMPONENTS] = std::array::from_fn(|k| {
            multiply_add::<FUSED>(-0.5 * u[k], u[k], components[k].constant)
        });
        let largest = l[0].max(l[1]).max(l[2]);
        let e = l.map(|l| exp::<FUSED>(l - largest));
        let total = e[0] + e[1] + e[2];
        let inverse = 1.0 / total;
        self.value[row] += largest + ln::<FUSED>(total);
        for k in 0..COMPONENTS {
            let share = e[k] * inverse;
            let first = share * u[k];
            self.moments[k][0][row] += share;
            self.moments[k][1][row] += first;
            self.moments[k][2][row] = multiply_add::<FUSED>(first, u[k], self.moments[k][2][row]);
        }
    }
}
