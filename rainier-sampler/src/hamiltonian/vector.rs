//! Says what holds the coordinates of a point: where there are few, an array, whose length is known
//! when the loops over it are compiled.
//!
//! In: a dimension. Out: zeros to be written over.

use std::fmt::Debug;

/// Numbers of a fixed count.
pub(crate) trait Vector: Clone + Debug + AsRef<[f64]> + AsMut<[f64]> {
    /// `dimension` zeros.
    ///
    /// # Panics
    /// When it has room for another number of them only.
    fn zeros(dimension: usize) -> Self;
}

impl Vector for Vec<f64> {
    fn zeros(dimension: usize) -> Self {
        vec![0.0; dimension]
    }
}

impl<const D: usize> Vector for [f64; D] {
    fn zeros(dimension: usize) -> Self {
        assert_eq!(dimension, D, "an array of that length");
        [0.0; D]
    }
}
