//! Runs the project's own commands: what continuous integration runs, one may run at home.
//!
//! In: `cargo xtask <command>`. Out: the name, outcome and time of each step, and an exit code
//! that is not zero if one failed. Needs nothing but Cargo.

#![expect(clippy::print_stdout, reason = "a command speaks on standard output")]

mod api;
mod ci;
mod duplicates;
mod examples;
mod pages;
mod ratios;
mod step;
mod tidy;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::ci::Extent;
use crate::step::cargo;

const USAGE: &str = "\
usage: cargo xtask <command>

  ci [--slow | --after-tests]
                   format, tidy, dependencies, lints, tests, docs, examples;
                   --slow: ignored tests too; --after-tests: none, cargo test has run
  tidy             file heads, budgets, names, layers, leftovers, the code map
  api [--save]     public items of each crate against the listings in api/, or
                   keeps them; asks for cargo-public-api and a nightly toolchain
  pages [--save]   what programs in README.md and docs/ print against what these show,
                   or shows it
  bench [ARGS]     all benchmarks; ARGS go to cargo bench
  ratios [--check] [--save] [NAME]
                   each workload beside the same by hand; --check: against the
                   last record in benches/results; --save: makes one
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    let root = root()?;
    match arguments {
        ["ci"] => ci::run(&root, Extent::Fast),
        ["ci", "--slow"] => ci::run(&root, Extent::Slow),
        ["ci", "--after-tests"] => ci::run(&root, Extent::AfterTests),
        ["tidy"] => tidy::run(&root),
        ["api", rest @ ..] => step::run("api", || api::run(&root, rest)),
        ["pages", rest @ ..] => step::run("pages", || pages::run(&root, rest)),
        ["bench", rest @ ..] => step::run("bench", || {
            step::execute(
                cargo(&root)
                    .args(["bench", "--workspace", "--benches"])
                    .args(rest),
            )
        }),
        ["ratios", rest @ ..] => ratios::run(&root, rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("no such command: {}\n\n{USAGE}", unknown.join(" ")),
    }
}

/// The workspace's root, in which this crate is a folder.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here
        .parent()
        .context("xtask must be a folder of the workspace")?;
    Ok(root.to_path_buf())
}
