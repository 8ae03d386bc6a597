//! Compiles expressions to straight-line code: [`Program`], immutable and shared.
//!
//! In: expressions and the parameters they depend on. Out: code in two sections. The *binding*
//! section runs once for each data set and computes what depends on data alone; the *evaluation*
//! section runs for each position: scalar code, then loops over rows whose sums feed the scalar
//! code that follows. A node is computed once however often it is used, and not at all if no
//! output needs it. A program knows nothing of derivatives: a gradient is just more outputs.

mod allocate;
mod emit;
mod instruction;
mod listing;
mod lower;
mod stage;

use std::sync::Arc;

use crate::column::Column;
use crate::error::CompileError;
use crate::gradient::gradient;
use crate::graph::{Graph, NodeId, import};
use crate::real::Real;

pub(crate) use instruction::{Action, Instruction, Register, RowLoop, Section, Source, Step};

/// Compiled expressions, not yet joined with data. Cheap to clone, `Send + Sync`.
///
/// Its `Display` is a listing of the code.
///
/// ```
/// use rainier_core::{Column, Program, Real};
///
/// let x = Column::placeholder("x");
/// let mean = Real::parameter("mean");
/// let distance = (x.real() - &mean).pow(2.0).sum_rows();
/// let program = Program::compile_with_gradient(&distance, &[mean])?;
///
/// // One compiled program, two data sets of different length.
/// let first = program.bind(&[(&x, &[1.0, 3.0])])?;
/// let second = program.bind(&[(&x, &[1.0, 2.0, 6.0])])?;
/// assert_eq!(first.evaluator().evaluate(&[2.0]), [2.0, 0.0]);
/// assert_eq!(second.evaluator().evaluate(&[2.0]), [17.0, -6.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Program {
    plan: Arc<Plan>,
}

/// The code and what it needs.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Parameters are in the first registers, in order.
    pub(crate) parameters: usize,
    pub(crate) outputs: Vec<Register>,
    pub(crate) columns: Vec<Column>,
    /// Columns that must have equally many rows, by position; the first stands for all.
    pub(crate) row_sets: Vec<Vec<usize>>,
    /// Number of scalar registers.
    pub(crate) registers: usize,
    pub(crate) constants: Vec<(Register, f64)>,
    /// Registers that hold the number of rows of a column.
    pub(crate) row_counts: Vec<(Register, usize)>,
    /// The row set of each column computed at binding.
    pub(crate) derived: Vec<usize>,
    pub(crate) binding: Section,
    pub(crate) evaluation: Section,
}

impl Program {
    /// Compiles `outputs` as functions of `parameters`.
    ///
    /// # Errors
    /// When an output depends on a parameter not listed, still has one value per row, or sums
    /// over no column; when a listed parameter is none, or is listed twice.
    pub fn compile(outputs: &[Real], parameters: &[Real]) -> Result<Self, CompileError> {
        let mut graph = Graph::default();
        let nodes = import(&mut graph, outputs, parameters)?;
        Self::from_graph(&graph, &nodes, parameters.len())
    }

    /// Compiles `value` and its derivative by each of `parameters`: 1 + `parameters.len()`
    /// outputs, the value first.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_with_gradient(value: &Real, parameters: &[Real]) -> Result<Self, CompileError> {
        let mut graph = Graph::default();
        let mut nodes = import(&mut graph, std::slice::from_ref(value), parameters)?;
        check_scalar(&graph, &nodes)?;
        nodes.extend(gradient(&mut graph, nodes[0], parameters.len()));
        Self::from_graph(&graph, &nodes, parameters.len())
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.plan.parameters
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.plan.outputs.len()
    }

    /// The columns the program reads, each once.
    pub fn columns(&self) -> &[Column] {
        &self.plan.columns
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    fn from_graph(
        graph: &Graph,
        outputs: &[NodeId],
        parameters: usize,
    ) -> Result<Self, CompileError> {
        check_scalar(graph, outputs)?;
        let (staged, outputs) = stage::split_by_stage(graph, outputs);
        graph.check_size()?;
        staged.check_size()?;
        Ok(Self {
            plan: Arc::new(lower::lower(&staged, &outputs, parameters)),
        })
    }
}

fn check_scalar(graph: &Graph, outputs: &[NodeId]) -> Result<(), CompileError> {
    for (index, &output) in outputs.iter().enumerate() {
        if let Some(column) = graph.stage(output).rows {
            let column = graph.columns()[column as usize].name().to_owned();
            return Err(CompileError::OutputPerRow { index, column });
        }
    }
    Ok(())
}
