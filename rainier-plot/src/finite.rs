//! Separates what can be drawn from what cannot.
//!
//! In: numbers or pairs. Out: the finite ones, their range, and how many were left out.

use std::borrow::Borrow;

use crate::error::PlotError;

/// The finite items of a sample, at least one.
#[derive(Debug)]
pub(crate) struct Finite<T> {
    pub(crate) items: Vec<T>,
    left_out: usize,
}

impl<T: Copy> Finite<T> {
    /// Keeps the items that `is_finite`; an error if none is.
    pub(crate) fn new(
        items: impl IntoIterator<Item = impl Borrow<T>>,
        is_finite: impl Fn(&T) -> bool,
    ) -> Result<Self, PlotError> {
        let mut count = 0;
        let mut finite = Vec::new();
        for item in items {
            count += 1;
            if is_finite(item.borrow()) {
                finite.push(*item.borrow());
            }
        }
        if finite.is_empty() {
            return Err(PlotError::NoFiniteValue { count });
        }
        let left_out = count - finite.len();
        Ok(Self {
            items: finite,
            left_out,
        })
    }

    /// The least and largest of a coordinate.
    pub(crate) fn range(&self, coordinate: impl Fn(&T) -> f64) -> (f64, f64) {
        self.items.iter().map(coordinate).fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, largest), value| (least.min(value), largest.max(value)),
        )
    }

    /// The line below the plot that says what is missing in it, if anything is.
    pub(crate) fn note(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            format!(
                "{} of {} left out: not finite",
                self.left_out,
                self.left_out + self.items.len()
            )
        })
    }
}
