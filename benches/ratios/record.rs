//! Gathers the measurements of a run into a record.
//!
//! In: workloads to be timed. Out: figures, and a file in JSON with their date and machine.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::job::JobFigures;
use crate::machine::Machine;
use crate::series::{FirstFit, SeriesFigures};
use crate::step::StepFigures;
use crate::timing::{self, Calls};
use crate::workload::Workload;

/// One run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Record {
    /// When, in universal time.
    pub(crate) date: String,
    pub(crate) machine: Machine,
    pub(crate) workloads: Vec<Measurement>,
    pub(crate) posteriors: Vec<JobFigures>,
    pub(crate) steps: Vec<StepFigures>,
    pub(crate) many_series: Vec<SeriesFigures>,
    pub(crate) first_fit: Option<FirstFit>,
    pub(crate) graphs: Vec<GraphGrowth>,
    pub(crate) binding: Vec<BindGrowth>,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurement {
    pub(crate) name: String,
    pub(crate) reference_nanoseconds: f64,
    pub(crate) ours: Figures,
    pub(crate) bar: String,
}

/// The library's figures.
#[derive(Debug, Clone, Copy, Serialize)]
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
#[derive(Debug, Clone, Copy, Serialize)]
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
#[derive(Debug, Clone, Copy, Serialize)]
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
        let reference = Calls::new(&mut by_hand, &positions);
        let bind = (workload.ours)()?;
        let mut evaluate = bind()?;
        let comparison = timing::compare(Calls::new(&mut *evaluate, &positions), reference);
        Ok(Self {
            name: workload.name.clone(),
            reference_nanoseconds: comparison.reference,
            ours: Figures {
                nanoseconds: comparison.ours,
                ratio: comparison.ratio,
                compile_milliseconds: timing::milliseconds(&workload.ours),
                bind_milliseconds: timing::milliseconds(bind),
                of_bar: workload.bar.used(comparison.ours, comparison.reference),
            },
            bar: workload.bar.to_string(),
        })
    }
}

impl Record {
    /// The measurements with date and machine.
    pub(crate) fn new(workloads: Vec<Measurement>) -> Self {
        let now = jiff::Timestamp::now();
        Self {
            date: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            machine: Machine::here(),
            workloads,
            posteriors: Vec::new(),
            steps: Vec::new(),
            many_series: Vec::new(),
            first_fit: None,
            graphs: Vec::new(),
            binding: Vec::new(),
        }
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let context = || format!("cannot write {}", path.display());
        let text = serde_json::to_string_pretty(self).with_context(context)? + "\n";
        fs::write(path, text).with_context(context)
    }
}
