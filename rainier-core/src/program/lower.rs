//! Lowers a staged graph to a plan: which code runs at binding, at evaluation, and per row.
//!
//! In: a graph split by stage and its outputs. Out: a [`Plan`]. Sums over the same rows that do
//! not wait for each other share one loop. A sum that another row expression depends on is one
//! level below it, and levels run in order.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::allocate::reuse_registers;
use super::emit::Emitter;
use super::{Plan, Register, RowLoop, Section, Source, Step};
use crate::graph::{Graph, NodeId, Operation};

/// `graph` holds needed nodes only, as `stage.rs` leaves it.
pub(super) fn lower(graph: &Graph, outputs: &[NodeId], parameters: usize) -> Plan {
    Lowering::new(graph, outputs, parameters).finish()
}

/// The two sections a node's code can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Binding,
    Evaluation,
}

/// A loop over the rows of one row set, at one level of one section.
#[derive(Debug, Default)]
struct LoopPlan {
    /// Per-row node and the node of its sum.
    sums: Vec<(NodeId, NodeId)>,
    /// Per-row nodes to keep, with the derived column they become.
    stores: Vec<(NodeId, usize)>,
}

/// Code of one section by level: scalars of level n run before the loops of level n.
#[derive(Debug, Default)]
struct Levels {
    scalars: BTreeMap<usize, Vec<NodeId>>,
    loops: BTreeMap<(usize, usize), LoopPlan>,
}

struct Lowering<'a> {
    graph: &'a Graph,
    nodes: Vec<NodeId>,
    outputs: &'a [NodeId],
    parameters: usize,
    /// Column of the graph → column of the program, row set; none when not read.
    columns: Vec<Option<(usize, usize)>>,
    row_sets: Vec<Vec<usize>>,
    /// How many sums over rows deep a node is within its section.
    level: Vec<usize>,
    /// Derived column of each data-only row node that an evaluation loop reads.
    derived: HashMap<NodeId, usize>,
    derived_row_sets: Vec<usize>,
    scalars: Emitter,
    register: HashMap<NodeId, Register>,
    constants: Vec<(Register, f64)>,
    row_counts: Vec<(Register, usize)>,
}

impl<'a> Lowering<'a> {
    fn new(graph: &'a Graph, outputs: &'a [NodeId], parameters: usize) -> Self {
        let nodes = graph.reachable(outputs);
        let (columns, row_sets) = row_sets(graph, &nodes);
        let mut scalars = Emitter::default();
        for _ in 0..parameters {
            scalars.fresh();
        }
        Self {
            graph,
            level: levels(graph, &nodes),
            nodes,
            outputs,
            parameters,
            columns,
            row_sets,
            derived: HashMap::new(),
            derived_row_sets: Vec::new(),
            scalars,
            register: HashMap::new(),
            constants: Vec::new(),
            row_counts: Vec::new(),
        }
    }

    fn finish(mut self) -> Plan {
        self.place_leaves();
        self.find_derived();
        let (binding, evaluation) = self.arrange();
        let binding = self.section(binding, When::Binding);
        let evaluation = self.section(evaluation, When::Evaluation);
        let mut columns = vec![None; self.row_sets.iter().map(Vec::len).sum()];
        for (column, place) in self.graph.columns().iter().zip(&self.columns) {
            if let Some((index, _)) = *place {
                columns[index] = Some(column.clone());
            }
        }
        Plan {
            parameters: self.parameters,
            outputs: self
                .outputs
                .iter()
                .map(|output| self.register[output])
                .collect(),
            columns: columns
                .into_iter()
                .map(|column| column.expect("numbered densely"))
                .collect(),
            row_sets: self.row_sets,
            registers: self.scalars.registers(),
            constants: self.constants,
            row_counts: self.row_counts,
            derived: self.derived_row_sets,
            binding,
            evaluation,
        }
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
                Operation::RowCount(column) => {
                    let register = self.scalars.fresh();
                    let (column, _) = self.place_of(column);
                    self.row_counts.push((register, column));
                    register
                }
                Operation::SumRows(..) => self.scalars.fresh(),
                Operation::Column(_)
                | Operation::Line(..)
                | Operation::Product(_)
                | Operation::Unary(..)
                | Operation::Binary(..)
                | Operation::Ternary(..)
                | Operation::Select(..) => continue,
            };
            self.register.insert(node, register);
        }
    }

    /// Numbers the data-only row nodes that mixed row nodes read: they become columns.
    fn find_derived(&mut self) {
        let mut found = Vec::new();
        for &user in &self.nodes {
            if !(self.is_per_row(user) && self.when(user) == When::Evaluation) {
                continue;
            }
            self.graph.operation(user).for_each_operand(|operand| {
                let is_column = matches!(self.graph.operation(operand), Operation::Column(_));
                if self.is_per_row(operand) && self.when(operand) == When::Binding && !is_column {
                    found.push(operand);
                }
            });
        }
        for node in found {
            let row_set = self.row_set(node);
            self.derived.entry(node).or_insert_with(|| {
                self.derived_row_sets.push(row_set);
                self.derived_row_sets.len() - 1
            });
        }
    }

    /// Distributes the nodes over sections and levels.
    fn arrange(&self) -> (Levels, Levels) {
        let mut binding = Levels::default();
        let mut evaluation = Levels::default();
        for &node in &self.nodes {
            let section = match self.when(node) {
                When::Binding => &mut binding,
                When::Evaluation => &mut evaluation,
            };
            let level = self.level[node.index()];
            match *self.graph.operation(node) {
                Operation::SumRows(row, _) => {
                    let key = (level - 1, self.row_set(row));
                    section.loops.entry(key).or_default().sums.push((row, node));
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
                | Operation::Select(..) => {
                    if !self.is_per_row(node) {
                        section.scalars.entry(level).or_default().push(node);
                    } else if let Some(&derived) = self.derived.get(&node) {
                        let key = (level, self.row_set(node));
                        section
                            .loops
                            .entry(key)
                            .or_default()
                            .stores
                            .push((node, derived));
                    }
                }
            }
        }
        (binding, evaluation)
    }

    fn section(&mut self, mut levels: Levels, when: When) -> Section {
        let last = levels
            .scalars
            .keys()
            .copied()
            .chain(levels.loops.keys().map(|key| key.0))
            .max();
        let mut steps = Vec::new();
        for level in 0..=last.unwrap_or(0) {
            for node in levels.scalars.remove(&level).unwrap_or_default() {
                let register = self
                    .scalars
                    .node(self.graph, node, |operand| self.register[&operand]);
                self.register.insert(node, register);
            }
            let instructions = std::mem::take(&mut self.scalars.instructions);
            if !instructions.is_empty() {
                steps.push(Step::Scalars(instructions));
            }
            for row_set in 0..self.row_sets.len() {
                if let Some(plan) = levels.loops.remove(&(level, row_set)) {
                    steps.push(Step::Rows(self.row_loop(&plan, row_set, when)));
                }
            }
        }
        Section { steps }
    }

    fn row_loop(&self, plan: &LoopPlan, row_set: usize, when: When) -> RowLoop {
        let roots = plan.sums.iter().map(|&(row, _)| row);
        let roots = roots
            .chain(plan.stores.iter().map(|&(row, _)| row))
            .collect();
        let mut emitter = Emitter::default();
        let mut register = HashMap::new();
        let mut broadcasts = Vec::new();
        let mut loads = Vec::new();
        for node in self.below(roots, when) {
            if !self.is_per_row(node) {
                let block = emitter.fresh();
                broadcasts.push((block, self.register[&node]));
                register.insert(node, block);
            } else if let Some(source) = self.source(node, when) {
                let block = emitter.fresh();
                loads.push((block, source));
                register.insert(node, block);
            } else {
                let block = emitter.node(self.graph, node, |operand| register[&operand]);
                register.insert(node, block);
            }
        }
        let mut row_loop = RowLoop {
            row_set,
            registers: emitter.registers(),
            broadcasts,
            loads,
            instructions: emitter.instructions,
            sums: plan
                .sums
                .iter()
                .map(|&(row, sum)| (register[&row], self.register[&sum]))
                .collect(),
            stores: plan
                .stores
                .iter()
                .map(|&(row, derived)| (register[&row], derived))
                .collect(),
        };
        reuse_registers(&mut row_loop);
        row_loop
    }

    /// What a loop reads or computes to get `roots`, ascending.
    fn below(&self, roots: Vec<NodeId>, when: When) -> Vec<NodeId> {
        let mut seen: HashSet<NodeId> = HashSet::new();
        let mut pending = roots;
        while let Some(node) = pending.pop() {
            if seen.insert(node) && self.is_per_row(node) && self.source(node, when).is_none() {
                self.graph
                    .operation(node)
                    .for_each_operand(|operand| pending.push(operand));
            }
        }
        let mut nodes: Vec<NodeId> = seen.into_iter().collect();
        nodes.sort_unstable();
        nodes
    }

    /// The column that holds a per-row node, if one does.
    fn source(&self, node: NodeId, when: When) -> Option<Source> {
        match (self.graph.operation(node), when) {
            (&Operation::Column(column), _) => Some(Source::Column(self.place_of(column).0)),
            (_, When::Evaluation) => self.derived.get(&node).copied().map(Source::Derived),
            (_, When::Binding) => None,
        }
    }

    fn is_per_row(&self, node: NodeId) -> bool {
        self.graph.stage(node).rows.is_some()
    }

    fn when(&self, node: NodeId) -> When {
        if self.graph.stage(node).parameter {
            When::Evaluation
        } else {
            When::Binding
        }
    }

    fn row_set(&self, node: NodeId) -> usize {
        let column = self
            .graph
            .stage(node)
            .rows
            .expect("asked of per-row nodes only");
        self.place_of(column).1
    }

    fn place_of(&self, column: u32) -> (usize, usize) {
        self.columns[column as usize].expect("the column of a needed node is read")
    }
}

/// For each node, how many sums over rows of its own section are below it.
fn levels(graph: &Graph, nodes: &[NodeId]) -> Vec<usize> {
    let mut level = vec![0; graph.len()];
    for &node in nodes {
        let own = graph.stage(node).parameter;
        let mut deepest = 0;
        graph.operation(node).for_each_operand(|operand| {
            if graph.stage(operand).parameter == own {
                deepest = deepest.max(level[operand.index()]);
            }
        });
        if matches!(graph.operation(node), Operation::SumRows(..)) {
            deepest += 1;
        }
        level[node.index()] = deepest;
    }
    level
}

/// Numbers the columns that are read, and puts those that meet in a row expression together.
#[expect(
    clippy::type_complexity,
    reason = "the two halves of one numbering, named where used"
)]
fn row_sets(graph: &Graph, nodes: &[NodeId]) -> (Vec<Option<(usize, usize)>>, Vec<Vec<usize>>) {
    let mut parent: Vec<usize> = (0..graph.columns().len()).collect();
    let mut is_read = vec![false; parent.len()];
    for &node in nodes {
        match *graph.operation(node) {
            Operation::Column(column)
            | Operation::RowCount(column)
            | Operation::SumRows(_, column) => is_read[column as usize] = true,
            _ => {}
        }
        let Some(own) = graph.stage(node).rows else {
            continue;
        };
        graph.operation(node).for_each_operand(|operand| {
            if let Some(other) = graph.stage(operand).rows {
                let (a, b) = (
                    root(&mut parent, own as usize),
                    root(&mut parent, other as usize),
                );
                parent[a.max(b)] = a.min(b);
            }
        });
    }
    let mut places = vec![None; parent.len()];
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut set_of_root = HashMap::new();
    let read: Vec<usize> = (0..parent.len())
        .filter(|&column| is_read[column])
        .collect();
    for (index, column) in read.into_iter().enumerate() {
        let set = *set_of_root
            .entry(root(&mut parent, column))
            .or_insert_with(|| {
                sets.push(Vec::new());
                sets.len() - 1
            });
        sets[set].push(index);
        places[column] = Some((index, set));
    }
    (places, sets)
}

/// The representative of a column's set, shortening the path on the way.
fn root(parent: &mut [usize], mut column: usize) -> usize {
    while parent[column] != column {
        parent[column] = parent[parent[column]];
        column = parent[column];
    }
    column
}
