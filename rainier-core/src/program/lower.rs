//! Lowers a staged graph to a plan: which code runs at binding, at evaluation, and per row.
//!
//! In: a graph split by stage and the outputs of each entry point. Out: a [`Plan`]. Sums over the
//! same rows that do not wait for each other share one loop. A sum that another row expression
//! depends on is one level below it, and levels run in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::arrange::{RowSets, levels, reads_all_rows};
use super::emit::Emitter;
use super::loops::LoopPlan;
use super::placement::Placement;
use super::reduce::ReductionPlan;
use super::sharing::shared_exponential;
use super::{Plan, Register, Section, Source, Step};
use crate::graph::{Graph, NodeId, Operation, RowSource};

/// `graph` holds nodes as `stage.rs` leaves them; `entries` are the outputs of each entry point,
/// the first of which has all.
pub(super) fn lower(graph: &Graph, entries: &[&[NodeId]], parameters: usize) -> Plan {
    Lowering::new(graph, entries[0], parameters).finish(entries)
}

/// The two sections a node's code can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Binding,
    Evaluation,
}

/// Code of one section by level: scalars of level n run before the loops of level n, and those
/// before work on whole columns.
#[derive(Debug, Default)]
pub(super) struct Levels {
    scalars: BTreeMap<usize, Vec<NodeId>>,
    loops: BTreeMap<(usize, usize), LoopPlan>,
    reductions: BTreeMap<usize, ReductionPlan>,
}

pub(super) struct Lowering<'a> {
    pub(super) graph: &'a Graph,
    /// Those needed, ascending.
    pub(super) nodes: Vec<NodeId>,
    parameters: usize,
    rows: RowSets,
    level: Vec<usize>,
    /// Derived column of each data-only row node that is kept.
    pub(super) derived: FxHashMap<NodeId, usize>,
    derived_row_sets: Vec<usize>,
    pub(super) scalars: Emitter,
    pub(super) register: Placement,
    /// The register of index 0 of each per-row node that is summed by index, and how many follow.
    pub(super) sums_by_index: FxHashMap<(NodeId, NodeId), (Register, usize)>,
    constants: Vec<(Register, f64)>,
    row_counts: Vec<(Register, usize)>,
}

impl<'a> Lowering<'a> {
    fn new(graph: &'a Graph, outputs: &[NodeId], parameters: usize) -> Self {
        let nodes = graph.reachable(outputs);
        let mut scalars = Emitter::of_scalars();
        for _ in 0..parameters {
            scalars.fresh();
        }
        Self {
            graph,
            level: levels(graph, &nodes),
            rows: RowSets::new(graph, &nodes),
            nodes,
            parameters,
            derived: FxHashMap::default(),
            derived_row_sets: Vec::new(),
            scalars,
            register: Placement::new(graph),
            sums_by_index: FxHashMap::default(),
            constants: Vec::new(),
            row_counts: Vec::new(),
        }
    }

    fn finish(mut self, entries: &[&[NodeId]]) -> Plan {
        self.place_leaves();
        self.place_sums_by_index();
        self.find_derived();
        let binding = self.arrange(&self.nodes, When::Binding);
        let binding = self.section(binding, When::Binding);
        let (evaluations, registers) = self.evaluations(entries);
        Plan {
            parameters: self.parameters,
            columns: self.columns(),
            indices: self.indices(),
            row_sets: self.rows.columns,
            registers,
            constants: self.constants,
            row_counts: self.row_counts,
            derived: self.derived_row_sets,
            notes: Vec::new(),
            merges_rows: true,
            binding,
            evaluations,
        }
    }

    /// The columns to bind, in order.
    fn columns(&self) -> Vec<crate::column::Column> {
        let read = self.graph.rows().iter().enumerate();
        read.filter(|&(rows, _)| self.rows.column_if_read(rows).is_some())
            .filter_map(|(_, source)| match source {
                RowSource::Column(column) => Some(column.clone()),
                RowSource::Groups => None,
            })
            .collect()
    }

    /// Columns that are indices of tables, with the tables' lengths.
    fn indices(&self) -> Vec<(usize, usize)> {
        let mut indices = Vec::new();
        for &node in &self.nodes {
            let Operation::Lookup(index, table) = self.graph.operation(node) else {
                continue;
            };
            let given = match self.graph.operation(*index) {
                Operation::GroupKey(groups, place) => groups.keys[*place as usize],
                _ => *index,
            };
            if let Operation::Column(rows) = *self.graph.operation(given) {
                let index = (self.rows.column(rows), table.len());
                if !indices.contains(&index) {
                    indices.push(index);
                }
            }
        }
        indices
    }

    /// Gives constants, parameters, row counts and sums their registers.
    fn place_leaves(&mut self) {
        for &node in &self.nodes {
            let register = match *self.graph.operation(node) {
                Operation::Parameter(index) => Register(index),
                Operation::Constant(value) => {
                    let register = self.scalars.fresh();
                    self.constants.push((register, value.0));
                    register
                }
                Operation::RowCount(rows) => {
                    let register = self.scalars.fresh();
                    self.row_counts.push((register, self.rows.column(rows)));
                    register
                }
                Operation::SumRows(..) => self.scalars.fresh(),
                Operation::Triangle(ref triangle, _) if triangle.groups.is_none() => {
                    self.scalars.fresh()
                }
                _ => continue,
            };
            self.register.insert(node, register);
        }
    }

    /// Gives sums by index registers side by side.
    fn place_sums_by_index(&mut self) {
        let mut entries: BTreeMap<(NodeId, NodeId), usize> = BTreeMap::new();
        for &node in &self.nodes {
            if let Operation::SumWhere(row, index, group) = *self.graph.operation(node) {
                let known = entries.entry((row, index)).or_default();
                *known = (*known).max(group as usize + 1);
            }
        }
        for (key, entries) in entries {
            let first = self.scalars.fresh();
            for _ in 1..entries {
                self.scalars.fresh();
            }
            self.sums_by_index.insert(key, (first, entries));
        }
        for &node in &self.nodes {
            if let Operation::SumWhere(row, index, group) = *self.graph.operation(node) {
                let (first, _) = self.sums_by_index[&(row, index)];
                self.register.insert(node, Register(first.0 + group));
            }
        }
    }

    /// Numbers the data-only row nodes that are kept as columns: those that a loop at evaluation
    /// reads, those that are needed as a whole, and those that such work makes.
    fn find_derived(&mut self) {
        let mut found = Vec::new();
        for &user in &self.nodes {
            let operation = self.graph.operation(user);
            if reads_all_rows(operation) && self.is_per_row(user) {
                found.push(user);
            }
            let is_in_row = self.is_per_row(user) && self.when(user) == When::Evaluation;
            let keeps = match operation {
                Operation::SumRows(..) => self.when(user) == When::Evaluation,
                Operation::SumWhere(_, index, _) => {
                    found.push(*index);
                    self.when(user) == When::Evaluation
                }
                other => is_in_row || reads_all_rows(other),
            };
            if keeps {
                operation.for_each_operand(|operand| found.push(operand));
            }
        }
        for node in found {
            let is_column = matches!(self.graph.operation(node), Operation::Column(_));
            if is_column || !self.is_per_row(node) || self.when(node) == When::Evaluation {
                continue;
            }
            let row_set = self.row_set(node);
            self.derived.entry(node).or_insert_with(|| {
                self.derived_row_sets.push(row_set);
                self.derived_row_sets.len() - 1
            });
        }
    }

    /// Distributes the nodes of a section over its levels.
    pub(super) fn arrange(&self, nodes: &[NodeId], when: When) -> Levels {
        let mut levels = Levels::default();
        for &node in nodes {
            if self.when(node) != when {
                continue;
            }
            let level = self.level[node.index()];
            match *self.graph.operation(node) {
                Operation::SumRows(row, rows) => {
                    let key = (level - 1, self.rows.row_set(rows));
                    levels.loops.entry(key).or_default().sums.push((row, node));
                }
                Operation::SumWhere(row, index, _) => {
                    let key = (level - 1, self.row_set(row));
                    levels.loops.entry(key).or_default().add_scatter(row, index);
                }
                Operation::GroupKey(..) | Operation::GroupSum(..) | Operation::Triangle(..) => {
                    let reductions = levels.reductions.entry(level - 1).or_default();
                    reductions.add(self, node);
                }
                Operation::Constant(_)
                | Operation::Parameter(_)
                | Operation::Column(_)
                | Operation::RowCount(_) => {}
                Operation::Line(..)
                | Operation::Product(_)
                | Operation::Unary(..)
                | Operation::Binary(..)
                | Operation::Ternary(..)
                | Operation::Select(..)
                | Operation::Lookup(..) => {
                    if !self.is_per_row(node) {
                        levels.scalars.entry(level).or_default().push(node);
                    } else if let (When::Binding, Some(&derived)) = (when, self.derived.get(&node))
                    {
                        let key = (level, self.row_set(node));
                        let plan = levels.loops.entry(key).or_default();
                        plan.stores.push((node, derived));
                    }
                }
            }
        }
        levels
    }

    pub(super) fn section(&mut self, levels: Levels, when: When) -> Section {
        self.section_with(levels, when, |lowering, _, nodes, _| lowering.emit(nodes))
    }

    /// Scalar nodes of each level are left to `scalars`, which may add steps before those that
    /// read all rows.
    pub(super) fn section_with(
        &mut self,
        mut levels: Levels,
        when: When,
        mut scalars: impl FnMut(&mut Self, usize, Vec<NodeId>, &mut Vec<Step>),
    ) -> Section {
        let last = [
            levels.scalars.keys().max().copied(),
            levels.loops.keys().map(|key| key.0).max(),
            levels.reductions.keys().max().copied(),
        ];
        let mut steps = Vec::new();
        for level in 0..=last.into_iter().flatten().max().unwrap_or(0) {
            let nodes = levels.scalars.remove(&level).unwrap_or_default();
            scalars(self, level, nodes, &mut steps);
            let mut loops = Vec::new();
            for row_set in 0..self.rows.columns.len() {
                if let Some(plan) = levels.loops.remove(&(level, row_set)) {
                    loops.push(Step::Rows(plan.lower(self, row_set, when)));
                }
            }
            steps.extend(self.take_scalars());
            steps.append(&mut loops);
            if let Some(plan) = levels.reductions.remove(&level) {
                steps.extend(plan.lower(self));
            }
        }
        Section { steps }
    }

    /// Computes scalar nodes.
    pub(super) fn emit(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        for node in nodes {
            let operand = |operand| self.register[&operand];
            let register = self.scalars.node(self.graph, node, operand);
            self.register.insert(node, register);
        }
    }

    /// The scalar code since it was last taken, if there is any.
    pub(super) fn take_scalars(&mut self) -> Option<Step> {
        let mut instructions = std::mem::take(&mut self.scalars.instructions);
        instructions.shrink_to_fit();
        (!instructions.is_empty()).then(|| Step::Scalars(Arc::new(instructions)))
    }

    /// The column that holds a per-row node, if one does.
    pub(super) fn source(&self, node: NodeId, when: When) -> Option<Source> {
        let operation = self.graph.operation(node);
        match (operation, when) {
            (&Operation::Column(rows), _) => Some(Source::Column(self.rows.column(rows))),
            // In the loop that makes a derived column its value is at hand already.
            (_, When::Binding) if !reads_all_rows(operation) => None,
            (_, _) => self.derived.get(&node).copied().map(Source::Derived),
        }
    }

    /// What groups are summed of: a column, or none to count the rows.
    pub(super) fn summand(&self, node: NodeId) -> Option<Source> {
        self.is_per_row(node).then(|| self.kept(node))
    }

    /// The column that holds a per-row node which is needed as a whole.
    pub(super) fn kept(&self, node: NodeId) -> Source {
        self.source(node, When::Evaluation)
            .expect("found among the derived columns")
    }

    /// E, if the node is ln(1 + E) with E = e^−|x|: a sum of such is the logarithm of a product.
    pub(super) fn logarithm_of_one_plus(&self, node: NodeId) -> Option<NodeId> {
        shared_exponential(self.graph, node).filter(|_| self.when(node) == When::Evaluation)
    }

    pub(super) fn is_per_row(&self, node: NodeId) -> bool {
        self.graph.stage(node).rows.is_some()
    }

    pub(super) fn row_set(&self, node: NodeId) -> usize {
        let rows = self.graph.stage(node).rows;
        self.rows
            .row_set(rows.expect("asked of per-row nodes only"))
    }

    pub(super) fn row_set_of_groups(&self, rows: u32) -> usize {
        self.rows.row_set(rows)
    }

    fn when(&self, node: NodeId) -> When {
        if self.graph.stage(node).parameter {
            When::Evaluation
        } else {
            When::Binding
        }
    }
}
