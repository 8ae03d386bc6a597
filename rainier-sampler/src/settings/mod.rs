//! Holds what a caller decides before a run.
//!
//! In: defaults, changed by chained `with_*` calls. Out: values that are checked once, by
//! `validate`, before the first density evaluation. [`Run`] says how much to sample and from which
//! seed; [`Nuts`], [`Hmc`], [`Ehmc`], [`Walkers`] and [`Slice`] say how.

mod ehmc;
mod hamiltonian;
mod hmc;
mod metric_shape;
mod nuts;
mod run;
mod slice;
mod start;
mod walkers;

pub use ehmc::Ehmc;
pub(crate) use hamiltonian::HamiltonianSettings;
pub use hmc::Hmc;
pub use metric_shape::MetricShape;
pub use nuts::Nuts;
pub use run::Run;
pub use slice::Slice;
pub use start::Start;
pub use walkers::{Moves, Walkers};
