//! Says what a count is, in expressions and in draws.
//!
//! In: expressions or drawn numbers. Out: whether one is a count, terms c · ln p whose limit at
//! c = 0 is 0, and drawn counts as `i64`.

use rainier_core::{Condition, Real};

use super::{Number, Requirement, is_per_row};

/// Whether `x` is one of 0, 1, 2, …
pub(crate) fn is_count(x: &Real) -> Condition {
    Requirement::WholeNonNegative.condition(x)
}

/// `count` · `log_probability`, and 0 where the count is 0, even for probability 0.
pub(crate) fn times_log(count: &Real, log_probability: &Real) -> Real {
    count.equal(0.0).select(0.0, count * log_probability)
}

/// ln of Γ(a + k) / (Γ(a) k!), the number of ways of the binomial series; 0 where k is 0.
///
/// It is −ln k − ln B(a, k), without the cancellation of its three gamma functions.
pub(crate) fn ln_series_coefficient(a: &Real, k: &Real) -> Real {
    k.equal(0.0).select(0.0, -(k.ln() + a.ln_beta(k)))
}

/// ln C(n, k), the number of ways to choose k of n.
pub(crate) fn ln_binomial_coefficient(n: &Real, k: &Real) -> Real {
    ln_series_coefficient(&(n - k + 1.0), k)
}

/// Whether the terms of a log probability belong apart: over rows, and at 0, where nothing cancels
/// and few terms are left.
pub(crate) fn is_apart<const COUNT: usize>(count: &Real, parameters: [&Real; COUNT]) -> bool {
    is_per_row(parameters) || count.is_per_row() || count.as_constant() == Some(0.0)
}

/// A tail of counts at any number `x`, from what it is at counts: `below` for x < 0, else `at` the
/// largest count not above x, and `beyond` where x is infinite.
pub(crate) fn at_count(x: &Real, below: f64, at: impl Fn(&Real) -> Real, beyond: f64) -> Real {
    let ends = [0.0.into(), f64::INFINITY.into()];
    at_count_between(x, &ends, [below, beyond], at)
}

/// ln P(X ≤ x) of whole numbers between two ends at any number `x`, from what it is `at` those that
/// are below the upper end.
pub(crate) fn log_cumulative_between(
    x: &Real,
    ends: &[Real; 2],
    at: impl Fn(&Real) -> Real,
) -> Real {
    at_count_between(x, ends, [f64::NEG_INFINITY, 0.0], at)
}

/// ln P(X > x), as [`log_cumulative_between`].
pub(crate) fn log_survival_between(x: &Real, ends: &[Real; 2], at: impl Fn(&Real) -> Real) -> Real {
    at_count_between(x, ends, [0.0, f64::NEG_INFINITY], at)
}

fn at_count_between(
    x: &Real,
    [low, high]: &[Real; 2],
    [below, beyond]: [f64; 2],
    at: impl Fn(&Real) -> Real,
) -> Real {
    let inside = at(&x.floor());
    x.less(low)
        .select(below, x.greater_or_equal(high).select(beyond, inside))
}

/// A drawn count as an integer; counts too large for `i64` become its largest value.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, as documented"
)]
pub(crate) fn to_count(draw: f64) -> i64 {
    if draw.is_nan() {
        i64::NO_VALUE
    } else {
        draw as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_finite_and_not_negative() {
        let is = |x: f64| is_count(&Real::constant(x)).indicator().as_constant() == Some(1.0);
        assert!(is(0.0) && is(7.0) && is(1e15));
        assert!(!is(-1.0) && !is(0.5) && !is(f64::INFINITY) && !is(f64::NAN));
    }

    #[test]
    fn nothing_times_minus_infinity_is_nothing() {
        let term = times_log(&Real::constant(0.0), &Real::constant(f64::NEG_INFINITY));
        assert_eq!(term.as_constant(), Some(0.0));
    }

    #[test]
    fn series_coefficient_counts_multisets() {
        // C(a + k − 1, k): multisets of size 2 out of 4 kinds are 10.
        let ln_ways = ln_series_coefficient(&Real::constant(4.0), &Real::constant(2.0));
        assert!((ln_ways.as_constant().unwrap() - 10.0_f64.ln()).abs() < 1e-14);
    }

    #[test]
    fn draws_saturate_and_nan_is_no_value() {
        assert_eq!(to_count(1e300), i64::MAX);
        assert_eq!(to_count(f64::NAN), i64::NO_VALUE);
        assert_eq!(to_count(3.0), 3);
    }
}
