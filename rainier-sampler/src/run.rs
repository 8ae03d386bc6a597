//! Runs several chains, in parallel or not, and joins them into a trace.
//!
//! In: a way to make densities, a sampler, a [`Run`]. Out: a [`Trace`]. Each chain makes its own
//! density and has its own random stream, so the result does not depend on the threads.

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::chain::{ChainState, Sampler};
use crate::checkpoint::Checkpoint;
use crate::error::SampleError;
use crate::log_density::LogDensity;
use crate::random::Streams;
use crate::settings::Run;
use crate::trace::Trace;

/// Samples from a density: `run.chains()` chains on at most `run.threads()` threads.
///
/// `make_density` is called once for each chain, inside the thread that runs it, so a density may
/// own scratch memory and need not be `Send`. Parameters are named `x[0]`, `x[1]`, …; see
/// [`Trace::with_names`] and [`Trace::map_draws`]. When the system gives no threads, the chains
/// run one after another, with the same result.
///
/// # Errors
/// [`SampleError::Settings`] when a setting is outside its range;
/// [`SampleError::Initialisation`] when a chain found no point to start from, and
/// [`SampleError::StepSize`] when it found no step size. Of several failed chains the first one's
/// error is returned.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, Run, Walkers, sample};
///
/// struct Normal;
/// impl LogDensity for Normal {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, position: &[f64]) -> f64 { -0.5 * position[0] * position[0] }
/// }
/// let run = Run::default().with_seed(1).with_chains(2).with_draws(200);
/// let trace = sample(|| Normal, &Walkers::default(), &run)?;
/// assert_eq!((trace.chains(), trace.draws_per_chain()), (2 * 20, 200));
/// # Ok::<(), rainier_sampler::SampleError>(())
/// ```
pub fn sample<D, S>(
    make_density: impl Fn() -> D + Sync,
    sampler: &S,
    run: &Run,
) -> Result<Trace, SampleError>
where
    D: LogDensity,
    S: Sampler<D>,
{
    Ok(resume(make_density, sampler, run, Checkpoint::default())?.into_trace()?)
}

/// Goes on with a run that was left, until each chain has `run.draws()` draws; the default
/// checkpoint has not begun.
///
/// The draws are the same bits as those of a run that was never left, at any number of threads.
///
/// # Errors
/// [`SampleError::Checkpoint`] when seed, key, warm-up or number of chains are not those of the
/// checkpoint; else as [`sample`].
pub fn resume<D, S>(
    make_density: impl Fn() -> D + Sync,
    sampler: &S,
    run: &Run,
    checkpoint: Checkpoint,
) -> Result<Checkpoint, SampleError>
where
    D: LogDensity,
    S: Sampler<D>,
{
    run.validate()?;
    sampler.validate()?;
    let run = &run.clone().with_control(run.control().started());
    let streams = Streams::from_seed(run.seed());
    let continue_chain = |(chain, state): (usize, ChainState)| {
        let mut rng = streams.stream(run.key(), chain);
        sampler.continue_chain(&mut make_density(), run, chain, state, &mut rng)
    };
    let states: Vec<(usize, ChainState)> = checkpoint
        .into_chains(run)?
        .into_iter()
        .enumerate()
        .collect();
    let threads = run.threads().min(run.chains());
    let pool = (threads > 1).then(|| ThreadPoolBuilder::new().num_threads(threads).build().ok());
    let results: Vec<Result<ChainState, SampleError>> = match pool.flatten() {
        Some(pool) => pool.install(|| states.into_par_iter().map(continue_chain).collect()),
        None => states.into_iter().map(continue_chain).collect(),
    };
    let states = results.into_iter().collect::<Result<_, _>>()?;
    Ok(Checkpoint::new(run, states))
}
