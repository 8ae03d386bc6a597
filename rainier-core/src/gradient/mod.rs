//! Differentiates a scalar output by reverse sweep, in the graph itself.
//!
//! In: a graph, a scalar node and the parameters. Out: one node per parameter, its derivative.
//! Nodes are visited once, users before operands; each hands its adjoint, times a local derivative
//! (`rules.rs`), to its operands; an entry of a look-up table receives the
//! sum over its rows. Two boundaries are watched on the way: a contribution that
//! leaves a branch of a select is masked there (`guards.rs`), and one that leaves the rows is
//! summed over them. Linear in the size of the graph.

mod guards;
mod rules;

use crate::graph::{Graph, NodeId, Operation};
use guards::Guards;

/// The derivative of `output` by each of the parameters `0..parameters`.
pub(crate) fn gradient(graph: &mut Graph, output: NodeId, parameters: usize) -> Vec<NodeId> {
    let nodes = graph.reachable(&[output]);
    let mut guards = Guards::new(graph, &nodes, output);
    let mut contributions = Contributions::new(graph.len());
    let one = graph.constant(1.0);
    contributions.add(output, one);
    let zero = graph.constant(0.0);
    let mut derivatives = vec![zero; parameters];
    let mut local = Vec::new();
    let mut received = Vec::new();
    for &node in nodes.iter().rev() {
        contributions.take(node, &mut received);
        if received.is_empty() {
            continue;
        }
        let adjoint = graph.sum(&received);
        if let Operation::Parameter(parameter) = *graph.operation(node) {
            derivatives[parameter as usize] = adjoint;
            continue;
        }
        if let Operation::Lookup(index, table) = graph.operation(node).clone() {
            for (group, &entry) in (0..).zip(table.iter()) {
                if graph.stage(entry).parameter {
                    let masked = guards.mask(graph, node, entry, adjoint);
                    let summed = graph.sum_where(masked, index, group);
                    contributions.add(entry, summed);
                }
            }
            continue;
        }
        rules::for_each_operand(graph, node, adjoint, &mut local);
        for (operand, contribution) in local.drain(..) {
            let masked = guards.mask(graph, node, operand, contribution);
            let summed = sum_over_rows(graph, node, operand, masked);
            contributions.add(operand, summed);
        }
    }
    derivatives
}

/// Sums a contribution over the rows when a per-row node hands it to one that is not.
fn sum_over_rows(graph: &mut Graph, from: NodeId, to: NodeId, contribution: NodeId) -> NodeId {
    match (graph.stage(from).rows, graph.stage(to).rows) {
        (Some(column), None) => graph.sum_rows(contribution, column),
        (Some(_) | None, Some(_)) | (None, None) => contribution,
    }
}

/// What each node that existed before the sweep receives: lists in one store, since most nodes
/// receive once or twice.
struct Contributions {
    /// By node, the place after that of its last contribution; 0 when there is none.
    last: Vec<usize>,
    /// A contribution, and what the list was before.
    store: Vec<(NodeId, usize)>,
}

impl Contributions {
    fn new(nodes: usize) -> Self {
        Self {
            last: vec![0; nodes],
            store: Vec::with_capacity(nodes),
        }
    }

    fn add(&mut self, to: NodeId, contribution: NodeId) {
        let last = &mut self.last[to.index()];
        self.store.push((contribution, *last));
        *last = self.store.len();
    }

    /// What `node` received, in order.
    fn take(&mut self, node: NodeId, into: &mut Vec<NodeId>) {
        into.clear();
        let mut last = std::mem::take(&mut self.last[node.index()]);
        while last > 0 {
            let (contribution, before) = self.store[last - 1];
            into.push(contribution);
            last = before;
        }
        into.reverse();
    }
}
