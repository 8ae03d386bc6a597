//! Finds the order of magnitude of the step size.
//!
//! In: a point with finite log density and gradient. Out: a step size at which one leapfrog step
//! goes from being accepted to being rejected, or the news that there is none.

use rand::Rng;

use crate::error::{SampleError, StepSizeCause};
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

impl NoStepSize {
    /// The error of the chain that searched.
    pub(crate) fn of_chain(self, chain: usize) -> SampleError {
        SampleError::StepSize {
            chain,
            step_size: self.step_size,
            smallest: self.smallest,
            largest: self.largest,
            cause: self.cause,
        }
    }
}

/// The search for the order of magnitude of a step size: says what to try, hears how it went.
///
/// Hoffman & Gelman (2014), algorithm 4, with Stan's threshold and Stan's fresh momentum for each
/// trial, so that one unlucky direction does not decide. A step to where the density is −∞ or not a
/// number counts as rejected, and halving leads back to where it is finite; the number of trials is
/// bounded.
#[derive(Debug, Clone)]
pub(crate) struct StepSizeSearch {
    start: f64,
    step_size: f64,
    /// Whether the first trial was accepted; none before it.
    grows: Option<bool>,
    changes: i32,
}

impl StepSizeSearch {
    /// A search that begins with `start`.
    pub(crate) fn new(start: f64) -> Self {
        Self {
            start,
            step_size: start,
            grows: None,
            changes: 0,
        }
    }

    /// Step size of the next trial: one leapfrog step.
    pub(crate) fn trial(&self) -> f64 {
        self.step_size
    }

    /// Hears the energies before and after a trial. The end of the search, when it was the last.
    pub(crate) fn observe(&mut self, before: f64, after: f64) -> Option<Result<f64, NoStepSize>> {
        // An energy that is not a number compares as false: rejected.
        let is_accepted = before - after > 0.8_f64.ln();
        let grows = *self.grows.get_or_insert(is_accepted);
        if is_accepted != grows {
            return Some(Ok(self.step_size));
        }
        if self.changes == MAX_CHANGES {
            return Some(Err(self.failure(grows)));
        }
        self.changes += 1;
        self.step_size *= if grows { 2.0 } else { 0.5 };
        None
    }

    fn failure(&self, grows: bool) -> NoStepSize {
        let range = 2.0_f64.powi(MAX_CHANGES);
        NoStepSize {
            step_size: self.step_size,
            smallest: self.start / range,
            largest: self.start * range,
            cause: if grows {
                StepSizeCause::Flat
            } else {
                StepSizeCause::NotSmooth
            },
        }
    }
}

/// Doubles or halves `start` until the acceptance of one step crosses 0.8. Without coordinates
/// every step is accepted, and `start` is as good as any.
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
    let mut search = StepSizeSearch::new(start);
    loop {
        trial.copy_from(point);
        hamiltonian.draw_momentum(&mut trial, rng);
        let before = trial.energy();
        hamiltonian.trajectory(&mut trial, search.trial(), 1);
        if let Some(end) = search.observe(before, trial.energy()) {
            return end;
        }
    }
}
