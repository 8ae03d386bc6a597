//! Says what holds the coordinates of a point: where there are few, an array, whose length is known
//! when the loops over it are compiled.
//!
//! In: a dimension. Out: zeros to be written over.

use std::fmt::Debug;
use std::hint::black_box;

/// Numbers of a fixed count.
pub(crate) trait Vector: Clone + Debug + AsRef<[f64]> + AsMut<[f64]> {
    /// `dimension` zeros.
    ///
    /// # Panics
    /// When it has room for another number of them only.
    fn zeros(dimension: usize) -> Self;

    /// The number at `place`, which was just written.
    ///
    /// A processor that is to load two numbers at once waits some fifteen cycles where each was
    /// stored by itself a moment ago. Arrays are so short that loading one after the other is quicker.
    ///
    /// # Panics
    /// When there is no such place.
    fn just_written(&self, place: usize) -> f64;
}

impl Vector for Vec<f64> {
    fn zeros(dimension: usize) -> Self {
        vec![0.0; dimension]
    }

    #[inline]
    fn just_written(&self, place: usize) -> f64 {
        self[place]
    }
}

impl<const D: usize> Vector for [f64; D] {
    fn zeros(dimension: usize) -> Self {
        assert_eq!(dimension, D, "an array of that length");
        [0.0; D]
    }

    #[inline]
    fn just_written(&self, place: usize) -> f64 {
        // Keeps the compiler from loading them together.
        black_box(self[place])
    }
}
