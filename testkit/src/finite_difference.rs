//! Estimates derivatives from values alone, with a bound on the error.
//!
//! In: a function and a point. Out: an [`Estimate`] for each coordinate.
//! Central differences with halved steps are extrapolated to step zero.

use crate::estimate::Estimate;

/// Columns of the extrapolation kept; each removes two orders of the step, and beyond six the
/// differences are rounding noise in binary64.
const COLUMNS: usize = 6;

/// First column that may be believed: it has seen three steps. Two differences also agree by
/// chance, where both steps are whole periods of the function.
const FIRST_COLUMN: usize = 2;

/// Derivative of `function` at `x`.
///
/// Central differences D(h) = (f(x + h) − f(x − h)) / 2h are taken at h, h/2, h/4 … and
/// extrapolated (Richardson): `T[i][j] = T[i][j−1] + (T[i][j−1] − T[i−1][j−1]) / (4^j − 1)`.
/// Each entry is judged by its distance from its two parents plus the rounding ε·|f|/h, and the
/// best entry wins (Ridders 1982, Advances in Engineering Software 4, 75–76).
///
/// The first step is max(1, |x|)/8. Steps that leave the domain, where a value is not finite, are
/// passed over, so that ln at 1e-5 works as well as at 1. At a kink the answer is the mean of the
/// two slopes; a function that oscillates faster than the first step is aliased. Where no step
/// has finite values the answer is NaN with an infinite error.
///
/// ```
/// use testkit::derivative;
///
/// assert!(derivative(f64::ln, 1e-5).agrees_with(1e5));
/// assert!(!derivative(f64::ln, 1e-5).agrees_with(1.001e5));
/// ```
pub fn derivative(mut function: impl FnMut(f64) -> f64, x: f64) -> Estimate {
    let mut best = Estimate::UNKNOWN;
    let mut previous: Vec<f64> = Vec::new();
    // A power of two, so that x ± h is exact wherever doubles allow.
    let mut step = (x.abs().max(1.0).log2().floor() - 3.0).exp2();
    while x + step != x && step > 0.0 {
        let (below, above) = (x - step, x + step);
        let (low, high) = (function(below), function(above));
        step *= 0.5;
        if !(low.is_finite() && high.is_finite()) {
            previous.clear();
            continue;
        }
        let width = above - below;
        let rounding = 2.0 * f64::EPSILON * low.abs().max(high.abs()) / width;
        let row = extrapolate(&previous, (high - low) / width);
        for column in FIRST_COLUMN..row.len() {
            let (left, diagonal) = (row[column - 1], previous[column - 1]);
            let spread = (row[column] - left)
                .abs()
                .max((row[column] - diagonal).abs());
            let error = spread + rounding;
            if error < best.error {
                best = Estimate {
                    value: row[column],
                    error,
                };
            }
        }
        // From here on each halving only doubles the rounding.
        if rounding >= best.error {
            break;
        }
        previous = row;
    }
    best
}

/// Partial derivatives of `function` at `point`, one coordinate after the other.
///
/// See [`derivative`]; the other coordinates stay where they are.
///
/// ```
/// use testkit::gradient;
///
/// let slopes = gradient(|p| p[0] * p[0] * p[1], &[3.0, 5.0]);
/// assert!(slopes[0].agrees_with(30.0) && slopes[1].agrees_with(9.0));
/// ```
pub fn gradient(mut function: impl FnMut(&[f64]) -> f64, point: &[f64]) -> Vec<Estimate> {
    let mut moved = point.to_vec();
    (0..point.len())
        .map(|coordinate| {
            let slope = derivative(
                |x| {
                    moved[coordinate] = x;
                    function(&moved)
                },
                point[coordinate],
            );
            moved[coordinate] = point[coordinate];
            slope
        })
        .collect()
}

/// The next row of the extrapolation, from the one before and the newest difference.
fn extrapolate(previous: &[f64], difference: f64) -> Vec<f64> {
    let mut row = vec![difference];
    let mut power = 1.0;
    for (column, &diagonal) in previous.iter().take(COLUMNS).enumerate() {
        power *= 4.0;
        row.push(row[column] + (row[column] - diagonal) / (power - 1.0));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::ERROR_MARGIN;

    /// The estimate confirms the true slope, is sharp, and refuses one that is off by 1e-4.
    fn check(function: impl Fn(f64) -> f64, x: f64, slope: f64) {
        let estimate = derivative(function, x);
        assert!(
            estimate.agrees_with(slope),
            "at {x}: {estimate:?}, exact {slope}"
        );
        assert!(
            !estimate.agrees_with(slope * 1.0001),
            "at {x}: {estimate:?} is blind"
        );
    }

    #[test]
    fn smooth_functions_are_confirmed() {
        for x in [-30.0, -1.0, 0.0, 1e-9, 0.5, 3.0, 40.0] {
            check(f64::exp, x, x.exp());
            check(|x| x.exp().ln_1p(), x, 1.0 / (1.0 + (-x).exp()));
        }
        for x in [-2.0, 0.0, 1.0, 1.4] {
            check(f64::sin, x, x.cos());
        }
    }

    #[test]
    fn steps_out_of_the_domain_are_passed_over() {
        for x in [1e-100, 1e-5, 1.0, 1e8, 1e200] {
            check(f64::ln, x, x.recip());
            check(f64::sqrt, x, 0.5 / x.sqrt());
        }
    }

    #[test]
    fn kink_nearby_is_stepped_around() {
        check(|x: f64| (x - 0.3).abs(), 0.29, -1.0);
    }

    #[test]
    fn far_from_zero_the_step_grows() {
        check(|x| x * x, 1e6, 2e6);
        check(|x| x * x, -1e150, -2e150);
    }

    #[test]
    fn errors_bound_the_truth() {
        for x in [0.1, 0.7, 1.9, 5.0] {
            let estimate = derivative(|x| (x * x).sin() / x, x);
            let slope = 2.0 * (x * x).cos() - (x * x).sin() / (x * x);
            assert!(
                (estimate.value - slope).abs() <= 0.5 * ERROR_MARGIN * estimate.error,
                "at {x}"
            );
        }
    }

    #[test]
    fn two_steps_of_whole_periods_are_not_believed() {
        // sin(16πx): the differences with steps 1/8 and 1/16 are both zero.
        let frequency = 16.0 * std::f64::consts::PI;
        check(|x| (frequency * x).sin(), 0.0, frequency);
    }

    #[test]
    fn constant_takes_few_evaluations() {
        let mut count = 0;
        let slope = derivative(
            |_| {
                count += 1;
                0.0
            },
            1.0,
        );
        assert_eq!(
            slope,
            Estimate {
                value: 0.0,
                error: 0.0
            }
        );
        assert_eq!(count, 6);
    }

    #[test]
    fn nowhere_finite_is_unknown() {
        let estimate = derivative(|_| f64::NEG_INFINITY, 1.0);
        assert!(estimate.value.is_nan() && estimate.error == f64::INFINITY);
        assert!(derivative(f64::exp, f64::NAN).value.is_nan());
        assert!(derivative(f64::exp, f64::INFINITY).value.is_nan());
    }

    #[test]
    fn discontinuity_confirms_nothing() {
        let step = derivative(|x| if x > 0.0 { 1.0 } else { 0.0 }, 0.0);
        assert!(!step.agrees_with(0.0), "{step:?}");
    }

    #[test]
    fn gradient_moves_one_coordinate_at_a_time() {
        let slopes = gradient(|p| p[0].exp() * p[1] + p[2], &[1.0, 2.0, 3.0]);
        let exact = [2.0 * 1f64.exp(), 1f64.exp(), 1.0];
        assert!(
            slopes
                .iter()
                .zip(exact)
                .all(|(slope, exact)| slope.agrees_with(exact))
        );
        assert!(!slopes[2].agrees_with(1.001));
    }
}
