//! The closed table of primitive functions: name and value of each.
//!
//! In: nothing. Out: [`Unary`] and [`Binary`], which expressions, the graph and programs share.
//! A new function is a row here, a derivative in `gradient/rules.rs` and a method in
//! `real/functions.rs`; the enums are matched in full, so the compiler names a place left out.

use serde::{Deserialize, Serialize};

use crate::lanes::{map, zip};
use crate::special;

/// A primitive function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unary {
    /// e^x.
    Exp,
    /// Natural logarithm; −∞ at 0, NaN below.
    Ln,
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
    /// ln |Γ(x)|.
    LnGamma,
    /// ψ(x), the derivative of ln Γ.
    Digamma,
    /// ψ⁽ⁿ⁾(x), the n-th derivative of the digamma function, n ≥ 1.
    Polygamma(u32),
}

impl Unary {
    /// Writes the function of each lane of `x` into the same lane of `out`.
    pub(crate) fn apply<const LANES: usize>(self, out: &mut [f64; LANES], x: &[f64; LANES]) {
        // One loop per function, so that the choice is made once per block.
        match self {
            Self::Exp => map(out, x, f64::exp),
            Self::Ln => map(out, x, f64::ln),
            Self::Ln1p => map(out, x, f64::ln_1p),
            Self::ExpM1 => map(out, x, f64::exp_m1),
            Self::Sqrt => map(out, x, f64::sqrt),
            Self::Abs => map(out, x, f64::abs),
            Self::Sign => map(out, x, sign),
            Self::Floor => map(out, x, f64::floor),
            Self::Sin => map(out, x, f64::sin),
            Self::Cos => map(out, x, f64::cos),
            Self::Tan => map(out, x, f64::tan),
            Self::Asin => map(out, x, f64::asin),
            Self::Acos => map(out, x, f64::acos),
            Self::Atan => map(out, x, f64::atan),
            Self::Sinh => map(out, x, f64::sinh),
            Self::Cosh => map(out, x, f64::cosh),
            Self::Tanh => map(out, x, f64::tanh),
            Self::Logistic => map(out, x, special::logistic),
            Self::Softplus => map(out, x, special::softplus),
            Self::LnOneMinusExp => map(out, x, special::ln_one_minus_exp),
            Self::Erf => map(out, x, special::erf),
            Self::Erfc => map(out, x, special::erfc),
            Self::LnGamma => map(out, x, special::ln_gamma),
            Self::Digamma => map(out, x, special::digamma),
            Self::Polygamma(order) => map(out, x, |x| special::polygamma(order, x)),
        }
    }

    /// The function's value at one number.
    pub fn evaluate(self, x: f64) -> f64 {
        let mut out = [0.0];
        self.apply(&mut out, &[x]);
        out[0]
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
    /// 1 where x < y, else 0 (also for NaN).
    Less,
    /// 1 where x ≤ y, else 0 (also for NaN).
    LessOrEqual,
    /// 1 where x = y, else 0 (also for NaN).
    Equal,
}

impl Binary {
    /// Writes the function of each lane pair into the same lane of `out`.
    pub(crate) fn apply<const LANES: usize>(
        self,
        out: &mut [f64; LANES],
        x: &[f64; LANES],
        y: &[f64; LANES],
    ) {
        match self {
            Self::Power => zip(out, x, y, f64::powf),
            Self::LogAddExp => zip(out, x, y, special::log_add_exp),
            Self::LogDiffExp => zip(out, x, y, special::log_diff_exp),
            Self::LogisticDifference => zip(out, x, y, logistic_difference),
            Self::LnBeta => zip(out, x, y, special::ln_beta),
            Self::Less => zip(out, x, y, |x, y| f64::from(x < y)),
            Self::LessOrEqual => zip(out, x, y, |x, y| f64::from(x <= y)),
            Self::Equal => zip(out, x, y, |x, y| f64::from(x == y)),
        }
    }

    /// The function's value at one pair of numbers.
    pub fn evaluate(self, x: f64, y: f64) -> f64 {
        let mut out = [0.0];
        self.apply(&mut out, &[x], &[y]);
        out[0]
    }

    /// Whether the function is a comparison: its value is 0 or 1 and its derivative 0.
    pub(crate) fn is_comparison(self) -> bool {
        match self {
            Self::Less | Self::LessOrEqual | Self::Equal => true,
            Self::Power
            | Self::LogAddExp
            | Self::LogDiffExp
            | Self::LogisticDifference
            | Self::LnBeta => false,
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
