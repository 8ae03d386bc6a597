//! The closed table of primitive functions: name and value of each.
//!
//! In: nothing. Out: [`Unary`], [`Binary`] and [`Ternary`], which expressions, the graph and programs share.
//! A new function is a row here, a derivative in `gradient/rules.rs` and a method in
//! `real/functions.rs`; the enums are matched in full, so the compiler names a place left out.

use serde::{Deserialize, Serialize};

use crate::special::{self, Tail};

/// A primitive function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unary {
    /// e^x.
    Exp,
    /// Natural logarithm; −∞ at 0, NaN below.
    Ln,
    /// x ln x, with its limit 0 at 0; NaN below.
    XLnX,
    /// ln(1 + x), without cancellation near 0.
    Ln1p,
    /// e^x − 1, without cancellation near 0.
    ExpM1,
    /// Square root; NaN below 0.
    Sqrt,
    /// Absolute value.
    Abs,
    /// −1, 0 or 1, the derivative of [`Unary::Abs`]; NaN for NaN.
    Sign,
    /// Largest integer not above x.
    Floor,
    /// Sine, x in radians.
    Sin,
    /// Cosine, x in radians.
    Cos,
    /// Tangent, x in radians.
    Tan,
    /// Arc sine.
    Asin,
    /// Arc cosine.
    Acos,
    /// Arc tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e^−x).
    Logistic,
    /// ln(1 + e^x), which neither overflows nor loses its tail.
    Softplus,
    /// ln(1 − e^x) for x ≤ 0.
    LnOneMinusExp,
    /// Error function.
    Erf,
    /// Complementary error function, 1 − erf x.
    Erfc,
    /// e^(x²) erfc x, which the derivative of [`Unary::LnErfc`] divides by.
    ScaledErfc,
    /// ln erfc x, also where erfc x underflows.
    LnErfc,
    /// Φ(x), the distribution function of the standard normal.
    NormalCdf,
    /// ln Φ(x), also where Φ(x) underflows.
    LnNormalCdf,
    /// ln I₀(x), I₀ the modified Bessel function.
    LnBesselI0,
    /// I₁(x) / I₀(x), the derivative of [`Unary::LnBesselI0`].
    BesselRatio,
    /// ln |Γ(x)|.
    LnGamma,
    /// ψ(x), the derivative of ln Γ.
    Digamma,
    /// ψ⁽ⁿ⁾(x), the n-th derivative of the digamma function, n ≥ 1.
    Polygamma(u32),
}

impl Unary {
    /// The function's value at one number, by the standard library and [`special`].
    ///
    /// Programs use the functions of [`kernel`](crate::kernel), which may differ in the last digit.
    pub fn evaluate(self, x: f64) -> f64 {
        match self {
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::XLnX => x_ln_x(x),
            Self::Ln1p => x.ln_1p(),
            Self::ExpM1 => x.exp_m1(),
            Self::Sqrt => x.sqrt(),
            Self::Abs => x.abs(),
            Self::Sign => sign(x),
            Self::Floor => x.floor(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Asin => x.asin(),
            Self::Acos => x.acos(),
            Self::Atan => x.atan(),
            Self::Sinh => x.sinh(),
            Self::Cosh => x.cosh(),
            Self::Tanh => x.tanh(),
            Self::Logistic => special::logistic(x),
            Self::Softplus => special::softplus(x),
            Self::LnOneMinusExp => special::ln_one_minus_exp(x),
            Self::Erf => special::erf(x),
            Self::Erfc => special::erfc(x),
            Self::ScaledErfc => special::scaled_erfc(x),
            Self::LnErfc => special::ln_erfc(x),
            Self::NormalCdf => special::normal_cdf(x),
            Self::LnNormalCdf => special::ln_normal_cdf(x),
            Self::LnBesselI0 => special::ln_bessel_i0(x),
            Self::BesselRatio => special::bessel_ratio(x),
            Self::LnGamma => special::ln_gamma(x),
            Self::Digamma => special::digamma(x),
            Self::Polygamma(order) => special::polygamma(order, x),
        }
    }
}

/// A primitive function of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Binary {
    /// x^y; 1 wherever y is 0.
    Power,
    /// ln(e^x + e^y), −∞ when both are −∞.
    LogAddExp,
    /// ln(e^x − e^y) for x ≥ y.
    LogDiffExp,
    /// 1 / (1 + e^(y − x)), the derivative of [`Binary::LogAddExp`] by x; ½ where x equals y,
    /// infinities included.
    LogisticDifference,
    /// ln B(x, y) = ln Γ(x) + ln Γ(y) − ln Γ(x + y).
    LnBeta,
    /// [`Binary::LnBeta`] where it is added up over rows, to 6 units in the last place of the answer
    /// or of 1: programs use it in rows for its speed.
    LnBetaOfRow,
    /// ln |Γ(x + y) / Γ(x)|.
    LnRisingFactorial,
    /// [`Binary::LnRisingFactorial`] where it is added up over rows, to 9 units in the last place of
    /// the answer or of y: programs use it in rows for its speed.
    LnRisingFactorialOfRow,
    /// ψ(x + y) − ψ(x), the derivative of [`Binary::LnRisingFactorial`] by x.
    DigammaDifference,
    /// ln P(x, y) or ln Q(x, y), the regularised incomplete gamma functions.
    LnIncompleteGamma(Tail),
    /// The derivative of [`Binary::LnIncompleteGamma`] by x, the shape.
    LnIncompleteGammaByShape(Tail),
    /// The derivative of [`Binary::LnIncompleteGamma`] by y, the bound.
    LnIncompleteGammaByBound(Tail),
    /// ln(I(y) e^−N ((x + N)/y)^x) with N = √(x² + y²), I the modified Bessel function of order x.
    LnBesselRemainder,
    /// The derivative of [`Binary::LnBesselRemainder`] by y.
    BesselRemainderSlope,
    /// 1 where x < y, else 0 (also for NaN).
    Less,
    /// 1 where x ≤ y, else 0 (also for NaN).
    LessOrEqual,
    /// 1 where x = y, else 0 (also for NaN).
    Equal,
}

impl Binary {
    /// The function's value at one pair of numbers, by the standard library and [`special`].
    ///
    /// Programs use the functions of [`kernel`](crate::kernel), which may differ in the last digit.
    pub fn evaluate(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Power => x.powf(y),
            Self::LogAddExp => special::log_add_exp(x, y),
            Self::LogDiffExp => special::log_diff_exp(x, y),
            Self::LogisticDifference => logistic_difference(x, y),
            Self::LnBeta | Self::LnBetaOfRow => special::ln_beta(x, y),
            Self::LnRisingFactorial | Self::LnRisingFactorialOfRow => {
                special::ln_rising_factorial(x, y)
            }
            Self::DigammaDifference => special::digamma_difference(x, y),
            Self::LnIncompleteGamma(tail) => special::ln_incomplete_gamma(tail, x, y),
            Self::LnIncompleteGammaByShape(tail) => {
                special::ln_incomplete_gamma_by_shape(tail, x, y)
            }
            Self::LnIncompleteGammaByBound(tail) => {
                special::ln_incomplete_gamma_by_bound(tail, x, y)
            }
            Self::LnBesselRemainder => special::ln_bessel_remainder(x, y),
            Self::BesselRemainderSlope => special::bessel_remainder_slope(x, y),
            Self::Less => f64::from(x < y),
            Self::LessOrEqual => f64::from(x <= y),
            Self::Equal => f64::from(x == y),
        }
    }

    /// The function to use where rows are added up.
    pub(crate) fn of_row(self) -> Self {
        match self {
            Self::LnBeta => Self::LnBetaOfRow,
            Self::LnRisingFactorial => Self::LnRisingFactorialOfRow,
            other => other,
        }
    }

    /// Whether the function is a comparison: its value is 0 or 1 and its derivative 0.
    pub(crate) fn is_comparison(self) -> bool {
        match self {
            Self::Less | Self::LessOrEqual | Self::Equal => true,
            Self::Power
            | Self::LogAddExp
            | Self::LogDiffExp
            | Self::LogisticDifference
            | Self::LnBeta
            | Self::LnBetaOfRow
            | Self::LnRisingFactorial
            | Self::LnRisingFactorialOfRow
            | Self::DigammaDifference
            | Self::LnIncompleteGamma(_)
            | Self::LnIncompleteGammaByShape(_)
            | Self::LnIncompleteGammaByBound(_)
            | Self::LnBesselRemainder
            | Self::BesselRemainderSlope => false,
        }
    }
}

/// A primitive function of three arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ternary {
    /// ln I or ln(1 − I), I the regularised incomplete beta function of shapes x and y at z.
    LnIncompleteBeta(Tail),
    /// The derivative of [`Ternary::LnIncompleteBeta`] by x, the first shape.
    LnIncompleteBetaByA(Tail),
    /// The derivative of [`Ternary::LnIncompleteBeta`] by y, the second shape.
    LnIncompleteBetaByB(Tail),
    /// The derivative of [`Ternary::LnIncompleteBeta`] by z, the bound.
    LnIncompleteBetaByBound(Tail),
    /// ln((yz)^x e^(−yz) / Γ(x + 1)), a term of the exponential series.
    LnExponentialTerm,
    /// The derivative of [`Ternary::LnExponentialTerm`] by x, the number of the term.
    LnExponentialTermByA,
    /// The derivative of [`Ternary::LnExponentialTerm`] by y, a factor of the argument.
    LnExponentialTermByX,
    /// ln(Γ(x + y + 1) / (Γ(x + 1) Γ(y + 1)) · z^x (1 − z)^y), a term of the binomial expansion.
    LnBinomialTerm,
    /// The derivative of [`Ternary::LnBinomialTerm`] by x, the first exponent.
    LnBinomialTermByA,
    /// The derivative of [`Ternary::LnBinomialTerm`] by y, the second exponent.
    LnBinomialTermByB,
    /// The derivative of [`Ternary::LnBinomialTerm`] by z, the share.
    LnBinomialTermByX,
    /// ln ∫ e^(x (cos t − 1)) dt for t from y to z.
    LnIncompleteBessel,
    /// The derivative of [`Ternary::LnIncompleteBessel`] by x.
    LnIncompleteBesselByKappa,
    /// The derivative of [`Ternary::LnIncompleteBessel`] by z, the end.
    LnIncompleteBesselByEnd,
    /// ln Q or ln(1 − Q), Q Marcum's function of the whole order x with centre y and bound z.
    LnMarcum(Tail),
    /// The derivative of [`Ternary::LnMarcum`] by y, the centre.
    LnMarcumByX(Tail),
    /// The derivative of [`Ternary::LnMarcum`] by z, the bound.
    LnMarcumByY(Tail),
}

impl Ternary {
    /// The function's value at one triple of numbers.
    pub fn evaluate(self, x: f64, y: f64, z: f64) -> f64 {
        match self {
            Self::LnIncompleteBeta(tail) => special::ln_incomplete_beta(tail, x, y, z),
            Self::LnIncompleteBetaByA(tail) => special::ln_incomplete_beta_by_a(tail, x, y, z),
            Self::LnIncompleteBetaByB(tail) => special::ln_incomplete_beta_by_b(tail, x, y, z),
            Self::LnIncompleteBetaByBound(tail) => {
                special::ln_incomplete_beta_by_bound(tail, x, y, z)
            }
            Self::LnExponentialTerm => special::ln_exponential_term(x, y, z),
            Self::LnExponentialTermByA => special::ln_exponential_term_by_a(x, y, z),
            Self::LnExponentialTermByX => special::ln_exponential_term_by_x(x, y, z),
            Self::LnBinomialTerm => special::ln_binomial_term(x, y, z),
            Self::LnBinomialTermByA => special::ln_binomial_term_by_a(x, y, z),
            Self::LnBinomialTermByB => special::ln_binomial_term_by_b(x, y, z),
            Self::LnBinomialTermByX => special::ln_binomial_term_by_x(x, y, z),
            Self::LnIncompleteBessel => special::ln_incomplete_bessel(x, y, z),
            Self::LnIncompleteBesselByKappa => special::ln_incomplete_bessel_by_kappa(x, y, z),
            Self::LnIncompleteBesselByEnd => special::ln_incomplete_bessel_by_end(x, y, z),
            Self::LnMarcum(tail) => special::ln_marcum(tail, x, y, z),
            Self::LnMarcumByX(tail) => special::ln_marcum_by_x(tail, x, y, z),
            Self::LnMarcumByY(tail) => special::ln_marcum_by_y(tail, x, y, z),
        }
    }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        x
    } else {
        x.signum()
    }
}

fn x_ln_x(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * x.ln() }
}

fn logistic_difference(x: f64, y: f64) -> f64 {
    if x == y {
        0.5
    } else {
        special::logistic(x - y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_with_nan_are_false() {
        for comparison in [Binary::Less, Binary::LessOrEqual, Binary::Equal] {
            assert_eq!(comparison.evaluate(f64::NAN, 1.0), 0.0);
            assert_eq!(comparison.evaluate(1.0, f64::NAN), 0.0);
        }
    }

    #[test]
    fn softmax_weight_of_equal_infinities_is_one_half() {
        for x in [f64::NEG_INFINITY, 0.0, f64::INFINITY] {
            assert_eq!(Binary::LogisticDifference.evaluate(x, x), 0.5);
        }
        assert_eq!(
            Binary::LogisticDifference.evaluate(0.0, f64::NEG_INFINITY),
            1.0
        );
    }

    #[test]
    fn sign_is_zero_at_zero_and_nan_at_nan() {
        assert_eq!(Unary::Sign.evaluate(-3.0), -1.0);
        assert_eq!(Unary::Sign.evaluate(0.0), 0.0);
        assert!(Unary::Sign.evaluate(f64::NAN).is_nan());
    }
}
