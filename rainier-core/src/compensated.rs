//! Adds long sums without losing what rounding drops.
//!
//! In: numbers one at a time. Out: their sum, whose error does not grow with their number.

/// A running sum that keeps what rounding drops (Neumaier 1974).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Compensated {
    sum: f64,
    dropped: f64,
}

impl Compensated {
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.dropped += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    /// An infinite sum makes the compensation NaN, and needs none.
    pub(crate) fn total(self) -> f64 {
        if self.sum.is_finite() {
            self.sum + self.dropped
        } else {
            self.sum
        }
    }
}

impl FromIterator<f64> for Compensated {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compensated(values: &[f64]) -> f64 {
        values.iter().copied().collect::<Compensated>().total()
    }

    #[test]
    fn compensation_keeps_what_rounding_drops() {
        assert_eq!(compensated(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn infinities_stay_infinite() {
        assert_eq!(
            compensated(&[1.0, f64::NEG_INFINITY, 2.0]),
            f64::NEG_INFINITY
        );
        assert!(compensated(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn a_hundred_thousand_equal_addends_keep_their_digits() {
        assert_eq!(compensated(&vec![1e-5; 100_000]), 1.0);
    }
}
