//! Joins a program with data: checks the columns and runs the binding section.
//!
//! In: a program, values for its placeholders. Out: a [`BoundProgram`], or which column is
//! missing, unused or of the wrong length. Linear in the number of rows.

use std::sync::Arc;

use super::BoundProgram;
use super::rows::{self, PaddedColumn, Scratch, Tables};
use crate::column::Column;
use crate::error::BindError;
use crate::program::{Plan, Program};

/// Columns, and all that data alone determine.
#[derive(Debug)]
pub(super) struct Bound {
    /// Scalar registers with constants and data-only values filled in.
    pub(super) scalars: Vec<[f64; 1]>,
    columns: Vec<PaddedColumn>,
    derived: Vec<PaddedColumn>,
    /// By row set.
    row_counts: Vec<usize>,
}

impl Bound {
    pub(super) fn tables(&self) -> Tables<'_> {
        Tables {
            columns: &self.columns,
            derived: &self.derived,
            row_counts: &self.row_counts,
        }
    }
}

impl Program {
    /// Joins the program with data. Columns that own their values need no entry; values given
    /// for such a column replace its own.
    ///
    /// # Errors
    /// When a placeholder has no values, when a column given is not one of the program's, and
    /// when columns that meet in a row expression differ in length.
    pub fn bind(&self, data: &[(&Column, &[f64])]) -> Result<BoundProgram, BindError> {
        let plan = self.plan();
        for (column, _) in data {
            if !plan.columns.iter().any(|known| known.is_same(column)) {
                return Err(BindError::Unused {
                    column: column.name().to_owned(),
                });
            }
        }
        let columns = plan
            .columns
            .iter()
            .map(|column| values_of(column, data).map(PaddedColumn::new))
            .collect::<Result<Vec<_>, _>>()?;
        let row_counts = row_counts(plan, &columns)?;
        Ok(BoundProgram {
            program: self.clone(),
            bound: Arc::new(run(plan, columns, row_counts)),
        })
    }
}

fn values_of<'a>(
    column: &'a Column,
    data: &[(&Column, &'a [f64])],
) -> Result<&'a [f64], BindError> {
    let given = data
        .iter()
        .find(|(given, _)| given.is_same(column))
        .map(|&(_, values)| values);
    given
        .or_else(|| column.values())
        .ok_or_else(|| BindError::Missing {
            column: column.name().to_owned(),
        })
}

/// The number of rows of each row set, if its columns agree.
fn row_counts(plan: &Plan, columns: &[PaddedColumn]) -> Result<Vec<usize>, BindError> {
    let mut counts = Vec::with_capacity(plan.row_sets.len());
    for row_set in &plan.row_sets {
        let first = row_set[0];
        let rows = columns[first].rows();
        if let Some(&other) = row_set
            .iter()
            .find(|&&column| columns[column].rows() != rows)
        {
            return Err(BindError::Length {
                first: plan.columns[first].name().to_owned(),
                first_rows: rows,
                second: plan.columns[other].name().to_owned(),
                second_rows: columns[other].rows(),
            });
        }
        counts.push(rows);
    }
    Ok(counts)
}

/// Runs the binding section.
fn run(plan: &Plan, columns: Vec<PaddedColumn>, row_counts: Vec<usize>) -> Bound {
    let mut scalars = vec![[0.0]; plan.registers];
    for &(register, value) in &plan.constants {
        scalars[register.index()] = [value];
    }
    for &(register, column) in &plan.row_counts {
        scalars[register.index()] = [columns[column].rows() as f64];
    }
    let mut derived: Vec<PaddedColumn> = plan
        .derived
        .iter()
        .map(|&row_set| PaddedColumn::zeros(row_counts[row_set]))
        .collect();
    let mut scratch = Scratch::for_section(&plan.binding);
    // The binding section reads given columns only.
    let tables = Tables {
        columns: &columns,
        derived: &[],
        row_counts: &row_counts,
    };
    rows::run(
        &plan.binding,
        &mut scalars,
        &mut scratch,
        tables,
        |column, block, values| {
            derived[column].set_block(block, values);
        },
    );
    Bound {
        scalars,
        columns,
        derived,
        row_counts,
    }
}
