//! Finds how far to go along a line: a step that keeps the strong Wolfe conditions.
//!
//! In: a point, a direction of descent, a first step. Out: the point a step further, value and
//! slope much smaller. Nocedal & Wright (2006), algorithms 3.5 and 3.6.

use super::{Objective, Point};
use crate::log_density::LogDensityGradient;
use crate::sum::dot;

/// c₁: the part of the decrease the slope promises that must come true. Nocedal & Wright's value.
const SUFFICIENT_DECREASE: f64 = 1e-4;
/// c₂: the part of the slope that may be left. Nocedal & Wright's value for quasi-Newton methods.
const CURVATURE: f64 = 0.9;
/// Rounding of a value, as a part of it: near a minimum, decreases are no larger, and a condition
/// on them would never hold.
const ROUNDING: f64 = 10.0 * f64::EPSILON;
/// Doublings of the first step, and cuts of an interval, before giving up: the scale of a direction
/// is not further than 2⁵⁰ from 1.
const MAX_TRIALS: usize = 50;

/// What is known at one step along the line.
#[derive(Debug, Clone, Copy)]
struct Trial {
    step: f64,
    value: f64,
    slope: f64,
}

/// The search along one line.
struct Line<'a, 'd, D: ?Sized> {
    objective: &'a mut Objective<'d, D>,
    from: &'a Point,
    direction: &'a [f64],
    start: Trial,
}

/// Moves `to` along `direction` from `from`; returns the step, or `None` when none was found. The
/// slope along `direction` must be negative at `from`.
///
/// A step keeps the strong Wolfe conditions φ(t) ≤ φ(0) + c₁ t φ′(0) and |φ′(t)| ≤ c₂ |φ′(0)|.
/// Where the value is not finite, the step was too long.
pub(super) fn search<D: LogDensityGradient + ?Sized>(
    objective: &mut Objective<'_, D>,
    from: &Point,
    direction: &[f64],
    first_step: f64,
    to: &mut Point,
) -> Option<f64> {
    let start = Trial {
        step: 0.0,
        value: from.value,
        slope: dot(&from.gradient, direction),
    };
    let mut line = Line {
        objective,
        from,
        direction,
        start,
    };
    let mut previous = start;
    let mut step = first_step;
    for _ in 0..MAX_TRIALS {
        let trial = line.evaluate(step, to);
        if !line.is_lower(trial) || (previous.step > 0.0 && trial.value >= previous.value) {
            return line.zoom(previous, trial, to);
        }
        if line.is_flat(trial) {
            return Some(step);
        }
        if trial.slope >= 0.0 {
            return line.zoom(trial, previous, to);
        }
        previous = trial;
        step *= 2.0;
    }
    None
}

impl<D: LogDensityGradient + ?Sized> Line<'_, '_, D> {
    fn evaluate(&mut self, step: f64, to: &mut Point) -> Trial {
        for ((to, from), direction) in to
            .position
            .iter_mut()
            .zip(&self.from.position)
            .zip(self.direction)
        {
            *to = from + step * direction;
        }
        self.objective.evaluate(to);
        Trial {
            step,
            value: to.value,
            slope: dot(&to.gradient, self.direction),
        }
    }

    /// φ(t) ≤ φ(0) + c₁ t φ′(0), up to rounding.
    fn is_lower(&self, trial: Trial) -> bool {
        let slack = ROUNDING * self.start.value.abs();
        trial.value.is_finite()
            && trial.value
                <= self.start.value + SUFFICIENT_DECREASE * trial.step * self.start.slope + slack
    }

    /// |φ′(t)| ≤ c₂ |φ′(0)|.
    fn is_flat(&self, trial: Trial) -> bool {
        trial.slope.abs() <= -CURVATURE * self.start.slope
    }

    /// Cuts the interval between `low`, the best step so far, and `high`, which encloses a good
    /// step together with it.
    fn zoom(&mut self, mut low: Trial, mut high: Trial, to: &mut Point) -> Option<f64> {
        for _ in 0..MAX_TRIALS {
            let trial = self.evaluate(between(low, high), to);
            if !self.is_lower(trial) || trial.value >= low.value && low.step > 0.0 {
                high = trial;
            } else if self.is_flat(trial) {
                return Some(trial.step);
            } else {
                if trial.slope * (high.step - low.step) >= 0.0 {
                    high = low;
                }
                low = trial;
            }
            if (high.step - low.step).abs() <= f64::EPSILON * low.step.abs() {
                break;
            }
        }
        // Lower is better than nothing; the next direction forgets what is not convex.
        (low.step > 0.0).then(|| self.evaluate(low.step, to).step)
    }
}

/// The minimum of the cubic through two trials and their slopes (Nocedal & Wright, equation 3.59),
/// kept in the inner eight tenths of the interval; its middle where an end is not finite.
fn between(low: Trial, high: Trial) -> f64 {
    let width = high.step - low.step;
    let middle = low.step + 0.5 * width;
    if !(high.value.is_finite() && high.slope.is_finite()) {
        // Mostly far too long: the next power of ten down is tried soon.
        return low.step + 0.1 * width;
    }
    let d1 = low.slope + high.slope - 3.0 * (high.value - low.value) / width;
    let d2 = (d1 * d1 - low.slope * high.slope).sqrt() * width.signum();
    let fraction = 1.0 - (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    if fraction.is_finite() {
        low.step + fraction.clamp(0.1, 0.9) * width
    } else {
        middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_density::LogDensity;

    /// A function of one coordinate with its derivative.
    struct Curve(fn(f64) -> (f64, f64));

    impl LogDensity for Curve {
        fn dimension(&self) -> usize {
            1
        }

        fn log_density(&mut self, position: &[f64]) -> f64 {
            -(self.0)(position[0]).0
        }
    }

    impl LogDensityGradient for Curve {
        fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
            let (value, slope) = (self.0)(position[0]);
            gradient[0] = -slope;
            -value
        }
    }

    /// Searches from 0 to the right, and checks both conditions where it ends.
    fn check(curve: fn(f64) -> (f64, f64), first_step: f64) {
        let mut density = Curve(curve);
        let mut objective = Objective {
            density: &mut density,
            evaluations: 0,
        };
        let mut from = Point {
            position: vec![0.0],
            value: 0.0,
            gradient: vec![0.0],
        };
        objective.evaluate(&mut from);
        let mut to = from.clone();
        let step = search(&mut objective, &from, &[1.0], first_step, &mut to)
            .expect("there is a minimum to the right");
        let (before, slope_before) = curve(0.0);
        let (after, slope_after) = curve(step);
        assert_eq!(to.position, [step]);
        assert!(after <= before + SUFFICIENT_DECREASE * step * slope_before);
        assert!(
            slope_after.abs() <= CURVATURE * slope_before.abs(),
            "{step}"
        );
    }

    #[test]
    fn both_conditions_hold_from_any_first_step() {
        let curves: [fn(f64) -> (f64, f64); 4] = [
            // A parabola; a narrow and a wide valley; a wall of infinite height at 3.
            |x| ((x - 1.0).powi(2), 2.0 * (x - 1.0)),
            |x| ((x - 1.0).powi(4), 4.0 * (x - 1.0).powi(3)),
            |x| (-x / (x * x + 2.0), (x * x - 2.0) / (x * x + 2.0).powi(2)),
            |x| {
                if x < 3.0 {
                    (-x - (3.0 - x).ln(), -1.0 + 1.0 / (3.0 - x))
                } else {
                    (f64::NAN, f64::NAN)
                }
            },
        ];
        for curve in curves {
            for first_step in [1e-6, 1e-3, 0.1, 1.0, 10.0, 1e4] {
                check(curve, first_step);
            }
        }
    }

    #[test]
    fn a_slope_that_lies_finds_no_step() {
        // Falls by its slope, rises by its values.
        let mut density = Curve(|x| (x, -1.0));
        let mut objective = Objective {
            density: &mut density,
            evaluations: 0,
        };
        let mut from = Point {
            position: vec![0.0],
            value: 0.0,
            gradient: vec![0.0],
        };
        objective.evaluate(&mut from);
        let mut to = from.clone();
        assert_eq!(search(&mut objective, &from, &[1.0], 1.0, &mut to), None);
        assert!(objective.evaluations <= MAX_TRIALS as u64 + 2);
    }
}
