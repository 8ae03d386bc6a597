//! Holds what a caller decides before a run.
//!
//! In: defaults, changed by chained `with_*` calls. Out: values that are checked once, by
//! `validate`, before the first density evaluation. [`Run`] says how much to sample and from which
//! seed; [`Nuts`], [`Hmc`] and [`Walkers`] say how.

mod hamiltonian;
mod hmc;
mod nuts;
mod run;
mod walkers;

pub(crate) use hamiltonian::HamiltonianSettings;
pub use hmc::Hmc;
pub use nuts::Nuts;
pub use run::Run;
pub use walkers::Walkers;
