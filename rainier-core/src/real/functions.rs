//! Gives `Real` the primitive functions, each with an exact derivative.
//!
//! In: an expression. Out: a node of the operation of that name, or a constant.

use super::{Expression, Real};
use crate::operation::{Binary, Ternary, Unary};
use crate::special::Tail;

macro_rules! unary {
    ($($(#[$doc:meta])* $method:ident => $function:ident;)*) => {
        impl Real {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $method(&self) -> Self {
                    self.unary(Unary::$function)
                }
            )*
        }
    };
}

unary! {
    /// e^x.
    exp => Exp;
    /// Natural logarithm; −∞ at 0, NaN below.
    ln => Ln;
    /// x ln x, with its limit 0 at 0: an entropy's term.
    x_ln_x => XLnX;
    /// ln(1 + x), exact for small x.
    ln_1p => Ln1p;
    /// e^x − 1, exact for small x.
    exp_m1 => ExpM1;
    /// Square root; NaN below 0.
    sqrt => Sqrt;
    /// Absolute value. Its derivative at 0 is taken as 0.
    abs => Abs;
    /// Largest integer not above x. Its derivative is 0 everywhere.
    floor => Floor;
    /// Sine, x in radians.
    sin => Sin;
    /// Cosine, x in radians.
    cos => Cos;
    /// Tangent, x in radians.
    tan => Tan;
    /// Arc sine; NaN outside [−1, 1].
    asin => Asin;
    /// Arc cosine; NaN outside [−1, 1].
    acos => Acos;
    /// Arc tangent.
    atan => Atan;
    /// Hyperbolic sine.
    sinh => Sinh;
    /// Hyperbolic cosine.
    cosh => Cosh;
    /// Hyperbolic tangent.
    tanh => Tanh;
    /// 1 / (1 + e^−x), the inverse of [`Real::logit`].
    logistic => Logistic;
    /// ln(1 + e^x), exact in both tails.
    softplus => Softplus;
    /// ln(1 − e^x) for x ≤ 0, exact near 0 and for large −x.
    ln_one_minus_exp => LnOneMinusExp;
    /// Error function.
    erf => Erf;
    /// Complementary error function, exact in its tail.
    erfc => Erfc;
    /// e^(x²) erfc x: the size of erfc x where it is too small to be a number.
    scaled_erfc => ScaledErfc;
    /// ln erfc x, exact in its tail, where erfc x itself is 0.
    ln_erfc => LnErfc;
    /// Φ(x), the distribution function of the standard normal, exact in its lower tail. The upper
    /// tail 1 − Φ(x) is `(-x).normal_cdf()`.
    normal_cdf => NormalCdf;
    /// ln Φ(x), exact in both tails, also where Φ(x) itself is 0.
    ln_normal_cdf => LnNormalCdf;
    /// ln I₀(x), I₀ the modified Bessel function of order zero: what normalises a von Mises density.
    ln_bessel_i0 => LnBesselI0;
    /// I₁(x) / I₀(x), the derivative of ln I₀.
    bessel_ratio => BesselRatio;
    /// ln |Γ(x)|.
    ln_gamma => LnGamma;
    /// Digamma function ψ, the derivative of ln Γ.
    digamma => Digamma;
}

impl Real {
    /// ln logistic(x) = −ln(1 + e^−x), exact in both tails.
    #[must_use]
    pub fn log_logistic(&self) -> Self {
        -(-self).softplus()
    }

    /// x^y. Constant whole exponents become products; x^0 is 1 for every x.
    #[must_use]
    pub fn pow(&self, exponent: impl Into<Self>) -> Self {
        self.binary(Binary::Power, exponent.into())
    }

    /// ln(x / (1 − x)) for x in (0, 1).
    #[must_use]
    pub fn logit(&self) -> Self {
        self.ln() - (-self).ln_1p()
    }

    /// ln(e^x + e^y) without overflow; −∞ when both are −∞.
    #[must_use]
    pub fn log_add_exp(&self, other: impl Into<Self>) -> Self {
        self.binary(Binary::LogAddExp, other.into())
    }

    /// ln(e^x − e^y) without overflow or cancellation, for x ≥ y.
    #[must_use]
    pub fn log_diff_exp(&self, other: impl Into<Self>) -> Self {
        self.binary(Binary::LogDiffExp, other.into())
    }

    /// ln B(x, y) = ln Γ(x) + ln Γ(y) − ln Γ(x + y), without cancellation.
    #[must_use]
    pub fn ln_beta(&self, other: impl Into<Self>) -> Self {
        self.binary(Binary::LnBeta, other.into())
    }

    /// ln |Γ(x + d) / Γ(x)| without cancellation; for a whole d the logarithm of
    /// x (x + 1) … (x + d − 1).
    #[must_use]
    pub fn ln_rising_factorial(&self, step: impl Into<Self>) -> Self {
        self.binary(Binary::LnRisingFactorial, step.into())
    }

    /// ψ(x + d) − ψ(x) without cancellation, ψ the digamma function.
    #[must_use]
    pub fn digamma_difference(&self, step: impl Into<Self>) -> Self {
        self.binary(Binary::DigammaDifference, step.into())
    }

    /// ln(I(x) e^−N ((ν + N)/x)^ν) with `self` as ν ≥ 0, x ≥ 0 and N = √(ν² + x²), I the modified
    /// Bessel function of order ν: what its exponential growth leaves, about −½ ln(2πN), however
    /// large ν and x are. Its derivative by ν is not known: NaN.
    ///
    /// ```
    /// use rainier_core::Real;
    ///
    /// let remainder = Real::constant(0.0).ln_bessel_remainder(2.0).as_constant();
    /// let scaled = Real::constant(2.0).ln_bessel_i0().as_constant().expect("constant") - 2.0;
    /// assert!((remainder.expect("constant") - scaled).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn ln_bessel_remainder(&self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnBesselRemainder, x.into())
    }

    /// ln P(a, x) or ln Q(a, x), the regularised incomplete gamma functions with `self` as the shape
    /// a: the logarithm of a gamma distribution's probability below or above x.
    ///
    /// ```
    /// use rainier_core::special::Tail;
    /// use rainier_core::{Program, Real};
    ///
    /// // A waiting time of more than 3 with rate 1, and how its logarithm depends on the shape.
    /// let shape = Real::parameter("shape");
    /// let survival = shape.ln_incomplete_gamma(Tail::Upper, 3.0);
    /// let program = Program::compile_with_gradient(&survival, &[shape])?;
    /// let [value, slope] = program.bind(&[])?.evaluator().evaluate(&[1.0])[..] else {
    ///     unreachable!("a value and one derivative")
    /// };
    /// assert!((value + 3.0).abs() < 1e-14 && slope > 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ln_incomplete_gamma(&self, tail: Tail, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnIncompleteGamma(tail), x.into())
    }

    /// ln I or ln(1 − I), I the regularised incomplete beta function of the shapes a = `self` and b
    /// at x: the logarithm of a beta distribution's probability below or above x.
    #[must_use]
    pub fn ln_incomplete_beta(&self, tail: Tail, b: impl Into<Self>, x: impl Into<Self>) -> Self {
        self.ternary(Ternary::LnIncompleteBeta(tail), b.into(), x.into())
    }

    /// ln ∫ e^(κ (cos t − 1)) dt for t from `start` to `end`, with `self` as κ ≥ 0: the incomplete
    /// Bessel function of order zero, without its growth. −∞ where `end` is not above `start`.
    #[must_use]
    pub fn ln_incomplete_bessel(&self, start: impl Into<Self>, end: impl Into<Self>) -> Self {
        self.ternary(Ternary::LnIncompleteBessel, start.into(), end.into())
    }

    /// ln Q or ln(1 − Q), Q Marcum's function of the whole order `self` with the centre x > 0 and the
    /// bound y > 0: the logarithm of the probability that the sum of m exponential variables and as
    /// many more as a Poisson count of mean x says is above or below y. By the order it is flat.
    #[must_use]
    pub fn ln_marcum(&self, tail: Tail, x: impl Into<Self>, y: impl Into<Self>) -> Self {
        self.ternary(Ternary::LnMarcum(tail), x.into(), y.into())
    }

    /// ln(zᵃ e^−z / Γ(a + 1)) with z = xy and `self` as a ≥ 0, a term of the exponential series: the
    /// logarithm of the probability of a events where z are expected. xy is not rounded.
    ///
    /// Without rows no digits cancel, however large a and z are; the derivatives by x and y do not
    /// round xy, and, where y is 1/t, not x/t, either. In rows it is
    /// a ln(xy) − xy − ln Γ(a + 1), so that sums over data come apart.
    ///
    /// ```
    /// use rainier_core::{Program, Real};
    ///
    /// // A billion events in a time of 10⁶, as a function of their rate.
    /// let rate = Real::parameter("rate");
    /// let ln_p = Real::constant(1e9).ln_exponential_term(&rate, 1e6);
    /// let program = Program::compile_with_gradient(&ln_p, &[rate])?;
    /// let at_its_best = program.bind(&[])?.evaluator().evaluate(&[1e3]).to_vec();
    /// assert!((at_its_best[0] + 0.5 * (std::f64::consts::TAU * 1e9).ln()).abs() < 1e-9);
    /// assert_eq!(at_its_best[1], 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ln_exponential_term(&self, x: impl Into<Self>, y: impl Into<Self>) -> Self {
        let (x, y) = (x.into(), y.into());
        if self.is_per_row() || x.is_per_row() || y.is_per_row() {
            let z = x * y;
            return self * z.ln() - z - (self + 1.0).ln_gamma();
        }
        self.ternary(Ternary::LnExponentialTerm, x, y)
    }

    /// ln(Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) · xᵃ (1 − x)ᵇ) with `self` as a ≥ 0, a term of the
    /// binomial expansion: the logarithm of the probability of a successes and b failures, each
    /// success of probability x.
    ///
    /// Without rows no digits cancel, however large a and b are. 1 − x is that of the rounded x, but
    /// an x that is written as 1 − y or as a logistic function keeps its digits near 1. In rows it is
    /// −ln a − ln B(a, b + 1) + a ln x + b ln(1 − x), so that sums over data come apart.
    ///
    /// ```
    /// use rainier_core::Real;
    ///
    /// let ln_p = Real::constant(5e8).ln_binomial_term(5e8, 0.5).as_constant();
    /// let expected = -0.5 * (std::f64::consts::PI * 5e8).ln();
    /// assert!((ln_p.expect("constant") - expected).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn ln_binomial_term(&self, b: impl Into<Self>, x: impl Into<Self>) -> Self {
        let (b, x) = (b.into(), x.into());
        if !(self.is_per_row() || b.is_per_row() || x.is_per_row()) {
            return self.ternary(Ternary::LnBinomialTerm, b, x);
        }
        let or_nothing = |exponent: &Self, term: Self| exponent.equal(0.0).select(0.0, term);
        or_nothing(self, -(self.ln() + (&b + 1.0).ln_beta(self)))
            + or_nothing(self, self * x.ln())
            + or_nothing(&b, &b * (-&x).ln_1p())
    }

    /// ln Σ e^xᵢ without overflow; −∞ for none.
    pub fn log_sum_exp(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut terms: Vec<Self> = terms.into_iter().collect();
        // Pairs of neighbours, then pairs of pairs: depth grows with the logarithm of the count.
        while terms.len() > 1 {
            terms = terms
                .chunks(2)
                .map(|pair| match pair {
                    [a, b] => a.log_add_exp(b),
                    single => single[0].clone(),
                })
                .collect();
        }
        terms
            .pop()
            .unwrap_or_else(|| Self::constant(f64::NEG_INFINITY))
    }

    fn unary(&self, function: Unary) -> Self {
        match self.as_constant() {
            Some(value) => Self::constant(function.evaluate(value)),
            None => Self::node(Expression::Unary(function, self.clone())),
        }
    }

    fn ternary(&self, function: Ternary, y: Self, z: Self) -> Self {
        match (self.as_constant(), y.as_constant(), z.as_constant()) {
            (Some(x), Some(y), Some(z)) => Self::constant(function.evaluate(x, y, z)),
            _ => Self::node(Expression::Ternary(function, [self.clone(), y, z])),
        }
    }

    fn binary(&self, function: Binary, other: Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(x), Some(y)) => Self::constant(function.evaluate(x, y)),
            _ => Self::node(Expression::Binary(function, self.clone(), other)),
        }
    }
}
