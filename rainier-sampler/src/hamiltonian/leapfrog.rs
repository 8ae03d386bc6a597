//! Integrates the equations of motion by one step, or by many whose inner values nobody asks for.
//!
//! In: a point with its gradient. Out: the point a step (or some) later, with its gradient: one
//! evaluation a step. The map is reversible and keeps volume, so its energy error can be corrected
//! by rejection.

use super::{Hamiltonian, PhasePoint, Point, Vector};
use crate::log_density::LogDensityGradient;

/// p ← p + ε/2 ∇ln p(q); q ← q + ε Σp; p ← p + ε/2 ∇ln p(q). Neal (2011), equations 18–20.
#[inline]
pub(super) fn leapfrog<D: LogDensityGradient + ?Sized, V: Vector>(
    hamiltonian: &mut Hamiltonian<'_, D>,
    from: &Point<V>,
    to: &mut Point<V>,
    step_size: f64,
) {
    hamiltonian
        .metric
        .kick_and_drift(from, to, 0.5 * step_size, step_size);
    hamiltonian.evaluate(to);
    hamiltonian.metric.kick(to, 0.5 * step_size);
}

/// Many steps at once: between two of them, the second half of one kick and the first half of the
/// next are one kick, and only the gradient is needed.
///
/// Stops where a momentum is not finite, and evaluates the log density there, which tells why; the
/// point's energy is then not a number.
/// Outside the support the path goes on so long as there is a gradient: its end decides, and the
/// way back takes the same points.
pub(super) fn trajectory<D: LogDensityGradient + ?Sized>(
    hamiltonian: &mut Hamiltonian<'_, D>,
    point: &mut PhasePoint,
    step_size: f64,
    steps: u32,
) {
    hamiltonian.metric.kick(point, 0.5 * step_size);
    for _ in 1..steps {
        point.drift(step_size);
        hamiltonian.evaluate_gradient(point);
        hamiltonian.metric.kick(point, step_size);
        if !point.goes_on() {
            hamiltonian.evaluate(point);
            // A velocity that is still finite, with such a momentum, could make any energy.
            point.velocity.fill(f64::NAN);
            return;
        }
    }
    point.drift(step_size);
    hamiltonian.evaluate(point);
    hamiltonian.metric.kick(point, 0.5 * step_size);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_density::tests::StandardNormal;

    fn start(hamiltonian: &mut Hamiltonian<'_, StandardNormal>) -> PhasePoint {
        let mut point = PhasePoint::new(2);
        point.position = vec![1.0, -0.5];
        point.momentum = vec![0.3, 0.7];
        point.velocity = point.momentum.clone();
        hamiltonian.evaluate(&mut point);
        point
    }

    /// Moves the point by so many single steps.
    fn leap(
        hamiltonian: &mut Hamiltonian<'_, StandardNormal>,
        point: &mut PhasePoint,
        step_size: f64,
        steps: u32,
    ) {
        for _ in 0..steps {
            let from = point.clone();
            hamiltonian.leapfrog(&from, point, step_size);
        }
    }

    #[test]
    fn a_step_forth_and_back_returns() {
        let mut density = StandardNormal(2);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut point = start(&mut hamiltonian);
        for step_size in [0.3, -0.3] {
            leap(&mut hamiltonian, &mut point, step_size, 10);
        }
        for (found, expected) in point.position.iter().zip([1.0, -0.5]) {
            assert!((found - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn the_energy_error_is_of_second_order() {
        let mut density = StandardNormal(2);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut error_over_unit_time = |steps: u32| {
            let mut point = start(&mut hamiltonian);
            let before = point.energy();
            leap(&mut hamiltonian, &mut point, 1.0 / f64::from(steps), steps);
            (point.energy() - before).abs()
        };
        let ratio = error_over_unit_time(20) / error_over_unit_time(40);
        // Second order: half the step, a quarter of the error, up to the next (fourth) order.
        assert!((ratio - 4.0).abs() < 0.05, "ratio {ratio}");
    }

    #[test]
    fn a_trajectory_is_its_steps() {
        let mut density = StandardNormal(2);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut by_steps = start(&mut hamiltonian);
        let mut at_once = by_steps.clone();
        leap(&mut hamiltonian, &mut by_steps, 0.3, 10);
        hamiltonian.trajectory(&mut at_once, 0.3, 10);
        assert!((at_once.energy() - by_steps.energy()).abs() < 1e-14);
        for (found, expected) in at_once.position.iter().zip(&by_steps.position) {
            assert!((found - expected).abs() < 1e-14);
        }
        for (found, expected) in at_once.velocity.iter().zip(&by_steps.velocity) {
            assert!((found - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn a_trajectory_that_flies_off_has_no_energy() {
        let mut density = StandardNormal(2);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut point = start(&mut hamiltonian);
        // Each step multiplies momenta by about 10¹⁸; their squares overflow after nine.
        for steps in [8, 9, 10, 11, 12, 1000] {
            let mut flown = point.clone();
            hamiltonian.trajectory(&mut flown, 1e9, steps);
            assert!(
                !flown.energy().is_finite() || flown.energy() > 1e200,
                "{steps}"
            );
        }
        hamiltonian.trajectory(&mut point, 1e9, 1000);
        assert!(point.energy().is_nan());
        assert!(hamiltonian.evaluations() < 100);
    }

    #[test]
    fn a_step_costs_one_gradient() {
        let mut density = StandardNormal(2);
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut point = start(&mut hamiltonian);
        let before = hamiltonian.evaluations();
        leap(&mut hamiltonian, &mut point, 0.1, 1);
        assert_eq!(hamiltonian.evaluations() - before, 1);
        hamiltonian.trajectory(&mut point, 0.1, 7);
        assert_eq!(hamiltonian.evaluations() - before, 8);
    }
}
