//! Finds under which conditions a node matters, and masks what leaves them.
//!
//! In: a graph and the nodes below an output. Out: [`Guards::mask`]. A node used only inside one
//! branch of a select is guarded by that branch's condition, one that several branches use by any of
//! their conditions. Inside the branch adjoints flow unmasked; a contribution to a node outside becomes `select(condition, contribution, 0)` at that
//! edge, its exit. Masking at the entry instead would multiply a 0 by the branch's infinities.

use rustc_hash::FxHashMap;

use crate::graph::{Graph, NodeId, Operation};

/// The guard of every node: a path in a tree of nested branches.
pub(super) struct Guards {
    tree: Vec<Branch>,
    /// By node index; only nodes below the output have a meaningful entry.
    of_node: Vec<GuardId>,
    children: FxHashMap<(GuardId, NodeId, Arm), GuardId>,
    /// The guard that is met where any of several, ascending, is.
    unions: FxHashMap<Vec<GuardId>, GuardId>,
    /// 1 where all conditions of a guard hold, as far as asked for.
    indicators: FxHashMap<GuardId, NodeId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct GuardId(usize);

/// No condition at all.
const ROOT: GuardId = GuardId(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Arm {
    Then,
    Otherwise,
}

#[derive(Debug, Clone, Copy)]
struct Branch {
    parent: GuardId,
    depth: usize,
    /// The condition, the arm taken; the root has none.
    taken: Option<(NodeId, Arm)>,
    /// Whether no condition on the path changes from row to row.
    is_scalar: bool,
}

impl Guards {
    /// `nodes` ascending, all below `output`.
    pub(super) fn new(graph: &mut Graph, nodes: &[NodeId], output: NodeId) -> Self {
        let root = Branch {
            parent: ROOT,
            depth: 0,
            taken: None,
            is_scalar: true,
        };
        let mut guards = Self {
            tree: vec![root],
            of_node: vec![ROOT; graph.len()],
            children: FxHashMap::default(),
            unions: FxHashMap::default(),
            indicators: FxHashMap::default(),
        };
        let mut is_known = vec![false; graph.len()];
        is_known[output.index()] = true;
        // The guards of nodes that are used under different ones.
        let mut several: FxHashMap<NodeId, Vec<GuardId>> = FxHashMap::default();
        for &node in nodes.iter().rev() {
            if let Some(of_uses) = several.remove(&node) {
                guards.of_node[node.index()] = guards.union(graph, of_uses);
            }
            graph.operation(node).for_each_operand(|operand| {
                for guard in guards.edge(graph, node, operand).into_iter().flatten() {
                    let guard = guards.visible_to(graph, operand, guard);
                    let known = std::mem::replace(&mut is_known[operand.index()], true);
                    let before = &mut guards.of_node[operand.index()];
                    if !known || guard == ROOT {
                        *before = guard;
                    } else if *before != guard && *before != ROOT {
                        several
                            .entry(operand)
                            .or_insert_with(|| vec![*before])
                            .push(guard);
                    }
                    if guard == ROOT {
                        several.remove(&operand);
                    }
                }
            });
            // A parameter's derivative is read from outside every branch.
            if matches!(graph.operation(node), Operation::Parameter(_)) {
                guards.of_node[node.index()] = ROOT;
            }
        }
        guards
    }

    /// The contribution of `from` to the adjoint of `to`, 0 where a condition that guards `from`
    /// but not `to` fails.
    pub(super) fn mask(
        &mut self,
        graph: &mut Graph,
        from: NodeId,
        to: NodeId,
        contribution: NodeId,
    ) -> NodeId {
        let outer = self.of_node[to.index()];
        let inner = match *graph.operation(from) {
            Operation::Select(condition, then, _) => {
                let arm = if to == then {
                    Arm::Then
                } else {
                    Arm::Otherwise
                };
                let from = self.of_node[from.index()];
                self.children
                    .get(&(from, condition, arm))
                    .copied()
                    .unwrap_or(from)
            }
            _ => self.of_node[from.index()],
        };
        if inner == outer {
            return contribution;
        }
        let zero = graph.constant(0.0);
        match self.tree[inner.0] {
            Branch {
                parent,
                taken: Some((condition, arm)),
                ..
            } if parent == outer => match arm {
                Arm::Then => graph.select(condition, contribution, zero),
                Arm::Otherwise => graph.select(condition, zero, contribution),
            },
            // Several branches are left at once. Conditions outside of `outer` may be included:
            // where they fail, the adjoint of `to` does not matter.
            _ => {
                let indicator = self.indicator(graph, inner);
                graph.select(indicator, contribution, zero)
            }
        }
    }

    /// 1 where every condition on the path to `guard` holds, else 0.
    fn indicator(&mut self, graph: &mut Graph, guard: GuardId) -> NodeId {
        let mut missing = Vec::new();
        let mut above = guard;
        while above != ROOT && !self.indicators.contains_key(&above) {
            missing.push(above);
            above = self.tree[above.0].parent;
        }
        let mut indicator = match self.indicators.get(&above) {
            Some(&known) => known,
            None => graph.constant(1.0),
        };
        let zero = graph.constant(0.0);
        while let Some(next) = missing.pop() {
            if let Some((condition, arm)) = self.tree[next.0].taken {
                indicator = match arm {
                    Arm::Then => graph.select(condition, indicator, zero),
                    Arm::Otherwise => graph.select(condition, zero, indicator),
                };
            }
            self.indicators.insert(next, indicator);
        }
        indicator
    }

    /// The guards under which `user` uses `operand`: two when it is a branch and the condition.
    fn edge(&mut self, graph: &Graph, user: NodeId, operand: NodeId) -> [Option<GuardId>; 2] {
        let own = self.of_node[user.index()];
        let Operation::Select(condition, then, otherwise) = *graph.operation(user) else {
            return [Some(own), None];
        };
        let as_condition = (operand == condition).then_some(own);
        let as_branch = if operand == then {
            Some(self.child(graph, own, condition, Arm::Then))
        } else if operand == otherwise {
            Some(self.child(graph, own, condition, Arm::Otherwise))
        } else {
            None
        };
        [as_condition, as_branch]
    }

    fn child(&mut self, graph: &Graph, parent: GuardId, condition: NodeId, arm: Arm) -> GuardId {
        let next = GuardId(self.tree.len());
        let above = self.tree[parent.0];
        let tree = &mut self.tree;
        *self
            .children
            .entry((parent, condition, arm))
            .or_insert_with(|| {
                tree.push(Branch {
                    parent,
                    depth: above.depth + 1,
                    taken: Some((condition, arm)),
                    is_scalar: above.is_scalar && graph.stage(condition).rows.is_none(),
                });
                next
            })
    }

    /// The longest part of `guard` that means something to `node`: a node that is not per row
    /// cannot be guarded by a condition that is.
    fn visible_to(&self, graph: &Graph, node: NodeId, mut guard: GuardId) -> GuardId {
        if graph.stage(node).rows.is_none() {
            while !self.tree[guard.0].is_scalar {
                guard = self.tree[guard.0].parent;
            }
        }
        guard
    }

    /// The guard that is met where any of these is.
    fn union(&mut self, graph: &mut Graph, mut guards: Vec<GuardId>) -> GuardId {
        while let Some((place, larger)) = self.widened(&guards) {
            guards[place] = larger;
        }
        guards.sort_unstable();
        guards.dedup();
        if let &[only] = &guards[..] {
            return only;
        }
        if let Some(&known) = self.unions.get(&guards) {
            return known;
        }
        let one = graph.constant(1.0);
        let mut any = graph.constant(0.0);
        for &guard in guards.iter().rev() {
            let indicator = self.indicator(graph, guard);
            any = graph.select(indicator, one, any);
        }
        let parent = guards.iter().copied().reduce(|a, b| self.common(a, b));
        let parent = parent.expect("a node is used");
        self.tree.push(Branch {
            parent,
            depth: self.tree[parent.0].depth + 1,
            taken: Some((any, Arm::Then)),
            is_scalar: guards.iter().all(|guard| self.tree[guard.0].is_scalar),
        });
        let union = GuardId(self.tree.len() - 1);
        self.unions.insert(guards, union);
        union
    }

    /// A guard, by its place, that may be replaced by another without changing the union: by one that
    /// contains it, or by its parent if the other arm is there.
    fn widened(&self, guards: &[GuardId]) -> Option<(usize, GuardId)> {
        guards.iter().enumerate().find_map(|(place, &guard)| {
            let others = guards.iter().copied().filter(|&other| other != guard);
            let around = |&other: &GuardId| self.common(guard, other) == other;
            if let Some(larger) = others.clone().find(around) {
                return Some((place, larger));
            }
            let Branch { parent, taken, .. } = self.tree[guard.0];
            let (condition, arm) = taken?;
            let opposite = match arm {
                Arm::Then => Arm::Otherwise,
                Arm::Otherwise => Arm::Then,
            };
            let opposite = self.children.get(&(parent, condition, opposite))?;
            others
                .into_iter()
                .any(|other| other == *opposite)
                .then_some((place, parent))
        })
    }

    /// The deepest guard that both contain.
    fn common(&self, mut a: GuardId, mut b: GuardId) -> GuardId {
        while a != b {
            if a == ROOT || b == ROOT {
                return ROOT;
            }
            if self.tree[a.0].depth < self.tree[b.0].depth {
                std::mem::swap(&mut a, &mut b);
            }
            a = self.tree[a.0].parent;
        }
        a
    }
}
