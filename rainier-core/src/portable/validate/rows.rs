//! Follows which rows exist and which columns are filled.
//!
//! In: what each step reads and makes, in order. Out: nothing, or the rule it breaks. Columns with
//! values from the user are there from the start; groups of rows, and columns derived from others,
//! once the step that makes them has run.

use super::{Flaw, must};
use crate::program::{GroupStep, Plan, Source};

/// Rows and columns so far.
#[derive(Debug, Clone)]
pub(super) struct Rows<'p> {
    plan: &'p Plan,
    /// The row set of each column that the user gives.
    row_set: Vec<usize>,
    /// By row set: the step that made it, if it is one of groups.
    made_by: Vec<Option<&'p GroupStep>>,
    /// By derived column.
    is_filled: Vec<bool>,
    /// The number of entries that indices are below: checked at binding, kept by keys of groups.
    index_of: Vec<Option<usize>>,
    derived_index_of: Vec<Option<usize>>,
}

impl<'p> Rows<'p> {
    pub(super) fn new(plan: &'p Plan) -> Result<Self, Flaw> {
        let row_set = row_sets(plan)?;
        must(
            plan.derived.iter().all(|&set| set < plan.row_sets.len()),
            "a derived column must have one of the row sets",
        )?;
        let mut index_of: Vec<Option<usize>> = vec![None; plan.columns.len()];
        for &(column, entries) in &plan.indices {
            let known = index_of.get_mut(column);
            let known = known.ok_or(Flaw("an index must be one of the columns"))?;
            *known = Some(known.map_or(entries, |least| least.min(entries)));
        }
        Ok(Self {
            plan,
            row_set,
            made_by: vec![None; plan.row_sets.len()],
            is_filled: vec![false; plan.derived.len()],
            index_of,
            derived_index_of: vec![None; plan.derived.len()],
        })
    }

    /// The rows of a set can be counted.
    pub(super) fn exist(&self, row_set: usize) -> Result<(), Flaw> {
        let columns = self.plan.row_sets.get(row_set);
        let columns = columns.ok_or(Flaw("rows must be those of one of the row sets"))?;
        must(
            !columns.is_empty() || self.made_by[row_set].is_some(),
            "groups must be made before their rows are read",
        )
    }

    /// A column with one value for each row of the set.
    pub(super) fn read(&self, source: Source, row_set: usize) -> Result<(), Flaw> {
        let of_source = match source {
            Source::Column(column) => self.row_set.get(column),
            Source::Derived(column) => self.plan.derived.get(column),
        };
        let of_source = of_source.ok_or(Flaw("a column read must exist"))?;
        must(
            *of_source == row_set,
            "columns read together must have the same rows",
        )?;
        match source {
            Source::Column(_) => Ok(()),
            Source::Derived(column) => must(
                self.is_filled[column],
                "a derived column must be filled before it is read",
            ),
        }
    }

    /// An index of a table with `entries`, or of one of any length.
    pub(super) fn read_index(
        &self,
        source: Source,
        row_set: usize,
        entries: Option<usize>,
    ) -> Result<(), Flaw> {
        self.read(source, row_set)?;
        let below = self.below(source);
        let below = below.ok_or(Flaw("an index must be checked at binding"))?;
        must(
            entries.is_none_or(|entries| below <= entries),
            "an index must be below the length of its table",
        )
    }

    /// Fills a derived column.
    pub(super) fn fill(&mut self, derived: usize, row_set: usize) -> Result<(), Flaw> {
        let of_derived = self.plan.derived.get(derived);
        must(
            of_derived == Some(&row_set),
            "a derived column must have the rows it is made from",
        )?;
        must(
            !self.is_filled[derived],
            "a derived column must be filled once",
        )?;
        self.is_filled[derived] = true;
        Ok(())
    }

    /// Fills a derived column with values of a key, which is an index if that is one.
    pub(super) fn fill_key(
        &mut self,
        derived: usize,
        row_set: usize,
        key: Source,
    ) -> Result<(), Flaw> {
        self.fill(derived, row_set)?;
        self.derived_index_of[derived] = self.below(key);
        Ok(())
    }

    /// Makes the rows of `step.groups`. A later step may sum over the same groups.
    pub(super) fn make(&mut self, step: &'p GroupStep) -> Result<(), Flaw> {
        let columns = self.plan.row_sets.get(step.groups);
        must(
            columns.is_some_and(Vec::is_empty),
            "groups must have a row set without columns",
        )?;
        let known = self.made_by[step.groups].get_or_insert(step);
        must(
            known.keys == step.keys && known.row_set == step.row_set,
            "groups must have the same keys whenever they are made",
        )
    }

    /// The row set that was grouped.
    pub(super) fn grouped(&self, groups: usize) -> Result<usize, Flaw> {
        let made_by = self.made_by.get(groups).copied().flatten();
        let made_by = made_by.ok_or(Flaw("groups must be made before a triangle for each"))?;
        Ok(made_by.row_set)
    }

    fn below(&self, source: Source) -> Option<usize> {
        match source {
            Source::Column(column) => self.index_of[column],
            Source::Derived(column) => self.derived_index_of[column],
        }
    }
}

/// The row set of each column, of which it has exactly one.
fn row_sets(plan: &Plan) -> Result<Vec<usize>, Flaw> {
    let mut of_column = vec![None; plan.columns.len()];
    for (row_set, columns) in plan.row_sets.iter().enumerate() {
        for &column in columns {
            let known = of_column.get_mut(column);
            let known = known.ok_or(Flaw("a row set must consist of columns"))?;
            must(
                known.replace(row_set).is_none(),
                "a column must be in one row set",
            )?;
        }
    }
    let of_column: Option<Vec<usize>> = of_column.into_iter().collect();
    of_column.ok_or(Flaw("a column must be in a row set"))
}
