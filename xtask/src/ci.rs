//! Runs every check that a change must pass, and stops at the first that fails.
//!
//! In: the workspace's root and which tests are run. Out: nothing, or the failed step.

use std::path::Path;

use anyhow::Result;

use crate::step::{cargo, execute, output, run as step};
use crate::{duplicates, examples, pages, tidy};

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All but the tests, which `cargo test` has run.
    AfterTests,
    /// All but the ignored tests, which are ignored for slowness only.
    Fast,
    /// Ignored tests as well.
    Slow,
}

/// On in no default, for what it takes to build; lints and documentation look at it with the rest.
const PNG: &str = "rainier-plot/png";

/// All steps, cheap ones first.
pub(crate) fn run(root: &Path, extent: Extent) -> Result<()> {
    step("format", || {
        execute(cargo(root).args(["fmt", "--all", "--check"]))
    })?;
    step("tidy", || tidy::run(root))?;
    step("duplicates", || duplicates::check(root))?;
    step("clippy", || {
        let lints = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            PNG,
            "--",
            "-D",
            "warnings",
        ];
        execute(cargo(root).args(lints))
    })?;
    // Targets without native code, as those in a browser, build the core alone.
    step("core without native code", || {
        let arguments = [
            "check",
            "-p",
            "rainier-core",
            "--no-default-features",
            "--tests",
        ];
        execute(cargo(root).args(arguments))
    })?;
    // Without a target chosen, documentation tests are part of it.
    if extent != Extent::AfterTests {
        step("tests", || {
            execute(cargo(root).args(["test", "--workspace", "--quiet"]))
        })?;
    }
    step("traces as Parquet", || {
        let arguments = [
            "test",
            "--quiet",
            "-p",
            "rainier-sampler",
            "--features",
            "parquet",
        ];
        execute(cargo(root).args(arguments).args(["--test", "written"]))
    })?;
    step("pictures as PNG", || {
        let arguments = ["test", "--quiet", "-p", "rainier-plot", "--features"];
        let features = "png,trace";
        execute(
            cargo(root)
                .args(arguments)
                .args([features, "--test", "png"]),
        )?;
        execute(cargo(root).args(arguments).args([features, "--doc"]))
    })?;
    if extent == Extent::Slow {
        // Not the documentation tests: there, `ignore` marks text that is no program.
        let targets = [
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--",
            "--ignored",
        ];
        step("slow tests", || execute(cargo(root).args(targets)))?;
        step("pages", || pages::run(root, &[]))?;
    }
    step("documentation", || {
        let arguments = ["doc", "--workspace", "--no-deps", "--features", PNG];
        execute(
            cargo(root)
                .args(arguments)
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    step("examples", || examples::run(root))?;
    step("deny", || deny(root))
}

/// Licences and advisories, if `cargo deny` is there to check them.
fn deny(root: &Path) -> Result<()> {
    if output(cargo(root).args(["deny", "--version"])).is_err() {
        println!("skipped: cargo-deny is not installed");
        return Ok(());
    }
    execute(cargo(root).args(["deny", "check"]))
}
