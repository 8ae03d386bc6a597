//! Samples from any log density: from a [`LogDensity`] to a [`Trace`], in one page.
//!
//! In: a log density on unconstrained space, with its gradient if there is one. Out: draws, and an
//! account of how far they can be trusted. The crate knows nothing of compute graphs,
//! distributions or data; models are built in `rainier-dist`, whose posteriors are log densities.
//! Use this crate directly when you have written the density yourself.
//!
//! # Example
//! A normal with correlation 0.8, by hand:
//! ```
//! use rainier_sampler::{LogDensity, LogDensityGradient, Nuts, Run, sample};
//!
//! struct Correlated;
//! impl LogDensity for Correlated {
//!     fn dimension(&self) -> usize { 2 }
//!     fn log_density(&mut self, q: &[f64]) -> f64 {
//!         -(q[0] * q[0] - 1.6 * q[0] * q[1] + q[1] * q[1]) / (2.0 * 0.36)
//!     }
//! }
//! impl LogDensityGradient for Correlated {
//!     fn log_density_and_gradient(&mut self, q: &[f64], gradient: &mut [f64]) -> f64 {
//!         gradient[0] = (0.8 * q[1] - q[0]) / 0.36;
//!         gradient[1] = (0.8 * q[0] - q[1]) / 0.36;
//!         self.log_density(q)
//!     }
//! }
//!
//! let trace = sample(|| Correlated, &Nuts::default(), &Run::default().with_seed(7))?;
//! assert!(trace.warnings().is_empty());
//! let summary = trace.summary();
//! let row = &summary.rows()[0];
//! assert!(row.mean.abs() < 5.0 * row.mcse_mean);
//! println!("{summary}");
//! # Ok::<(), rainier_sampler::SampleError>(())
//! ```
//!
//! # The nouns
//! - [`LogDensity`], [`LogDensityGradient`]: all a sampler knows of a model.
//! - [`Nuts`], [`Hmc`], [`Ehmc`], [`Walkers`], [`Slice`]: settings that are [`Sampler`]s. Which of the
//!   two traits a sampler needs is part of its type.
//! - [`Run`]: seed, chains, warm-up, draws, threads. [`Streams`]: one seed, one stream for each
//!   chain, so the same numbers on one thread or many.
//! - [`sample`] → [`Trace`]: draws `[chain][draw][parameter]` with [`Statistics`] for each draw,
//!   [`Summary`], [`Warning`]s.
//! - [`Control`], [`Cancel`], [`Progress`]: what ends a run early and who hears of it;
//!   [`resume`] → [`Checkpoint`]: a run that was left goes on to the same bits.
//! - [`Trace::write_cmdstan_csv`], [`Trace::write_zarr`], [`Trace::write_json`], and behind feature
//!   `parquet` `Trace::write_parquet`: files that ArviZ, cmdstanpy and `posterior` read.
//! - [`sample_many`]: many series of one [`LockStepDensity`], one chain a lane;
//!   [`sample_many_positions`] keeps their draws alone.
//! - [`optimize`], [`laplace`], [`pathfinder`]: the mode, and normals that stand for a density.
//! - [`diagnostics`]: R-hat, effective sample sizes, standard errors, leave-one-out, over plain slices.
//!
//! # Notation
//! | here | in papers | meaning |
//! | --- | --- | --- |
//! | position | q, θ | a point of unconstrained space |
//! | momentum | p, r | its partner, drawn afresh for each trajectory |
//! | log density | ln p(q), −U(q) | up to a constant |
//! | metric | Σ, M⁻¹ | estimated covariance of the position; inverse mass matrix |
//! | velocity | v, p♯ | Σ p |
//! | step size | ε | time of one leapfrog step |
//! | energy | H | ½ pᵀΣp − ln p(q) |
//! | warm-up | burn-in, tuning | iterations that adapt and are not kept |
//!
//! # Layers
//! `adapted`, `cholesky`, `control`, `error`, `log_density`, `random`, `settings`, `statistics` → `hamiltonian`,
//! `optimise` → `transition`, `ensemble`, `adaptation` → `trace` → `chain` →
//! `checkpoint`, `run`, `lock_step`; `diagnostics` stands beside, and `sum`, `wide` below all. A module
//! uses those before it only.

mod adaptation;
mod adapted;
mod chain;
mod checkpoint;
mod cholesky;
mod control;
pub mod diagnostics;
mod energy_weight;
mod ensemble;
mod error;
mod hamiltonian;
mod lock_step;
mod log_density;
mod optimise;
mod random;
mod run;
mod settings;
mod statistics;
mod sum;
mod trace;
mod transition;
mod wide;

pub use adapted::{Adapted, MetricEstimate};
pub use chain::{ChainState, Sampler, starting_point};
pub use checkpoint::Checkpoint;
pub use control::{Cancel, Control, Phase, Progress};
pub use error::{
    CheckpointError, NotFinite, SampleError, SettingsError, StepSizeCause, TraceError, WriteError,
};
pub use lock_step::{LockStepDensity, SampleMany, Series, sample_many, sample_many_positions};
pub use log_density::{LogDensity, LogDensityGradient};
pub use optimise::{
    Laplace, Lbfgs, OptimiseError, Optimum, Pathfinder, laplace, optimize, pathfinder,
};
pub use random::Streams;
pub use run::{resume, sample};
pub use settings::{Ehmc, Hmc, MetricShape, Moves, Nuts, Run, Slice, Start, Walkers};
pub use statistics::{Ending, Statistics};
pub use trace::{Chain, EffectiveSize, Positions, Summaries, Summary, SummaryRow, Trace, Warning};
