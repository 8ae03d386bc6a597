//! Lowers work on whole columns at binding: groups of rows and triangular factors.
//!
//! In: the nodes whose values it makes. Out: one [`GroupStep`] for each set of keys and one
//! [`TriangleStep`] for each matrix.

use std::sync::Arc;

use super::lower::Lowering;
use super::{GroupStep, Place, Step, TriangleStep};
use crate::graph::{Groups, NodeId, Operation, Triangle};

/// The work of one level.
#[derive(Debug, Default)]
pub(super) struct ReductionPlan {
    groups: Vec<(Arc<Groups>, Vec<NodeId>)>,
    triangles: Vec<(Arc<Triangle>, Vec<NodeId>)>,
}

impl ReductionPlan {
    /// `node` is a key or sum of groups, or an entry of a triangle.
    pub(super) fn add(&mut self, lowering: &Lowering<'_>, node: NodeId) {
        match lowering.graph.operation(node) {
            Operation::GroupKey(groups, _) | Operation::GroupSum(groups, _) => {
                self.of_groups(groups).push(node);
            }
            Operation::Triangle(triangle, _) => {
                if let Some(groups) = &triangle.groups {
                    self.of_groups(groups);
                }
                match self
                    .triangles
                    .iter_mut()
                    .find(|(known, _)| known == triangle)
                {
                    Some((_, nodes)) => nodes.push(node),
                    None => self.triangles.push((Arc::clone(triangle), vec![node])),
                }
            }
            _ => {}
        }
    }

    fn of_groups(&mut self, groups: &Arc<Groups>) -> &mut Vec<NodeId> {
        let known = self.groups.iter().position(|(known, _)| known == groups);
        let place = known.unwrap_or_else(|| {
            self.groups.push((Arc::clone(groups), Vec::new()));
            self.groups.len() - 1
        });
        &mut self.groups[place].1
    }

    pub(super) fn lower(&self, lowering: &Lowering<'_>) -> Vec<Step> {
        let groups = self
            .groups
            .iter()
            .map(|(groups, nodes)| Step::Groups(group_step(lowering, groups, nodes)));
        let triangles = self
            .triangles
            .iter()
            .map(|(triangle, nodes)| Step::Triangle(triangle_step(lowering, triangle, nodes)));
        groups.chain(triangles).collect()
    }
}

fn group_step(lowering: &Lowering<'_>, groups: &Groups, nodes: &[NodeId]) -> GroupStep {
    let mut step = GroupStep {
        keys: groups.keys.iter().map(|&key| lowering.kept(key)).collect(),
        row_set: lowering.row_set(groups.keys[0]),
        groups: lowering.row_set_of_groups(groups.rows),
        key_columns: Vec::new(),
        sums: Vec::new(),
    };
    for node in nodes {
        let derived = lowering.derived[node];
        match *lowering.graph.operation(*node) {
            Operation::GroupKey(_, place) => step.key_columns.push((place as usize, derived)),
            Operation::GroupSum(_, row) => step.sums.push((lowering.summand(row), derived)),
            _ => unreachable!("only keys and sums are listed under groups"),
        }
    }
    step
}

fn triangle_step(lowering: &Lowering<'_>, triangle: &Triangle, nodes: &[NodeId]) -> TriangleStep {
    let entries = nodes.iter().filter_map(|node| {
        let Operation::Triangle(_, entry) = *lowering.graph.operation(*node) else {
            return None;
        };
        let place = match lowering.derived.get(node) {
            Some(&derived) => Place::Derived(derived),
            None => Place::Scalar(lowering.register[node]),
        };
        Some((entry, place))
    });
    TriangleStep {
        row_set: lowering.row_set(triangle.columns[0]),
        columns: triangle
            .columns
            .iter()
            .map(|&column| lowering.kept(column))
            .collect(),
        has_constant: triangle.has_constant,
        weight: triangle.weight.map(|weight| lowering.kept(weight)),
        groups: triangle
            .groups
            .as_ref()
            .map(|groups| lowering.row_set_of_groups(groups.rows)),
        entries: entries.collect(),
    }
}
