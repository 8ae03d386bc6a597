//! Parts the rows by conditions on data alone, and folds an expression again for one part.
//!
//! In: conditions and how they turn out. Out: sums over the rows of that part, and expressions as
//! they are there: where x = 0 is known, x is 0, so that a zero-inflated density no longer depends
//! on the row.

use rustc_hash::FxHashMap;

use super::Conditions;
use super::finite::FiniteNodes;
use super::terms::{Kind, Kinds};
use crate::graph::{Factor, Graph, NodeId, Operation};
use crate::operation::Binary;

/// The rows in which every condition of the mask turns out as it says.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// A column of the rows, all parts together.
    pub(super) rows: u32,
    pub(super) mask: Conditions,
}

impl Part {
    /// `node` in the rows of this part, 0 in the others.
    pub(super) fn only(&self, graph: &mut Graph, node: NodeId) -> NodeId {
        select_all(graph, &self.mask, node)
    }

    /// Σ of a node over the rows of this part.
    pub(super) fn sum(&self, graph: &mut Graph, node: NodeId) -> NodeId {
        let row = self.only(graph, node);
        graph.sum_rows(row, self.rows)
    }

    /// `sum`, or 0 if the part has no rows: 0 · ∞ must not arise from rows that do not exist.
    pub(super) fn guard(&self, finite: &mut FiniteNodes, graph: &mut Graph, sum: NodeId) -> NodeId {
        if self.mask.is_empty() || finite.contains(graph, sum) || is_row_sum(graph, sum) {
            return sum;
        }
        let one = graph.constant(1.0);
        let count = self.sum(graph, one);
        where_there_are_rows(graph, count, sum)
    }
}

/// `node`, or 0 where `count` says that there are no rows.
pub(super) fn where_there_are_rows(graph: &mut Graph, count: NodeId, node: NodeId) -> NodeId {
    let zero = graph.constant(0.0);
    let has_rows = graph.binary(Binary::Less, zero, count);
    graph.select(has_rows, node, zero)
}

/// Row by row nothing is multiplied that is not there.
fn is_row_sum(graph: &Graph, node: NodeId) -> bool {
    matches!(graph.operation(node), Operation::SumRows(..))
}

/// `node` where every condition turns out as it says, else 0.
pub(super) fn select_all(graph: &mut Graph, conditions: &[(NodeId, bool)], node: NodeId) -> NodeId {
    let zero = graph.constant(0.0);
    conditions
        .iter()
        .rev()
        .fold(node, |inner, &(condition, holds)| {
            if holds {
                graph.select(condition, inner, zero)
            } else {
                graph.select(condition, zero, inner)
            }
        })
}

/// `node` as it is where `condition` turns out as `holds` says.
pub(super) fn specialise(
    kinds: &mut Kinds,
    graph: &mut Graph,
    condition: NodeId,
    holds: bool,
    node: NodeId,
) -> NodeId {
    let facts = facts(kinds, graph, condition, holds);
    graph.replace(node, &facts)
}

/// What nodes are known to be where `condition` turns out as `holds` says. Conditions are 0 or 1.
fn facts(
    kinds: &mut Kinds,
    graph: &mut Graph,
    condition: NodeId,
    holds: bool,
) -> FxHashMap<NodeId, NodeId> {
    let mut facts = FxHashMap::default();
    let mut pending = vec![(condition, holds)];
    while let Some((condition, holds)) = pending.pop() {
        let outcome = graph.constant(f64::from(u8::from(holds)));
        facts.insert(condition, outcome);
        match *graph.operation(condition) {
            Operation::Binary(Binary::Equal, x, y) if holds => {
                for (x, y) in [(x, y), (y, x)] {
                    if *kinds.of(graph, x) == Kind::Data && graph.as_constant(y).is_some() {
                        facts.insert(x, y);
                    }
                }
            }
            // "Both" and "this but not that", as nested branches write them.
            Operation::Select(first, second, zero)
                if holds && graph.as_constant(zero) == Some(0.0) =>
            {
                pending.extend([(first, true), (second, true)]);
            }
            Operation::Select(first, zero, second)
                if holds && graph.as_constant(zero) == Some(0.0) =>
            {
                pending.extend([(first, false), (second, true)]);
            }
            _ => {}
        }
    }
    facts
}

/// coefficient · Π factors, as one node.
pub(super) fn product(graph: &mut Graph, coefficient: f64, factors: &[Factor]) -> NodeId {
    let product = graph.product(factors.to_vec());
    graph.scale(product, coefficient)
}
