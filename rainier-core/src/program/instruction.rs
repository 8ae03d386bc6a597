//! Names the steps of a program.
//!
//! In: nothing. Out: [`Instruction`], which works alike on one number and on a block of rows, and
//! the [`Section`]s it is arranged in. Every instruction writes a register that it does not read,
//! so a block's destination never aliases its sources.

use crate::operation::{Binary, Ternary, Unary};

/// Where a value is kept: one number in scalar code, one block of rows in a row loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Register(pub(crate) u32);

impl Register {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One step: a destination and what is written there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Instruction {
    pub(crate) destination: Register,
    pub(crate) action: Action,
}

/// What a step computes.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// Code of one stage: at binding or at evaluation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Section {
    pub(crate) steps: Vec<Step>,
}

/// Scalar code, or a loop over rows whose sums later scalar code may read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Scalars(Vec<Instruction>),
    Rows(RowLoop),
}

/// One pass over the rows of columns of equal length.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowLoop {
    /// Position among the program's row sets.
    pub(crate) row_set: usize,
    /// Number of block registers.
    pub(crate) registers: usize,
    /// Block registers that hold one scalar in every lane, filled before the loop.
    pub(crate) broadcasts: Vec<(Register, Register)>,
    pub(crate) loads: Vec<(Register, Source)>,
    pub(crate) instructions: Vec<Instruction>,
    /// Block register to sum over all rows, scalar register for the result.
    pub(crate) sums: Vec<(Register, Register)>,
    /// Block register to keep as a derived column.
    pub(crate) stores: Vec<(Register, usize)>,
}

/// A column to read in a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Given by the user.
    Column(usize),
    /// Computed at binding.
    Derived(usize),
}
