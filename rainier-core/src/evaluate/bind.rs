//! Joins a program with data: checks the columns, runs the binding section and prepares the loops.
//!
//! In: a program, values for its placeholders. Out: a [`BoundProgram`], or which column is
//! missing, unused, of the wrong length or no index. Linear in the number of rows.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::BoundProgram;
use super::column::{IndexColumn, PaddedColumn};
use super::distinct::distinct_rows;
use super::groups::Grouping;
use super::interpreter::execute;
use super::rows::{LoopInput, Scratch, run_loop};
use super::triangle::factor;
use crate::column::Column;
use crate::error::BindError;
use crate::graph::TriangleEntry;
use crate::program::{
    GroupStep, Place, Plan, Program, RowLoop, Section, Source, Step, TriangleStep,
};

/// All that data alone determine.
pub(super) struct Bound {
    /// Scalar registers with constants and data-only values filled in.
    pub(super) scalars: Vec<[f64; 1]>,
    /// By entry point, what each of its loops reads, in order.
    pub(super) inputs: Vec<Vec<Arc<LoopInput>>>,
}

/// Sizes only: data would fill pages.
impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("scalars", &self.scalars.len())
            .field("loops", &self.inputs.iter().map(Vec::len).sum::<usize>())
            .finish_non_exhaustive()
    }
}

impl Program {
    /// Joins the program with data. Columns that own their values need no entry; values given
    /// for such a column replace its own.
    ///
    /// # Errors
    /// When a placeholder has no values, when a column given is not one of the program's, when
    /// columns that meet in a row expression differ in length, and when an index is not a whole
    /// number below the length of its table.
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
            .map(|column| Ok(Arc::new(PaddedColumn::new(values_of(column, data)?))))
            .collect::<Result<Vec<_>, _>>()?;
        let row_counts = row_counts(plan, &columns)?;
        check_indices(plan, &columns)?;
        let mut binding = Binding::new(plan, columns, row_counts);
        binding.run(&plan.binding);
        Ok(BoundProgram {
            program: self.clone(),
            bound: Arc::new(binding.finish()),
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

/// The number of rows of each row set, if its columns agree; 0 for groups, which are yet to come.
fn row_counts(plan: &Plan, columns: &[Arc<PaddedColumn>]) -> Result<Vec<usize>, BindError> {
    let mut counts = Vec::with_capacity(plan.row_sets.len());
    for row_set in &plan.row_sets {
        let Some(&first) = row_set.first() else {
            counts.push(0);
            continue;
        };
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

fn check_indices(plan: &Plan, columns: &[Arc<PaddedColumn>]) -> Result<(), BindError> {
    for &(column, entries) in &plan.indices {
        let is_index = |value: f64| value >= 0.0 && value < entries as f64 && value.fract() == 0.0;
        let values = columns[column].values();
        if let Some(row) = values.iter().position(|&value| !is_index(value)) {
            return Err(BindError::Index {
                column: plan.columns[column].name().to_owned(),
                row,
                value: values[row].to_string(),
                entries,
            });
        }
    }
    Ok(())
}

/// A binding in progress.
struct Binding<'a> {
    plan: &'a Plan,
    scalars: Vec<[f64; 1]>,
    columns: Vec<Arc<PaddedColumn>>,
    /// Empty until the step that makes it has run.
    derived: Vec<Arc<PaddedColumn>>,
    /// By row set.
    row_counts: Vec<usize>,
    /// By row set of the groups.
    groupings: FxHashMap<usize, Arc<Grouping>>,
    indices: FxHashMap<Source, Arc<IndexColumn>>,
    merged: FxHashMap<Reads, Arc<LoopInput>>,
}

/// The columns a loop reads: loads, gathers, scatters.
type Reads = (usize, Vec<Source>, Vec<Source>);

impl<'a> Binding<'a> {
    fn new(plan: &'a Plan, columns: Vec<Arc<PaddedColumn>>, row_counts: Vec<usize>) -> Self {
        let mut scalars = vec![[0.0]; plan.registers];
        for &(register, value) in &plan.constants {
            scalars[register.index()] = [value];
        }
        for &(register, column) in &plan.row_counts {
            scalars[register.index()] = [columns[column].rows() as f64];
        }
        Self {
            plan,
            scalars,
            columns,
            derived: vec![Arc::default(); plan.derived.len()],
            row_counts,
            groupings: FxHashMap::default(),
            indices: FxHashMap::default(),
            merged: FxHashMap::default(),
        }
    }

    fn run(&mut self, section: &Section) {
        let mut scratch = Scratch::for_sections([section]);
        for step in &section.steps {
            match step {
                Step::Scalars(instructions) => execute(instructions, &mut self.scalars),
                Step::Rows(row_loop) => self.run_rows(row_loop, &mut scratch),
                Step::Groups(step) => self.group(step),
                Step::Triangle(step) => self.factor(step),
            }
        }
    }

    fn finish(mut self) -> Bound {
        let plan = self.plan;
        let inputs = plan
            .evaluations
            .iter()
            .map(|evaluation| {
                let loops = evaluation.section.loops();
                loops.map(|row_loop| self.merged_input(row_loop)).collect()
            })
            .collect();
        Bound {
            scalars: self.scalars,
            inputs,
        }
    }

    fn run_rows(&mut self, row_loop: &RowLoop, scratch: &mut Scratch) {
        let input = self.input(row_loop, None);
        let mut made: FxHashMap<usize, PaddedColumn> = row_loop
            .stores
            .iter()
            .map(|&(_, derived)| (derived, PaddedColumn::for_rows(input.rows)))
            .collect();
        run_loop(
            row_loop,
            &input,
            &mut self.scalars,
            scratch,
            |derived, block, rows| {
                if let Some(column) = made.get_mut(&derived) {
                    column.push(block, rows);
                }
            },
        );
        for (derived, column) in made {
            self.derived[derived] = Arc::new(column);
        }
    }

    fn group(&mut self, step: &GroupStep) {
        let keys: Vec<_> = step.keys.iter().map(|&key| self.column(key)).collect();
        let keys: Vec<&[f64]> = keys.iter().map(|key| key.values()).collect();
        let grouping = Arc::clone(
            self.groupings
                .entry(step.groups)
                .or_insert_with(|| Arc::new(Grouping::new(&keys))),
        );
        self.row_counts[step.groups] = grouping.len();
        for &(place, derived) in &step.key_columns {
            self.derived[derived] = Arc::new(PaddedColumn::new(&grouping.key(keys[place])));
        }
        for &(source, derived) in &step.sums {
            let column = source.map(|source| self.column(source));
            let sums = grouping.sums(column.as_ref().map(|column| column.values()));
            self.derived[derived] = Arc::new(PaddedColumn::new(&sums));
        }
    }

    fn factor(&mut self, step: &TriangleStep) {
        let columns: Vec<_> = step
            .columns
            .iter()
            .map(|&source| self.column(source))
            .collect();
        let weight = step.weight.map(|source| self.column(source));
        let members = match step.groups {
            Some(groups) => self.groupings[&groups].members(),
            None => vec![(0..).take(self.row_counts[step.row_set]).collect()],
        };
        let mut of_groups = vec![Vec::with_capacity(members.len()); step.entries.len()];
        for rows in &members {
            let chosen = |column: &PaddedColumn| -> Vec<f64> {
                rows.iter()
                    .map(|&row| column.values()[row as usize])
                    .collect()
            };
            let weights = weight.as_ref().map(|weight| chosen(weight));
            let columns = columns.iter().map(|column| chosen(column)).collect();
            let factored = factor(columns, step.has_constant, weights.as_deref());
            for ((entry, _), values) in step.entries.iter().zip(&mut of_groups) {
                values.push(match *entry {
                    TriangleEntry::Centre(column) => factored.centres[column as usize],
                    TriangleEntry::Factor(row, column) => {
                        factored.rows[row as usize][(column - row) as usize]
                    }
                });
            }
        }
        for (&(_, place), values) in step.entries.iter().zip(&of_groups) {
            match place {
                Place::Scalar(register) => self.scalars[register.index()] = [values[0]],
                Place::Derived(derived) => {
                    self.derived[derived] = Arc::new(PaddedColumn::new(values));
                }
            }
        }
    }

    fn column(&self, source: Source) -> Arc<PaddedColumn> {
        Arc::clone(match source {
            Source::Column(column) => &self.columns[column],
            Source::Derived(column) => &self.derived[column],
        })
    }

    /// What a loop reads, of all rows or of those given.
    fn input(&mut self, row_loop: &RowLoop, rows: Option<&[u32]>) -> LoopInput {
        let loads = row_loop
            .loads
            .iter()
            .map(|&(_, source)| {
                let column = self.column(source);
                rows.map_or(column.clone(), |rows| Arc::new(column.of_rows(rows)))
            })
            .collect();
        let indices = indices_of(row_loop)
            .into_iter()
            .map(|source| {
                let column = self.column(source);
                match rows {
                    Some(rows) => Arc::new(IndexColumn::new(&column.of_rows(rows))),
                    None => Arc::clone(
                        self.indices
                            .entry(source)
                            .or_insert_with(|| Arc::new(IndexColumn::new(&column))),
                    ),
                }
            })
            .collect();
        LoopInput {
            rows: rows.map_or(self.row_counts[row_loop.row_set], <[u32]>::len),
            loads,
            indices,
            weights: None,
        }
    }

    /// What a loop reads at evaluation: equal rows once, and rows of equal index together.
    fn merged_input(&mut self, row_loop: &RowLoop) -> Arc<LoopInput> {
        let loads: Vec<Source> = row_loop.loads.iter().map(|&(_, source)| source).collect();
        let indices = indices_of(row_loop);
        let reads = (row_loop.row_set, loads, indices);
        if let Some(known) = self.merged.get(&reads) {
            return Arc::clone(known);
        }
        let all: Vec<_> = reads
            .1
            .iter()
            .chain(&reads.2)
            .map(|&s| self.column(s))
            .collect();
        let values: Vec<&[f64]> = all.iter().map(|column| column.values()).collect();
        let count = self.row_counts[row_loop.row_set];
        let merged = self
            .plan
            .merges_rows
            .then(|| distinct_rows(&values, count))
            .flatten();
        let (mut rows, mut weights) =
            merged.map_or((None, None), |(rows, weights)| (Some(rows), Some(weights)));
        if let Some(scatter) = row_loop.scatters.first() {
            let index = self.column(scatter.index);
            let index = |row: u32| index.values()[row as usize];
            let unsorted: Vec<u32> = rows.unwrap_or_else(|| (0..).take(count).collect());
            let mut order: Vec<usize> = (0..unsorted.len()).collect();
            order.sort_by(|&a, &b| index(unsorted[a]).total_cmp(&index(unsorted[b])));
            rows = Some(order.iter().map(|&place| unsorted[place]).collect());
            weights = weights.map(|weights| order.iter().map(|&place| weights[place]).collect());
        }
        let mut input = self.input(row_loop, rows.as_deref());
        input.weights = weights.map(|weights: Vec<f64>| PaddedColumn::new(&weights));
        let input = Arc::new(input);
        self.merged.insert(reads, Arc::clone(&input));
        input
    }
}

/// The index columns of a loop's gathers, then those of its scatters.
fn indices_of(row_loop: &RowLoop) -> Vec<Source> {
    let gathers = row_loop.gathers.iter().map(|gather| gather.index);
    gathers
        .chain(row_loop.scatters.iter().map(|scatter| scatter.index))
        .collect()
}
