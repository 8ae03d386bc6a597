//! Runs one named step and says how it went and how long it took.
//!
//! In: a name and the work, mostly a process. Out: the work's result, with the step's name.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Does `work` between two lines that name it; the second one gives the time.
pub(crate) fn run(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("== {name}");
    let start = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!(
        "== {name}: {word} in {:.1} s\n",
        start.elapsed().as_secs_f64()
    );
    outcome.with_context(|| format!("step {name} failed"))
}

/// Cargo, the one that runs us, in the workspace's root.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Runs a command whose output goes straight to the terminal.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// Runs a command for its standard output; what it says on standard error is part of a failure.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} ended with {}\n{stderr}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{command:?} must print UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_the_step_and_keeps_its_cause() {
        let error = run("example", || bail!("the cause")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step example failed: the cause");
    }

    #[test]
    fn failing_command_is_an_error_with_its_words() {
        let error = output(cargo(Path::new(".")).arg("no-such-command")).unwrap_err();
        assert!(error.to_string().contains("no-such-command"));
        assert!(output(cargo(Path::new(".")).arg("--version")).is_ok());
    }
}
