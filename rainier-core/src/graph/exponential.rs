//! Brings exponentials, and quotients of them, to forms that do not overflow.
//!
//! In: an exponent, or the factors of a product. Out: a node of equal value: e^a / (e^a + e^b)
//! becomes a logistic function, and so does 1 / (1 + e^−x). Each rewrite holds for every argument.

use super::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

impl Graph {
    /// e^x, where x is the logarithm of a logistic function too.
    pub(super) fn exponential(&mut self, x: NodeId) -> NodeId {
        if let Operation::Line(Number(0.0), ref terms) = *self.operation(x) {
            match terms[..] {
                // e^−softplus(q) = logistic(−q)
                [(softplus, Number(-1.0))] => {
                    if let Operation::Unary(Unary::Softplus, q) = *self.operation(softplus) {
                        let opposite = self.scale(q, -1.0);
                        return self.unary(Unary::Logistic, opposite);
                    }
                }
                // e^a / (1 + e^a) and e^a / (e^a + e^b); operands come before their users.
                [(a, Number(1.0)), (sum, Number(-1.0))] => match *self.operation(sum) {
                    Operation::Unary(Unary::Softplus, q) if q == a => {
                        return self.unary(Unary::Logistic, a);
                    }
                    Operation::Binary(Binary::LogAddExp, left, right) if left == a => {
                        return self.binary(Binary::LogisticDifference, a, right);
                    }
                    Operation::Binary(Binary::LogAddExp, left, right) if right == a => {
                        return self.binary(Binary::LogisticDifference, a, left);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        self.intern(Operation::Unary(Unary::Exp, x))
    }

    /// Joins the exponentials among the factors of a quotient, where one may overflow and another
    /// one, or a sum of them, divides by it. False when there is nothing to join.
    pub(super) fn join_exponentials(&mut self, factors: &mut Vec<(NodeId, i32)>) -> bool {
        let may_join = |&(node, power): &(NodeId, i32)| match self.operation(node) {
            Operation::Unary(Unary::Exp, _) => true,
            Operation::Line(..) => power < 0,
            _ => false,
        };
        if !factors.iter().any(may_join) {
            return false;
        }
        let is_exp =
            |graph: &Self, node| matches!(graph.operation(node), Operation::Unary(Unary::Exp, _));
        let has = |graph: &Self, sign: i32| {
            let mut factors = factors.iter();
            factors.any(|&(node, exponent)| exponent.signum() == sign && is_exp(graph, node))
        };
        let is_quotient = has(self, 1) && has(self, -1);
        let mut exponent = Vec::new();
        let mut has_sum = false;
        let mut rest = Vec::with_capacity(factors.len());
        for &(node, power) in factors.iter() {
            match self.operation(node).clone() {
                Operation::Unary(Unary::Exp, q) => exponent.push((q, f64::from(power))),
                Operation::Line(Number(constant), terms)
                    if power < 0 && constant >= 0.0 && terms.iter().all(|term| term.1.0 > 0.0) =>
                {
                    let terms: Vec<_> = terms.iter().map(|&(node, c)| (node, c.0)).collect();
                    match self.logarithm_of_exponentials(constant, &terms) {
                        Some(logarithm) => {
                            has_sum = true;
                            exponent.push((logarithm, f64::from(power)));
                        }
                        None => rest.push((node, power)),
                    }
                }
                _ => rest.push((node, power)),
            }
        }
        if !(is_quotient || has_sum) {
            return false;
        }
        let exponent = self.line(0.0, exponent);
        let joined = self.unary(Unary::Exp, exponent);
        rest.push((joined, 1));
        *factors = rest;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(graph: &mut Graph) -> [NodeId; 2] {
        [0, 1].map(|index| graph.intern(Operation::Parameter(index)))
    }

    #[test]
    fn logistic_functions_written_by_hand_are_recognised() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let logistic = graph.unary(Unary::Logistic, x);
        let exp = graph.unary(Unary::Exp, x);
        let denominator = graph.line(1.0, vec![(exp, 1.0)]);
        assert_eq!(graph.product(vec![(exp, 1), (denominator, -1)]), logistic);
        let opposite = graph.scale(x, -1.0);
        let exp = graph.unary(Unary::Exp, opposite);
        let denominator = graph.line(1.0, vec![(exp, 1.0)]);
        assert_eq!(graph.product(vec![(denominator, -1)]), logistic);
    }

    #[test]
    fn softmax_written_by_hand_is_recognised() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let [a, b] = [x, y].map(|x| graph.unary(Unary::Exp, x));
        let sum = graph.sum(&[a, b]);
        let weight = graph.product(vec![(b, 1), (sum, -1)]);
        let expected = graph.binary(Binary::LogisticDifference, y, x);
        assert_eq!(weight, expected);
    }

    #[test]
    fn quotients_of_exponentials_are_exponentials_of_differences() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let [a, b] = [x, y].map(|x| graph.unary(Unary::Exp, x));
        let difference = graph.line(0.0, vec![(x, 1.0), (y, -2.0)]);
        let expected = graph.unary(Unary::Exp, difference);
        assert_eq!(graph.product(vec![(a, 1), (b, -2)]), expected);
    }

    #[test]
    fn products_of_exponentials_stay_products() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let [a, b] = [x, y].map(|x| graph.unary(Unary::Exp, x));
        let product = graph.product(vec![(a, 1), (b, 1)]);
        assert!(matches!(graph.operation(product), Operation::Product(_)));
    }
}
