//! Compiles expressions to straight-line code: [`Program`], immutable and shared.
//!
//! In: expressions and the parameters they depend on. Out: code in two sections. The *binding*
//! section runs once for each data set and computes what depends on data alone; the *evaluation*
//! section runs for each position: scalar code, then loops over rows whose sums feed the scalar
//! code that follows. A node is computed once however often it is used, and not at all if no
//! output needs it. A program knows nothing of derivatives: a gradient is just more outputs.

mod allocate;
mod arrange;
mod emit;
mod entries;
mod fuse;
mod graphviz;
mod listing;
mod loops;
mod lower;
mod placement;
mod reduce;
mod reuse;
mod settings;
mod sharing;
mod stage;

use std::fmt;
use std::sync::{Arc, OnceLock};

use reuse::{ScalarCode, reusing_registers};
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::error::CompileError;
use crate::native::Tiers;
use crate::real::Real;

pub(crate) use crate::instruction::{
    Action, Evaluation, Gather, GroupStep, Instruction, Place, Register, RowLoop, RowSum, Scatter,
    Section, Source, Step, TriangleStep,
};
pub use settings::{Collapsing, CompileSettings};

/// Compiled expressions, not yet joined with data. Cheap to clone, `Send + Sync`.
///
/// Its `Display` is a listing of the code.
///
/// ```
/// use rainier_core::{Column, Program, Real};
///
/// let x = Column::placeholder("x");
/// let rate = Real::parameter("rate");
/// let log_likelihood = (x.real() * rate.ln() - &rate).sum_rows();
/// let program = Program::compile_with_gradient(&log_likelihood, &[rate])?;
///
/// // One compiled program, two data sets of different length.
/// let first = program.bind(&[(&x, &[1.0, 3.0])])?;
/// let second = program.bind(&[(&x, &[1.0, 2.0, 6.0])])?;
/// assert_eq!(first.evaluator().evaluate(&[1.0]), [-2.0, 2.0]);
/// assert_eq!(second.evaluator().evaluate(&[1.0]), [-3.0, 6.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Program {
    plan: Arc<Plan>,
    /// Machine code, made when it pays.
    tiers: Arc<Tiers>,
    /// By entry point, made when lanes are first asked for.
    code_of_lanes: Arc<OnceLock<Vec<ScalarCode>>>,
}

/// The code and what it needs. Whoever runs it relies on what `portable/validate` checks.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Parameters are in the first registers, in order.
    pub(crate) parameters: usize,
    #[serde(with = "crate::portable::columns")]
    pub(crate) columns: Vec<Column>,
    /// Columns that hold indices, and how many entries their tables have.
    pub(crate) indices: Vec<(usize, usize)>,
    /// Columns that must have equally many rows, by position; the first stands for all. Groups,
    /// which binding makes, have none.
    pub(crate) row_sets: Vec<Vec<usize>>,
    /// Number of scalar registers.
    pub(crate) registers: usize,
    pub(crate) constants: Vec<(Register, f64)>,
    /// Registers that hold the number of rows of a column.
    pub(crate) row_counts: Vec<(Register, usize)>,
    /// The row set of each column computed at binding.
    pub(crate) derived: Vec<usize>,
    /// What the passes over sums did.
    pub(crate) notes: Vec<String>,
    /// Whether rows that evaluation loops read alike are merged at binding.
    pub(crate) merges_rows: bool,
    pub(crate) binding: Section,
    /// By [`EntryPoint`]; a program without a gradient has the first only.
    pub(crate) evaluations: Vec<Evaluation>,
}

/// Which outputs an evaluation computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryPoint {
    All,
    /// All but the first.
    Gradient,
    /// The first.
    Value,
}

impl EntryPoint {
    /// In the order of [`Plan::evaluations`].
    pub(crate) const EVERY: [Self; 3] = [Self::All, Self::Gradient, Self::Value];

    /// Those of all outputs it computes.
    fn outputs<T>(self, all: &[T]) -> &[T] {
        match self {
            Self::All => all,
            Self::Gradient => &all[1..],
            Self::Value => &all[..1],
        }
    }
}

impl Program {
    /// Compiles `outputs` as functions of `parameters`.
    ///
    /// # Errors
    /// When an output depends on a parameter not listed, still has one value per row, or sums
    /// over no column; when a listed parameter is none, or is listed twice; when a look-up table
    /// is empty or changes from row to row.
    pub fn compile(outputs: &[Real], parameters: &[Real]) -> Result<Self, CompileError> {
        CompileSettings::default().compile(outputs, parameters)
    }

    /// Compiles `value` and its derivative by each of `parameters`: 1 + `parameters.len()`
    /// outputs, the value first.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_with_gradient(value: &Real, parameters: &[Real]) -> Result<Self, CompileError> {
        CompileSettings::default().compile_with_gradient(value, parameters)
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.plan.parameters
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.plan.evaluations[0].outputs.len()
    }

    /// Whether the outputs are a value and its gradient.
    pub fn has_gradient(&self) -> bool {
        self.plan.evaluations.len() == EntryPoint::EVERY.len()
    }

    /// The columns the program reads, each once.
    pub fn columns(&self) -> &[Column] {
        &self.plan.columns
    }

    /// What became of sums over rows, one sentence a line; empty if nothing was collapsed.
    pub fn explain(&self) -> String {
        self.plan
            .notes
            .iter()
            .flat_map(|note| [note, "\n"])
            .collect()
    }

    /// The program of a plan that keeps to the rules.
    pub(crate) fn from_plan(plan: Plan) -> Self {
        Self {
            plan: Arc::new(plan),
            tiers: Arc::default(),
            code_of_lanes: Arc::default(),
        }
    }

    /// The first placeholder that is called `name`.
    ///
    /// ```
    /// use rainier_core::{Column, Program};
    ///
    /// let x = Column::placeholder("x");
    /// let program = Program::compile(&[x.real().sum_rows()], &[])?;
    /// assert!(program.column("x").is_some_and(|found| found.is_same(&x)));
    /// assert!(program.column("y").is_none());
    /// # Ok::<(), rainier_core::CompileError>(())
    /// ```
    pub fn column(&self, name: &str) -> Option<&Column> {
        let mut placeholders = self
            .columns()
            .iter()
            .filter(|column| column.values().is_none());
        placeholders.find(|column| column.name() == name)
    }

    pub(crate) fn tiers(&self) -> &Tiers {
        &self.tiers
    }

    /// Scalar code that takes turns in its registers, by entry point.
    pub(crate) fn code_of_lanes(&self) -> &[ScalarCode] {
        let evaluations = self.plan.evaluations.iter();
        self.code_of_lanes
            .get_or_init(|| evaluations.map(reusing_registers).collect())
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }
}

/// Sizes only: the code is what `Display` shows.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = self.plan.evaluations.iter();
        let instructions: usize = sections.map(|part| part.section.instructions()).sum();
        f.debug_struct("Program")
            .field("parameters", &self.parameters())
            .field("outputs", &self.outputs())
            .field("columns", &self.columns().len())
            .field(
                "instructions",
                &(self.plan.binding.instructions() + instructions),
            )
            .finish_non_exhaustive()
    }
}
