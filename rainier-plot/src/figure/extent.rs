//! Finds what an axis must span.
//!
//! In: numbers, one at a time. Out: the least and the largest, apart.

/// The least and the largest number so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    least: f64,
    largest: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }
}

impl Extent {
    pub(crate) fn hold(&mut self, number: f64) {
        self.least = self.least.min(number);
        self.largest = self.largest.max(number);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.least > self.largest
    }

    /// Its ends; one number alone stands in the middle of an axis about as long as itself.
    pub(crate) fn wide(&self) -> (f64, f64) {
        let length = self.largest - self.least;
        let size = self.largest.abs().max(self.least.abs());
        if length > 1e-9 * size {
            return (self.least, self.largest);
        }
        let half = if size > 0.0 { 0.5 * size } else { 0.5 };
        (self.least - half, self.largest + half)
    }
}
