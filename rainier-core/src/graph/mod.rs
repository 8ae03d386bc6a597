//! Stores expressions as unique nodes: equal expressions meet in one [`NodeId`].
//!
//! In: operations over nodes that exist. Out: node ids in topological order (operands before
//! users), each with its [`Stage`]. `simplify.rs` brings every new node to its normal form,
//! with `cancellation.rs` for sums, `logarithm.rs` and `exponential.rs`; `import.rs` brings in what
//! users wrote.

mod cancellation;
mod exponential;
mod import;
mod logarithm;
mod lookup;
mod replace;
mod rows;
mod simplify;
mod survey;

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::column::Column;
use crate::error::CompileError;
use crate::operation::{Binary, Ternary, Unary};

pub(crate) use import::import;
pub(crate) use rows::{Groups, RowSource, Triangle, TriangleEntry};

/// Position of a node in its graph. 32 bits, so that a node stays small; a graph that would need
/// more is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A float that can be a key: equal when the bits are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Number {}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// One addend of a line: a coefficient times a node.
pub(crate) type Term = (NodeId, Number);

/// One factor of a product: a node to a whole power other than 0.
pub(crate) type Factor = (NodeId, i32);

/// What a node computes. Operands are normal forms already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Constant(Number),
    /// Position among the parameters.
    Parameter(u32),
    /// Position among the graph's columns.
    Column(u32),
    /// Number of rows of the column at that position.
    RowCount(u32),
    /// Constant + Σ coefficient · node, by ascending node, no coefficient 0.
    Line(Number, Arc<[Term]>),
    /// Π node^exponent, by ascending node.
    Product(Arc<[Factor]>),
    Unary(Unary, NodeId),
    Binary(Binary, NodeId, NodeId),
    Ternary(Ternary, [NodeId; 3]),
    /// Condition, value where it is not 0, value where it is 0.
    Select(NodeId, NodeId, NodeId),
    /// Sum of a per-row node over the rows of the column at that position.
    SumRows(NodeId, u32),
    /// The entry of a table that a per-row index names, from 0. The entries are not per row.
    Lookup(NodeId, Arc<[NodeId]>),
    /// Sum of a per-row node over the rows whose index, the second node, is that number.
    SumWhere(NodeId, NodeId, u32),
    /// The key at that place of each group of rows.
    GroupKey(Arc<Groups>, u32),
    /// The sum, for each group, of a per-row node over the group's rows.
    GroupSum(Arc<Groups>, NodeId),
    /// One number of the triangular factor of a data matrix, or one for each group of rows.
    Triangle(Arc<Triangle>, TriangleEntry),
}

impl Operation {
    pub(crate) fn for_each_operand(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Self::Constant(_) | Self::Parameter(_) | Self::Column(_) | Self::RowCount(_) => {}
            Self::Line(_, terms) => terms.iter().for_each(|&(node, _)| visit(node)),
            Self::Product(factors) => factors.iter().for_each(|&(node, _)| visit(node)),
            Self::Unary(_, node) | Self::SumRows(node, _) => visit(*node),
            Self::Binary(_, left, right) | Self::SumWhere(left, right, _) => {
                visit(*left);
                visit(*right);
            }
            Self::Ternary(_, operands) => operands.iter().for_each(|&node| visit(node)),
            Self::Select(condition, then, otherwise) => {
                visit(*condition);
                visit(*then);
                visit(*otherwise);
            }
            Self::Lookup(index, table) => {
                visit(*index);
                table.iter().for_each(|&entry| visit(entry));
            }
            Self::GroupKey(groups, _) => groups.keys.iter().for_each(|&key| visit(key)),
            Self::GroupSum(groups, node) => {
                groups.keys.iter().for_each(|&key| visit(key));
                visit(*node);
            }
            Self::Triangle(triangle, _) => triangle.for_each_operand(visit),
        }
    }

    /// The same operation on other nodes, which may leave lines and products out of order.
    pub(crate) fn map_operands(&self, mut map: impl FnMut(NodeId) -> NodeId) -> Self {
        match self {
            Self::Constant(_) | Self::Parameter(_) | Self::Column(_) | Self::RowCount(_) => {
                self.clone()
            }
            Self::Line(constant, terms) => Self::Line(
                *constant,
                terms.iter().map(|&(term, c)| (map(term), c)).collect(),
            ),
            Self::Product(factors) => Self::Product(
                factors
                    .iter()
                    .map(|&(factor, k)| (map(factor), k))
                    .collect(),
            ),
            &Self::Unary(function, x) => Self::Unary(function, map(x)),
            &Self::Binary(function, x, y) => Self::Binary(function, map(x), map(y)),
            &Self::Ternary(function, operands) => Self::Ternary(function, operands.map(map)),
            &Self::Select(condition, then, otherwise) => {
                Self::Select(map(condition), map(then), map(otherwise))
            }
            &Self::SumRows(row, column) => Self::SumRows(map(row), column),
            Self::Lookup(index, table) => {
                let index = map(*index);
                Self::Lookup(index, table.iter().map(|&entry| map(entry)).collect())
            }
            &Self::SumWhere(row, index, group) => Self::SumWhere(map(row), map(index), group),
            Self::GroupKey(groups, key) => Self::GroupKey(groups.map(map), *key),
            Self::GroupSum(groups, row) => {
                let row = map(*row);
                Self::GroupSum(groups.map(map), row)
            }
            Self::Triangle(triangle, entry) => Self::Triangle(triangle.map(map), *entry),
        }
    }

    /// The same operation with the parts of lines and products by ascending node.
    pub(crate) fn in_order(self) -> Self {
        match self {
            Self::Line(constant, mut terms) => {
                Arc::make_mut(&mut terms).sort_by_key(|&(term, _)| term);
                Self::Line(constant, terms)
            }
            Self::Product(mut factors) => {
                Arc::make_mut(&mut factors).sort_by_key(|&(factor, _)| factor);
                Self::Product(factors)
            }
            other => other,
        }
    }
}

/// When a node can be computed: neither flag, from data once per binding; `parameter` alone, once
/// per evaluation; `rows` alone, once per binding and row; both, per evaluation and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stage {
    pub(crate) parameter: bool,
    /// A column whose rows the node has one value for each of.
    pub(crate) rows: Option<u32>,
}

/// A stage in 4 bytes: every new node asks for those of its operands, which are all over memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct PackedStage(u32);

impl PackedStage {
    /// The lowest bit.
    const PARAMETER: u32 = 1;

    fn new(stage: Stage) -> Self {
        // One more than the number of the rows, which are far fewer than 2³¹.
        let rows = stage.rows.map_or(0, |rows| rows + 1);
        Self(rows << 1 | u32::from(stage.parameter))
    }

    fn stage(self) -> Stage {
        Stage {
            parameter: self.0 & Self::PARAMETER != 0,
            rows: (self.0 >> 1).checked_sub(1),
        }
    }
}

/// An arena of unique nodes in topological order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    operations: Vec<Operation>,
    stages: Vec<PackedStage>,
    /// Every node, found by the hash of its operation.
    index: HashTable<(ShortHash, NodeId)>,
    rows: Vec<RowSource>,
    /// Pairs of columns that met in a row expression, even if a pass took it apart since.
    meeting: FxHashSet<(u32, u32)>,
    overflowed: bool,
}

/// What the index keeps of an operation, so that it grows, and tells nodes apart, without looking at
/// the operations, which are all over memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ShortHash(u32);

impl ShortHash {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the lower half is the better one"
    )]
    fn of(operation: &Operation) -> Self {
        Self(FxBuildHasher.hash_one(operation) as u32)
    }

    /// The table reads the lowest and the highest bits of a hash: both must vary.
    fn spread(self) -> u64 {
        u64::from(self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Graph {
    /// The largest number of nodes.
    const LIMIT: u32 = u32::MAX;

    pub(crate) fn len(&self) -> usize {
        self.operations.len()
    }

    pub(crate) fn operation(&self, node: NodeId) -> &Operation {
        &self.operations[node.index()]
    }

    pub(crate) fn stage(&self, node: NodeId) -> Stage {
        self.stages[node.index()].stage()
    }

    /// What the numbers of columns and of groups stand for.
    pub(crate) fn rows(&self) -> &[RowSource] {
        &self.rows
    }

    /// What the rows of that number are called in messages.
    pub(crate) fn name_of_rows(&self, rows: u32) -> String {
        match &self.rows[rows as usize] {
            RowSource::Column(column) => column.name().to_owned(),
            RowSource::Groups => "groups".to_owned(),
        }
    }

    /// An empty graph over the same columns.
    pub(crate) fn with_rows_of(other: &Self) -> Self {
        Self {
            rows: other.rows.clone(),
            meeting: other.meeting.clone(),
            ..Self::default()
        }
    }

    /// Makes room for that many more nodes.
    pub(crate) fn reserve(&mut self, nodes: usize) {
        self.operations.reserve(nodes);
        self.stages.reserve(nodes);
        self.index.reserve(nodes, |(hash, _)| hash.spread());
    }

    pub(crate) fn as_constant(&self, node: NodeId) -> Option<f64> {
        match *self.operation(node) {
            Operation::Constant(Number(value)) => Some(value),
            _ => None,
        }
    }

    /// Fails if more nodes were asked for than ids exist.
    pub(crate) fn check_size(&self) -> Result<(), CompileError> {
        if self.overflowed {
            Err(CompileError::TooLarge { limit: Self::LIMIT })
        } else {
            Ok(())
        }
    }

    /// Every node needed for `outputs`, ascending, hence operands first.
    pub(crate) fn reachable(&self, outputs: &[NodeId]) -> Vec<NodeId> {
        let mut needed = vec![false; self.len()];
        for output in outputs {
            needed[output.index()] = true;
        }
        for index in (0..self.len()).rev() {
            if needed[index] {
                self.operations[index].for_each_operand(|operand| needed[operand.index()] = true);
            }
        }
        self.nodes().filter(|node| needed[node.index()]).collect()
    }

    /// The node of exactly this operation, without simplification: an existing one if there is.
    pub(crate) fn intern(&mut self, operation: Operation) -> NodeId {
        let hash = ShortHash::of(&operation);
        let operations = &self.operations;
        let entry = self.index.entry(
            hash.spread(),
            |&(known_hash, known)| known_hash == hash && operations[known.index()] == operation,
            |(known_hash, _)| known_hash.spread(),
        );
        match entry {
            Entry::Occupied(entry) => entry.get().1,
            Entry::Vacant(entry) => {
                let Ok(id) = u32::try_from(operations.len()) else {
                    self.overflowed = true;
                    return NodeId(0);
                };
                entry.insert((hash, NodeId(id)));
                let stage = self.stage_of(&operation);
                self.stages.push(PackedStage::new(stage));
                self.operations.push(operation);
                NodeId(id)
            }
        }
    }

    /// The node of exactly this operation, if there is one.
    pub(crate) fn find(&self, operation: &Operation) -> Option<NodeId> {
        let hash = ShortHash::of(operation);
        let equal = |&(known_hash, known): &(ShortHash, NodeId)| {
            known_hash == hash && self.operations[known.index()] == *operation
        };
        let found = self.index.find(hash.spread(), equal);
        found.map(|&(_, node)| node)
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.nodes_from(0)
    }

    /// Every node whose index is at least `first`, ascending.
    pub(crate) fn nodes_from(&self, first: usize) -> impl Iterator<Item = NodeId> + use<> {
        let id = |index| u32::try_from(index).unwrap_or(Self::LIMIT);
        (id(first)..id(self.operations.len())).map(NodeId)
    }

    /// `root` and what it is made of, ascending, not through nodes where `enters` is false.
    pub(crate) fn below(&self, root: NodeId, enters: impl Fn(NodeId) -> bool) -> Vec<NodeId> {
        let mut seen = FxHashSet::default();
        let mut pending = vec![root];
        while let Some(node) = pending.pop() {
            if seen.insert(node) && enters(node) {
                self.operation(node)
                    .for_each_operand(|operand| pending.push(operand));
            }
        }
        let mut nodes: Vec<NodeId> = seen.into_iter().collect();
        nodes.sort_unstable();
        nodes
    }

    /// Pairs of columns that must have equally many rows.
    pub(crate) fn meeting_rows(&self) -> impl Iterator<Item = (u32, u32)> {
        self.meeting.iter().copied()
    }

    /// The stage of what needs nodes of two stages.
    fn both(&mut self, a: PackedStage, b: PackedStage) -> PackedStage {
        // Scalars, and rows of one column, are nearly all there is.
        if a == b || (a.0 | b.0) <= PackedStage::PARAMETER {
            return PackedStage(a.0 | b.0);
        }
        let (a, b) = (a.stage(), b.stage());
        let rows = match (a.rows, b.rows) {
            (Some(a), Some(b)) if a != b => {
                self.meeting.insert((a.min(b), a.max(b)));
                Some(a.min(b))
            }
            (a, b) => a.or(b),
        };
        PackedStage::new(Stage {
            parameter: a.parameter || b.parameter,
            rows,
        })
    }

    fn stage_of(&mut self, operation: &Operation) -> Stage {
        let mut packed = PackedStage::default();
        operation.for_each_operand(|operand| {
            packed = self.both(packed, self.stages[operand.index()]);
        });
        let mut stage = packed.stage();
        match operation {
            Operation::Parameter(_) => stage.parameter = true,
            Operation::Column(column) => stage.rows = Some(*column),
            Operation::SumRows(..) | Operation::SumWhere(..) => stage.rows = None,
            Operation::GroupKey(groups, _) | Operation::GroupSum(groups, _) => {
                stage.rows = Some(groups.rows);
            }
            Operation::Triangle(triangle, _) => {
                stage.rows = triangle.groups.as_ref().map(|groups| groups.rows);
            }
            Operation::Constant(_)
            | Operation::RowCount(_)
            | Operation::Line(..)
            | Operation::Product(_)
            | Operation::Unary(..)
            | Operation::Binary(..)
            | Operation::Ternary(..)
            | Operation::Select(..)
            | Operation::Lookup(..) => {}
        }
        stage
    }

    fn column_index(&mut self, column: &Column, known: &mut FxHashMap<usize, u32>) -> u32 {
        *known
            .entry(column.identity())
            .or_insert_with(|| self.add_rows(RowSource::Column(column.clone())))
    }

    /// A number for rows that no column of the graph has yet.
    pub(crate) fn add_rows(&mut self, source: RowSource) -> u32 {
        self.rows.push(source);
        u32::try_from(self.rows.len() - 1).expect("columns are fewer than nodes")
    }
}
