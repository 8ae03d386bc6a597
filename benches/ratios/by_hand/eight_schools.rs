//! Evaluates the non-centred eight schools, for one chain or for many in lanes.
//!
//! In: effects and their standard errors; the position (m, q, z₁ … z₈). Out: value and gradient.
//!
//! μ = 5m, τ = 5 e^q half-Cauchy with scale 5, θⱼ = μ + τ zⱼ, yⱼ ~ Normal(θⱼ, sⱼ) (Rubin 1981).

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use super::ByHand;
use super::elementary::{exp, ln};
use super::priors::{HALF_LN_TAU, half_cauchy, normal};

const SCHOOLS: usize = 8;
const DIMENSION: usize = SCHOOLS + 2;

/// Effects, 1/s, and the constants of the density.
#[derive(Debug, Clone)]
pub(crate) struct EightSchools {
    effects: [f64; SCHOOLS],
    inverse_errors: [f64; SCHOOLS],
    /// −Σ ln s − ½ ln 2π for the effects and for the zⱼ.
    constant: f64,
}

impl EightSchools {
    pub(crate) fn of(effects: [f64; SCHOOLS], errors: [f64; SCHOOLS]) -> Self {
        let ln_errors: f64 = errors.iter().map(|error| error.ln()).sum();
        Self {
            effects,
            inverse_errors: errors.map(f64::recip),
            constant: -ln_errors - 2.0 * SCHOOLS as f64 * HALF_LN_TAU,
        }
    }
}

impl ByHand for EightSchools {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let position: &[f64; DIMENSION] = position.try_into().expect("mean, spread, eight schools");
        let gradient: &mut [f64; DIMENSION] = gradient.try_into().expect("as long");
        let mean = 5.0 * position[0];
        let q = position[1];
        let exp = q.exp();
        let spread = 5.0 * exp;
        // Arrays first and sums after: the eight schools do not wait for each other.
        let [mut squares, mut by_mean, mut by_spread] = [[0.0; SCHOOLS]; 3];
        for school in 0..SCHOOLS {
            let z = position[2 + school];
            let inverse = self.inverse_errors[school];
            let residual = (self.effects[school] - mean - spread * z) * inverse;
            let weighted = residual * inverse;
            squares[school] = residual * residual + z * z;
            by_mean[school] = weighted;
            by_spread[school] = weighted * z;
            gradient[2 + school] = spread * weighted - z;
        }
        let (mean_prior, mean_slope) = normal(position[0]);
        let (spread_prior, spread_slope) = half_cauchy(q, exp);
        gradient[0] = mean_slope + 5.0 * sum(by_mean);
        gradient[1] = spread_slope + spread * sum(by_spread);
        mean_prior + spread_prior + self.constant - 0.5 * sum(squares)
    }
}

/// By pairs.
fn sum([a, b, c, d, e, f, g, h]: [f64; SCHOOLS]) -> f64 {
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

/// Number of chains side by side.
pub(crate) const LANES: usize = 32;

/// The same for [`LANES`] chains: parameter by parameter, each for all chains. The value is the
/// sum of theirs.
#[derive(Debug, Clone)]
pub(crate) struct Chains(pub(crate) EightSchools);

impl ByHand for Chains {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let position = position.as_chunks::<LANES>().0;
        let gradient = gradient.as_chunks_mut::<LANES>().0;
        chains(
            &self.0,
            position.try_into().expect("mean, spread, eight schools"),
            gradient.try_into().expect("as long"),
        )
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn chains(
    data: &EightSchools,
    position: &[[f64; LANES]; DIMENSION],
    gradient: &mut [[f64; LANES]; DIMENSION],
) -> f64 {
    const FUSED: bool = target_cfg_f!(target_feature = "fma");
    let [mut spread, mut values, mut by_mean, mut by_spread] = [[0.0; LANES]; 4];
    let [means, logs, schools @ ..] = position;
    for lane in 0..LANES {
        spread[lane] = 5.0 * exp::<FUSED>(logs[lane]);
    }
    for (school, z) in schools.iter().enumerate() {
        let (effect, inverse) = (data.effects[school], data.inverse_errors[school]);
        let by_z = &mut gradient[2 + school];
        for lane in 0..LANES {
            let z = z[lane];
            let residual = (effect - 5.0 * means[lane] - spread[lane] * z) * inverse;
            let weighted = residual * inverse;
            values[lane] -= 0.5 * (residual * residual + z * z);
            by_mean[lane] += weighted;
            by_spread[lane] += weighted * z;
            by_z[lane] = spread[lane] * weighted - z;
        }
    }
    for lane in 0..LANES {
        let square = spread[lane] * spread[lane] / 25.0;
        gradient[0][lane] = 5.0 * by_mean[lane] - means[lane];
        gradient[1][lane] = spread[lane] * by_spread[lane] + 1.0 - 2.0 * square / (1.0 + square);
        values[lane] += logs[lane] - ln::<FUSED>(1.0 + square) - 0.5 * means[lane] * means[lane];
    }
    let constant = data.constant - HALF_LN_TAU + (2.0 / std::f64::consts::PI).ln();
    values.iter().sum::<f64>() + LANES as f64 * constant
}
