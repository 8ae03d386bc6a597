//! Draws a series of numbers in one line of text.
//!
//! In: numbers. Out: one bar character a number.

use std::borrow::Borrow;

use crate::axis::Axis;

/// Bars from the lowest to the highest, U+2581 to U+2588.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar a value, from the least `▁` to the largest `█`; a blank where a value is not finite.
///
/// Equal values are all drawn `▅`, in the middle.
///
/// ```
/// use rainier_plot::sparkline;
///
/// assert_eq!(sparkline([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "▁▂▃▄▅▆▇█");
/// assert_eq!(sparkline([1.0, f64::NAN, 3.0]), "▁ █");
/// ```
pub fn sparkline(values: impl IntoIterator<Item = impl Borrow<f64>>) -> String {
    let values: Vec<f64> = values.into_iter().map(|value| *value.borrow()).collect();
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let least = finite.clone().fold(f64::INFINITY, f64::min);
    let largest = finite.fold(f64::NEG_INFINITY, f64::max);
    let axis = Axis::new(least, largest, BARS.len());
    let bar = |value: f64| {
        if value.is_finite() {
            BARS[axis.cell(value)]
        } else {
            ' '
        }
    };
    values.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_in_the_middle() {
        assert_eq!(sparkline([4.0, 4.0]), "▅▅");
    }

    #[test]
    fn nothing_finite_is_blank() {
        assert_eq!(sparkline([f64::NAN, f64::INFINITY]), "  ");
        assert_eq!(sparkline([] as [f64; 0]), "");
    }

    #[test]
    fn widest_range_is_drawn() {
        assert_eq!(sparkline([f64::MIN, f64::MAX]), "▁█");
    }
}
