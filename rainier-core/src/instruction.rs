//! Names the steps of a program.
//!
//! In: nothing. Out: [`Instruction`], which works alike on one number and on a block of rows, and
//! the [`Section`]s it is arranged in. Every instruction writes a register that it does not read,
//! so a block's destination never aliases its sources.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::graph::TriangleEntry;
use crate::operation::{Binary, Ternary, Unary};

/// Where a value is kept: one number in scalar code, one block of rows in a row loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Register(pub(crate) u32);

impl Register {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One step: a destination and what is written there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Instruction {
    pub(crate) destination: Register,
    pub(crate) action: Action,
}

/// What leaves every number as it is when it is added: 0 would make 0 of −0.
pub(crate) const NO_OFFSET: f64 = -0.0;

/// Whether it is [`NO_OFFSET`].
pub(crate) fn adds_nothing(offset: f64) -> bool {
    offset.to_bits() == NO_OFFSET.to_bits()
}

/// What a step computes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum Action {
    Add(Register, Register),
    Subtract(Register, Register),
    Multiply(Register, Register),
    Divide(Register, Register),
    /// 1 / source.
    Reciprocal(Register),
    /// scale · source + offset.
    Affine {
        source: Register,
        scale: f64,
        offset: f64,
    },
    /// accumulator + scale · source.
    AddScaled {
        accumulator: Register,
        source: Register,
        scale: f64,
    },
    /// accumulator + left · right, each rounded.
    AddProduct {
        accumulator: Register,
        left: Register,
        right: Register,
    },
    /// source^exponent by repeated multiplication.
    Power {
        source: Register,
        exponent: i32,
    },
    Unary(Unary, Register),
    Binary(Binary, Register, Register),
    Ternary(Ternary, [Register; 3]),
    /// Where the condition is not 0 the second, else the third.
    Select(Register, Register, Register),
}

impl Action {
    /// The action to use where rows are added up.
    pub(crate) fn of_row(self) -> Self {
        match self {
            Self::Binary(function, a, b) => Self::Binary(function.of_row(), a, b),
            other => other,
        }
    }

    /// The same action on other registers.
    pub(crate) fn map_sources(self, mut map: impl FnMut(Register) -> Register) -> Self {
        match self {
            Self::Add(a, b) => Self::Add(map(a), map(b)),
            Self::Subtract(a, b) => Self::Subtract(map(a), map(b)),
            Self::Multiply(a, b) => Self::Multiply(map(a), map(b)),
            Self::Divide(a, b) => Self::Divide(map(a), map(b)),
            Self::Reciprocal(a) => Self::Reciprocal(map(a)),
            Self::Affine {
                source,
                scale,
                offset,
            } => Self::Affine {
                source: map(source),
                scale,
                offset,
            },
            Self::AddScaled {
                accumulator,
                source,
                scale,
            } => Self::AddScaled {
                accumulator: map(accumulator),
                source: map(source),
                scale,
            },
            Self::AddProduct {
                accumulator,
                left,
                right,
            } => Self::AddProduct {
                accumulator: map(accumulator),
                left: map(left),
                right: map(right),
            },
            Self::Power { source, exponent } => Self::Power {
                source: map(source),
                exponent,
            },
            Self::Unary(function, a) => Self::Unary(function, map(a)),
            Self::Binary(function, a, b) => Self::Binary(function, map(a), map(b)),
            Self::Ternary(function, sources) => Self::Ternary(function, sources.map(map)),
            Self::Select(condition, then, otherwise) => {
                Self::Select(map(condition), map(then), map(otherwise))
            }
        }
    }
}

/// Code that computes some of a program's outputs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Evaluation {
    pub(crate) outputs: Vec<Register>,
    pub(crate) section: Section,
}

/// Code of one stage: at binding or at evaluation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(crate) steps: Vec<Step>,
}

impl Section {
    /// How many instructions there are, those of loops included.
    pub(crate) fn instructions(&self) -> usize {
        let of_step = |step: &Step| match step {
            Step::Scalars(instructions) => instructions.len(),
            Step::Rows(row_loop) => row_loop.instructions.len(),
            Step::Groups(_) | Step::Triangle(_) => 0,
        };
        self.steps.iter().map(of_step).sum()
    }

    /// The loops over rows, in order.
    pub(crate) fn loops(&self) -> impl Iterator<Item = &RowLoop> + Clone {
        self.steps.iter().filter_map(|step| match step {
            Step::Rows(row_loop) => Some(row_loop),
            Step::Scalars(_) | Step::Groups(_) | Step::Triangle(_) => None,
        })
    }
}

/// Scalar code, a loop over rows whose sums later scalar code may read, or, at binding, work on
/// whole columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Entry points of a long program share their code.
    Scalars(Arc<Vec<Instruction>>),
    Rows(RowLoop),
    Groups(GroupStep),
    Triangle(TriangleStep),
}

impl Step {
    /// Calls `visit` for each scalar register that an evaluation's step reads, once for each time.
    pub(crate) fn for_each_scalar_read(&self, mut visit: impl FnMut(Register)) {
        match self {
            Self::Scalars(instructions) => {
                for instruction in instructions.iter() {
                    instruction.action.map_sources(|source| {
                        visit(source);
                        source
                    });
                }
            }
            Self::Rows(row_loop) => {
                row_loop
                    .broadcasts
                    .iter()
                    .for_each(|&(_, scalar)| visit(scalar));
                for gather in &row_loop.gathers {
                    (gather.table.0..)
                        .take(gather.entries)
                        .for_each(|entry| visit(Register(entry)));
                }
            }
            Self::Groups(_) | Self::Triangle(_) => {}
        }
    }
}

/// Makes groups of the rows with equal keys, and sums columns within them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GroupStep {
    pub(crate) keys: Vec<Source>,
    /// The row set that is grouped, and the one the groups are.
    pub(crate) row_set: usize,
    pub(crate) groups: usize,
    /// Place of the key, derived column it becomes.
    pub(crate) key_columns: Vec<(usize, usize)>,
    /// Column to sum, or none to count rows; derived column of the sums.
    pub(crate) sums: Vec<(Option<Source>, usize)>,
}

/// Factors the data matrix of a sum of squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TriangleStep {
    pub(crate) row_set: usize,
    pub(crate) columns: Vec<Source>,
    pub(crate) has_constant: bool,
    pub(crate) weight: Option<Source>,
    /// The row set of the groups; they were made before.
    pub(crate) groups: Option<usize>,
    pub(crate) entries: Vec<(TriangleEntry, Place)>,
}

/// Where a number per data set, or one per group, is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    Scalar(Register),
    Derived(usize),
}

/// One pass over the rows of columns of equal length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowLoop {
    /// Position among the program's row sets.
    pub(crate) row_set: usize,
    /// Number of block registers that are written. Loads are read where they are, under the
    /// numbers that follow.
    pub(crate) registers: usize,
    /// Block registers that hold one scalar in every lane, filled before the loop.
    pub(crate) broadcasts: Vec<(Register, Register)>,
    pub(crate) loads: Vec<(Register, Source)>,
    pub(crate) gathers: Vec<Gather>,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) sums: Vec<RowSum>,
    pub(crate) scatters: Vec<Scatter>,
    /// Block register to keep as a derived column.
    pub(crate) stores: Vec<(Register, usize)>,
}

/// A sum over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowSum {
    pub(crate) block: Register,
    /// What each row is multiplied by, if anything.
    pub(crate) factor: Option<Register>,
    /// Whether ln(1 + block) is summed, for a block in [0, 1], and not the block.
    pub(crate) of_logarithms: bool,
    /// The scalar register of the sum.
    pub(crate) sum: Register,
}

/// Fills a block register with entries of a table of scalar registers, by an index per row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gather {
    pub(crate) block: Register,
    pub(crate) index: Source,
    /// The first entry; the others follow.
    pub(crate) table: Register,
    pub(crate) entries: usize,
}

/// Sums a block register over the rows of each index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scatter {
    pub(crate) block: Register,
    pub(crate) index: Source,
    /// The scalar register of index 0; those of the others follow.
    pub(crate) table: Register,
    pub(crate) entries: usize,
}

/// A column to read in a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Source {
    /// Given by the user.
    Column(usize),
    /// Computed at binding.
    Derived(usize),
}
