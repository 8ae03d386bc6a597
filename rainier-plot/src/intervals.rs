//! Draws values beside what was expected of them, a line of text each.
//!
//! In: [`Interval`]s and a number of columns. Out: lines on one scale: the interval shaded, its middle and the value marked.

use crate::axis::Axis;

/// A value and the interval it was expected in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end of the interval.
    pub low: f64,
    /// A point inside it, such as a median.
    pub middle: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// The value.
    pub value: f64,
}

impl Interval {
    /// A value of which nothing was expected.
    pub fn value_alone(value: f64) -> Self {
        Self {
            low: f64::NAN,
            middle: f64::NAN,
            high: f64::NAN,
            value,
        }
    }

    fn numbers(&self) -> [f64; 4] {
        [self.low, self.middle, self.high, self.value]
    }
}

/// One line for each of `rows`, all on one scale of `columns` cells that begins at 0 or below: `░` from low to high, `│`
/// in the middle, `●` at the value. Numbers that are not finite are not drawn.
///
/// ```
/// use rainier_plot::{Interval, intervals};
///
/// let rows = [Interval { low: 2.0, middle: 3.0, high: 4.0, value: 8.0 }, Interval::value_alone(1.0)];
/// assert_eq!(intervals(&rows, 9), ["  ░│░   ●", " ●"]);
/// ```
pub fn intervals(rows: &[Interval], columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let numbers = rows.iter().flat_map(Interval::numbers);
    let finite = numbers.filter(|number| number.is_finite());
    let (least, largest) = finite.fold((0.0_f64, 0.0_f64), |(least, largest), number| {
        (least.min(number), largest.max(number))
    });
    let axis = Axis::new(least, largest, columns);
    rows.iter().map(|row| line(row, &axis, columns)).collect()
}

fn line(row: &Interval, axis: &Axis, columns: usize) -> String {
    let mut cells = vec![' '; columns];
    if row.low.is_finite() && row.high.is_finite() && row.low <= row.high {
        cells[axis.cell(row.low)..=axis.cell(row.high)].fill('░');
    }
    for (number, marker) in [(row.middle, '│'), (row.value, '●')] {
        if number.is_finite() {
            cells[axis.cell(number)] = marker;
        }
    }
    String::from_iter(cells).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_share_a_scale_that_holds_zero() {
        let rows = [5.0, 10.0].map(Interval::value_alone);
        assert_eq!(intervals(&rows, 11), ["     ●", "          ●"]);
    }

    #[test]
    fn what_cannot_be_drawn_is_blank() {
        assert_eq!(intervals(&[Interval::value_alone(f64::NAN)], 5), [""]);
        assert_eq!(intervals(&[], 5), [""; 0]);
        let upside_down = Interval {
            low: 3.0,
            middle: 2.0,
            high: 1.0,
            value: f64::INFINITY,
        };
        assert_eq!(intervals(&[upside_down], 4).concat().trim(), "│");
    }
}
