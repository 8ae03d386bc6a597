//! Times value and gradient of every workload beside the same written out by hand.
//!
//! In: data in `../shared/data/bench`, and after `cargo bench --bench ratios --`, a NAME that keeps
//! the workloads whose names contain it, and `--output PATH` for a record in JSON. Out: one line a
//! workload, effective draws for each second, how compiling and binding grow. Answers are compared before anything is timed, and a
//! wrong one fails the run. `cargo xtask ratios` keeps records and compares them.
//!
//! Run as a test, answers are compared and nothing is timed.

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
mod job;
mod machine;
mod models;
mod record;
mod series;
mod step;
mod table;
mod timing;
mod workload;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use peak_alloc::PeakAlloc;

use crate::record::{Measurement, Record};
use crate::workload::Workload;

/// Counts bytes for [`growth`]. Evaluations allocate nothing, so it costs them nothing; building
/// and compiling take about 5 % longer for it.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
struct Request {
    /// Cargo passes `--bench` to benchmarks. Without it this is a test, and what else is passed
    /// is meant for the harness of tests.
    timed: bool,
    output: Option<PathBuf>,
    /// A part of workloads' names, in small letters.
    name: Option<String>,
}

impl Request {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let arguments: Vec<String> = arguments.into_iter().collect();
        let mut request = Self {
            timed: arguments.iter().any(|argument| argument == "--bench"),
            ..Self::default()
        };
        if !request.timed {
            return Ok(request);
        }
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--output" => {
                    let path = arguments.next().context("--output must have a path")?;
                    request.output = Some(path.into());
                }
                option if option.starts_with('-') => bail!("no such option: {option}"),
                part => request.name = Some(part.to_lowercase()),
            }
        }
        Ok(request)
    }

    fn wants(&self, workload: &Workload) -> bool {
        self.name
            .as_ref()
            .is_none_or(|part| workload.name.to_lowercase().contains(part))
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
    by_hand::check_elementary()?;
    let mut measurements = Vec::new();
    let mut jobs = Vec::new();
    let mut wrong = 0;
    if request.timed {
        table::print_head();
    }
    let workloads = models::workloads()?;
    for workload in workloads.iter().filter(|workload| request.wants(workload)) {
        if let Err(error) = answers::check(workload) {
            wrong += 1;
            println!("{}: WRONG: {error:#}", workload.name);
        } else if request.timed {
            let measurement = Measurement::of(workload)?;
            table::print(&measurement);
            let nanoseconds = measurement.ours.nanoseconds;
            jobs.extend(
                workload
                    .job
                    .as_ref()
                    .map(|job| (job, workload, nanoseconds)),
            );
            measurements.push(measurement);
        }
    }
    if wrong > 0 {
        bail!("{wrong} workloads give wrong answers");
    }
    if request.timed {
        let mut record = Record::new(measurements);
        for (job, workload, nanoseconds) in jobs {
            for &method in job.methods {
                let figures = job.measure(method, &workload.name, nanoseconds)?;
                record.posteriors.push(figures);
            }
        }
        report(request, record)?;
    }
    Ok(())
}

/// What belongs to no workload, unless only some are wanted, and the record.
fn report(request: &Request, mut record: Record) -> Result<()> {
    if record.workloads.is_empty() {
        bail!("no workload has such a name, and data");
    }
    if request.name.is_none() {
        record.steps = step::measure()?;
        record.many_series = series::measure()?;
        record.first_fit = Some(series::first_fit()?);
    }
    table::print_sampling(&record);
    if request.name.is_none() {
        record.graphs = growth::graphs()?;
        record.binding = growth::binding()?;
        table::print_growth(&record);
    }
    match &request.output {
        Some(path) => record.write(path),
        None => Ok(()),
    }
}
