//! Checks work on whole columns: groups of rows and triangular factors.
//!
//! In: a step and what was filled before it. Out: nothing, or the rule it breaks.

use super::{Flaw, Known, must};
use crate::collapse::LARGEST_ORDER;
use crate::graph::TriangleEntry;
use crate::program::{GroupStep, Place, TriangleStep};

pub(super) fn groups<'p>(step: &'p GroupStep, known: &mut Known<'p>) -> Result<(), Flaw> {
    let rows = &mut known.rows;
    must(!step.keys.is_empty(), "groups must have a key")?;
    rows.exist(step.row_set)?;
    for &key in &step.keys {
        rows.read(key, step.row_set)?;
    }
    for &(summand, _) in &step.sums {
        summand.map_or(Ok(()), |summand| rows.read(summand, step.row_set))?;
    }
    rows.make(step)?;
    for &(place, derived) in &step.key_columns {
        let key = step.keys.get(place);
        let key = *key.ok_or(Flaw("a key must be one of the keys"))?;
        rows.fill_key(derived, step.groups, key)?;
    }
    for &(_, derived) in &step.sums {
        rows.fill(derived, step.groups)?;
    }
    Ok(())
}

pub(super) fn triangle(step: &TriangleStep, known: &mut Known<'_>) -> Result<(), Flaw> {
    known.rows.exist(step.row_set)?;
    for &column in step.columns.iter().chain(&step.weight) {
        known.rows.read(column, step.row_set)?;
    }
    let order = step.columns.len() + usize::from(step.has_constant);
    // Time and memory grow with its square.
    must(
        !step.columns.is_empty() && order <= LARGEST_ORDER,
        "a triangle must have from 1 to 32 columns",
    )?;
    if let Some(groups) = step.groups {
        must(
            known.rows.grouped(groups)? == step.row_set,
            "triangles must be made of the rows that were grouped",
        )?;
    }
    for &(entry, place) in &step.entries {
        entry_exists(entry, step)?;
        match (place, step.groups) {
            (Place::Scalar(register), None) => known.scalars.write(register)?,
            (Place::Derived(derived), Some(groups)) => known.rows.fill(derived, groups)?,
            (Place::Scalar(_), Some(_)) | (Place::Derived(_), None) => {
                return Err(Flaw("a triangle for each group must be kept in columns"));
            }
        }
    }
    Ok(())
}

fn entry_exists(entry: TriangleEntry, step: &TriangleStep) -> Result<(), Flaw> {
    let columns = step.columns.len();
    let order = columns + usize::from(step.has_constant);
    let exists = match entry {
        TriangleEntry::Centre(column) => (column as usize) < columns,
        TriangleEntry::Factor(row, column) => row <= column && (column as usize) < order,
    };
    must(exists, "an entry must be one of its triangle's")
}
