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
mod simplify;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::column::Column;
use crate::error::CompileError;
use crate::operation::{Binary, Ternary, Unary};

pub(crate) use import::import;

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
}

impl Operation {
    pub(crate) fn for_each_operand(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Self::Constant(_) | Self::Parameter(_) | Self::Column(_) | Self::RowCount(_) => {}
            Self::Line(_, terms) => terms.iter().for_each(|&(node, _)| visit(node)),
            Self::Product(factors) => factors.iter().for_each(|&(node, _)| visit(node)),
            Self::Unary(_, node) | Self::SumRows(node, _) => visit(*node),
            Self::Binary(_, left, right) => {
                visit(*left);
                visit(*right);
            }
            Self::Ternary(_, operands) => operands.iter().for_each(|&node| visit(node)),
            Self::Select(condition, then, otherwise) => {
                visit(*condition);
                visit(*then);
                visit(*otherwise);
            }
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

/// An arena of unique nodes in topological order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    operations: Vec<Operation>,
    stages: Vec<Stage>,
    index: HashMap<Operation, NodeId>,
    columns: Vec<Column>,
    overflowed: bool,
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
        self.stages[node.index()]
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// An empty graph over the same columns.
    pub(crate) fn with_columns_of(other: &Self) -> Self {
        Self {
            columns: other.columns.clone(),
            ..Self::default()
        }
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
        let stage = self.stage_of(&operation);
        let next = self.operations.len();
        match self.index.entry(operation) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let Ok(id) = u32::try_from(next) else {
                    self.overflowed = true;
                    return NodeId(0);
                };
                self.operations.push(entry.key().clone());
                self.stages.push(stage);
                *entry.insert(NodeId(id))
            }
        }
    }

    /// The node of exactly this operation, if there is one.
    fn find(&self, operation: &Operation) -> Option<NodeId> {
        self.index.get(operation).copied()
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        let count = u32::try_from(self.operations.len()).unwrap_or(Self::LIMIT);
        (0..count).map(NodeId)
    }

    fn stage_of(&self, operation: &Operation) -> Stage {
        let mut stage = Stage::default();
        operation.for_each_operand(|operand| {
            let operand = self.stage(operand);
            stage.parameter |= operand.parameter;
            stage.rows = match (stage.rows, operand.rows) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        });
        match *operation {
            Operation::Parameter(_) => stage.parameter = true,
            Operation::Column(column) => stage.rows = Some(column),
            Operation::SumRows(..) => stage.rows = None,
            _ => {}
        }
        stage
    }

    fn column_index(&mut self, column: &Column, known: &mut HashMap<usize, u32>) -> u32 {
        *known.entry(column.identity()).or_insert_with(|| {
            self.columns.push(column.clone());
            u32::try_from(self.columns.len() - 1).expect("columns are fewer than nodes")
        })
    }
}
