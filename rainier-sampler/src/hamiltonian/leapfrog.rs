//! Integrates the equations of motion by one step.
//!
//! In: a point with its gradient. Out: the point a step later, with its gradient: one evaluation.
//! The map is reversible and keeps volume, so its energy error can be corrected by rejection.

use super::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;

/// p ← p + ε/2 ∇ln p(q); q ← q + ε Σp; p ← p + ε/2 ∇ln p(q). Neal (2011), equations 18–20.
pub(super) fn leapfrog<D: LogDensityGradient + ?Sized>(
    hamiltonian: &mut Hamiltonian<'_, D>,
    point: &mut PhasePoint,
    step_size: f64,
) {
    kick(point, 0.5 * step_size);
    hamiltonian
        .metric
        .velocity(&point.momentum, &mut point.velocity);
    for (position, velocity) in point.position.iter_mut().zip(&point.velocity) {
        *position += step_size * velocity;
    }
    hamiltonian.evaluate(point);
    kick(point, 0.5 * step_size);
    hamiltonian
        .metric
        .velocity(&point.momentum, &mut point.velocity);
}

fn kick(point: &mut PhasePoint, time: f64) {
    for (momentum, gradient) in point.momentum.iter_mut().zip(&point.gradient) {
        *momentum += time * gradient;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_density::LogDensity;

    /// Standard normal in two dimensions.
    struct Normal;

    impl LogDensity for Normal {
        fn dimension(&self) -> usize {
            2
        }

        fn log_density(&mut self, position: &[f64]) -> f64 {
            -0.5 * position.iter().map(|x| x * x).sum::<f64>()
        }
    }

    impl LogDensityGradient for Normal {
        fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
            for (slope, x) in gradient.iter_mut().zip(position) {
                *slope = -x;
            }
            self.log_density(position)
        }
    }

    fn start(hamiltonian: &mut Hamiltonian<'_, Normal>) -> PhasePoint {
        let mut point = PhasePoint::new(2);
        point.position = vec![1.0, -0.5];
        point.momentum = vec![0.3, 0.7];
        point.velocity = point.momentum.clone();
        hamiltonian.evaluate(&mut point);
        point
    }

    #[test]
    fn a_step_forth_and_back_returns() {
        let mut density = Normal;
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut point = start(&mut hamiltonian);
        for step_size in [0.3, -0.3] {
            for _ in 0..10 {
                hamiltonian.leapfrog(&mut point, step_size);
            }
        }
        for (found, expected) in point.position.iter().zip([1.0, -0.5]) {
            assert!((found - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn the_energy_error_is_of_second_order() {
        let mut density = Normal;
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut error_over_unit_time = |steps: u32| {
            let mut point = start(&mut hamiltonian);
            let before = point.energy();
            for _ in 0..steps {
                hamiltonian.leapfrog(&mut point, 1.0 / f64::from(steps));
            }
            (point.energy() - before).abs()
        };
        let ratio = error_over_unit_time(20) / error_over_unit_time(40);
        // Second order: half the step, a quarter of the error, up to the next (fourth) order.
        assert!((ratio - 4.0).abs() < 0.05, "ratio {ratio}");
    }

    #[test]
    fn a_step_costs_one_gradient() {
        let mut density = Normal;
        let mut hamiltonian = Hamiltonian::new(&mut density);
        let mut point = start(&mut hamiltonian);
        let before = hamiltonian.evaluations();
        hamiltonian.leapfrog(&mut point, 0.1);
        assert_eq!(hamiltonian.evaluations() - before, 1);
    }
}
