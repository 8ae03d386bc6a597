//! Evaluates the logarithm of the gamma function and its derivative, the digamma function.
//!
//! In: a real number, negative ones too. Out: ln |Γ(x)| and ψ(x) = d/dx ln |Γ(x)|. Higher
//! derivatives are in `polygamma`.

use std::f64::consts::PI;

/// Logarithm of the absolute value of the gamma function, ln |Γ(x)|.
///
/// For a positive integer n it is ln (n − 1)!. ∞ at the poles 0, −1, −2, … and at ±∞; NaN stays
/// NaN.
///
/// # Numerics
/// libm's `lgamma` (FreeBSD's msun), exact at its zeros 1 and 2 and fully accurate beside them.
/// For negative x there are more zeros, irregularly placed, and near them only the absolute error
/// stays small. Overflows to ∞ above 2.55e305.
///
/// ```
/// use rainier_core::special::ln_gamma;
///
/// assert_eq!(ln_gamma(4.0), 6.0_f64.ln());
/// assert_eq!(ln_gamma(2.0), 0.0);
/// assert_eq!(ln_gamma(-3.0), f64::INFINITY);
/// ```
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Digamma function ψ(x) = d/dx ln |Γ(x)| = Γ′(x) / Γ(x).
///
/// At zero the pole has two sides: −∞ at +0 and ∞ at −0. NaN at −1, −2, … and at −∞, where there
/// is no limit; ∞ at ∞; NaN stays NaN.
///
/// # Numerics
/// Relative accuracy holds at the positive root 1.4616…, too. For negative x there is a root
/// between any two poles, and near those only the absolute error stays small.
///
/// # Method
/// From 10 up the asymptotic series (Abramowitz & Stegun 6.3.18). Below, the recurrence
/// ψ(x + 1) = ψ(x) + 1/x (6.3.5) leads into 1 ≤ x ≤ 5/2, where ψ is a rational function times the
/// distance to the root. The reflection formula (6.3.7) serves negative x.
///
/// ```
/// use rainier_core::special::digamma;
///
/// let euler_gamma = 0.577_215_664_901_532_9;
/// assert_eq!(digamma(1.0), -euler_gamma);
/// assert!((digamma(10.0) - (7129.0 / 2520.0 - euler_gamma)).abs() < 1e-15);
/// assert!(digamma(-1.0).is_nan());
/// ```
#[must_use]
pub fn digamma(x: f64) -> f64 {
    if x > 0.0 {
        return digamma_of_positive(x);
    }
    if x == 0.0 {
        return -x.recip();
    }
    // The distance to the nearest pole is exact, and the cotangent has period 1 in it.
    let from_pole = x - x.round();
    if from_pole == 0.0 {
        return f64::NAN;
    }
    digamma_of_positive(1.0 - x) - PI * cotangent_of_pi_times(from_pole)
}

fn digamma_of_positive(x: f64) -> f64 {
    if x >= SERIES_FROM {
        return x.ln() - digamma_remainder(x);
    }
    // The subtraction is exact. It ends above 3/2, so every term is positive and nothing cancels.
    let (mut y, mut steps) = if x < 1.0 {
        (x + 1.0, -x.recip())
    } else {
        (x, 0.0)
    };
    while y > 2.5 {
        y -= 1.0;
        steps += y.recip();
    }
    steps + digamma_near_root(y)
}

/// From this argument on the series needs seven terms: the eighth is below 3e-17 of the answer.
const SERIES_FROM: f64 = 10.0;

/// B₂ₖ / (2k) for the Bernoulli numbers B₂, B₄, … B₁₄.
pub(super) const BERNOULLI_OVER_INDEX: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32760.0,
    1.0 / 12.0,
];

/// ln x − ψ(x) for x ≥ 10: 1/(2x) + Σₖ B₂ₖ / (2k x^2k), with B₂ₖ the Bernoulli numbers.
pub(super) fn digamma_remainder(x: f64) -> f64 {
    let inverse = x.recip();
    let square = inverse * inverse;
    0.5 * inverse + square * polynomial(&BERNOULLI_OVER_INDEX, square)
}

/// ψ(x) = (x − root) · P(x − 1) / Q(x − 1) on [1, 5/2].
///
/// P and Q interpolate ψ(x) / (x − root) at the Chebyshev nodes of the interval, computed with 60
/// digits (mpmath 1.3.0); the quotient of the rounded coefficients is off by at most 6.8e-17.
fn digamma_near_root(x: f64) -> f64 {
    /// The root in two parts, so that the distance to it keeps all its digits.
    const ROOT: f64 = 1.4616321449683622;
    const ROOT_REST: f64 = 9.549995429965697e-17;
    const NUMERATOR: [f64; 7] = [
        1.2503801375034054,
        1.8488025338240082,
        0.9463058025681106,
        0.20584084112744175,
        0.018342400959839154,
        0.0005070298880934333,
        8.733472502621917e-07,
    ];
    const DENOMINATOR: [f64; 7] = [
        1.0,
        2.1621391873864675,
        1.6329462354635018,
        0.5511193748765835,
        0.08574448941694736,
        0.005535922301322456,
        0.00010377232969374496,
    ];
    let distance = (x - ROOT) - ROOT_REST;
    let t = x - 1.0;
    distance * (polynomial(&NUMERATOR, t) / polynomial(&DENOMINATOR, t))
}

/// cot(πx) for 0 < |x| ≤ 1/2, with full relative accuracy at both ends.
fn cotangent_of_pi_times(x: f64) -> f64 {
    let distance = x.abs();
    let cotangent = if distance <= 0.25 {
        (PI * distance).tan().recip()
    } else {
        (PI * (0.5 - distance)).tan()
    };
    cotangent.copysign(x)
}

/// Polynomial with the constant term first, by Horner's rule.
pub(super) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}
