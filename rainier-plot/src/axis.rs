//! Divides a range of numbers into cells.
//!
//! In: the least and largest number and a count of cells. Out: the cell of a number and the lower
//! edge of a cell, for any finite numbers at all.

/// A range cut into equal cells.
///
/// The range is longer than largest − least by a power of ten not above one cell's width, so that
/// the largest number falls inside the last cell (as in Rainier, `DensityPlot.mapping`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    /// Lower edge of cell 0, times `scale`.
    lower: f64,
    /// Length of all cells together, times `scale`.
    extent: f64,
    cells: usize,
    /// A quarter where the extent would overflow, else one.
    scale: f64,
}

impl Axis {
    /// Cells for numbers from `least` to `largest`; a range without length becomes one unit long,
    /// with the number in the middle.
    pub(crate) fn new(least: f64, largest: f64, cells: usize) -> Self {
        let scale = if (largest - least).is_finite() {
            1.0
        } else {
            0.25
        };
        let (least, largest) = (least * scale, largest * scale);
        if least == largest {
            return Self {
                lower: least - 0.5,
                extent: 1.0,
                cells,
                scale,
            };
        }
        let length = largest - least;
        let margin = 10_f64.powf((length / cells as f64).log10().floor());
        Self {
            lower: least,
            extent: length + margin,
            cells,
            scale,
        }
    }

    /// The cell that `value` falls in; values beyond an end fall in the last cell there.
    pub(crate) fn cell(&self, value: f64) -> usize {
        let share = (value * self.scale - self.lower) / self.extent;
        let last = self.cells - 1;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates: negative and NaN become 0, and the end is cut next"
        )]
        let cell = (share * self.cells as f64) as usize;
        cell.min(last)
    }

    /// Lower edge of a cell; that of cell `cells` is the end of the axis.
    pub(crate) fn edge(&self, cell: usize) -> f64 {
        let edge = self.lower + cell as f64 / self.cells as f64 * self.extent;
        (edge / self.scale).clamp(f64::MIN, f64::MAX)
    }

    /// Width of a cell.
    pub(crate) fn width(&self) -> f64 {
        (self.extent / self.cells as f64 / self.scale).min(f64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_fall_in_the_first_and_last_cell() {
        for (least, largest) in [
            (0.0, 1.0),
            (-3.0, 1e9),
            (1.0, 1.0 + f64::EPSILON),
            (f64::MIN, f64::MAX),
            (0.0, f64::from_bits(1)),
        ] {
            let axis = Axis::new(least, largest, 7);
            assert_eq!(axis.cell(least), 0, "{least}");
            assert!(axis.cell(largest) > 3, "{least} {largest}");
            assert!(axis.cell(largest) < 7);
        }
    }

    #[test]
    fn constant_sits_in_the_middle_of_a_unit() {
        let axis = Axis::new(3.0, 3.0, 10);
        assert_eq!(axis.cell(3.0), 5);
        assert_eq!((axis.edge(0), axis.edge(10)), (2.5, 3.5));
    }

    #[test]
    fn margin_is_a_power_of_ten_not_above_a_cell() {
        // 1.59 / 80 = 0.0199: the margin is 0.01, the axis 1.6 long.
        let axis = Axis::new(7.18, 8.77, 80);
        assert!((axis.width() - 0.02).abs() < 1e-15);
    }

    #[test]
    fn edges_of_the_widest_axis_are_finite() {
        let axis = Axis::new(f64::MIN, f64::MAX, 3);
        assert!((0..=3).all(|cell| axis.edge(cell).is_finite()) && axis.width().is_finite());
    }
}
