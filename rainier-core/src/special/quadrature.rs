//! Integrates what falls off from 0 to ∞, such as the tail of a density.
//!
//! In: the logarithm of a smooth function, its rough width, and a weight. Out: the integrals
//! without and with the weight, to some fourteen digits. This is the double exponential formula of
//! Takahasi & Mori (1974, Publ. RIMS 9): with u = width · exp(τ − e^−τ) the integrand falls off on
//! both sides of τ so fast that plain equal steps converge exponentially. The functions at the end
//! are what remains of e^w and ln(1 + v) in the logarithm of a density whose slope is taken out.

/// Distance of the nodes in τ.
const STEP: f64 = 1.0 / 12.0;

/// Below it the substitution's factor is under 1e-18.
const FIRST: f64 = -3.75;

/// ∫ e^f(u) du and ∫ w(u) e^f(u) du over u > 0. The integrand must fall off at least as fast as
/// e^(−u / (40 width)) and be bounded by about 1.
pub(super) fn integrate_tail(
    width: f64,
    log_density: impl Fn(f64) -> f64,
    weight: impl Fn(f64) -> f64,
) -> (f64, f64) {
    let (mut plain, mut weighted) = (0.0, 0.0);
    let mut node = FIRST;
    // exp(7.5) widths are more than any integrand needs.
    while node < 7.5 {
        let inner = (-node).exp();
        let u = width * (node - inner).exp();
        let term = log_density(u).exp() * u * (1.0 + inner);
        plain += term;
        weighted += term * weight(u);
        if node > 0.0 && term <= 1e-18 * plain {
            break;
        }
        node += STEP;
    }
    (plain * STEP, weighted * STEP)
}

/// s − a ln(1 + s/a) for a > 0, given s and a + s, without cancellation where s is small or a + s
/// is.
pub(super) fn excess_over_logarithm(a: f64, s: f64, sum: f64) -> f64 {
    if sum < 0.5 * a {
        s - a * (sum / a).ln()
    } else {
        a * ln_1p_excess(s / a)
    }
}

/// v − ln(1 + v), without cancellation for small v.
///
/// With y = v / (2 + v) it is v y − 2 (y³/3 + y⁵/5 + …).
pub(super) fn ln_1p_excess(v: f64) -> f64 {
    if v.abs() > 0.5 {
        return v - v.ln_1p();
    }
    let y = v / (2.0 + v);
    let square = y * y;
    // y² ≤ 1/9: the eighteenth term is below 1e-18 of the first.
    let series = (1..18)
        .rev()
        .fold(0.0, |sum, k| sum * square + f64::from(2 * k + 1).recip());
    v * y - 2.0 * y * square * series
}

/// e^−w − 1 + w, without cancellation for small w.
pub(super) fn exp_excess(w: f64) -> f64 {
    if w.abs() > 0.5 {
        return (-w).exp_m1() + w;
    }
    // ½ w² (1 − w/3 (1 − w/4 (…))).
    let series = (3..18)
        .rev()
        .fold(1.0, |inner, k| 1.0 - w / f64::from(k) * inner);
    0.5 * w * w * series
}
