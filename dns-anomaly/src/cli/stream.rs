//! Arguments of every command that draws random numbers.
//!
//! In: arguments. Out: the seed, and the number of threads, on which no result depends.

use clap::Args;

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct StreamArguments {
    /// The seed all random streams derive from
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Number of threads; results do not depend on it
    #[arg(long)]
    pub(super) threads: Option<usize>,
}
