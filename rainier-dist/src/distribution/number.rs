//! Names the two kinds of numbers a distribution draws.
//!
//! In: nothing. Out: [`Number`], implemented for `f64` and `i64` and for nothing else.

use super::count::to_count;

/// What a distribution draws: `f64`, or `i64` for counts. Sealed: there is no third kind.
pub trait Number: Copy + Send + Sync + 'static + places::Places {
    /// The draw of a distribution whose parameters are outside their domain: NaN, or the smallest
    /// `i64`, which no count reaches.
    const NO_VALUE: Self;

    /// Whether these are counts, between which there is nothing.
    const IS_COUNT: bool;

    /// The number as a double, exact for counts up to 2⁵³ in size.
    fn to_f64(self) -> f64;

    /// The number a double stands for: as a count it is cut to a whole number, to the largest `i64`
    /// beyond all of them, and NaN is [`NO_VALUE`](Self::NO_VALUE).
    fn from_f64(value: f64) -> Self;
}

impl Number for f64 {
    const NO_VALUE: Self = Self::NAN;
    const IS_COUNT: bool = false;

    fn to_f64(self) -> f64 {
        self
    }

    fn from_f64(value: f64) -> Self {
        value
    }
}

impl Number for i64 {
    const NO_VALUE: Self = Self::MIN;
    const IS_COUNT: bool = true;

    fn to_f64(self) -> f64 {
        self as f64
    }

    fn from_f64(value: f64) -> Self {
        to_count(value)
    }
}

pub(super) mod places {
    /// All numbers of a kind in ascending order, by whole places.
    pub trait Places: Sized {
        /// A place before the first number, and the place of the last.
        const PLACES: (i64, i64);

        /// The number at a place.
        fn at_place(place: i64) -> Self;
    }

    impl Places for f64 {
        const PLACES: (i64, i64) = (-(INFINITY) - 1, INFINITY);

        /// Doubles of one sign are ordered as their bits are.
        fn at_place(place: i64) -> Self {
            let size = Self::from_bits(place.unsigned_abs());
            if place < 0 { -size } else { size }
        }
    }

    /// The place of infinity.
    const INFINITY: i64 = 0x7ff0_0000_0000_0000;

    impl Places for i64 {
        const PLACES: (i64, i64) = (-(1 << 53) - 1, 1 << 53);

        fn at_place(place: i64) -> Self {
            place
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn places_of_doubles_ascend_and_miss_none() {
            assert_eq!(f64::at_place(0), 0.0);
            assert_eq!(f64::at_place(1), f64::from_bits(1));
            assert_eq!(f64::at_place(-1), -f64::from_bits(1));
            assert_eq!(f64::at_place(f64::PLACES.1), f64::INFINITY);
            assert_eq!(f64::at_place(f64::PLACES.0 + 1), f64::NEG_INFINITY);
            for place in [-7, -2, 0, 4_607_182_418_800_017_408] {
                assert_eq!(f64::at_place(place).next_up(), f64::at_place(place + 1));
            }
        }
    }
}
