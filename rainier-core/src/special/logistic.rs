//! Evaluates the logistic family: sums, differences and odds of numbers kept as logarithms.
//!
//! In: numbers on the log or log-odds scale. Out: the same quantity as the textbook formula, but
//! without its overflow and cancellation. Only `exp` of a number that is not positive is ever taken.

use std::f64::consts::LN_2;

use super::double_double::DoubleDouble;

/// Logistic function 1 / (1 + e^(−x)), the inverse of the log-odds ln(p / (1 − p)).
///
/// Goes to 0 at −∞ and to 1 at ∞; NaN stays NaN.
///
/// # Numerics
/// Small probabilities keep their relative accuracy down to the subnormal numbers. A probability
/// near 1 does not say how near it is: use [`log_logistic`], or `logistic(-x)` for 1 − p.
///
/// ```
/// use rainier_core::special::logistic;
///
/// assert_eq!(logistic(0.0), 0.5);
/// assert_eq!(logistic(f64::INFINITY), 1.0);
/// assert!(logistic(-700.0) > 0.0);
/// ```
#[must_use]
pub fn logistic(x: f64) -> f64 {
    let smaller = (-x.abs()).exp();
    if x < 0.0 {
        smaller / (1.0 + smaller)
    } else {
        1.0 / (1.0 + smaller)
    }
}

/// Logarithm of the logistic function, −ln(1 + e^(−x)).
///
/// Goes to −∞ like x at −∞ and to 0 at ∞; NaN stays NaN.
///
/// ```
/// use rainier_core::special::log_logistic;
///
/// assert_eq!(log_logistic(-1e9), -1e9);
/// assert_eq!(log_logistic(40.0), -(-40.0_f64).exp());
/// ```
#[must_use]
pub fn log_logistic(x: f64) -> f64 {
    -softplus(-x)
}

/// Soft maximum of x and 0, ln(1 + e^x).
///
/// Goes to 0 like e^x at −∞ and to ∞ like x at ∞; NaN stays NaN.
///
/// ```
/// use rainier_core::special::softplus;
///
/// assert_eq!(softplus(0.0), std::f64::consts::LN_2);
/// assert_eq!(softplus(1e9), 1e9);
/// assert_eq!(softplus(f64::NEG_INFINITY), 0.0);
/// ```
#[must_use]
pub fn softplus(x: f64) -> f64 {
    // `max` drops a NaN, the other term brings it back.
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Logarithm of a sum, ln(e^a + e^b).
///
/// −∞ stands for the logarithm of zero: with it the answer is the other argument. If either
/// argument is ∞ so is the answer. NaN stays NaN.
///
/// # Numerics
/// Small answers, e^a + e^b ≈ 1, keep their digits, too: they are ln(1 + s) with
/// s = (e^a − 1) + e^b, computed with twice the digits where its terms cancel.
///
/// ```
/// use rainier_core::special::log_add_exp;
///
/// assert_eq!(log_add_exp(-1000.0, -1000.0), -1000.0 + std::f64::consts::LN_2);
/// assert_eq!(log_add_exp(f64::NEG_INFINITY, 3.0), 3.0);
/// ```
#[must_use]
pub fn log_add_exp(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    let (larger, smaller) = if a >= b { (a, b) } else { (b, a) };
    if larger.is_infinite() {
        // ∞ swallows the other term; −∞ means that both are zero. Subtracting would give NaN.
        return larger;
    }
    if larger.abs() > 1.0 {
        return larger + (smaller - larger).exp().ln_1p();
    }
    // Near zero e^a + e^b is 1 + s, and neither a small a nor a small e^b is rounded away.
    let excess = larger.exp_m1();
    let s = excess + smaller.exp();
    if smaller > LEAST_EXTENDED && s.abs() < 0.5 * excess.abs() {
        let (larger, smaller) = (DoubleDouble::exp_m1(larger), DoubleDouble::exp_m1(smaller));
        return (larger + 1.0.into() + smaller).value().ln_1p();
    }
    s.ln_1p()
}

/// Logarithm of a difference, ln(e^a − e^b), for a ≥ b.
///
/// Equal arguments give −∞, also when both are −∞, and `b` = −∞ gives `a`. NaN where the difference
/// is negative (a < b) or unknown (both ∞); NaN stays NaN.
///
/// # Numerics
/// A small gap a − b keeps all its digits, and so does an answer near zero, e^a − e^b ≈ 1, which is
/// computed as in [`log_add_exp`]; but for a > 20 only the absolute error stays small there.
///
/// ```
/// use rainier_core::special::log_diff_exp;
///
/// assert_eq!(log_diff_exp(-1000.0, f64::NEG_INFINITY), -1000.0);
/// assert_eq!(log_diff_exp(2.0, 2.0), f64::NEG_INFINITY);
/// assert!(log_diff_exp(1.0, 2.0).is_nan());
/// ```
#[must_use]
pub fn log_diff_exp(a: f64, b: f64) -> f64 {
    if b == f64::NEG_INFINITY {
        // Zero is taken away; −∞ − (−∞) would be NaN.
        return a;
    }
    // The difference of two close numbers is exact, so no digit of a small gap is lost.
    let difference = a + ln_one_minus_exp(b - a);
    if a > 0.0
        && a < GREATEST_EXTENDED
        && b > LEAST_EXTENDED
        && difference.abs() < 1.0_f64.min(0.5 * a)
    {
        let (a, b) = (DoubleDouble::exp_m1(a), DoubleDouble::exp_m1(b));
        return (a + (-b) + (-1.0).into()).value().ln_1p();
    }
    difference
}

/// Below the first number plain e^x has more digits than e^x − 1 has in a pair; above the second
/// e^x takes all digits of a pair.
const LEAST_EXTENDED: f64 = -36.0;
const GREATEST_EXTENDED: f64 = 20.0;

/// Logarithm of the complement of a probability kept as a logarithm, ln(1 − e^x), for x ≤ 0.
///
/// −∞ at 0, and 0 at −∞; NaN for positive x, and NaN stays NaN.
///
/// # Numerics
/// 1 − e^x loses digits near x = 0 and ln loses them where its argument is near 1, so the formula
/// changes at e^x = 1/2: Mächler (2012), "Accurately computing log(1 − exp(−|a|))", equation 7.
///
/// ```
/// use rainier_core::special::ln_one_minus_exp;
///
/// assert_eq!(ln_one_minus_exp(-1e-300), (1e-300_f64).ln());
/// assert_eq!(ln_one_minus_exp(-50.0), -(-50.0_f64).exp());
/// assert_eq!(ln_one_minus_exp(0.0), f64::NEG_INFINITY);
/// ```
#[must_use]
pub fn ln_one_minus_exp(x: f64) -> f64 {
    if x > -LN_2 {
        (-x.exp_m1()).ln()
    } else {
        (-x.exp()).ln_1p()
    }
}
