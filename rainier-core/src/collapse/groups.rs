//! Replaces sums over rows by sums over groups of rows, where only a look-up mixes the two.
//!
//! In: terms. Out: Σᵢ a(θ, T[gᵢ])·b(xᵢ) → Σₖ a(θ, T[k])·bₖ, where bₖ is the sum of
//! b(xᵢ) over the rows with gᵢ = k. These sums are columns made at binding, one row a group. Groups
//! without rows do not exist.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::partition::{Part, product, where_there_are_rows};
use super::terms::{Kind, Term};
use super::{Collapse, Note};
use crate::graph::{Factor, Graph, Groups, NodeId, Operation, RowSource};

/// The groups that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct GroupTable {
    by_keys: FxHashMap<Vec<NodeId>, Arc<Groups>>,
}

impl GroupTable {
    /// The groups of rows that agree in all `keys`, which are ascending.
    pub(super) fn by(&mut self, graph: &mut Graph, keys: &[NodeId]) -> Arc<Groups> {
        let groups = self.by_keys.entry(keys.to_vec()).or_insert_with(|| {
            Arc::new(Groups {
                keys: keys.into(),
                rows: graph.add_rows(RowSource::Groups),
            })
        });
        Arc::clone(groups)
    }
}

/// A node that depends on rows through `groups` only, as one value per group.
pub(super) fn regroup(graph: &mut Graph, groups: &Arc<Groups>, node: NodeId) -> NodeId {
    let keys = (0..).zip(groups.keys.iter());
    let of_groups = keys
        .map(|(place, &key)| {
            let of_group = Operation::GroupKey(Arc::clone(groups), place);
            (key, graph.intern(of_group))
        })
        .collect();
    graph.replace(node, &of_groups)
}

/// Adds what became of terms that mix rows and parameters through look-ups only to `addends`; the
/// other terms are returned.
pub(super) fn collapse(
    pass: &mut Collapse,
    graph: &mut Graph,
    part: &Part,
    terms: Vec<Term>,
    addends: &mut Vec<NodeId>,
) -> Vec<Term> {
    let (grouped, others): (Vec<Term>, Vec<Term>) = terms
        .into_iter()
        .partition(|term| term.mixed.is_empty() && !term.group.is_empty());
    for term in grouped {
        let mut keys = Vec::new();
        add_keys(pass, graph, &term.group, &mut keys);
        let groups = pass.groups.by(graph, &keys);
        let data = product(graph, 1.0, &term.data);
        let data = part.only(graph, data);
        let sum = graph.intern(Operation::GroupSum(Arc::clone(&groups), data));
        addends.push(sum_over(pass, graph, part, &groups, &term, sum));
        pass.notes.push(Note::Grouped {
            rows: graph.name_of_rows(part.rows),
            keys: keys.iter().map(|&key| name_of(graph, key)).collect(),
        });
    }
    others
}

/// coefficient · Π scalar · Σ over the groups of Π group · `factor`, which has one value a group.
pub(super) fn sum_over(
    pass: &mut Collapse,
    graph: &mut Graph,
    part: &Part,
    groups: &Arc<Groups>,
    term: &Term,
    factor: NodeId,
) -> NodeId {
    let mut factors = term.group.clone();
    for (factor, _) in &mut factors {
        *factor = regroup(graph, groups, *factor);
    }
    factors.push((factor, 1));
    let row = graph.product(factors);
    let row = guard(pass, graph, part, groups, row);
    let sum = graph.sum_rows(row, groups.rows);
    let scalar = product(graph, term.coefficient, &term.scalar);
    graph.product(vec![(scalar, 1), (sum, 1)])
}

/// 0 in groups that have no row of this part.
fn guard(
    pass: &mut Collapse,
    graph: &mut Graph,
    part: &Part,
    groups: &Arc<Groups>,
    row: NodeId,
) -> NodeId {
    if part.mask.is_empty() || pass.finite.contains(graph, row) {
        return row;
    }
    let one = graph.constant(1.0);
    let member = part.only(graph, one);
    let count = graph.intern(Operation::GroupSum(Arc::clone(groups), member));
    where_there_are_rows(graph, count, row)
}

/// Adds the indices that factors depend on to `keys`, which stay ascending and different.
pub(super) fn add_keys(
    pass: &mut Collapse,
    graph: &Graph,
    factors: &[Factor],
    keys: &mut Vec<NodeId>,
) {
    for &(factor, _) in factors {
        if let Kind::Group(of_factor) = pass.kinds.of(graph, factor) {
            keys.extend(of_factor.iter().copied());
        }
    }
    keys.sort_unstable();
    keys.dedup();
}

fn name_of(graph: &Graph, key: NodeId) -> String {
    match *graph.operation(key) {
        Operation::Column(column) => format!("{:?}", graph.name_of_rows(column)),
        _ => "index".to_owned(),
    }
}
