//! Bounds an expression by how it is written.
//!
//! In: an expression. Out: an interval that holds its value whatever the parameters are. Only the
//! outermost few operations are looked at, so the answer costs the same for any expression.

use super::{Expression, Real};
use crate::operation::Unary;

impl Real {
    /// The least and the greatest value the expression can have, NaN aside.
    ///
    /// An exponential is at least 0, a logistic between 0 and 1; about a parameter, or a column
    /// without values, nothing is known. Bounds are never too narrow but for rounding, and may be
    /// too wide.
    ///
    /// ```
    /// use rainier_core::Real;
    ///
    /// let x = Real::parameter("x");
    /// assert_eq!((1.0 + 2.0 * x.logistic()).range(), (1.0, 3.0));
    /// assert_eq!(x.range(), (f64::NEG_INFINITY, f64::INFINITY));
    /// ```
    pub fn range(&self) -> (f64, f64) {
        // Enough for a rate times an exponential of a line, and the like.
        const DEPTH: usize = 6;
        range(self, DEPTH)
    }
}

const WHOLE_LINE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn range(real: &Real, depth: usize) -> (f64, f64) {
    let Some(depth) = depth.checked_sub(1) else {
        return WHOLE_LINE;
    };
    match real.expression() {
        Expression::Constant(value) if value.is_nan() => WHOLE_LINE,
        Expression::Constant(value) => (*value, *value),
        Expression::RowCount(_) => (0.0, f64::INFINITY),
        Expression::Column(column) => column.values().map_or(WHOLE_LINE, range_of_values),
        Expression::Add(a, b) => add(range(a, depth), range(b, depth)),
        Expression::Multiply(a, b) => multiply(range(a, depth), range(b, depth)),
        Expression::Divide(a, b) => multiply(range(a, depth), inverse(range(b, depth))),
        Expression::Select(_, a, b) => hull([range(a, depth), range(b, depth)]),
        Expression::Lookup(_, table) if table.len() <= 64 => {
            hull(table.iter().map(|entry| range(entry, depth)))
        }
        Expression::Unary(function, x) => unary(*function, range(x, depth)),
        Expression::Parameter(_)
        | Expression::Sum(_)
        | Expression::Binary(..)
        | Expression::Ternary(..)
        | Expression::SumRows(_)
        | Expression::Lookup(..) => WHOLE_LINE,
    }
}

fn unary(function: Unary, (low, high): (f64, f64)) -> (f64, f64) {
    match function {
        Unary::Exp => (low.exp(), high.exp()),
        Unary::Logistic | Unary::Softplus => (function.evaluate(low), function.evaluate(high)),
        Unary::Sqrt => (low.max(0.0).sqrt(), high.max(0.0).sqrt()),
        Unary::Abs if low >= 0.0 => (low, high),
        Unary::Abs => (0.0, high.max(-low)),
        Unary::Erfc => (0.0, 2.0),
        _ => WHOLE_LINE,
    }
}

fn range_of_values(values: &[f64]) -> (f64, f64) {
    if values.iter().any(|value| value.is_nan()) {
        return WHOLE_LINE;
    }
    let values = values.iter().map(|&value| (value, value));
    hull(values)
}

fn hull(ranges: impl IntoIterator<Item = (f64, f64)>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    ranges
        .into_iter()
        .fold(none, |(low, high), (a, b)| (low.min(a), high.max(b)))
}

fn add((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    (a + c, b + d)
}

fn multiply((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    // 0 · ∞ is NaN, and the product of bounds that are approached but not reached is 0.
    let product = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
    hull([product(a, c), product(a, d), product(b, c), product(b, d)].map(|x| (x, x)))
}

fn inverse((low, high): (f64, f64)) -> (f64, f64) {
    if low >= 0.0 {
        (1.0 / high, 1.0 / low)
    } else {
        WHOLE_LINE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Column;

    #[test]
    fn bounds_follow_the_way_an_expression_is_written() {
        let x = Real::parameter("x");
        let infinity = f64::INFINITY;
        let column = Column::new(vec![1.0, 3.0]);
        for (real, expected) in [
            (x.exp(), (0.0, infinity)),
            (-x.exp(), (-infinity, 0.0)),
            (2.0 + x.exp(), (2.0, infinity)),
            (column.real() * x.exp(), (0.0, infinity)),
            (1.0 / x.exp(), (0.0, infinity)),
            (1.0 - x.logistic(), (0.0, 1.0)),
            (x.softplus() * x.logistic(), (0.0, infinity)),
            (&x * &x, WHOLE_LINE),
            (x.abs().sqrt(), (0.0, infinity)),
            (x.less(0.0).select(1.0, x.exp()), (0.0, infinity)),
            (Real::constant(f64::NAN), WHOLE_LINE),
            (Column::placeholder("y").real(), WHOLE_LINE),
        ] {
            assert_eq!(real.range(), expected, "{real:?}");
        }
    }

    #[test]
    fn deep_expressions_cost_no_more_than_shallow_ones() {
        let mut real = Real::parameter("x").exp();
        for _ in 0..100_000 {
            real = 1.0 + real.exp();
        }
        assert!(real.range().0 >= 1.0);
    }
}
