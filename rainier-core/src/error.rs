//! What can go wrong between an expression and its value.
//!
//! In: nothing. Out: [`CompileError`] for graphs that make no program, [`BindError`] for data
//! that do not fit one. Evaluation itself cannot fail: undefined results are NaN or infinite.

/// Why expressions could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// An expression uses a parameter that is not in the list given.
    #[error("parameter {name:?} is used but not listed among the program's parameters")]
    UnknownParameter {
        /// The parameter's name.
        name: String,
    },
    /// Something other than a parameter was listed as one.
    #[error("entry {index} of the parameters must be a parameter, got a compound expression")]
    NotAParameter {
        /// Position in the list, from 0.
        index: usize,
    },
    /// The same parameter was listed twice.
    #[error("parameter {name:?} is listed twice, at {index} and before")]
    RepeatedParameter {
        /// The parameter's name.
        name: String,
        /// Position of the second listing, from 0.
        index: usize,
    },
    /// An output still has one value per row.
    #[error("output {index} has one value per row of {column:?}; sum it with sum_rows()")]
    OutputPerRow {
        /// Position among the outputs, from 0.
        index: usize,
        /// A column it depends on.
        column: String,
    },
    /// `sum_rows()` was called on an expression without columns.
    #[error("sum_rows() needs an expression that depends on a column")]
    NothingToSum,
    /// A look-up table without entries.
    #[error("lookup() needs a table of at least one entry")]
    EmptyTable,
    /// An entry of a look-up table has one value per row.
    #[error(
        "entry {position} of a look-up table must not depend on columns; sum it with sum_rows()"
    )]
    TablePerRow {
        /// Position in the table, from 0.
        position: usize,
    },
    /// A constant index that names no entry of its table.
    #[error(
        "an index of a look-up table of {entries} entries must be a whole number from 0 to {}, \
         got {value}",
        .entries - 1
    )]
    Index {
        /// The index.
        value: String,
        /// Number of entries of the table.
        entries: usize,
    },
    /// An index that is computed.
    #[error("the index of a look-up table must be a column or a constant")]
    ComputedIndex,
    /// More than 2³² − 1 distinct nodes.
    #[error("a graph holds at most {limit} distinct nodes")]
    TooLarge {
        /// The limit.
        limit: u32,
    },
}

/// Why a program could not be bound to data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// A placeholder got no values.
    #[error("column {column:?} needs values")]
    Missing {
        /// The placeholder's name.
        column: String,
    },
    /// Values were given for a column the program does not read.
    #[error("column {column:?} is not used by the program")]
    Unused {
        /// The column's name.
        column: String,
    },
    /// An index names no entry of its table.
    #[error(
        "column {column:?}: the index in row {row} must be a whole number from 0 to {}, got {value}",
        .entries - 1
    )]
    Index {
        /// The index column's name.
        column: String,
        /// The row, from 0.
        row: usize,
        /// What it holds.
        value: String,
        /// Number of entries of the table.
        entries: usize,
    },
    /// Columns of one row expression differ in length.
    #[error(
        "columns {first:?} and {second:?} must have equally many rows, got {first_rows} and {second_rows}"
    )]
    Length {
        /// A column.
        first: String,
        /// Its number of rows.
        first_rows: usize,
        /// A column it meets in a row expression.
        second: String,
        /// That one's number of rows.
        second_rows: usize,
    },
}
