//! Runs one chain: find a start, warm up, keep draws.
//!
//! In: a density, settings, one random stream. Out: the kept draws. Transition and adaptation meet
//! here and nowhere else.

mod ensemble;
mod hamiltonian;
mod initial;

use rand::rngs::ChaCha8Rng;

use crate::error::{SampleError, SettingsError};
use crate::settings::Run;
use crate::trace::Chain;

/// A way to sample from densities of type `D`.
///
/// What a sampler needs of a density is a bound on its implementation: [`Nuts`](crate::Nuts) and
/// [`Hmc`](crate::Hmc) are samplers for every
/// [`LogDensityGradient`](crate::LogDensityGradient), [`Walkers`](crate::Walkers) for every
/// [`LogDensity`](crate::LogDensity).
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
    ) -> Result<Vec<Chain>, SampleError>;
}
