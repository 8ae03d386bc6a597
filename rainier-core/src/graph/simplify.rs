//! Brings every new node to its normal form.
//!
//! In: operands in normal form. Out: the id of a node of equal value: sums as lines
//! Σ aᵢxᵢ + b, products as Π xᵢ^kᵢ, constants folded, equal terms merged, logarithms of
//! exponentials undone. Constants are not multiplied into sums: 10¹⁰·(x − 1) must not become
//! 10¹⁰·x − 10¹⁰, which loses every digit near x = 1.

use super::{Graph, NodeId, Number, Operation};
use crate::compensated::Compensated;
use crate::operation::{Binary, Unary};

impl Graph {
    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.intern(Operation::Constant(Number(value)))
    }

    pub(crate) fn scale(&mut self, node: NodeId, factor: f64) -> NodeId {
        self.line(0.0, vec![(node, factor)])
    }

    /// constant + Σ coefficient · node.
    pub(crate) fn line(&mut self, constant: f64, terms: Vec<(NodeId, f64)>) -> NodeId {
        // Sums of many equal terms are collected here: their coefficients must not lose digits.
        let mut constant: Compensated = [constant].into_iter().collect();
        let mut merged: Vec<(NodeId, f64)> = Vec::with_capacity(terms.len());
        let lone = terms.len() == 1;
        for (node, coefficient) in terms {
            match *self.operation(node) {
                _ if coefficient == 0.0 => {}
                Operation::Constant(Number(value)) => constant.add(coefficient * value),
                // a·(c·x) is one term, and ±(sum) alone takes the sign into the sum.
                Operation::Line(Number(0.0), ref inner) if inner.len() == 1 => {
                    merged.push((inner[0].0, coefficient * inner[0].1.0));
                }
                Operation::Line(Number(offset), ref inner)
                    if coefficient.abs() == 1.0 && (lone || inner.len() == 1) =>
                {
                    constant.add(coefficient * offset);
                    merged.extend(
                        inner
                            .iter()
                            .map(|&(node, Number(c))| (node, coefficient * c)),
                    );
                }
                _ => merged.push((node, coefficient)),
            }
        }
        let constant = constant.total();
        merged.sort_by_key(|&(node, _)| node);
        let mut merged: Vec<(NodeId, f64)> = merged
            .chunk_by(|a, b| a.0 == b.0)
            .map(|equal| {
                let sum: Compensated = equal.iter().map(|&(_, coefficient)| coefficient).collect();
                (equal[0].0, sum.total())
            })
            .collect();
        merged.retain(|&(_, coefficient)| coefficient != 0.0);
        match merged[..] {
            [] => self.constant(constant),
            [(node, 1.0)] if constant == 0.0 => node,
            _ => {
                let terms = merged
                    .into_iter()
                    .map(|(node, c)| (node, Number(c)))
                    .collect();
                // −0.0 and 0.0 are the same offset.
                self.intern(Operation::Line(Number(constant + 0.0), terms))
            }
        }
    }

    /// Σ node.
    pub(crate) fn sum(&mut self, nodes: &[NodeId]) -> NodeId {
        self.line(0.0, nodes.iter().map(|&node| (node, 1.0)).collect())
    }

    /// Π node^exponent.
    pub(crate) fn product(&mut self, factors: Vec<(NodeId, i32)>) -> NodeId {
        let mut coefficient = 1.0;
        let mut merged: Vec<(NodeId, i32)> = Vec::with_capacity(factors.len());
        for (node, exponent) in factors {
            match *self.operation(node) {
                _ if exponent == 0 => {}
                Operation::Constant(Number(value)) => coefficient *= value.powi(exponent),
                Operation::Line(Number(0.0), ref terms) if terms.len() == 1 => {
                    coefficient *= terms[0].1.0.powi(exponent);
                    merged.push((terms[0].0, exponent));
                }
                _ => merged.push((node, exponent)),
            }
        }
        if coefficient == 0.0 {
            return self.constant(0.0);
        }
        merged.sort_by_key(|&(node, _)| node);
        merged.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        merged.retain(|&(_, exponent)| exponent != 0);
        let node = match merged[..] {
            [] => return self.constant(coefficient),
            [(node, 1)] => node,
            _ => self.intern(Operation::Product(merged.into())),
        };
        if coefficient == 1.0 {
            node
        } else {
            self.scale(node, coefficient)
        }
    }

    pub(crate) fn unary(&mut self, function: Unary, x: NodeId) -> NodeId {
        if let Some(value) = self.as_constant(x) {
            return self.constant(function.evaluate(value));
        }
        match function {
            Unary::Ln => self.logarithm(x),
            Unary::Ln1p => self.logarithm_of_one_plus(x),
            _ => self.intern(Operation::Unary(function, x)),
        }
    }

    /// ln x, with what x is made of taken into account where that is exact for every x.
    fn logarithm(&mut self, x: NodeId) -> NodeId {
        match self.operation(x).clone() {
            Operation::Unary(Unary::Exp, inner) => inner,
            // ln logistic(q) = −softplus(−q) keeps its digits in the tail.
            Operation::Unary(Unary::Logistic, inner) => self.log_logistic(inner, 1.0),
            // ln(c·x) = ln c + ln x for c > 0, whatever the sign of x.
            Operation::Line(Number(0.0), terms) if terms.len() == 1 && terms[0].1.0 > 0.0 => {
                let rest = self.logarithm(terms[0].0);
                self.line(terms[0].1.0.ln(), vec![(rest, 1.0)])
            }
            Operation::Line(Number(1.0), terms) if terms.len() == 1 => {
                let rest = self.scale(terms[0].0, terms[0].1.0);
                self.logarithm_of_one_plus(rest)
            }
            _ => self.intern(Operation::Unary(Unary::Ln, x)),
        }
    }

    /// ln(1 + x).
    fn logarithm_of_one_plus(&mut self, x: NodeId) -> NodeId {
        let (inner, coefficient) = match *self.operation(x) {
            Operation::Line(Number(0.0), ref terms) if terms.len() == 1 => {
                (terms[0].0, terms[0].1.0)
            }
            _ => (x, 1.0),
        };
        match (self.operation(inner), coefficient) {
            // ln(1 − logistic(q)) = −softplus(q).
            (&Operation::Unary(Unary::Logistic, q), -1.0) => self.log_logistic(q, -1.0),
            (&Operation::Unary(Unary::Exp, q), 1.0) => self.unary(Unary::Softplus, q),
            (&Operation::Unary(Unary::Exp, q), -1.0) => self.unary(Unary::LnOneMinusExp, q),
            _ => self.intern(Operation::Unary(Unary::Ln1p, x)),
        }
    }

    /// ln logistic(sign · q) = −softplus(−sign · q).
    fn log_logistic(&mut self, q: NodeId, sign: f64) -> NodeId {
        let argument = self.scale(q, -sign);
        let softplus = self.unary(Unary::Softplus, argument);
        self.scale(softplus, -1.0)
    }

    pub(crate) fn binary(&mut self, function: Binary, x: NodeId, y: NodeId) -> NodeId {
        match (self.as_constant(x), self.as_constant(y)) {
            (Some(x), Some(y)) => return self.constant(function.evaluate(x, y)),
            (None, Some(exponent)) if function == Binary::Power => {
                return self.constant_power(x, exponent);
            }
            (Some(f64::NEG_INFINITY), None) if function == Binary::LogAddExp => return y,
            (None, Some(f64::NEG_INFINITY)) if function == Binary::LogAddExp => return x,
            _ => {}
        }
        self.intern(Operation::Binary(function, x, y))
    }

    /// x^exponent.
    pub(crate) fn constant_power(&mut self, x: NodeId, exponent: f64) -> NodeId {
        // Whole powers up to here are products; repeated squaring stays exact to a few ulp.
        const LARGEST: f64 = 64.0;
        if exponent == 0.5 {
            return self.unary(Unary::Sqrt, x);
        }
        if exponent.fract() == 0.0 && exponent.abs() <= LARGEST {
            #[expect(clippy::cast_possible_truncation, reason = "whole and at most 64")]
            return self.product(vec![(x, exponent as i32)]);
        }
        let exponent = self.constant(exponent);
        self.intern(Operation::Binary(Binary::Power, x, exponent))
    }

    pub(crate) fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        match self.as_constant(condition) {
            Some(0.0) => otherwise,
            Some(_) => then,
            None if then == otherwise => then,
            None if self.is_constant(then, 1.0)
                && self.is_constant(otherwise, 0.0)
                && self.is_indicator(condition) =>
            {
                condition
            }
            None => self.intern(Operation::Select(condition, then, otherwise)),
        }
    }

    /// The node of this operation in normal form, for operands that may be new.
    pub(crate) fn rebuild(&mut self, operation: &Operation) -> NodeId {
        match operation {
            Operation::Line(Number(constant), terms) => {
                let terms = terms.iter().map(|&(term, Number(c))| (term, c)).collect();
                self.line(*constant, terms)
            }
            Operation::Product(factors) => self.product(factors.to_vec()),
            &Operation::Unary(function, x) => self.unary(function, x),
            &Operation::Binary(function, x, y) => self.binary(function, x, y),
            &Operation::Select(condition, then, otherwise) => {
                self.select(condition, then, otherwise)
            }
            &Operation::SumRows(row, column) => self.sum_rows(row, column),
            Operation::Lookup(index, table) => self.lookup(*index, table.to_vec()),
            &Operation::SumWhere(row, index, group) => self.sum_where(row, index, group),
            Operation::Constant(_)
            | Operation::Parameter(_)
            | Operation::Column(_)
            | Operation::RowCount(_)
            | Operation::GroupKey(..)
            | Operation::GroupSum(..)
            | Operation::Triangle(..) => self.intern(operation.clone()),
        }
    }

    fn is_constant(&self, node: NodeId, value: f64) -> bool {
        self.as_constant(node) == Some(value)
    }

    /// Whether the node is known to be 0 or 1.
    fn is_indicator(&self, node: NodeId) -> bool {
        match *self.operation(node) {
            Operation::Binary(function, ..) => function.is_comparison(),
            // Both this and that, each 0 or 1.
            Operation::Select(_, then, otherwise) if self.is_constant(otherwise, 0.0) => {
                matches!(*self.operation(then), Operation::Binary(function, ..) if function.is_comparison())
            }
            _ => false,
        }
    }

    /// Σ over the rows of `column` of a node, which need not depend on the row.
    pub(crate) fn sum_rows(&mut self, node: NodeId, column: u32) -> NodeId {
        if self.stage(node).rows.is_some() {
            return self.intern(Operation::SumRows(node, column));
        }
        let rows = self.intern(Operation::RowCount(column));
        self.product(vec![(node, 1), (rows, 1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(graph: &mut Graph) -> (NodeId, NodeId) {
        (
            graph.intern(Operation::Parameter(0)),
            graph.intern(Operation::Parameter(1)),
        )
    }

    #[test]
    fn equal_terms_merge_and_cancel() {
        let mut graph = Graph::default();
        let (x, y) = parameters(&mut graph);
        let line = graph.line(1.0, vec![(x, 2.0), (y, 1.0), (x, 3.0)]);
        let other = graph.line(1.0, vec![(y, 1.0), (x, 5.0)]);
        assert_eq!(line, other);
        assert_eq!(graph.line(0.0, vec![(x, 2.0), (x, -2.0), (y, 1.0)]), y);
    }

    #[test]
    fn equal_factors_merge_and_cancel() {
        let mut graph = Graph::default();
        let (x, y) = parameters(&mut graph);
        assert_eq!(graph.product(vec![(x, 1), (y, 1), (x, -1)]), y);
        let squared = graph.product(vec![(x, 2)]);
        assert_eq!(graph.product(vec![(x, 1), (x, 1)]), squared);
    }

    #[test]
    fn constants_are_not_multiplied_into_sums() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        let shifted = graph.line(-1.0, vec![(x, 1.0)]);
        let scaled = graph.scale(shifted, 1e10);
        assert!(
            matches!(graph.operation(scaled), Operation::Line(Number(0.0), terms)
            if terms[..] == [(shifted, Number(1e10))])
        );
    }

    #[test]
    fn logarithms_of_exponentials_are_undone() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        let exp = graph.unary(Unary::Exp, x);
        assert_eq!(graph.unary(Unary::Ln, exp), x);
        let scaled = graph.scale(exp, 2.0);
        let expected = graph.line(2f64.ln(), vec![(x, 1.0)]);
        assert_eq!(graph.unary(Unary::Ln, scaled), expected);
    }

    #[test]
    fn logarithms_of_probabilities_keep_their_tails() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        let probability = graph.unary(Unary::Logistic, x);
        let complement = graph.line(1.0, vec![(probability, -1.0)]);
        let softplus = graph.unary(Unary::Softplus, x);
        let expected = graph.scale(softplus, -1.0);
        assert_eq!(graph.unary(Unary::Ln, complement), expected);
    }
}
