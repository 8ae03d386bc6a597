//! Lowers one loop over rows.
//!
//! In: the per-row nodes to sum or keep. Out: a [`RowLoop`], in which scalars are spread over a
//! block before the loop, columns are loaded and tables gathered for each block, and each node is
//! computed once.

use rustc_hash::FxHashMap;

use super::allocate::reuse_registers;
use super::emit::Emitter;
use super::fuse::fuse_loop;
use super::lower::{Lowering, When};
use super::{Gather, RowLoop, RowSum, Scatter};
use crate::graph::{NodeId, Operation};

/// A loop over the rows of one row set, at one level of one section.
#[derive(Debug, Default)]
pub(super) struct LoopPlan {
    /// Per-row node and the node of its sum.
    pub(super) sums: Vec<(NodeId, NodeId)>,
    /// Per-row node to sum by index, and the index.
    scatters: Vec<(NodeId, NodeId)>,
    /// Per-row nodes to keep, with the derived column they become.
    pub(super) stores: Vec<(NodeId, usize)>,
}

impl LoopPlan {
    pub(super) fn add_scatter(&mut self, row: NodeId, index: NodeId) {
        if !self.scatters.contains(&(row, index)) {
            self.scatters.push((row, index));
        }
    }

    pub(super) fn lower(&self, lowering: &mut Lowering<'_>, row_set: usize, when: When) -> RowLoop {
        let mut emitter = Emitter::of_rows();
        let mut register = FxHashMap::default();
        let mut broadcasts = Vec::new();
        let mut loads = Vec::new();
        let mut gathers = Vec::new();
        for node in self.below(lowering, when) {
            let graph = lowering.graph;
            let block = if !lowering.is_per_row(node) {
                let block = emitter.fresh();
                broadcasts.push((block, lowering.register[&node]));
                block
            } else if let Some(source) = lowering.source(node, when) {
                let block = emitter.fresh();
                loads.push((block, source));
                block
            } else if let Operation::Lookup(index, table) = graph.operation(node) {
                let block = emitter.fresh();
                let entries: Vec<_> = table.iter().map(|entry| lowering.register[entry]).collect();
                gathers.push(Gather {
                    block,
                    index: lowering.kept(*index),
                    table: lowering.scalars.pack(&entries),
                    entries: table.len(),
                });
                block
            } else {
                emitter.node(graph, node, |operand| register[&operand])
            };
            register.insert(node, block);
        }
        if when == When::Evaluation {
            for instruction in &mut emitter.instructions {
                instruction.action = instruction.action.of_row();
            }
        }
        let scatters = self.scatters.iter().map(|&(row, index)| {
            let (table, entries) = lowering.sums_by_index[&(row, index)];
            Scatter {
                block: register[&row],
                index: lowering.kept(index),
                table,
                entries,
            }
        });
        let sums = self.sums.iter();
        let stores = self.stores.iter();
        let mut row_loop = RowLoop {
            row_set,
            registers: emitter.registers(),
            broadcasts,
            loads,
            gathers,
            instructions: emitter.instructions,
            sums: sums
                .map(|&(row, sum)| {
                    let exponential = lowering.logarithm_of_one_plus(row);
                    RowSum {
                        block: register[&exponential.unwrap_or(row)],
                        factor: None,
                        of_logarithms: exponential.is_some(),
                        sum: lowering.register[&sum],
                    }
                })
                .collect(),
            scatters: scatters.collect(),
            stores: stores
                .map(|&(row, derived)| (register[&row], derived))
                .collect(),
        };
        fuse_loop(&mut row_loop);
        reuse_registers(&mut row_loop);
        row_loop
    }

    /// What the loop reads or computes, ascending.
    fn below(&self, lowering: &Lowering<'_>, when: When) -> Vec<NodeId> {
        let graph = lowering.graph;
        let mut seen = rustc_hash::FxHashSet::default();
        let mut pending: Vec<NodeId> = self
            .sums
            .iter()
            .map(|&(row, _)| lowering.logarithm_of_one_plus(row).unwrap_or(row))
            .collect();
        pending.extend(self.scatters.iter().map(|&(row, _)| row));
        pending.extend(self.stores.iter().map(|&(row, _)| row));
        while let Some(node) = pending.pop() {
            let is_leaf = !lowering.is_per_row(node) || lowering.source(node, when).is_some();
            // A look-up is gathered from scalar registers, by a column.
            let is_lookup = matches!(graph.operation(node), Operation::Lookup(..));
            if seen.insert(node) && !is_leaf && !is_lookup {
                graph
                    .operation(node)
                    .for_each_operand(|operand| pending.push(operand));
            }
        }
        let mut nodes: Vec<NodeId> = seen.into_iter().collect();
        nodes.sort_unstable();
        nodes
    }
}
