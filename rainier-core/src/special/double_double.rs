//! Computes with pairs of numbers, where an answer is what is left when sixteen digits cancel.
//!
//! In: numbers. Out: e^x − 1 as an unevaluated sum of two numbers, some 31 digits, and sums of
//! such pairs. Slow, hence only used near zeros of logarithms.
//!
//! The exact sum is Knuth's, the exact product Dekker's (1971, Numer. Math. 18); neither needs a
//! fused multiply-add.

/// The number high + low, with |low| at most half an ulp of high.
#[derive(Debug, Clone, Copy)]
pub(super) struct DoubleDouble {
    high: f64,
    low: f64,
}

impl DoubleDouble {
    /// e^x − 1 for |x| up to 700.
    ///
    /// With r = x / 2ᵏ the series Σ rⁿ/n! ends soon, and e^(2r) − 1 = e (2 + e) for e = e^r − 1.
    pub(super) fn exp_m1(x: f64) -> Self {
        let (mut reduced, mut doublings) = (x, 0);
        while reduced.abs() > 1.0 / 256.0 {
            reduced *= 0.5;
            doublings += 1;
        }
        let reduced = Self::from(reduced);
        // The thirteenth term is below 1e-33 of the first.
        let quotient = (2..=12).rev().fold(Self::from(1.0), |inner, n| {
            (reduced * inner).over(f64::from(n)) + 1.0.into()
        });
        let mut value = reduced * quotient;
        for _ in 0..doublings {
            value = value * (value + 2.0.into());
        }
        value
    }

    pub(super) fn value(self) -> f64 {
        self.high
    }

    fn over(self, divisor: f64) -> Self {
        let quotient = self.high / divisor;
        let (product, rest) = exact_product(quotient, divisor);
        renormalised(
            quotient,
            ((self.high - product) - rest + self.low) / divisor,
        )
    }
}

impl From<f64> for DoubleDouble {
    fn from(value: f64) -> Self {
        Self {
            high: value,
            low: 0.0,
        }
    }
}

impl std::ops::Neg for DoubleDouble {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            high: -self.high,
            low: -self.low,
        }
    }
}

impl std::ops::Add for DoubleDouble {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, rest) = exact_sum(self.high, other.high);
        let (low, last) = exact_sum(self.low, other.low);
        let first = renormalised(high, rest + low);
        renormalised(first.high, first.low + last)
    }
}

impl std::ops::Mul for DoubleDouble {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let (high, rest) = exact_product(self.high, other.high);
        renormalised(high, rest + (self.high * other.low + self.low * other.high))
    }
}

/// a + b for |a| ≥ |b|, as a pair.
fn renormalised(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble {
        high,
        low: b - (high - a),
    }
}

/// The rounded sum, and what rounding dropped.
pub(super) fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// The rounded product, and what rounding dropped.
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, rest)
}

/// A number as the sum of two with half of the digits each.
fn halves(x: f64) -> (f64, f64) {
    /// 2²⁷ + 1.
    const SPLITTER: f64 = 134_217_729.0;
    let scaled = SPLITTER * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}
