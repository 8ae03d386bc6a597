//! Rewrites an expression where some of its parts are known to be something else.
//!
//! In: a per-row node, replacements. Out: the node with them in place, in normal form again.

use rustc_hash::FxHashMap;

use super::{Graph, NodeId};

impl Graph {
    /// `root` with the nodes of `known` replaced. Only per-row nodes are looked into.
    pub(crate) fn replace(&mut self, root: NodeId, known: &FxHashMap<NodeId, NodeId>) -> NodeId {
        let is_inner = |graph: &Self, node: NodeId| {
            graph.stage(node).rows.is_some() && !known.contains_key(&node)
        };
        let below = self.below(root, |node| is_inner(self, node));
        if !below.iter().any(|node| known.contains_key(node)) {
            return root;
        }
        let mut image = FxHashMap::default();
        for node in below {
            let rebuilt = if is_inner(self, node) {
                let operation = self.operation(node).map_operands(|operand| image[&operand]);
                self.rebuild(&operation)
            } else {
                known.get(&node).copied().unwrap_or(node)
            };
            image.insert(node, rebuilt);
        }
        image[&root]
    }
}
