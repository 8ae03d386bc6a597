//! Says how close is close: the only file in which a factor or a threshold of a test is written.
//!
//! In: two numbers and, for random ones, a computed standard error. Out: a verdict or an error.

/// Standard errors a correct random estimate may lie away from the truth.
///
/// A normal estimate passes five of them once in 1.7 million checks, so that with fixed seeds a
/// failure is a bug and not bad luck.
pub const STANDARD_ERRORS: f64 = 5.0;

/// Standard errors the mean of a chain may lie away from an exact posterior mean.
///
/// Some dozens of means are compared under fixed seeds; four are passed once in 16,000 checks, and a
/// sampler that is biased by less would hide longer behind five.
pub const POSTERIOR_MEAN_ERRORS: f64 = 4.0;

/// Smallest p-value a goodness-of-fit test accepts.
///
/// Some hundreds of such tests run with fixed seeds; one false alarm in ten thousand is looked at
/// once, when the seed is chosen.
pub const P_VALUE_THRESHOLD: f64 = 1e-4;

/// Multiples of its own error bound by which a numerical estimate may miss the truth.
///
/// The bounds of extrapolation and of step halving are themselves estimates; measured on the
/// functions of this crate's tests, the true error never exceeds twice the bound.
pub const ERROR_MARGIN: f64 = 4.0;

/// Relative error bound above which a numerical estimate is too vague to confirm anything.
///
/// Central differences reach 1e-10 and double-exponential sums 1e-13 where a function is smooth;
/// an estimate ten thousand times worse has met a kink, a jump or noise.
pub const VAGUE: f64 = 1e-6;

/// Whether a random `estimate` lies within [`STANDARD_ERRORS`] of the truth.
///
/// The standard error must be computed from the sample (σ/√n, or the Monte Carlo standard error
/// of a chain). A standard error that is negative, infinite or NaN confirms nothing: the answer
/// is then false. A standard error of zero asks for equality.
///
/// ```
/// use testkit::within_standard_errors;
///
/// assert!(within_standard_errors(1.04, 1.0, 0.01));
/// assert!(!within_standard_errors(1.06, 1.0, 0.01));
/// assert!(!within_standard_errors(1.0, 1.0, f64::NAN));
/// ```
pub fn within_standard_errors(estimate: f64, expected: f64, standard_error: f64) -> bool {
    standard_error.is_finite()
        && standard_error >= 0.0
        && (estimate - expected).abs() <= STANDARD_ERRORS * standard_error
}

/// |actual − expected| / |expected|; the absolute error where zero is expected.
///
/// Equal values, infinities included, are at distance 0. A NaN on either side is infinitely far,
/// so that `relative_error(…) < tolerance` fails as it must.
///
/// ```
/// use testkit::relative_error;
///
/// assert_eq!(relative_error(f64::NEG_INFINITY, f64::NEG_INFINITY), 0.0);
/// assert_eq!(relative_error(3.0, 2.0), 0.5);
/// assert_eq!(relative_error(f64::NAN, 2.0), f64::INFINITY);
/// ```
pub fn relative_error(actual: f64, expected: f64) -> f64 {
    if actual == expected {
        return 0.0;
    }
    let distance = (actual - expected).abs();
    let error = if expected == 0.0 {
        distance
    } else {
        distance / expected.abs()
    };
    // ∞/∞ and NaN: not comparable, which must never pass for close.
    if error.is_nan() { f64::INFINITY } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_error_of_zero_is_absolute() {
        assert_eq!(relative_error(1e-3, 0.0), 1e-3);
    }

    #[test]
    fn opposite_or_missing_infinities_are_infinitely_far() {
        for (actual, expected) in [
            (f64::INFINITY, f64::NEG_INFINITY),
            (1.0, f64::INFINITY),
            (f64::INFINITY, 1.0),
            (1.0, f64::NAN),
        ] {
            assert_eq!(
                relative_error(actual, expected),
                f64::INFINITY,
                "{actual} {expected}"
            );
        }
    }

    #[test]
    fn useless_standard_errors_confirm_nothing() {
        for standard_error in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(
                !within_standard_errors(1.0, 1.0, standard_error),
                "{standard_error}"
            );
        }
        assert!(!within_standard_errors(f64::NAN, 1.0, 1.0));
    }

    #[test]
    fn zero_standard_error_asks_for_equality() {
        assert!(within_standard_errors(1.0, 1.0, 0.0));
        assert!(!within_standard_errors(1.0 + f64::EPSILON, 1.0, 0.0));
    }
}
