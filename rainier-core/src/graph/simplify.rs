//! Brings every new node to its normal form.
//!
//! In: operands in normal form. Out: the id of a node of equal value: sums as lines
//! Σ aᵢxᵢ + b, products as Π xᵢ^kᵢ, constants folded, equal terms merged, logarithms of
//! exponentials undone. Constants are not multiplied into sums: 10¹⁰·(x − 1) must not become
//! 10¹⁰·x − 10¹⁰, which loses every digit near x = 1.

use super::{Graph, NodeId, Number, Operation};
use crate::compensated::Compensated;
use crate::operation::{Binary, Ternary, Unary};

impl Graph {
    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.intern(Operation::Constant(Number(value)))
    }

    pub(crate) fn scale(&mut self, node: NodeId, factor: f64) -> NodeId {
        // A node has its normal form already.
        if factor == 1.0 {
            return node;
        }
        self.line(0.0, vec![(node, factor)])
    }

    /// constant + Σ coefficient · node.
    pub(crate) fn line(&mut self, constant: f64, terms: Vec<(NodeId, f64)>) -> NodeId {
        let (mut constant, mut terms) = self.merge_terms(constant, terms);
        while self.cancel_once(&mut constant, &mut terms) {
            (constant, terms) = self.merge_terms(constant, terms);
        }
        match terms[..] {
            [] => self.constant(constant),
            [(node, 1.0)] if constant == 0.0 => node,
            _ => {
                let terms = terms
                    .into_iter()
                    .map(|(node, c)| (node, Number(c)))
                    .collect();
                // −0.0 and 0.0 are the same offset.
                self.intern(Operation::Line(Number(constant + 0.0), terms))
            }
        }
    }

    /// Constants and small sums collected, equal nodes merged, by ascending node.
    fn merge_terms(
        &self,
        constant: f64,
        mut terms: Vec<(NodeId, f64)>,
    ) -> (f64, Vec<(NodeId, f64)>) {
        // Sums of many equal terms are collected here: their coefficients must not lose digits.
        let mut constant: Compensated = [constant].into_iter().collect();
        if terms.iter().any(|&term| self.opens_up(term)) {
            terms = self.open_up(&mut constant, terms);
        }
        terms.sort_by_key(|&(node, _)| node);
        if terms.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            terms = terms
                .chunk_by(|a, b| a.0 == b.0)
                .map(|equal| {
                    let sum: Compensated = equal.iter().map(|&(_, c)| c).collect();
                    (equal[0].0, sum.total())
                })
                .collect();
        }
        terms.retain(|&(_, coefficient)| coefficient != 0.0);
        (constant.total(), terms)
    }

    /// Whether a term may be anything but a term of the finished sum.
    fn opens_up(&self, (node, coefficient): (NodeId, f64)) -> bool {
        let operation = self.operation(node);
        coefficient == 0.0 || matches!(operation, Operation::Constant(_) | Operation::Line(..))
    }

    /// Takes constants and small sums apart.
    fn open_up(&self, constant: &mut Compensated, terms: Vec<(NodeId, f64)>) -> Vec<(NodeId, f64)> {
        let mut opened: Vec<(NodeId, f64)> = Vec::with_capacity(terms.len());
        let lone = terms.len() == 1;
        for (node, coefficient) in terms {
            match *self.operation(node) {
                _ if coefficient == 0.0 => {}
                Operation::Constant(Number(value)) => constant.add(coefficient * value),
                // a·(c·x) is one term, and ±(sum) alone takes the sign into the sum.
                Operation::Line(Number(0.0), ref inner) if inner.len() == 1 => {
                    opened.push((inner[0].0, coefficient * inner[0].1.0));
                }
                Operation::Line(Number(offset), ref inner)
                    if coefficient.abs() == 1.0 && (lone || inner.len() == 1) =>
                {
                    constant.add(coefficient * offset);
                    opened.extend(
                        inner
                            .iter()
                            .map(|&(node, Number(c))| (node, coefficient * c)),
                    );
                }
                _ => opened.push((node, coefficient)),
            }
        }
        opened
    }

    /// Σ node.
    pub(crate) fn sum(&mut self, nodes: &[NodeId]) -> NodeId {
        match *nodes {
            [node] => self.scale(node, 1.0),
            _ => self.line(0.0, nodes.iter().map(|&node| (node, 1.0)).collect()),
        }
    }

    /// Π node^exponent.
    pub(crate) fn product(&mut self, factors: Vec<(NodeId, i32)>) -> NodeId {
        let (mut coefficient, mut factors) = self.merge_factors(factors);
        while coefficient != 0.0
            && (self.join_x_ln_x(&mut factors) || self.join_exponentials(&mut factors))
        {
            let scale = coefficient;
            (coefficient, factors) = self.merge_factors(factors);
            coefficient *= scale;
        }
        if coefficient == 0.0 {
            return self.constant(0.0);
        }
        let node = match factors[..] {
            [] => return self.constant(coefficient),
            [(node, 1)] => node,
            _ => self.intern(Operation::Product(factors.into())),
        };
        if coefficient == 1.0 {
            node
        } else {
            self.scale(node, coefficient)
        }
    }

    /// Constants multiplied out, equal nodes merged, by ascending node.
    fn merge_factors(&self, mut factors: Vec<(NodeId, i32)>) -> (f64, Vec<(NodeId, i32)>) {
        let mut coefficient = 1.0;
        factors.retain_mut(|(node, exponent)| match *self.operation(*node) {
            _ if *exponent == 0 => false,
            Operation::Constant(Number(value)) => {
                coefficient *= value.powi(*exponent);
                false
            }
            // A power of a coefficient that leaves the range would take the product along.
            Operation::Line(Number(0.0), ref terms)
                if terms.len() == 1 && terms[0].1.0.powi(*exponent).is_normal() =>
            {
                coefficient *= terms[0].1.0.powi(*exponent);
                *node = terms[0].0;
                true
            }
            _ => true,
        });
        factors.sort_by_key(|&(node, _)| node);
        factors.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        factors.retain(|&(_, exponent)| exponent != 0);
        (coefficient, factors)
    }

    /// x ln x is one function, whose limit at 0 the product would miss.
    fn join_x_ln_x(&mut self, factors: &mut [(NodeId, i32)]) -> bool {
        for index in 0..factors.len() {
            let Operation::Unary(Unary::Ln, x) = *self.operation(factors[index].0) else {
                continue;
            };
            let base = factors.iter().position(|&(base, k)| base == x && k >= 1);
            if let Some(base) = base.filter(|_| factors[index].1 == 1) {
                factors[index].0 = self.unary(Unary::XLnX, x);
                factors[base].1 -= 1;
                return true;
            }
        }
        false
    }

    pub(crate) fn unary(&mut self, function: Unary, x: NodeId) -> NodeId {
        if let Some(value) = self.as_constant(x) {
            return self.constant(function.evaluate(value));
        }
        match function {
            Unary::Ln => self.logarithm(x),
            Unary::Ln1p => self.logarithm_of_one_plus(x),
            Unary::Exp => self.exponential(x),
            // √(x²) = |x| neither overflows nor underflows, and has a derivative at 0.
            Unary::Sqrt => match *self.operation(x) {
                Operation::Product(ref factors) if matches!(factors[..], [(_, 2)]) => {
                    self.unary(Unary::Abs, factors[0].0)
                }
                _ => self.intern(Operation::Unary(function, x)),
            },
            _ => self.intern(Operation::Unary(function, x)),
        }
    }

    pub(crate) fn binary(&mut self, function: Binary, x: NodeId, y: NodeId) -> NodeId {
        match (self.as_constant(x), self.as_constant(y)) {
            (Some(x), Some(y)) => return self.constant(function.evaluate(x, y)),
            (None, Some(exponent)) if function == Binary::Power => {
                return self.constant_power(x, exponent);
            }
            (Some(f64::NEG_INFINITY), None) if function == Binary::LogAddExp => return y,
            (None, Some(f64::NEG_INFINITY)) if function == Binary::LogAddExp => return x,
            (Some(0.0), None) if function == Binary::LogAddExp => {
                return self.unary(Unary::Softplus, y);
            }
            (None, Some(0.0)) if function == Binary::LogAddExp => {
                return self.unary(Unary::Softplus, x);
            }
            (Some(0.0), None) if function == Binary::LogDiffExp => {
                return self.unary(Unary::LnOneMinusExp, y);
            }
            _ => {}
        }
        self.intern(Operation::Binary(function, x, y))
    }

    pub(crate) fn ternary(&mut self, function: Ternary, operands: [NodeId; 3]) -> NodeId {
        match operands.map(|operand| self.as_constant(operand)) {
            [Some(x), Some(y), Some(z)] => self.constant(function.evaluate(x, y, z)),
            _ if function == Ternary::LnBinomialTerm => self.binomial_term(operands),
            _ => self.intern(Operation::Ternary(function, operands)),
        }
    }

    /// ln T(a, b, x) = ln T(b, a, 1 − x), by the share that says how far both are from 0.
    fn binomial_term(&mut self, [a, b, x]: [NodeId; 3]) -> NodeId {
        let direct = Operation::Ternary(Ternary::LnBinomialTerm, [a, b, x]);
        let rest = self.line(1.0, vec![(x, -1.0)]);
        let exchanged = Operation::Ternary(Ternary::LnBinomialTerm, [b, a, rest]);
        match (self.operation(x), self.operation(rest)) {
            (Operation::Line(Number(1.0), _), _) => self.intern(exchanged),
            (_, Operation::Line(..) | Operation::Constant(_)) => self.intern(direct),
            // Each has a name of its own, as two opposite logistic functions, and is exact near 0.
            _ => {
                let is_smaller = self.binary(Binary::Less, x, rest);
                let (direct, exchanged) = (self.intern(direct), self.intern(exchanged));
                self.select(is_smaller, direct, exchanged)
            }
        }
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
            &Operation::Ternary(function, operands) => self.ternary(function, operands),
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
    fn coefficients_whose_powers_leave_the_range_stay_in_the_product() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        for (scale, exponent) in [(1e-200, 2), (1e200, 2), (1e-200, -2)] {
            let scaled = graph.scale(x, scale);
            let product = graph.product(vec![(scaled, exponent)]);
            let expected = Operation::Product(vec![(scaled, exponent)].into());
            assert_eq!(*graph.operation(product), expected);
        }
        let halved = graph.scale(x, 0.5);
        let product = graph.product(vec![(halved, 2)]);
        let square = graph.product(vec![(x, 2)]);
        assert_eq!(product, graph.scale(square, 0.25));
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
    fn root_of_a_square_is_the_size() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        let square = graph.product(vec![(x, 2)]);
        let size = graph.unary(Unary::Abs, x);
        assert_eq!(graph.unary(Unary::Sqrt, square), size);
    }

    #[test]
    fn x_ln_x_is_one_function_and_takes_one_factor_of_each() {
        let mut graph = Graph::default();
        let (x, y) = parameters(&mut graph);
        let logarithm = graph.unary(Unary::Ln, x);
        let product = graph.product(vec![(x, 2), (logarithm, 1), (y, 1)]);
        let x_ln_x = graph.unary(Unary::XLnX, x);
        assert_eq!(product, graph.product(vec![(x_ln_x, 1), (x, 1), (y, 1)]));
        let quotient = graph.product(vec![(x, -1), (logarithm, 1)]);
        assert!(matches!(graph.operation(quotient), Operation::Product(_)));
    }

    #[test]
    fn binomial_terms_take_the_share_that_keeps_its_digits() {
        let mut graph = Graph::default();
        let (a, x) = parameters(&mut graph);
        let b = graph.intern(Operation::Parameter(2));
        let term = |graph: &mut Graph, operands| graph.ternary(Ternary::LnBinomialTerm, operands);
        let plain = term(&mut graph, [a, b, x]);
        let rest = graph.line(1.0, vec![(x, -1.0)]);
        assert_eq!(term(&mut graph, [b, a, rest]), plain);
        let share = graph.unary(Unary::Logistic, x);
        let named = term(&mut graph, [a, b, share]);
        assert!(matches!(graph.operation(named), Operation::Select(..)));
    }

    #[test]
    fn adding_to_the_logarithm_of_one_is_softplus() {
        let mut graph = Graph::default();
        let (x, _) = parameters(&mut graph);
        let zero = graph.constant(0.0);
        let softplus = graph.unary(Unary::Softplus, x);
        assert_eq!(graph.binary(Binary::LogAddExp, x, zero), softplus);
        assert_eq!(graph.binary(Binary::LogAddExp, zero, x), softplus);
        let complement = graph.unary(Unary::LnOneMinusExp, x);
        assert_eq!(graph.binary(Binary::LogDiffExp, zero, x), complement);
    }
}
