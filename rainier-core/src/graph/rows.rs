//! Names the sets of rows a graph speaks of, and what binding makes of them.
//!
//! In: columns as given, nodes that data alone determine. Out: groups of rows with equal keys, and
//! triangular factors, which stand for sums of squares over many rows.

use std::sync::Arc;

use super::NodeId;
use crate::column::Column;

/// What there is one value of per row.
#[derive(Debug, Clone)]
pub(crate) enum RowSource {
    /// The rows of a column as given.
    Column(Column),
    /// One row for each group of rows with equal keys.
    Groups,
}

/// Rows taken together where their keys are equal. Groups without rows do not exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Groups {
    /// Per-row nodes that data alone determine.
    pub(crate) keys: Box<[NodeId]>,
    /// The number of the groups as rows of their own.
    pub(crate) rows: u32,
}

impl Groups {
    pub(crate) fn map(&self, map: impl FnMut(NodeId) -> NodeId) -> Arc<Self> {
        Arc::new(Self {
            keys: self.keys.iter().copied().map(map).collect(),
            rows: self.rows,
        })
    }
}

/// A matrix D of data, a row of data each, whose factor R has ‖Da‖ = ‖Ra‖ for every vector a.
///
/// With a constant, D has a first column of ones, and the others are centred: of a column d there
/// remains d − c, where c is its (weighted) mean as rounded. Then Σ aⱼdⱼ = a₀′ + Σ aⱼ(dⱼ − cⱼ) with
/// a₀′ = a₀ + Σ aⱼcⱼ, which keeps its digits however far the data are from zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Triangle {
    /// Per-row nodes that data alone determine, without the constant.
    pub(crate) columns: Box<[NodeId]>,
    pub(crate) has_constant: bool,
    /// Each row counts as often as this says.
    pub(crate) weight: Option<NodeId>,
    /// One factor for each of these; else one for all rows.
    pub(crate) groups: Option<Arc<Groups>>,
}

impl Triangle {
    pub(crate) fn for_each_operand(&self, mut visit: impl FnMut(NodeId)) {
        self.columns.iter().for_each(|&column| visit(column));
        if let Some(weight) = self.weight {
            visit(weight);
        }
        if let Some(groups) = &self.groups {
            groups.keys.iter().for_each(|&key| visit(key));
        }
    }

    pub(crate) fn map(&self, mut map: impl FnMut(NodeId) -> NodeId) -> Arc<Self> {
        Arc::new(Self {
            columns: self.columns.iter().map(|&column| map(column)).collect(),
            has_constant: self.has_constant,
            weight: self.weight.map(&mut map),
            groups: self.groups.as_ref().map(|groups| groups.map(&mut map)),
        })
    }

    /// The order of R.
    pub(crate) fn order(&self) -> usize {
        self.columns.len() + usize::from(self.has_constant)
    }
}

/// One number of a triangular factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum TriangleEntry {
    /// What was subtracted from the column at this place.
    Centre(u32),
    /// R at row ≤ column.
    Factor(u32, u32),
}
