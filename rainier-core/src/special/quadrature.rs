//! Integrates what falls off from 0 to ∞, such as the tail of a density, or over an interval.
//!
//! In: the logarithm of a smooth function, its rough width or the interval's length, and weights. Out: the integrals
//! without and with the weight, to some fourteen digits. This is the double exponential formula of
//! Takahasi & Mori (1974, Publ. RIMS 9): with u = width · exp(τ − e^−τ) the integrand falls off on
//! both sides of τ so fast that plain equal steps converge exponentially. The function at the end is
//! what remains of e^w in the logarithm of a density whose slope is taken out.

use super::gamma::polynomial;

/// Distance of the nodes in τ. With 1/12 an integrand like exp(w − e^w) is off by 2e-11.
const STEP: f64 = 1.0 / 16.0;

/// Below it the substitution's factor is under 1e-18.
const FIRST: f64 = -3.75;

/// Beyond it and its negative a step over an interval is under 1e-18 of the length.
const LAST: f64 = 3.375;

/// ∫ e^f(u) du and ∫ wᵢ(u) e^f(u) du over u > 0, given f and the weights wᵢ. The integrand must be
/// bounded by about 1 and fall off at least as fast as e^(−u / (40 width)).
pub(super) fn integrate_tail<const WEIGHTS: usize>(
    width: f64,
    integrand: impl Fn(f64) -> (f64, [f64; WEIGHTS]),
) -> (f64, [f64; WEIGHTS]) {
    let (mut plain, mut weighted) = (0.0, [0.0; WEIGHTS]);
    let mut node = FIRST;
    // exp(7.5) widths are more than any integrand needs.
    while node < 7.5 {
        let inner = (-node).exp();
        let u = width * (node - inner).exp();
        let (log_density, weights) = integrand(u);
        let term = STEP * log_density.exp() * u * (1.0 + inner);
        plain += term;
        for (sum, weight) in weighted.iter_mut().zip(weights) {
            *sum += term * weight;
        }
        if node > 0.0 && term <= 1e-19 * plain {
            break;
        }
        node += STEP;
    }
    (plain, weighted)
}

/// ∫ e^f(u) du and ∫ wᵢ(u) e^f(u) du over 0 < u < `length`, as [`integrate_tail`]: with
/// u = length / (1 + e^(−π sinh τ)) the steps are taken in τ (Takahasi & Mori 1974). The integrand
/// may fall by a factor of e^−50 over the interval.
pub(super) fn integrate_interval<const WEIGHTS: usize>(
    length: f64,
    integrand: impl Fn(f64) -> (f64, [f64; WEIGHTS]),
) -> (f64, [f64; WEIGHTS]) {
    let (mut plain, mut weighted) = (0.0, [0.0; WEIGHTS]);
    let mut node = -LAST;
    while node <= LAST {
        let odds = (std::f64::consts::PI * node.sinh()).exp();
        let share = odds / (1.0 + odds);
        let (log_density, weights) = integrand(length * share);
        let rate = std::f64::consts::PI * node.cosh() * share / (1.0 + odds);
        let term = STEP * length * rate * log_density.exp();
        plain += term;
        for (sum, weight) in weighted.iter_mut().zip(weights) {
            *sum += term * weight;
        }
        node += STEP;
    }
    (plain, weighted)
}

/// e^−w − 1 + w, without cancellation for small w.
pub(super) fn exp_excess(w: f64) -> f64 {
    if w.abs() > 0.5 {
        return (-w).exp_m1() + w;
    }
    w * w * polynomial(&INVERSE_FACTORIALS, -w)
}

/// 1/2!, 1/3!, …; for |w| ≤ ½ the sixteenth term is below 1e-18 of the first.
const INVERSE_FACTORIALS: [f64; 15] = {
    let mut table = [0.5; 15];
    let (mut index, mut factor) = (1, 3.0);
    while index < table.len() {
        table[index] = table[index - 1] / factor;
        index += 1;
        factor += 1.0;
    }
    table
};
