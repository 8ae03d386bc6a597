//! Samples many densities of one shape at once, one chain a lane.
//!
//! In: a density that evaluates `LANES` positions together, each with data of its own; a sequence
//! of series. Out: the trace of each series, in the order they came. All lanes are at the same step
//! of the same iteration and share nothing else.

mod batch;
mod chances;
mod generation;
mod motion;
mod points;
mod record;
mod report;
mod step;

pub use batch::{SampleMany, Series};

use record::PositionChains;

use crate::error::SampleError;
use crate::settings::{Hmc, Run};
use crate::trace::Positions;

/// Densities that differ in their data only, `LANES` of which are evaluated together.
///
/// Values mean what they mean for a [`LogDensity`](crate::LogDensity). What a lane gives must not
/// depend on what the others hold.
///
/// # Example
/// ```
/// use rainier_sampler::{Hmc, LockStepDensity, Run, SampleError, sample_many};
///
/// /// Normals with unit variance; the data are their means.
/// struct Normals([f64; 8]);
/// impl LockStepDensity<8> for Normals {
///     type Data = f64;
///     fn dimension(&self) -> usize { 1 }
///     fn set_lane(&mut self, lane: usize, mean: &f64) { self.0[lane] = *mean; }
///     fn evaluate(
///         &mut self,
///         positions: &[[f64; 8]],
///         values: &mut [f64; 8],
///         gradients: &mut [[f64; 8]],
///     ) {
///         for lane in 0..8 {
///             let deviation = positions[0][lane] - self.0[lane];
///             values[lane] = -0.5 * deviation * deviation;
///             gradients[0][lane] = -deviation;
///         }
///     }
/// }
///
/// let series = (0..20_u32).map(|key| (u64::from(key), Ok(f64::from(key))));
/// let run = Run::default().with_chains(2).with_warm_up(200).with_draws(100);
/// let fits = sample_many::<8, _, _, SampleError>(Normals([0.0; 8]), series, &Hmc::default(), &run)?;
/// for fit in fits {
///     let (mean, trace) = fit.outcome?;
///     assert!((trace.summary().rows()[0].mean - mean).abs() < 1.0);
/// }
/// # Ok::<(), SampleError>(())
/// ```
pub trait LockStepDensity<const LANES: usize> {
    /// What makes one series' density differ from another's.
    type Data;

    /// Number of coordinates of a position, the same for all series.
    fn dimension(&self) -> usize;

    /// Gives a lane its data.
    fn set_lane(&mut self, lane: usize, data: &Self::Data);

    /// The log density at each lane's position, and its gradient; blocks are
    /// `[coordinate][lane]`. Lanes that have no data yet may give anything.
    fn evaluate(
        &mut self,
        positions: &[[f64; LANES]],
        values: &mut [f64; LANES],
        gradients: &mut [[f64; LANES]],
    );

    /// The gradient alone, if that is cheaper.
    fn gradient(&mut self, positions: &[[f64; LANES]], gradients: &mut [[f64; LANES]]) {
        self.evaluate(positions, &mut [0.0; LANES], gradients);
    }

    /// What the coordinate is called; `x[index]` unless the density knows better.
    fn parameter_name(&self, index: usize) -> String {
        format!("x[{index}]")
    }
}

/// Samples each of many series: `run.chains()` chains with keys of their own, in lock step.
///
/// The items of `series` are a key, see [`Run::with_key`], and data, or an error that becomes the
/// outcome of that series. It is asked for as many at a time as there are lanes for their
/// chains. The outcome of a series depends on the seed, its
/// key and its data alone: not on its neighbours, their number or their order. All runs in the
/// caller's thread, and the run's own key, threads and control have no say; several threads take
/// a part of the series each.
///
/// # Errors
/// [`SettingsError`](crate::SettingsError) when a setting is outside its range, or when chains
/// are to start by Pathfinder, which is no lock step. What goes wrong in a series is its outcome.
pub fn sample_many<const LANES: usize, D, I, E>(
    density: D,
    series: I,
    sampler: &Hmc,
    run: &Run,
) -> Result<SampleMany<LANES, D, I::IntoIter, E>, SampleError>
where
    D: LockStepDensity<LANES>,
    I: IntoIterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
{
    SampleMany::new(density, series.into_iter(), sampler, run)
}

/// The same, with draws alone: [`Positions`] take a fifth of a trace's memory or less, and
/// are what a summary needs.
///
/// # Errors
/// As [`sample_many`].
///
/// # Example
/// ```
/// use rainier_sampler::{
///     Hmc, LockStepDensity, Run, SampleError, diagnostics, sample_many_positions,
/// };
///
/// /// The logarithm of an exponential variable with mean 1.
/// struct Exponentials;
/// impl LockStepDensity<4> for Exponentials {
///     type Data = ();
///     fn dimension(&self) -> usize { 1 }
///     fn set_lane(&mut self, _: usize, _: &()) {}
///     fn evaluate(
///         &mut self,
///         positions: &[[f64; 4]],
///         values: &mut [f64; 4],
///         gradients: &mut [[f64; 4]],
///     ) {
///         for (lane, x) in positions[0].iter().enumerate() {
///             values[lane] = x - x.exp();
///             gradients[0][lane] = 1.0 - x.exp();
///         }
///     }
/// }
///
/// let scales = [1.0, 10.0, 100.0];
/// let run = Run::default().with_chains(2).with_warm_up(200).with_draws(500);
/// let series = (0..3).map(|key| (key, Ok::<_, SampleError>(())));
/// let fits = sample_many_positions(Exponentials, series, &Hmc::default(), &run)?;
/// for (fit, scale) in fits.zip(scales) {
///     let ((), positions) = fit.outcome?;
///     let chains = (0..positions.chains()).map(|chain| positions.draws(chain, 0));
///     let y: Vec<Vec<f64>> = chains
///         .map(|draws| draws.iter().map(|x| scale * x.exp()).collect())
///         .collect();
///     assert!((diagnostics::mean(&y) / scale - 1.0).abs() < 0.25);
/// }
/// # Ok::<(), SampleError>(())
/// ```
pub fn sample_many_positions<const LANES: usize, D, I, E>(
    density: D,
    series: I,
    sampler: &Hmc,
    run: &Run,
) -> Result<impl Iterator<Item = Series<(D::Data, Positions), E>> + use<LANES, D, I, E>, SampleError>
where
    D: LockStepDensity<LANES>,
    I: IntoIterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
{
    SampleMany::<_, _, _, _, PositionChains<LANES>>::new(density, series.into_iter(), sampler, run)
}
