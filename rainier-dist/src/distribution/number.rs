//! Names the two kinds of numbers a distribution draws.
//!
//! In: nothing. Out: [`Number`], implemented for `f64` and `i64` and for nothing else.

/// What a distribution draws: `f64`, or `i64` for counts. Sealed: there is no third kind.
pub trait Number: Copy + Send + Sync + 'static + sealed::Sealed {
    /// The draw of a distribution whose parameters are outside their domain: NaN, or the smallest
    /// `i64`, which no count reaches.
    const NO_VALUE: Self;
}

impl Number for f64 {
    const NO_VALUE: Self = Self::NAN;
}

impl Number for i64 {
    const NO_VALUE: Self = Self::MIN;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for i64 {}
}
