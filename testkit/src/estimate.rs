//! Holds a numerically computed number and the bound on its error.
//!
//! In: what `finite_difference` and `integrate` found. Out: whether it confirms an exact value.

use crate::tolerance::{ERROR_MARGIN, VAGUE};

/// A number computed by a numerical method, with the method's own bound on its error.
///
/// The error is one of truncation and rounding, not of sampling; for samples see
/// [`SampleMoment`](crate::SampleMoment).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number; NaN when the method found no finite value to start from.
    pub value: f64,
    /// Bound on |value − truth|; infinite when the value is NaN.
    pub error: f64,
}

impl Estimate {
    /// The estimate that knows nothing.
    pub(crate) const UNKNOWN: Self = Self {
        value: f64::NAN,
        error: f64::INFINITY,
    };

    /// Whether the estimate confirms `expected`.
    ///
    /// True if they differ by at most [`ERROR_MARGIN`] errors *and* the estimate is sharp, its
    /// error at most [`VAGUE`] · max(1, |value|): a vague estimate agrees with nothing, lest a
    /// test pass because it could not see.
    pub fn agrees_with(&self, expected: f64) -> bool {
        self.is_sharp() && (self.value - expected).abs() <= ERROR_MARGIN * self.error
    }

    /// Whether the error is at most [`VAGUE`] · max(1, |value|).
    pub fn is_sharp(&self) -> bool {
        self.error <= VAGUE * self.value.abs().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_estimate_agrees_with_nothing() {
        let vague = Estimate {
            value: 1.0,
            error: 0.1,
        };
        assert!(!vague.agrees_with(1.0));
        assert!(!Estimate::UNKNOWN.agrees_with(f64::NAN));
    }

    #[test]
    fn sharp_estimate_tells_near_from_far() {
        let sharp = Estimate {
            value: 1.0,
            error: 1e-9,
        };
        assert!(sharp.agrees_with(1.0 + 3e-9));
        assert!(!sharp.agrees_with(1.0 + 5e-9));
        assert!(!sharp.agrees_with(f64::NAN));
    }
}
