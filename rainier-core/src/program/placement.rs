//! Remembers in which register each node's value is.
//!
//! In: nodes and registers, as code is emitted. Out: the register of a node. One place for every
//! node of the graph: a table of all nodes costs less than hashing each operand.

use std::ops::Index;

use super::Register;
use crate::graph::{Graph, NodeId};

/// The register of each node that has one.
#[derive(Debug)]
pub(super) struct Placement(Vec<Register>);

impl Placement {
    /// No register has this number: it is one more than nodes there can be.
    const NOWHERE: Register = Register(u32::MAX);

    pub(super) fn new(graph: &Graph) -> Self {
        Self(vec![Self::NOWHERE; graph.len()])
    }

    pub(super) fn insert(&mut self, node: NodeId, register: Register) {
        self.0[node.index()] = register;
    }
}

impl Index<&NodeId> for Placement {
    type Output = Register;

    fn index(&self, node: &NodeId) -> &Register {
        let register = &self.0[node.index()];
        debug_assert_ne!(*register, Self::NOWHERE, "operands come first");
        register
    }
}
