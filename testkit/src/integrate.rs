//! Integrates functions of one variable over finite and infinite intervals.
//!
//! In: a function and the ends (or the break points) of the interval. Out: an [`Estimate`].
//! Double-exponential rules, for which singular ends and heavy tails are no trouble.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::estimate::Estimate;

/// Halvings of the step after the first: 2⁻¹⁰ has about 7,000 points, plenty without kinks.
const LEVELS: i32 = 10;

/// Halvings at which convergence may first be believed: earlier a peak may lie between points.
const FIRST_LEVEL: i32 = 5;

/// Half the range of the trapezoidal sum; x is then 1e-300 or so from a finite end.
const RANGE: f64 = 6.1;

/// Relative difference of two levels at which to stop: nothing is left to gain in binary64.
const CONVERGED: f64 = 1e-14;

/// Integral of `function` from `lower` to `upper`; either may be infinite.
///
/// A finite interval uses x = tanh(π/2 sinh t), a half line x = exp(π/2 sinh t) measured from
/// its finite end, the whole line two half lines from 0; each a trapezoidal sum in t whose step
/// is halved until two sums agree (Takahasi & Mori 1974, Publ. RIMS 9, 721–741). The error is the
/// last difference plus rounding.
///
/// Ends may be singular; beside an end that is not 0 doubles are coarse, which costs 1/√x half the
/// digits and is counted in the error. Scales may be anything if the mass touches a finite
/// end or 0. A kink or a narrow peak elsewhere wants [`integrate_pieces`] with a break point
/// there. A value inside that is not finite gives NaN with an infinite error, and so does a NaN
/// end; `lower > upper` gives minus the integral.
///
/// ```
/// use testkit::integrate;
///
/// assert!(integrate(|x| x.powf(-0.5), 0.0, 1.0).agrees_with(2.0));
/// assert!(!integrate(|x| x.powf(-0.5), 0.0, 1.0).agrees_with(2.001));
/// ```
pub fn integrate(mut function: impl FnMut(f64) -> f64, lower: f64, upper: f64) -> Estimate {
    if lower.is_nan() || upper.is_nan() {
        return Estimate::UNKNOWN;
    }
    if lower == upper {
        return Estimate {
            value: 0.0,
            error: 0.0,
        };
    }
    if lower > upper {
        let reversed = integrate(function, upper, lower);
        return Estimate {
            value: -reversed.value,
            error: reversed.error,
        };
    }
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => trapezoid(function, [lower, upper], |t| finite(t, lower, upper)),
        (true, false) => trapezoid(function, [lower, upper], |t| half_line(t, lower, 1.0)),
        (false, true) => trapezoid(function, [lower, upper], |t| half_line(t, upper, -1.0)),
        (false, false) => sum(
            integrate(&mut function as &mut dyn FnMut(f64) -> f64, lower, 0.0),
            integrate(&mut function as &mut dyn FnMut(f64) -> f64, 0.0, upper),
        ),
    }
}

/// Sum of the integrals between neighbours of `points`: ends first and last, kinks and peaks
/// between.
///
/// ```
/// use testkit::integrate_pieces;
///
/// let far_and_narrow = |x: f64| 0.5e3 * (-1e3 * (x - 1e4).abs()).exp();
/// let pieces = [f64::NEG_INFINITY, 1e4, f64::INFINITY];
/// assert!(integrate_pieces(far_and_narrow, &pieces).agrees_with(1.0));
/// ```
pub fn integrate_pieces(mut function: impl FnMut(f64) -> f64, points: &[f64]) -> Estimate {
    points
        .windows(2)
        .map(|ends| integrate(&mut function, ends[0], ends[1]))
        .fold(
            Estimate {
                value: 0.0,
                error: 0.0,
            },
            sum,
        )
}

fn sum(left: Estimate, right: Estimate) -> Estimate {
    Estimate {
        value: left.value + right.value,
        error: left.error + right.error,
    }
}

/// Where a point of the sum lies, and dx/dt there.
struct Node {
    x: f64,
    weight: f64,
}

/// x = middle + half·tanh(π/2 sinh t), written as the distance from the nearer end, which keeps
/// its digits where 1 − tanh would lose them.
fn finite(t: f64, lower: f64, upper: f64) -> Node {
    // (1 − tanh |u|)/2 = 1/(1 + exp(2|u|)).
    let share = 1.0 / (1.0 + (PI * t.abs().sinh()).exp());
    let distance = (upper - lower) * share;
    let x = if t < 0.0 {
        lower + distance
    } else {
        upper - distance
    };
    Node {
        x,
        weight: distance * PI * t.cosh() * (1.0 - share),
    }
}

/// x = end ± exp(π/2 sinh t).
fn half_line(t: f64, end: f64, direction: f64) -> Node {
    let distance = (FRAC_PI_2 * t.sinh()).exp();
    Node {
        x: end + direction * distance,
        weight: distance * FRAC_PI_2 * t.cosh(),
    }
}

/// Trapezoidal sum over t with the step halved until two levels agree.
fn trapezoid(
    mut function: impl FnMut(f64) -> f64,
    ends: [f64; 2],
    node: impl Fn(f64) -> Node,
) -> Estimate {
    // Largest |x f(x)|: for a function with one peak, rounding every x moves the integral by at
    // most ε times twice that. At a singular end it is the mass between the end and its neighbour.
    let mut displacement = 0.0_f64;
    let mut term = |t: f64| {
        let Node { x, weight } = node(t);
        // Beyond the doubles on either side.
        if weight == 0.0 || !weight.is_finite() {
            return 0.0;
        }
        let value = function(x);
        // Rounding has reached an end, where the function may be singular.
        if value == 0.0 || (ends.contains(&x) && !value.is_finite()) {
            return 0.0;
        }
        displacement = displacement.max((x * value).abs());
        weight * value
    };
    let mut total = term(0.0);
    let mut magnitude = total.abs();
    let mut value = f64::NAN;
    let mut difference = f64::NAN;
    let mut step = 1.0;
    for level in 0..=LEVELS {
        // Each level adds the points halfway between those it has.
        step = f64::from(-level).exp2();
        let stride = if level == 0 { step } else { 2.0 * step };
        let mut t = step;
        while t <= RANGE {
            let (left, right) = (term(-t), term(t));
            total += left + right;
            magnitude += left.abs() + right.abs();
            t += stride;
        }
        difference = (total * step - value).abs();
        value = total * step;
        if level >= FIRST_LEVEL && difference <= CONVERGED * magnitude * step {
            break;
        }
    }
    if !value.is_finite() {
        return Estimate::UNKNOWN;
    }
    let rounding = 2.0 * f64::EPSILON * (2.0 * magnitude * step + displacement);
    Estimate {
        value,
        error: difference + rounding,
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use super::*;
    use crate::tolerance::ERROR_MARGIN;

    const INFINITE: f64 = f64::INFINITY;

    /// The estimate confirms the truth and refuses what is off by 1e-4.
    fn check(estimate: Estimate, expected: f64) {
        assert!(
            estimate.agrees_with(expected),
            "{estimate:?}, exact {expected}"
        );
        assert!(
            !estimate.agrees_with(expected * 1.0001),
            "{estimate:?} is blind"
        );
    }

    fn normal(mean: f64, scale: f64) -> impl Fn(f64) -> f64 {
        move |x| {
            let z = (x - mean) / scale;
            (-0.5 * z * z).exp() / (scale * TAU.sqrt())
        }
    }

    #[test]
    fn polynomials_and_exponentials_over_finite_intervals() {
        check(integrate(|x| x * x, -1.0, 2.0), 3.0);
        check(integrate(f64::exp, 0.0, 1.0), 1f64.exp_m1());
        check(integrate(f64::exp, 1.0, 0.0), -1f64.exp_m1());
    }

    #[test]
    fn singular_ends_are_no_trouble() {
        check(
            integrate(|x| 1.0 / (PI * (x - x * x).sqrt()), 0.0, 1.0),
            1.0,
        );
        check(integrate(|x| 1.0 / (x - 1.0).sqrt(), 1.0, 2.0), 2.0);
        check(integrate(|x| x.powf(-0.9), 0.0, 1.0), 10.0);
        check(integrate(f64::ln, 0.0, 1.0), -1.0);
    }

    #[test]
    fn densities_on_infinite_intervals_have_mass_one() {
        check(integrate(normal(0.0, 1.0), -INFINITE, INFINITE), 1.0);
        check(integrate(normal(0.3, 2.0), -INFINITE, INFINITE), 1.0);
        check(
            integrate(|x| 1.0 / (PI * (1.0 + x * x)), -INFINITE, INFINITE),
            1.0,
        );
        check(integrate(|x| 1e-8 * (-1e-8 * x).exp(), 0.0, INFINITE), 1.0);
        check(integrate(|x: f64| x.exp(), -INFINITE, 1.0), 1f64.exp());
    }

    #[test]
    fn missing_jacobian_is_seen() {
        // ln x of an exponential variable: without the factor exp(u) the mass is not even finite.
        let with = integrate(|u: f64| (u - u.exp()).exp(), -INFINITE, INFINITE);
        let without = integrate(|u: f64| (-u.exp()).exp(), -10.0, INFINITE);
        check(with, 1.0);
        assert!(!without.agrees_with(1.0));
    }

    #[test]
    fn break_points_find_narrow_peaks_and_kinks() {
        check(
            integrate_pieces(normal(1e6, 1e-3), &[-INFINITE, 1e6, INFINITE]),
            1.0,
        );
        check(
            integrate_pieces(|x: f64| (x - 0.3).abs(), &[0.0, 0.3, 1.0]),
            0.29,
        );
    }

    #[test]
    fn kink_without_break_point_is_reported_as_error() {
        let estimate = integrate(|x: f64| (x - 0.3).abs(), 0.0, 1.0);
        assert!(
            (estimate.value - 0.29).abs() <= ERROR_MARGIN * estimate.error,
            "{estimate:?}"
        );
        assert!(estimate.error > 1e-10);
    }

    #[test]
    fn divergent_or_undefined_integrals_confirm_nothing() {
        assert!(!integrate(|x| 1.0 / x, 0.0, 1.0).is_sharp());
        assert!(!integrate(|_| f64::NAN, 0.0, 1.0).is_sharp());
        assert!(!integrate(|x| x, f64::NAN, 1.0).is_sharp());
        assert!(!integrate(|_| 1.0, 0.0, INFINITE).is_sharp());
    }

    #[test]
    fn empty_interval_has_integral_zero() {
        assert_eq!(integrate(|_| f64::NAN, 1.0, 1.0).value, 0.0);
        assert_eq!(integrate_pieces(|_| f64::NAN, &[]).value, 0.0);
    }
}
