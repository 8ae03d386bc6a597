//! Finds the order of magnitude of the step size.
//!
//! In: a point with finite log density and gradient. Out: a step size at which one leapfrog step
//! goes from being accepted to being rejected, or the news that there is none.

use rand::Rng;

use crate::error::StepSizeCause;
use crate::hamiltonian::{Hamiltonian, PhasePoint};
use crate::log_density::LogDensityGradient;

/// Doublings or halvings after which the search gives up: a factor 2⁷⁰ ≈ 1e21 from the start,
/// more than a sensible scale of any parameter is away from 1.
const MAX_CHANGES: i32 = 70;

/// A search that found no step size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NoStepSize {
    pub(crate) step_size: f64,
    pub(crate) smallest: f64,
    pub(crate) largest: f64,
    pub(crate) cause: StepSizeCause,
}

/// Doubles or halves `start` until the acceptance of one step crosses 0.8.
///
/// Hoffman & Gelman (2014), algorithm 4, with Stan's threshold and Stan's fresh momentum for each
/// trial, so that one unlucky direction does not decide. A step to where the density is −∞ or not a
/// number counts as rejected, and halving leads back to where it is finite; the number of trials is
/// bounded. Without coordinates every step is accepted, and `start` is as good as any.
pub(crate) fn first_step_size<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    hamiltonian: &mut Hamiltonian<'_, D>,
    point: &PhasePoint,
    start: f64,
    rng: &mut R,
) -> Result<f64, NoStepSize> {
    if hamiltonian.dimension() == 0 {
        return Ok(start);
    }
    let mut trial = point.clone();
    let mut step_size = start;
    let grows = is_accepted(hamiltonian, point, &mut trial, step_size, rng);
    let factor = if grows { 2.0 } else { 0.5 };
    for _ in 0..MAX_CHANGES {
        step_size *= factor;
        if is_accepted(hamiltonian, point, &mut trial, step_size, rng) != grows {
            return Ok(step_size);
        }
    }
    let range = 2.0_f64.powi(MAX_CHANGES);
    Err(NoStepSize {
        step_size,
        smallest: start / range,
        largest: start * range,
        cause: if grows {
            StepSizeCause::Flat
        } else {
            StepSizeCause::NotSmooth
        },
    })
}

fn is_accepted<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    hamiltonian: &mut Hamiltonian<'_, D>,
    point: &PhasePoint,
    trial: &mut PhasePoint,
    step_size: f64,
    rng: &mut R,
) -> bool {
    trial.copy_from(point);
    hamiltonian.draw_momentum(trial, rng);
    let before = trial.energy();
    hamiltonian.leapfrog(trial, step_size);
    // An energy that is not a number compares as false: rejected.
    before - trial.energy() > 0.8_f64.ln()
}
