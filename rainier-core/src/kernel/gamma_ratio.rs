//! Evaluates differences of ln Γ and of its derivative at two arguments a known step apart.
//!
//! In: a positive number and a step that is not negative, both in the region of [`is_moderate`].
//! Out: ln(Γ(x + d) / Γ(x)) and ψ(x + d) − ψ(x). No digits cancel but those that the value's
//! zeros take away. The functions of [`special`] take the numbers outside.

use super::arithmetic::Arithmetic;
use super::logarithm::{ln_1p_of_positive, ln_of_normal};
use super::pieces::InRegion;
use super::stirling::{Divided, divided, remainder_slope};
use crate::special;

/// Numbers whose fourth powers, and products of those, are in range.
#[inline(always)]
fn is_moderate(x: f64) -> bool {
    const MOST: f64 = (1_u128 << 100) as f64;
    (1.0 / MOST..=MOST).contains(&x)
}

/// The same, and zero.
#[inline(always)]
pub(super) fn is_moderate_or_zero(x: f64) -> bool {
    is_moderate(x) || x == 0.0
}

/// Moves a number below 4 up by 4, to where Stirling's formulas hold.
#[inline(always)]
pub(super) fn shifted(x: f64) -> f64 {
    if x < 4.0 { x + 4.0 } else { x }
}

/// The rising factorial (x)₄ = x (x + 1) (x + 2) (x + 3) = t (t + 2) with t = x (x + 3).
#[inline(always)]
pub(super) fn rising_by_four(x: f64) -> f64 {
    let ends = x * (x + 3.0);
    ends * (ends + 2.0)
}

/// ln(Γ(x + d) / Γ(x)), the limits being those of [`special::ln_rising_factorial`].
pub(super) struct LnRisingFactorial;

impl InRegion for LnRisingFactorial {
    #[inline(always)]
    fn holds(x: f64, step: f64) -> bool {
        is_moderate(x) && is_moderate_or_zero(step)
    }

    /// The difference of two Stirling formulas, term by term:
    /// (x − ½) ln(1 + d/x) + d [ln(x + d) − 1] + r(x + d) − r(x). A number below 4 is moved up by
    /// Γ(x + d) / Γ(x) = Γ(x + 4 + d) / Γ(x + 4) / (1 + e), 1 + e = (x + d)₄ / (x)₄.
    #[inline(always)]
    fn inside<A: Arithmetic>(x: f64, step: f64) -> f64 {
        let large = shifted(x);
        let sum = large + step;
        // With t as above for x and T for x + d, (T − t) (T + t + 2) / (t (t + 2)).
        let (ends, sum_ends) = (x * (x + 3.0), (x + step) * (x + step + 3.0));
        let difference = step * (x + step + x + 3.0) * (sum_ends + ends + 2.0);
        let excess = if x < 4.0 {
            difference / rising_by_four(x)
        } else {
            0.0
        };

        let of_product = 1.0 / (large * sum);
        let remainders =
            step * of_product * remainder_slope::<A>(of_product * sum, of_product * large);
        let ratio = ln_1p_of_positive::<A>(step / large);
        let logarithms = (large - 0.5) * ratio + step * (ln_of_normal::<A>(sum) - 1.0);
        (logarithms - remainders) - ln_1p_of_positive::<A>(excess)
    }

    fn outside(x: f64, step: f64) -> f64 {
        special::ln_rising_factorial(x, step)
    }
}

/// ψ(x + d) − ψ(x), the limits being those of [`special::digamma_difference`].
pub(super) struct DigammaDifference;

impl InRegion for DigammaDifference {
    #[inline(always)]
    fn holds(x: f64, step: f64) -> bool {
        is_moderate(x) && is_moderate_or_zero(step)
    }

    /// With S(u) = ln x − 1/(2x) − ψ(x), u = 1/x² and v = 1/(x + d)²:
    /// ln(1 + d/x) + d / (2x (x + d)) + S(u) − S(v). A number below 4 is moved up by
    /// ψ(x + d) − ψ(x) = Σₖ d / ((x + k) (x + d + k)) + ψ(x + 4 + d) − ψ(x + 4), k = 0, 1, 2, 3.
    #[inline(always)]
    fn inside<A: Arithmetic>(x: f64, step: f64) -> f64 {
        /// S(u)/u for x ≥ 4, interpolated at the Chebyshev nodes of [0, 1/16] with 70 digits
        /// (mpmath 1.3.0); S is off by at most 2.8e-19, and a difference of two by at most 6.1e-18
        /// d/x. The first coefficients are nearly those of the asymptotic series, 1/12, −1/120,
        /// 1/252 (Abramowitz & Stegun 6.3.18).
        const SERIES: [f64; 12] = [
            0.08333333333333333,
            -0.008333333333331309,
            0.00396825396669174,
            -0.004166666189390399,
            0.00757568128718997,
            -0.021085480231143226,
            0.08287780760807265,
            -0.4238843454039485,
            2.4691541279502918,
            -13.426103331601523,
            53.456525338561356,
            -107.61230023246503,
        ];
        let large = shifted(x);
        let sum = large + step;
        let near = x + step;
        let products = [
            x * near,
            (x + 1.0) * (near + 1.0),
            (x + 2.0) * (near + 2.0),
            (x + 3.0) * (near + 3.0),
        ];
        // All four fractions over one denominator; every term is positive.
        let (first, second) = (products[0] * products[1], products[2] * products[3]);
        let numerator = (products[0] + products[1]) * second + (products[2] + products[3]) * first;
        let fractions = step * (numerator / (first * second));
        let fractions = if x < 4.0 { fractions } else { 0.0 };

        let of_product = 1.0 / (large * sum);
        let (a, b) = (of_product * sum, of_product * large);
        let difference = step * of_product;
        // S(u) − S(v) = (u − v) (P(v) + u (P(u) − P(v)) / (u − v)) for S(u) = u P(u).
        let (u, v) = (a * a, b * b);
        let Divided { value, slope } = divided::<A, 12>(&SERIES, u, v);
        let series = A::multiply_add(u, slope, value);
        let rest = difference * A::multiply_add(a + b, series, 0.5);
        fractions + (ln_1p_of_positive::<A>(step / large) + rest)
    }

    fn outside(x: f64, step: f64) -> f64 {
        special::digamma_difference(x, step)
    }
}
