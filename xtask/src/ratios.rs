//! Runs the benchmark record: every workload beside the same written out by hand.
//!
//! In: the root, `--check`, `--save` and a part of a workload's name. Out: a table, and an error
//! where an answer is wrong or, with `--check`, a ratio grew. `benches/ratios` does the work.

use std::path::Path;

use anyhow::Result;

use crate::step::{self, cargo, execute};

pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    step::run("ratios", || {
        execute(
            cargo(root)
                .args([
                    "bench",
                    "--package",
                    "rainier-ppl",
                    "--bench",
                    "ratios",
                    "--",
                ])
                .args(arguments),
        )
    })
}
