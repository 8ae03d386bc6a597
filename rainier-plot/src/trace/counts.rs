//! Counts whole numbers in cells, for bars.
//!
//! In: samples of whole numbers. Out: cells of equal width and how many of a sample fall in each.

/// Cells at most: bars must be wide enough to be seen.
const MOST_CELLS: f64 = 40.0;

/// Equal cells of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cells {
    least: f64,
    /// Whole numbers in a cell.
    width: f64,
    count: usize,
}

impl Cells {
    /// Cells for all finite numbers of the samples; none if one is not whole, or there are none.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a f64>) -> Option<Self> {
        // Beyond this doubles are no longer all the whole numbers.
        const LARGEST: f64 = 9e15;
        let (mut least, mut largest) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            if value.fract() != 0.0 || value.abs() > LARGEST {
                return None;
            }
            (least, largest) = (least.min(*value), largest.max(*value));
        }
        (least <= largest).then(|| {
            let numbers = largest - least + 1.0;
            let width = (numbers / MOST_CELLS).ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number from 1 to 40"
            )]
            let count = (numbers / width).ceil() as usize;
            Self {
                least,
                width,
                count,
            }
        })
    }

    /// How many values fall in each cell, and how many are finite. Values must lie in the cells.
    pub(super) fn count(&self, values: &[f64]) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; self.count];
        let mut total = 0.0;
        for value in values.iter().filter(|value| value.is_finite()) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates, and the end is cut"
            )]
            let cell = ((value - self.least) / self.width) as usize;
            counts[cell.min(self.count - 1)] += 1.0;
            total += 1.0;
        }
        (counts, total)
    }

    /// Left and right edge of a cell: half a number beyond those in it.
    pub(super) fn edges(&self, cell: usize) -> (f64, f64) {
        let left = self.least - 0.5 + cell as f64 * self.width;
        (left, left + self.width)
    }

    /// Numbers of all cells.
    pub(super) fn numbers(&self) -> std::ops::Range<usize> {
        0..self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_have_a_cell_each() {
        let values = [3.0, 5.0, f64::NAN, 3.0];
        let cells = Cells::of(values.iter()).unwrap();
        assert_eq!(cells.numbers(), 0..3);
        assert_eq!(cells.edges(0), (2.5, 3.5));
        assert_eq!(cells.count(&values), (vec![2.0, 0.0, 1.0], 3.0));
    }

    #[test]
    fn many_numbers_share_cells() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let cells = Cells::of(values.iter()).unwrap();
        assert_eq!(cells.edges(1), (2.5, 5.5));
        let (counts, total) = cells.count(&values);
        assert_eq!((counts.iter().sum::<f64>(), total), (100.0, 100.0));
    }

    #[test]
    fn what_is_not_whole_has_no_cells() {
        assert_eq!(Cells::of([1.0, 1.5].iter()), None);
        assert_eq!(Cells::of([f64::NAN].iter()), None);
        assert_eq!(Cells::of([1e300].iter()), None);
        assert!(Cells::of([-9e15, 9e15].iter()).is_some());
    }
}
