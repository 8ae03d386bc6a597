//! Moves the whole line onto the interval a density lives on.
//!
//! In: an unconstrained expression q. Out: a value inside the interval, and ln |dx/dq|, which the
//! density of q needs in addition to that of x.

use rainier_core::{Condition, Real};

/// An interval of the real line whose edges may be expressions.
///
/// | support | x = forward(q) | ln dx/dq |
/// | --- | --- | --- |
/// | `WholeLine` | q | 0 |
/// | `Above(a)` | a + e^q | q |
/// | `Below(b)` | b − e^q | q |
/// | `Interval(a, b)` | a + (b − a) · logistic(q) | ln(b − a) + ln logistic(q) + ln logistic(−q) |
///
/// Far out in q the value rounds to an edge: `Above` beyond q = −745 (earlier beside an edge other
/// than 0), `Interval` beyond |q| = 37 or so. Log densities stay exact there as long as they are
/// written in ln x, which is simplified together with e^q and logistic(q).
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Support;
///
/// let positive = Support::Above(Real::constant(0.0));
/// let q = Real::constant(2.0_f64.ln());
/// assert_eq!(positive.forward(&q).as_constant(), Some(2.0));
/// assert_eq!(positive.inverse(&positive.forward(&q)).as_constant(), q.as_constant());
/// ```
#[derive(Debug, Clone)]
pub enum Support {
    /// Every real number.
    WholeLine,
    /// Numbers above an edge.
    Above(Real),
    /// Numbers below an edge.
    Below(Real),
    /// Numbers between two edges.
    Interval(Real, Real),
}

impl Support {
    /// Numbers above 0.
    pub fn positive() -> Self {
        Self::Above(Real::constant(0.0))
    }

    /// Numbers between 0 and 1.
    pub fn unit_interval() -> Self {
        Self::Interval(Real::constant(0.0), Real::constant(1.0))
    }

    /// The value inside the interval that an unconstrained `q` stands for.
    pub fn forward(&self, q: &Real) -> Real {
        match self {
            Self::WholeLine => q.clone(),
            Self::Above(edge) => edge + q.exp(),
            Self::Below(edge) => edge - q.exp(),
            Self::Interval(low, high) => low + (high - low) * q.logistic(),
        }
    }

    /// The q whose value is `x`, for `x` inside the interval; NaN or infinite elsewhere.
    pub fn inverse(&self, x: &Real) -> Real {
        match self {
            Self::WholeLine => x.clone(),
            Self::Above(edge) => (x - edge).ln(),
            Self::Below(edge) => (edge - x).ln(),
            Self::Interval(low, high) => (x - low).ln() - (high - x).ln(),
        }
    }

    /// ln |d forward(q) / dq|.
    pub fn log_jacobian(&self, q: &Real) -> Real {
        match self {
            Self::WholeLine => Real::constant(0.0),
            Self::Above(_) | Self::Below(_) => q.clone(),
            Self::Interval(low, high) => (high - low).ln() - q.softplus() - (-q).softplus(),
        }
    }

    /// Whether `x` is finite and inside the interval, its edges excluded. The whole line is not
    /// asked to be finite: its densities are zero at infinity by their formulas.
    pub fn contains(&self, x: &Real) -> Condition {
        match self {
            Self::WholeLine => Condition::always(),
            Self::Above(edge) => x.greater(edge).and(&x.less(f64::INFINITY)),
            Self::Below(edge) => x.less(edge).and(&x.greater(f64::NEG_INFINITY)),
            Self::Interval(low, high) => x.greater(low).and(&x.less(high)),
        }
    }

    /// Whether `x` is finite and inside the interval or on its edges.
    pub fn contains_with_edges(&self, x: &Real) -> Condition {
        match self {
            Self::WholeLine => Condition::always(),
            Self::Above(edge) => x.greater_or_equal(edge).and(&x.less(f64::INFINITY)),
            Self::Below(edge) => x.less_or_equal(edge).and(&x.greater(f64::NEG_INFINITY)),
            Self::Interval(low, high) => x.greater_or_equal(low).and(&x.less_or_equal(high)),
        }
    }

    /// `inside` where the interval contains x; `below` and `above` on its sides, edges included. It
    /// is how a distribution function goes on beyond the interval: infinity is above any.
    pub(crate) fn piecewise(&self, x: &Real, below: f64, inside: &Real, above: f64) -> Real {
        let is_above = match self.high() {
            Some(high) => x.greater_or_equal(high),
            None => x.equal(f64::INFINITY),
        };
        let is_below = match self.low() {
            Some(low) => x.less_or_equal(low),
            None => x.equal(f64::NEG_INFINITY),
        };
        is_above.select(above, is_below.select(below, inside))
    }

    /// The smallest support that covers both.
    #[must_use]
    pub fn cover(&self, other: &Self) -> Self {
        let low = self.low().zip(other.low()).map(|(a, b)| a.min(b));
        let high = self.high().zip(other.high()).map(|(a, b)| a.max(b));
        Self::between(low, high)
    }

    /// The part of the support from `low` to `high`; none is no bound.
    pub(crate) fn within(&self, low: Option<&Real>, high: Option<&Real>) -> Self {
        let tightest =
            |a: Option<&Real>, b: Option<&Real>, of: fn(&Real, Real) -> Real| match (a, b) {
                (Some(a), Some(b)) => Some(of(a, b.clone())),
                (one, other) => one.or(other).cloned(),
            };
        let low = tightest(self.low(), low, |a, b| a.max(b));
        let high = tightest(self.high(), high, |a, b| a.min(b));
        Self::between(low, high)
    }

    fn between(low: Option<Real>, high: Option<Real>) -> Self {
        match (low, high) {
            (None, None) => Self::WholeLine,
            (Some(low), None) => Self::Above(low),
            (None, Some(high)) => Self::Below(high),
            (Some(low), Some(high)) => Self::Interval(low, high),
        }
    }

    fn low(&self) -> Option<&Real> {
        match self {
            Self::Above(low) | Self::Interval(low, _) => Some(low),
            Self::WholeLine | Self::Below(_) => None,
        }
    }

    fn high(&self) -> Option<&Real> {
        match self {
            Self::Below(high) | Self::Interval(_, high) => Some(high),
            Self::WholeLine | Self::Above(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testkit::derivative;

    use super::*;

    fn supports() -> [Support; 5] {
        let edge = |x: f64| Real::constant(x);
        [
            Support::WholeLine,
            Support::positive(),
            Support::Below(edge(3.0)),
            Support::unit_interval(),
            Support::Interval(edge(-2.0), edge(5.0)),
        ]
    }

    fn at(expression: &Real) -> f64 {
        expression.as_constant().unwrap()
    }

    proptest! {
        #[test]
        fn inverse_undoes_forward(q in -18.0..18.0_f64) {
            for support in supports() {
                let x = support.forward(&Real::constant(q));
                let back = at(&support.inverse(&x));
                // Rounding x by a few units of its edges' last place moves q by that over dx/dq.
                let slope = at(&support.log_jacobian(&Real::constant(q))).exp();
                let rounding = 4.0 * f64::EPSILON * (5.0_f64.max(at(&x).abs()) / slope + q.abs());
                prop_assert!((back - q).abs() <= rounding, "{support:?}: {q} became {back}");
            }
        }

        #[test]
        fn forward_lands_inside(q in -30.0..30.0_f64) {
            for support in supports() {
                let inside = support.contains(&support.forward(&Real::constant(q)));
                prop_assert_eq!(at(&inside.indicator()), 1.0);
            }
        }
    }

    #[test]
    fn log_jacobian_is_the_derivative_of_forward() {
        for support in supports() {
            for q in [-5.0, -0.3, 0.0, 2.0] {
                let slope = derivative(|q| at(&support.forward(&Real::constant(q))), q);
                let claimed = at(&support.log_jacobian(&Real::constant(q))).exp();
                assert!(slope.value > 0.0 || matches!(support, Support::Below(_)));
                let size = testkit::Estimate {
                    value: slope.value.abs(),
                    ..slope
                };
                assert!(
                    size.agrees_with(claimed),
                    "{support:?} at {q}: {slope:?}, {claimed}"
                );
                assert!(!size.agrees_with(1.01 * claimed), "{support:?} at {q}");
            }
        }
    }

    #[test]
    fn cover_is_the_hull() {
        let zero_to_three = Support::positive().cover(&Support::WholeLine);
        assert!(matches!(zero_to_three, Support::WholeLine));
        let cover = Support::unit_interval().cover(&Support::Interval(
            Real::constant(-1.0),
            Real::constant(0.5),
        ));
        let Support::Interval(low, high) = cover else {
            panic!("{cover:?}")
        };
        assert_eq!((at(&low), at(&high)), (-1.0, 1.0));
        assert!(matches!(
            Support::unit_interval().cover(&Support::positive()),
            Support::Above(_)
        ));
    }

    #[test]
    fn piecewise_is_below_inside_and_above() {
        for support in supports() {
            let inside = support.forward(&Real::constant(0.3));
            let [low, high] = [support.low(), support.high()];
            let low = low.map_or(f64::NEG_INFINITY, at);
            let high = high.map_or(f64::INFINITY, at);
            let place = |x: f64| {
                let x = Real::constant(x);
                at(&support.piecewise(&x, -1.0, &Real::constant(0.5), 1.0))
            };
            assert_eq!(place(at(&inside)), 0.5);
            assert_eq!([place(low), place(high)], [-1.0, 1.0]);
            let outside = [f64::NEG_INFINITY, f64::INFINITY].map(place);
            assert_eq!(outside, [-1.0, 1.0]);
        }
    }

    #[test]
    fn infinity_is_inside_no_half_line() {
        for (support, x) in [
            (Support::positive(), f64::INFINITY),
            (supports()[2].clone(), f64::NEG_INFINITY),
        ] {
            let x = Real::constant(x);
            assert_eq!(at(&support.contains(&x).indicator()), 0.0);
            assert_eq!(at(&support.contains_with_edges(&x).indicator()), 0.0);
        }
    }
}
