//! Evaluates the polygamma functions, the higher derivatives of ln Γ.
//!
//! In: the order of the derivative and a real number, negative ones too. Out: ψ⁽ᵐ⁾(x), the m-th
//! derivative of the digamma function. Everything rests on one sum of positive terms, the Hurwitz
//! zeta function.

use super::digamma;

/// Trigamma function ψ′(x) = Σₖ 1/(x + k)², k = 0, 1, …: the second derivative of ln Γ.
///
/// Positive everywhere. ∞ at the poles 0, −1, −2, …; 0 at ∞; NaN at −∞; NaN stays NaN.
///
/// ```
/// use rainier_core::special::trigamma;
///
/// let zeta_2 = std::f64::consts::PI.powi(2) / 6.0;
/// assert!((trigamma(1.0) - zeta_2).abs() < 1e-15);
/// assert_eq!(trigamma(-1.0), f64::INFINITY);
/// ```
#[must_use]
pub fn trigamma(x: f64) -> f64 {
    if x > 0.0 {
        trigamma_of_positive(x)
    } else {
        at_or_below_zero(1, x)
    }
}

/// Polygamma function of order m: ψ⁽ᵐ⁾(x) = (−1)^(m+1) m! Σₖ 1/(x + k)^(m+1), k = 0, 1, ….
///
/// Order 0 is [`digamma`], order 1 [`trigamma`], order m the derivative m + 1 of ln |Γ|.
///
/// For odd m the poles 0, −1, −2, … give ∞. For even m the poles have two sides: −∞ at +0, ∞ at
/// −0, NaN at −1, −2, …. 0 at ∞; NaN at −∞; NaN stays NaN.
///
/// # Numerics
/// For even m there is a root between any two negative poles, and near it only the absolute error
/// stays small. The error grows slowly with the order; above order 170, where m! itself overflows,
/// it is about 1e-13, and for x < 0 the answer may be NaN because parts of it overflow.
///
/// # Method
/// Recurrence up to x ≥ 10 + 2m, then the asymptotic series (Abramowitz & Stegun 6.4.6, 6.4.11).
///
/// ```
/// use rainier_core::special::polygamma;
///
/// let zeta_3 = 1.202_056_903_159_594_2;
/// assert!((polygamma(2, 1.0) + 2.0 * zeta_3).abs() < 1e-15);
/// ```
#[must_use]
pub fn polygamma(order: u32, x: f64) -> f64 {
    if order == 0 {
        digamma(x)
    } else if order == 1 {
        trigamma(x)
    } else if x > 0.0 {
        signed(order, magnitude(order, x))
    } else {
        at_or_below_zero(order, x)
    }
}

/// (−1)^(m+1) times the magnitude.
fn signed(order: u32, magnitude: f64) -> f64 {
    if order.is_multiple_of(2) {
        -magnitude
    } else {
        magnitude
    }
}

/// Bernoulli numbers B₂, B₄, … B₁₆.
const BERNOULLI: [f64; 8] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
];

/// ψ′(x) ≈ 1/x + 1/(2x²) + Σₖ B₂ₖ / x^(2k+1) from 12 up, the recurrence below.
fn trigamma_of_positive(x: f64) -> f64 {
    let steps = (12.0 - x).ceil().max(0.0);
    let inverse = (x + steps).recip();
    let inverse_square = inverse * inverse;
    let series = BERNOULLI
        .iter()
        .rev()
        .fold(0.0, |sum, bernoulli| (sum + bernoulli) * inverse_square);
    let tail = inverse * (1.0 + (0.5 * inverse + series));
    add_terms(tail, steps, |k| {
        let y = x + k;
        (y * y).recip()
    })
}

/// m! ζ(m + 1, x) for x > 0: the polygamma function without its sign.
fn magnitude(order: u32, x: f64) -> f64 {
    let m = f64::from(order);
    let to_series = (10.0 + 2.0 * m - x).ceil().max(0.0);
    // After this many steps a term is below e^(−46) = 1e-20 of the first one. It spares high
    // orders, whose terms fall fast, the long way to the series.
    let to_nothing = (x * (46.0 / (m + 1.0)).exp_m1()).ceil() + 1.0;
    let tail = if to_series <= to_nothing {
        let y = x + to_series;
        factorial_over_power(order - 1, y) * series(m, y)
    } else {
        0.0
    };
    add_terms(tail, to_series.min(to_nothing), |k| {
        factorial_over_power(order, x + k)
    })
}

/// Adds the terms k = count − 1, …, 1, 0: from small to large, so that rounding errors stay small.
fn add_terms(tail: f64, count: f64, term: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut k) = (tail, count);
    while k > 0.0 {
        k -= 1.0;
        sum += term(k);
    }
    sum
}

/// m x^m ζ(m + 1, x) ≈ 1 + m/(2x) + Σₖ B₂ₖ (m)₂ₖ / ((2k)! x^2k), where
/// (m)₂ₖ = m (m + 1) … (m + 2k − 1). At x ≥ 10 + 2m the first term left out is below 1e-17.
fn series(m: f64, x: f64) -> f64 {
    let mut sum = 0.0;
    let mut factor = 1.0;
    let mut j = 0.0;
    for bernoulli in BERNOULLI {
        factor *= ((m + j) / x / (j + 1.0)) * ((m + j + 1.0) / x / (j + 2.0));
        sum += bernoulli * factor;
        j += 2.0;
    }
    1.0 + (0.5 * m / x + sum)
}

/// n! / x^(n+1) for x > 0.
fn factorial_over_power(n: u32, x: f64) -> f64 {
    let power = f64::from(n) + 1.0;
    if n > 170 {
        return (libm::lgamma(power) - power * x.ln()).exp();
    }
    // Half of the power on each side of the factorial, so that only an answer out of range is lost.
    let half = (0.5 * power).floor();
    let factorial: f64 = (1..=n).map(f64::from).product();
    factorial * x.powf(-half) * x.powf(half - power)
}

/// ψ⁽ᵐ⁾ at x ≤ 0, with s = m + 1, n the nearest pole and δ = x − n the signed distance to it:
///
/// ψ⁽ᵐ⁾(x) = (−1)^s m! { 1/δˢ + ζ(s, 1 + δ) + (−1)ˢ [ζ(s, 1 − δ) − ζ(s, 1 − x)] }.
///
/// The sum Σ 1/(x + k)ˢ over k ≥ 0 is the sum over all integers k (the first two terms and the
/// first of the bracket) without the negative ones (the last term). It says the same as the
/// reflection formula (A. & S. 6.4.7), but needs no derivatives of the cotangent.
fn at_or_below_zero(order: u32, x: f64) -> f64 {
    let distance = x - x.round();
    let is_even = order.is_multiple_of(2);
    if distance == 0.0 && is_even {
        // The two sides of the pole differ; only a zero says which side is meant.
        return if x == 0.0 { -x.recip() } else { f64::NAN };
    }
    let pole = factorial_over_power(order, distance.abs());
    let right = magnitude(order, 1.0 + distance);
    let left = magnitude(order, 1.0 - distance) - magnitude(order, 1.0 - x);
    if is_even {
        -(pole.copysign(distance) + right - left)
    } else {
        pole + right + left
    }
}
