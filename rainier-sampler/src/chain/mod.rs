//! Runs one chain: find a start, warm up, keep draws.
//!
//! In: a density, settings, one random stream. Out: the kept draws. Transition and adaptation meet
//! here and nowhere else.

mod hamiltonian;
mod initial;
mod state;
mod sweeps;

use rand::rngs::ChaCha8Rng;

use crate::error::{SampleError, SettingsError};
use crate::settings::Run;
use crate::trace::Chain;
pub(crate) use hamiltonian::FIRST_TRIAL;
pub use initial::starting_point;
pub(crate) use initial::{ATTEMPTS, draw_start, failure, not_finite};
pub use state::ChainState;

/// A way to sample from densities of type `D`.
///
/// What a sampler needs of a density is a bound on its implementation: [`Nuts`](crate::Nuts) and
/// [`Hmc`](crate::Hmc) are samplers for every
/// [`LogDensityGradient`](crate::LogDensityGradient), [`Walkers`](crate::Walkers) and
/// [`Slice`](crate::Slice) for every [`LogDensity`](crate::LogDensity).
pub trait Sampler<D: ?Sized>: Sync {
    /// Checks the settings, once before a run.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    fn validate(&self) -> Result<(), SettingsError>;

    /// Runs the chain numbered `chain`, which owns the stream `rng`, and returns the series of
    /// draws it made: one, or for an ensemble one for each walker, all of equal shape.
    ///
    /// # Errors
    /// [`SampleError`] when no starting point or no step size was found.
    fn run_chain(
        &self,
        density: &mut D,
        run: &Run,
        chain: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<Chain>, SampleError> {
        let state = self.continue_chain(density, run, chain, ChainState::default(), rng)?;
        Ok(state.into_series())
    }

    /// Goes on from `state`, where the default has not begun, until there are `run.draws()` draws
    /// or the run's [`Control`](crate::Control) says stop. `rng` is the chain's stream from its
    /// beginning.
    ///
    /// # Errors
    /// As [`run_chain`](Self::run_chain).
    fn continue_chain(
        &self,
        density: &mut D,
        run: &Run,
        chain: usize,
        state: ChainState,
        rng: &mut ChaCha8Rng,
    ) -> Result<ChainState, SampleError>;
}
