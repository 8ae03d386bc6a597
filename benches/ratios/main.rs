//! Times value and gradient of every workload beside the same written out by hand.
//!
//! In: `cargo xtask ratios [--check] [--save] [NAME]`, data in `../shared/data/bench`. Out: one
//! line a workload, how compiling and binding grow, an exit code. Answers are compared before
//! anything is timed, and a wrong one fails the run. `--save` writes a record to
//! `benches/results`; `--check` fails when a ratio is over 10 % above the last record made on such
//! a machine. NAME keeps the workloads whose names contain it. Run as a test
//! (`cargo test --bench ratios`), answers are compared and nothing is timed.

#![expect(clippy::print_stdout, reason = "a benchmark speaks on standard output")]
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a loop is not compiled for its instruction set"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "loops over several arrays of one length become vector code when written by index"
)]

mod answers;
mod bar;
mod by_hand;
mod data;
mod growth;
mod machine;
mod models;
mod record;
mod table;
mod timing;
mod workload;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};
use peak_alloc::PeakAlloc;

use crate::record::{Measurement, Record};

/// Counts bytes for [`growth`]. Evaluations allocate nothing, so it costs them nothing.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
struct Request {
    /// Cargo passes `--bench` to benchmarks; without it this runs as a test.
    timed: bool,
    check: bool,
    save: bool,
    filter: Option<String>,
}

impl Request {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut request = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--bench" => request.timed = true,
                "--check" => request.check = true,
                "--save" => request.save = true,
                option if option.starts_with('-') => {
                    bail!("no such option: {option}; there are --check, --save and a name")
                }
                _ => request.filter = Some(argument),
            }
        }
        if request.save && request.filter.is_some() {
            bail!("a record holds every workload: --save goes without a name");
        }
        Ok(request)
    }
}

fn main() -> ExitCode {
    match Request::parse(env::args().skip(1)).and_then(|request| run(&request)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ratios: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(request: &Request) -> Result<()> {
    let mut measurements = Vec::new();
    let mut wrong = 0;
    if request.timed {
        table::print_head();
    }
    for workload in models::workloads()? {
        let name = workload.name.as_str();
        if !request
            .filter
            .as_ref()
            .is_none_or(|filter| name.contains(filter))
        {
            continue;
        }
        if let Err(error) = answers::check(&workload) {
            wrong += 1;
            println!("{name}: WRONG: {error:#}");
        } else if request.timed {
            let measurement = Measurement::of(&workload)?;
            table::print(&measurement);
            measurements.push(measurement);
        } else {
            println!("{name}: ok");
        }
    }
    if wrong > 0 {
        bail!("{wrong} workloads give wrong answers");
    }
    if request.timed {
        report(request, measurements)?;
    }
    Ok(())
}

/// Growth, then what the options ask for.
fn report(request: &Request, measurements: Vec<Measurement>) -> Result<()> {
    let mut record = Record::new(measurements);
    if request.filter.is_none() {
        record.graphs = growth::graphs()?;
        record.binding = growth::binding()?;
        table::print_growth(&record);
    }
    if request.check {
        let whole = request.filter.is_none();
        let (path, last) = record::last_like(&record)?;
        let regressions = record::regressions(&last, &record, whole);
        for regression in &regressions {
            println!("{regression}");
        }
        if !regressions.is_empty() {
            bail!("{} regressions since {}", regressions.len(), path.display());
        }
        println!("no ratio is over 10 % above {}", path.display());
    }
    if request.save {
        println!("wrote {}", record.save()?.display());
    }
    Ok(())
}
