//! Runs `dns-anomaly` from the command line.
//!
//! In: arguments. Out: results on standard output or in files, messages on standard error, and an exit code:
//! 0 ran; 1 anomalies found (only when asked to fail on them); 2 wrong usage; 3 bad data, or files that cannot be
//! read or written. An error is one line, `dns-anomaly: file:line: what must hold, what came`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
