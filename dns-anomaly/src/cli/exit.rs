//! Turns the end of a run into one line on standard error and an exit code.
//!
//! In: a result, or clap's complaint. Out: the code, as documented in [`CODES`].

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use dns_anomaly::croston::CrostonError;
use dns_anomaly::simulate::SimulationError;
use dns_anomaly::{DetectError, ExplainError, UnknownName, UpdateError};

/// The exit codes, as `--help` shows them.
pub(super) const CODES: &str = "Exit codes: 0 ran; 1 anomalies found (only when asked to fail on them); \
    2 wrong usage; 3 bad data, or a file that cannot be read or written.";

/// Anomalies were found by a run that was asked to fail on them.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("anomalies found, as --fail-on asks to report")]
pub(super) struct AnomaliesFound;

/// Arguments that are right one by one and do not go together.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{0} (see --help)")]
pub(super) struct WrongUsage(pub(super) &'static str);

const ANOMALIES_FOUND: u8 = 1;
const USAGE: u8 = 2;
const BAD_DATA: u8 = 3;

/// Ends a run whose arguments clap refused, or that asked for help.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Help and version go to standard output; that nobody reads it is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    // Clap's first paragraph says what is wrong; the rest repeats the usage. Listed arguments stand on lines of
    // their own in it.
    let paragraph = text.split("\n\n").next().unwrap_or(&text);
    let paragraph = paragraph.strip_prefix("error: ").unwrap_or(paragraph);
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    complain(&format!("{line} (see --help)"));
    ExitCode::from(USAGE)
}

/// Ends a run.
pub(super) fn finish(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if is_broken_pipe(error.as_ref()) {
        // The reader, such as `head`, has seen enough.
        return ExitCode::SUCCESS;
    }
    complain(&one_line(error.as_ref()));
    if error.is::<AnomaliesFound>() {
        return ExitCode::from(ANOMALIES_FOUND);
    }
    if let Some(UpdateError::Settings { .. }) = error.downcast_ref() {
        return ExitCode::from(USAGE);
    }
    let of_update = match error.downcast_ref() {
        Some(UpdateError::Detect(error)) => Some(error),
        _ => None,
    };
    if let Some(error) = error.downcast_ref::<DetectError>().or(of_update) {
        return ExitCode::from(match error {
            DetectError::Fit(_) => BAD_DATA,
            _ => USAGE,
        });
    }
    if error.is::<ExplainError>() || error.is::<UnknownName>() {
        return ExitCode::from(USAGE);
    }
    let is_setting = matches!(error.downcast_ref(), Some(CrostonError::Setting { .. }));
    if is_setting || error.is::<SimulationError>() || error.is::<WrongUsage>() {
        return ExitCode::from(USAGE);
    }
    ExitCode::from(BAD_DATA)
}

/// The error and those behind it that it does not quote already, on one line.
fn one_line(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        source = error.source();
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref().map(io::Error::kind);
        if kind == Some(io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Writes one line to standard error. When even that is closed there is nobody left to tell.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "dns-anomaly: {line}");
}
