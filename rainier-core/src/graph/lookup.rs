//! Brings look-ups to their normal form, and names the sums that their derivatives are.
//!
//! In: an index per row, a table of nodes. Out: a node of equal value. What all entries have in
//! common moves out of the table: a table of μ + τzⱼ becomes μ + τ · (a table of zⱼ), so that rows
//! share the work and a plain table of parameters remains.

use std::sync::Arc;

use super::{Graph, NodeId, Number, Operation};
use crate::operation::Binary;

impl Graph {
    /// The entry of `table` that `index` names. The table is not empty.
    pub(crate) fn lookup(&mut self, index: NodeId, table: Vec<NodeId>) -> NodeId {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a negative index becomes 0, one too large names no entry"
        )]
        if let Some(&entry) = self
            .as_constant(index)
            .and_then(|constant| table.get(constant as usize))
        {
            return entry;
        }
        if table.iter().all(|&entry| entry == table[0]) {
            return table[0];
        }
        self.lookup_in_lines(index, &table)
            .or_else(|| self.lookup_in_products(index, &table))
            .unwrap_or_else(|| self.intern(Operation::Lookup(index, Arc::from(table))))
    }

    /// Takes out what lines that differ in one term share.
    fn lookup_in_lines(&mut self, index: NodeId, table: &[NodeId]) -> Option<NodeId> {
        let lines: Vec<_> = table
            .iter()
            .map(|&entry| match self.operation(entry) {
                Operation::Line(Number(constant), terms) => Some((*constant, Arc::clone(terms))),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let (constant, first) = &lines[0];
        if lines
            .iter()
            .any(|(other, _)| other.to_bits() != constant.to_bits())
        {
            return None;
        }
        let shared = shared_by_all(first, &lines.iter().map(|(_, terms)| &**terms));
        let own: Vec<_> = lines
            .iter()
            .map(|(_, terms)| the_other(terms, &shared))
            .collect::<Option<_>>()?;
        let coefficient = own[0].1;
        if own.iter().any(|&(_, other)| other != coefficient) {
            return None;
        }
        let inner = self.lookup(index, own.iter().map(|&(node, _)| node).collect());
        let mut terms: Vec<_> = shared.iter().map(|&(node, Number(c))| (node, c)).collect();
        terms.push((inner, coefficient.0));
        Some(self.line(*constant, terms))
    }

    /// Takes out what products that differ in one factor share.
    fn lookup_in_products(&mut self, index: NodeId, table: &[NodeId]) -> Option<NodeId> {
        let products: Vec<_> = table
            .iter()
            .map(|&entry| match self.operation(entry) {
                Operation::Product(factors) => Some(Arc::clone(factors)),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let mut shared = shared_by_all(&products[0], &products.iter().map(|factors| &**factors));
        let own: Vec<_> = products
            .iter()
            .map(|factors| the_other(factors, &shared))
            .collect::<Option<_>>()?;
        let exponent = own[0].1;
        if own.iter().any(|&(_, other)| other != exponent) {
            return None;
        }
        let inner = self.lookup(index, own.iter().map(|&(node, _)| node).collect());
        shared.push((inner, exponent));
        Some(self.product(shared))
    }

    /// Σ of a per-row node over the rows whose `index` is `group`.
    pub(crate) fn sum_where(&mut self, row: NodeId, index: NodeId, group: u32) -> NodeId {
        if self.as_constant(row) == Some(0.0) {
            return row;
        }
        if self.stage(row).rows.is_some() {
            return self.intern(Operation::SumWhere(row, index, group));
        }
        // 1 in every row, since no index is NaN.
        let one = self.binary(Binary::Equal, index, index);
        let count = self.intern(Operation::SumWhere(one, index, group));
        self.product(vec![(row, 1), (count, 1)])
    }
}

/// The parts of `first` that all have; of long ones none, since finding them is quadratic.
fn shared_by_all<'a, T: Copy + PartialEq + 'a>(
    first: &[T],
    all: &(impl Iterator<Item = &'a [T]> + Clone),
) -> Vec<T> {
    const LONGEST: usize = 16;
    first
        .iter()
        .copied()
        .take_while(|_| first.len() <= LONGEST)
        .filter(|part| all.clone().all(|parts| parts.contains(part)))
        .collect()
}

/// The only part that is not shared; none if there are several.
fn the_other<T: Copy + PartialEq>(parts: &[T], shared: &[T]) -> Option<T> {
    let mut others = parts.iter().copied().filter(|part| !shared.contains(part));
    let other = others.next()?;
    others.next().is_none().then_some(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_entries_share_moves_out_of_the_table() {
        let mut graph = Graph::default();
        let [mean, spread, a, b] = [0, 1, 2, 3].map(|p| graph.intern(Operation::Parameter(p)));
        let index = graph.intern(Operation::Column(0));
        let entries = [a, b].map(|effect| {
            let scaled = graph.product(vec![(spread, 1), (effect, 1)]);
            graph.line(0.0, vec![(mean, 1.0), (scaled, 1.0)])
        });
        let plain = graph.lookup(index, vec![a, b]);
        let scaled = graph.product(vec![(spread, 1), (plain, 1)]);
        let expected = graph.line(0.0, vec![(mean, 1.0), (scaled, 1.0)]);
        assert_eq!(graph.lookup(index, entries.to_vec()), expected);
    }

    #[test]
    fn a_constant_index_names_its_entry() {
        let mut graph = Graph::default();
        let [a, b] = [0, 1].map(|p| graph.intern(Operation::Parameter(p)));
        let index = graph.constant(1.0);
        assert_eq!(graph.lookup(index, vec![a, b]), b);
    }
}
