//! Replaces sums over many rows by sums over few, or by none.
//!
//! In: a graph and its outputs. Out: outputs of equal value that read the rows less often. Every
//! sum over rows is taken apart into terms (`terms.rs`); a condition on data alone parts the rows,
//! and each part is folded again (`partition.rs`). A term that is a product of a parameters' part
//! and a data part becomes one number per data set (`separate.rs`); a square of a line with data
//! coefficients becomes a triangular factor (`squares.rs`); what mixes rows and parameters only
//! through a look-up becomes a sum over groups (`groups.rs`). What remains is summed row by row,
//! with the parameters' factors outside. Equal rows are merged at binding, in `evaluate`.
//!
//! The passes run before the gradient is taken, so that the gradient is that of the collapsed
//! form, and once more after it.

mod common_factor;
mod finite;
mod groups;
mod halves;
mod notes;
mod partition;
mod separate;
mod squares;
mod terms;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use crate::graph::{Graph, NodeId, Operation};
use finite::FiniteNodes;
use groups::GroupTable;
pub(crate) use notes::Note;
use partition::{Part, select_all};
pub(crate) use squares::LARGEST_ORDER;
use terms::{Kinds, Term, expand};

/// What one compilation's passes share.
#[derive(Debug, Default)]
pub(crate) struct Collapse {
    kinds: Kinds,
    finite: FiniteNodes,
    groups: GroupTable,
    /// What each sum that was looked at became.
    done: FxHashMap<NodeId, NodeId>,
    notes: Vec<Note>,
}

impl Collapse {
    /// Outputs of the same value as `outputs`.
    pub(crate) fn run(&mut self, graph: &mut Graph, outputs: &[NodeId]) -> Vec<NodeId> {
        let nodes = graph.reachable(outputs);
        let has_rows = |&node: &NodeId| {
            matches!(
                graph.operation(node),
                Operation::SumRows(..) | Operation::SumWhere(..)
            )
        };
        if !nodes.iter().any(has_rows) {
            return outputs.to_vec();
        }
        let mut image = vec![None; graph.len()];
        for node in nodes {
            let mut is_new = false;
            let operation = graph.operation(node).map_operands(|operand| {
                let new: NodeId = image[operand.index()].expect("operands come first");
                is_new |= new != operand;
                new
            });
            let rebuilt = if is_new {
                graph.rebuild(&operation)
            } else {
                node
            };
            image[node.index()] = Some(self.sum(graph, rebuilt));
        }
        outputs
            .iter()
            .map(|output| image[output.index()].expect("reachable"))
            .collect()
    }

    /// What was done, in order, each once.
    pub(crate) fn into_notes(mut self) -> Vec<Note> {
        let mut seen = Vec::new();
        self.notes.retain(|note| {
            let is_new = !seen.contains(note);
            if is_new {
                seen.push(note.clone());
            }
            is_new
        });
        self.notes
    }

    /// The collapsed form of a sum over rows; other nodes are left as they are.
    fn sum(&mut self, graph: &mut Graph, node: NodeId) -> NodeId {
        if let Some(&known) = self.done.get(&node) {
            return known;
        }
        let is_mixed = |row: NodeId| graph.stage(row).parameter;
        let collapsed = match *graph.operation(node) {
            Operation::SumRows(row, rows) if is_mixed(row) => self.sum_rows(graph, row, rows),
            Operation::SumWhere(row, index, group) if is_mixed(row) => {
                separate::sum_where(&mut self.kinds, graph, row, index, group)
            }
            _ => return node,
        };
        let collapsed = collapsed.unwrap_or(node);
        // What is left must not be taken apart again.
        self.done.insert(node, collapsed);
        self.done.insert(collapsed, collapsed);
        collapsed
    }

    /// None when nothing can be taken out of the sum.
    fn sum_rows(&mut self, graph: &mut Graph, row: NodeId, rows: u32) -> Option<NodeId> {
        let terms = expand(&mut self.kinds, graph, row)?;
        let terms = halves::join(&mut self.kinds, graph, terms);
        let mut is_of_use = false;
        let mut addends = Vec::new();
        for (guards, mask, terms) in by_place(terms) {
            let part = Part { rows, mask };
            let mut of_part = Vec::new();
            let terms = squares::collapse(self, graph, &part, terms, &mut of_part);
            let terms = groups::collapse(self, graph, &part, terms, &mut of_part);
            is_of_use |= !of_part.is_empty();
            is_of_use |= separate::collapse(self, graph, &part, &terms, &mut of_part);
            let sum = graph.sum(&of_part);
            let sum = part.guard(&mut self.finite, graph, sum);
            addends.push(select_all(graph, &guards, sum));
            if !part.mask.is_empty() {
                self.notes.push(Note::Parted {
                    rows: graph.name_of_rows(rows),
                });
            }
        }
        is_of_use.then(|| graph.sum(&addends))
    }
}

/// Conditions and how each must turn out.
type Conditions = Vec<(NodeId, bool)>;

/// Terms by scalar guards and by mask of rows, in order of first appearance.
fn by_place(terms: Vec<Term>) -> Vec<(Conditions, Conditions, Vec<Term>)> {
    let mut places: Vec<(Conditions, Conditions, Vec<Term>)> = Vec::new();
    for term in terms {
        match places
            .iter_mut()
            .find(|(guards, mask, _)| *guards == term.guards && *mask == term.mask)
        {
            Some((_, _, same)) => same.push(term),
            None => places.push((term.guards.clone(), term.mask.clone(), vec![term])),
        }
    }
    places
}
