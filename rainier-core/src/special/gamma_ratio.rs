//! Evaluates differences of ln Γ and of its derivative at two arguments a known step apart.
//!
//! In: a number and a step. Out: ln |Γ(x + d) / Γ(x)| and ψ(x + d) − ψ(x), whose digits do not
//! cancel when the step is small beside the number, or the number is large.

use super::gamma::{BERNOULLI_OVER_INDEX, digamma, ln_gamma, polynomial};
use super::stirling;

/// Logarithm of the rising factorial, ln |Γ(x + d) / Γ(x)|: for a whole d of |x (x + 1) … (x + d − 1)|.
///
/// ψ(x) d for a small step d, d ln x for a large x. 0 for d = 0; NaN stays NaN. Its derivatives are
/// [`digamma_difference`] by x and ψ(x + d) by d.
///
/// # Numerics
/// For x ≥ 4 all digits are kept. Below, and for x or x + d not positive, where [`ln_gamma`] is
/// subtracted, the answer can be zero without d being so, and beside such a point only the
/// absolute error is small.
///
/// # Method
/// For x ≥ 4 the difference of two Stirling formulas, term by term:
/// (x − ½) ln(1 + d/x) + d [ln(x + d) − 1] + r(x + d) − r(x). Smaller x are moved up by
/// Γ(x + d) / Γ(x) = Γ(x + 1 + d) / Γ(x + 1) / (1 + d/x).
///
/// ```
/// use rainier_core::special::ln_rising_factorial;
///
/// assert_eq!(ln_rising_factorial(1e12, 1.0), (1e12_f64).ln());
/// assert_eq!(ln_rising_factorial(3.0, 0.0), 0.0);
/// ```
#[must_use]
pub fn ln_rising_factorial(x: f64, step: f64) -> f64 {
    if step < 0.0 {
        return -ln_rising_factorial(x + step, -step);
    }
    if step == 0.0 && !x.is_nan() {
        return 0.0;
    }
    if !(x > 0.0 && x + step < f64::INFINITY) || (x < stirling::FROM && step > 0.5) {
        return ln_gamma(x + step) - ln_gamma(x);
    }
    // Π (1 + d/(x + k)) − 1, without the rounding of 1 + a small number.
    let (mut large, mut excess) = (x, 0.0);
    while large < stirling::FROM {
        let ratio = step / large;
        excess += ratio + excess * ratio;
        large += 1.0;
    }
    let logarithms = (large - 0.5) * (step / large).ln_1p() + step * ((large + step).ln() - 1.0);
    (logarithms - stirling::remainder_difference(large, step)) - excess.ln_1p()
}

/// Difference of digammas, ψ(x + d) − ψ(x): for a whole d the sum 1/x + 1/(x + 1) + … + 1/(x + d − 1).
///
/// ψ′(x) d for a small step, ln(1 + d/x) for a large x. 0 for d = 0 and for x = ∞, ∞ for d = ∞ or
/// x = 0 < d; NaN stays NaN. For x or x + d negative the two digammas are subtracted.
///
/// # Method
/// For x ≥ 10 the difference of two asymptotic series, whose first terms are
/// ln(1 + d/x) + d / (2x (x + d)), term by term. Smaller x are moved up by
/// ψ(x + d) − ψ(x) = d / (x (x + d)) + ψ(x + 1 + d) − ψ(x + 1). For d > 0 no term is negative
/// except some tiny ones.
///
/// ```
/// use rainier_core::special::digamma_difference;
///
/// assert_eq!(digamma_difference(1e9, 1.0), 1e-9);
/// assert!((digamma_difference(0.5, 1.0) - 2.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn digamma_difference(x: f64, step: f64) -> f64 {
    if step < 0.0 {
        return -digamma_difference(x + step, -step);
    }
    if (step == 0.0 && !x.is_nan()) || (x == f64::INFINITY && step < f64::INFINITY) {
        return 0.0;
    }
    if !(x > 0.0 && step < f64::INFINITY) {
        return digamma(x + step) - digamma(x);
    }
    let (mut large, mut sum) = (x, 0.0);
    while large < SERIES_FROM {
        sum += step / (large + step) / large;
        large += 1.0;
    }
    sum + digamma_difference_by_series(large, step)
}

/// From this argument on the series needs seven terms.
const SERIES_FROM: f64 = 10.0;

/// ln(1 + d/x) less the difference of what digammas leave of logarithms.
fn digamma_difference_by_series(x: f64, step: f64) -> f64 {
    (step / x).ln_1p() + digamma_remainder_difference(x, step)
}

/// q(x) − q(x + d) for x ≥ 10, q(x) = ln x − ψ(x). With S(u) = Σ B₂ₖ uᵏ / (2k), u = 1/x² and
/// v = 1/(x + d)² it is (1/x − 1/(x + d)) / 2 + S(u) − S(v).
pub(super) fn digamma_remainder_difference(x: f64, step: f64) -> f64 {
    let (first, second) = (x.recip(), (x + step).recip());
    let difference = step * second * first;
    let (u, v) = (first * first, second * second);
    let squares = difference * (first + second);
    // S(u) − S(v) = (u − v) P(v) + u (P(u) − P(v)) for S(u) = u P(u).
    let series = squares
        * (polynomial(&BERNOULLI_OVER_INDEX, v)
            + u * stirling::divided_difference(&BERNOULLI_OVER_INDEX, u, v));
    0.5 * difference + series
}
