//! The command line: one module for each subcommand.
//!
//! In: arguments. Out: what `lib` computes, written as tables, CSV or JSON lines.
//! `inputs` (arguments shared by commands that read) and `output` (files that appear whole or not at all) serve them
//! all, `progress` those that take long; `exit` turns errors into one line and a code.

mod calibrated;
mod counts;
mod croston;
mod detect;
mod evaluate;
mod exit;
mod explain;
mod fit;
mod inputs;
mod name_list;
mod output;
mod priors;
mod progress;
mod run_line;
mod simulate;
mod state;
mod stream;
mod table;
mod update;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds outlier windows in DNS traffic with Bayesian zero-inflated models.
#[derive(Debug, Parser)]
#[command(version, about, after_help = exit::CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count queries by domain and bin.
    Counts(counts::CountsArguments),
    /// Forecast each domain's next bin by Croston's method and its relatives.
    Croston(croston::CrostonArguments),
    /// Find outlier windows and rank them across domains.
    Detect(detect::DetectArguments),
    /// Measure detection: calibration, scores against labels, power on planted campaigns.
    Evaluate(evaluate::EvaluateArguments),
    /// Explain one name: history, prediction, fitted parts, who asked, its campaign.
    Explain(explain::ExplainArguments),
    /// Fit the Bayesian zero-inflated Poisson model to each domain.
    Fit(fit::FitArguments),
    /// Write synthetic traffic with planted campaigns: a log, a counts table and the truth.
    Simulate(simulate::SimulateArguments),
    /// Show the names a state knows.
    State(state::StateArguments),
    /// Take new files into a state and judge the windows they complete: for runs by the hour or the day.
    Update(update::UpdateArguments),
}

/// Parses the arguments of this process and runs the command they name.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let result = match arguments.command {
        Command::Counts(arguments) => counts::run(&arguments),
        Command::Croston(arguments) => croston::run(&arguments),
        Command::Detect(arguments) => detect::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::State(arguments) => state::run(&arguments),
        Command::Update(arguments) => update::run(&arguments),
    };
    exit::finish(result)
}
