//! Keeps measurements, and compares them with those kept before.
//!
//! In: measurements of one run. Out: a dated file in `benches/results`; ratios that grew.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::timing::{self, Calls};
use crate::workload::{Ours, Workload};

/// Where records are, below the root.
const FOLDER: &str = "benches/results";

/// Ratios may grow by this factor: noise on a shared machine stays below it.
const GROWTH: f64 = 1.10;

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// When, in universal time.
    pub(crate) date: String,
    pub(crate) machine: Machine,
    pub(crate) workloads: Vec<Measurement>,
    pub(crate) graphs: Vec<GraphGrowth>,
    pub(crate) binding: Vec<BindGrowth>,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measurement {
    pub(crate) name: String,
    pub(crate) reference_nanoseconds: f64,
    /// None where the library cannot do it yet.
    pub(crate) ours: Option<Figures>,
    pub(crate) bar: String,
    /// For want of what the library cannot do it.
    pub(crate) awaiting: Option<String>,
}

/// The library's figures.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) nanoseconds: f64,
    /// Median over pairs of batches, not the quotient of the medians.
    pub(crate) ratio: f64,
    /// From priors and likelihood to a template.
    pub(crate) compile_milliseconds: f64,
    pub(crate) bind_milliseconds: f64,
    /// Nanoseconds as a multiple of the bar.
    pub(crate) of_bar: f64,
}

/// What a graph of some size costs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct GraphGrowth {
    pub(crate) nodes: usize,
    pub(crate) build_milliseconds: f64,
    /// Import, gradient and lowering.
    pub(crate) compile_milliseconds: f64,
    pub(crate) expression_bytes_per_node: f64,
    pub(crate) program_bytes_per_node: f64,
    /// Most that was in use while compiling, the expression included.
    pub(crate) peak_bytes_per_node: f64,
}

/// What binding some rows costs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct BindGrowth {
    pub(crate) rows: usize,
    pub(crate) milliseconds: f64,
}

impl Measurement {
    /// Times a workload.
    pub(crate) fn of(workload: &Workload) -> Result<Self> {
        let positions = workload.positions();
        let mut by_hand = |position: &[f64], gradient: &mut [f64]| {
            workload.reference.value_and_gradient(position, gradient)
        };
        let mut measurement = Self {
            name: workload.name.clone(),
            reference_nanoseconds: 0.0,
            ours: None,
            bar: workload.bar.to_string(),
            awaiting: None,
        };
        let reference = Calls::new(&mut by_hand, &positions);
        match &workload.ours {
            Ours::Awaiting(what) => {
                let mut reference = reference;
                measurement.reference_nanoseconds = reference.time();
                measurement.awaiting = Some((*what).to_owned());
            }
            Ours::Ready(compile) => {
                let bind = compile()?;
                let mut evaluate = bind()?;
                let comparison = timing::compare(Calls::new(&mut *evaluate, &positions), reference);
                measurement.reference_nanoseconds = comparison.reference;
                measurement.ours = Some(Figures {
                    nanoseconds: comparison.ours,
                    ratio: comparison.ratio,
                    compile_milliseconds: timing::milliseconds(compile),
                    bind_milliseconds: timing::milliseconds(bind),
                    of_bar: workload.bar.used(comparison.ours, comparison.reference),
                });
            }
        }
        Ok(measurement)
    }
}

impl Record {
    pub(crate) fn new(workloads: Vec<Measurement>) -> Self {
        Self {
            date: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            machine: Machine::here(),
            workloads,
            graphs: Vec::new(),
            binding: Vec::new(),
        }
    }

    /// Writes the record under its date.
    pub(crate) fn save(&self) -> Result<PathBuf> {
        let folder = folder();
        let path = folder.join(format!("{}.json", self.date.replace(':', "")));
        let context = || format!("cannot write {}", path.display());
        fs::create_dir_all(&folder).with_context(context)?;
        let text = serde_json::to_string_pretty(self).with_context(context)? + "\n";
        fs::write(&path, text).with_context(context)?;
        Ok(path)
    }
}

/// The last record of a machine like this one's, and where it is.
pub(crate) fn last_like(record: &Record) -> Result<(PathBuf, Record)> {
    let folder = folder();
    let context = || format!("cannot read {}", folder.display());
    let mut paths = fs::read_dir(&folder)
        .with_context(context)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(context)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    // Names are dates.
    paths.sort_unstable();
    for path in paths.into_iter().rev() {
        let context = || format!("cannot read {}", path.display());
        let text = fs::read_to_string(&path).with_context(context)?;
        let last: Record = serde_json::from_str(&text).with_context(context)?;
        if last.machine.is_like(&record.machine) {
            return Ok((path, last));
        }
    }
    anyhow::bail!(
        "{} has no record of a machine like this one ({}): make one with --save",
        folder.display(),
        record.machine.processor
    )
}

/// A line for each ratio that grew too much, and for each that is gone if `whole`.
pub(crate) fn regressions(last: &Record, now: &Record, whole: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for before in &last.workloads {
        let Some(old) = &before.ours else { continue };
        let after = now.workloads.iter().find(|one| one.name == before.name);
        match after.and_then(|after| after.ours) {
            Some(new) if new.ratio > GROWTH * old.ratio => lines.push(format!(
                "{}: the ratio was {:.2} and is {:.2}, {:.0} % more",
                before.name,
                old.ratio,
                new.ratio,
                100.0 * (new.ratio / old.ratio - 1.0)
            )),
            None if whole => lines.push(format!("{}: was measured and is not", before.name)),
            Some(_) | None => {}
        }
    }
    lines
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)
}
