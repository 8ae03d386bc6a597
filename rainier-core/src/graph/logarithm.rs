//! Takes logarithms of what is known to be an exponential, a probability, or a sum of such.
//!
//! In: a node in normal form. Out: a node of the value of its logarithm which neither overflows
//! nor cancels: ln Σ eˣ becomes a sum of exponentials on the log scale, ln logistic(x) becomes
//! −softplus(−x). Each rewrite holds for every argument.

use std::f64::consts::LN_2;

use super::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// A logarithm that is known without taking one.
struct Known {
    logarithm: NodeId,
    /// Whether the number itself may overflow or underflow although its logarithm is ordinary.
    has_exp: bool,
}

impl Graph {
    /// ln x.
    pub(super) fn logarithm(&mut self, x: NodeId) -> NodeId {
        if let Some(known) = self.known_logarithm(x) {
            return known.logarithm;
        }
        match self.operation(x).clone() {
            // ln(e^q − 1)
            Operation::Unary(Unary::ExpM1, q) => {
                let zero = self.constant(0.0);
                self.binary(Binary::LogDiffExp, q, zero)
            }
            Operation::Product(factors) => self.logarithm_of_product(x, &factors),
            Operation::Line(Number(constant), terms) => {
                let terms: Vec<_> = terms.iter().map(|&(node, c)| (node, c.0)).collect();
                self.logarithm_of_sum(x, constant, &terms)
            }
            _ => self.intern(Operation::Unary(Unary::Ln, x)),
        }
    }

    /// ln(1 + x).
    pub(super) fn logarithm_of_one_plus(&mut self, x: NodeId) -> NodeId {
        let (inner, coefficient) = match *self.operation(x) {
            Operation::Line(Number(0.0), ref terms) if terms.len() == 1 => {
                (terms[0].0, terms[0].1.0)
            }
            // 1 + (k + …) would round the constants together.
            Operation::Line(..) => return self.intern(Operation::Unary(Unary::Ln1p, x)),
            _ => (x, 1.0),
        };
        if let Operation::Unary(Unary::Exp, q) = *self.operation(inner) {
            let exponent = self.line(coefficient.abs().ln(), vec![(q, 1.0)]);
            return if coefficient > 0.0 {
                self.unary(Unary::Softplus, exponent)
            } else {
                self.unary(Unary::LnOneMinusExp, exponent)
            };
        }
        let whole = self.line(1.0, vec![(inner, coefficient)]);
        match *self.operation(whole) {
            // The sum has no name of its own.
            Operation::Line(Number(1.0), _) => self.intern(Operation::Unary(Unary::Ln1p, x)),
            _ => self.logarithm(whole),
        }
    }

    /// ln Σ e^x of at least one node: pairs of neighbours, then pairs of pairs.
    fn log_sum_exp(&mut self, mut nodes: Vec<NodeId>) -> NodeId {
        while nodes.len() > 1 {
            nodes = nodes
                .chunks(2)
                .map(|pair| match *pair {
                    [a, b] => self.binary(Binary::LogAddExp, a, b),
                    _ => pair[0],
                })
                .collect();
        }
        nodes[0]
    }

    /// The logarithm of a number that is positive whatever its arguments are.
    fn known_logarithm(&mut self, x: NodeId) -> Option<Known> {
        match self.operation(x).clone() {
            Operation::Unary(function, q) => self.known_logarithm_of(function, q),
            // e^a / (e^a + e^b)
            Operation::Binary(Binary::LogisticDifference, a, b) => {
                let difference = self.line(0.0, vec![(b, 1.0), (a, -1.0)]);
                let softplus = self.unary(Unary::Softplus, difference);
                let logarithm = self.scale(softplus, -1.0);
                let has_exp = false;
                Some(Known { logarithm, has_exp })
            }
            Operation::Product(factors) => {
                let mut has_exp = false;
                let mut terms = Vec::with_capacity(factors.len());
                for &(factor, exponent) in factors.iter() {
                    let Operation::Unary(function, q) = *self.operation(factor) else {
                        return None;
                    };
                    let known = self.known_logarithm_of(function, q)?;
                    has_exp |= known.has_exp;
                    terms.push((known.logarithm, f64::from(exponent)));
                }
                let logarithm = self.line(0.0, terms);
                Some(Known { logarithm, has_exp })
            }
            _ => None,
        }
    }

    fn known_logarithm_of(&mut self, function: Unary, q: NodeId) -> Option<Known> {
        let logarithm = match function {
            Unary::Exp => q,
            // −ln(1 + e^−q) keeps its digits in the tail.
            Unary::Logistic => {
                let opposite = self.scale(q, -1.0);
                let softplus = self.unary(Unary::Softplus, opposite);
                self.scale(softplus, -1.0)
            }
            Unary::Erfc => self.unary(Unary::LnErfc, q),
            Unary::NormalCdf => self.unary(Unary::LnNormalCdf, q),
            // (e^q + e^−q) / 2
            Unary::Cosh => {
                let opposite = self.scale(q, -1.0);
                let sum = self.binary(Binary::LogAddExp, q, opposite);
                self.line(-LN_2, vec![(sum, 1.0)])
            }
            _ => return None,
        };
        let has_exp = matches!(function, Unary::Exp | Unary::Cosh);
        Some(Known { logarithm, has_exp })
    }

    /// Takes out the factors whose logarithm is known; of a single factor left also the exponent.
    fn logarithm_of_product(&mut self, x: NodeId, factors: &[(NodeId, i32)]) -> NodeId {
        let mut terms = Vec::new();
        let mut rest = Vec::new();
        for &(factor, exponent) in factors {
            let known = match *self.operation(factor) {
                Operation::Unary(function, q) => self.known_logarithm_of(function, q),
                _ => None,
            };
            match known {
                Some(known) => terms.push((known.logarithm, f64::from(exponent))),
                None => rest.push((factor, exponent)),
            }
        }
        match rest[..] {
            // xᵏ is |x|ᵏ for an even k and has the sign of x for an odd one.
            [(factor, exponent)] => {
                let base = if exponent % 2 == 0 {
                    self.unary(Unary::Abs, factor)
                } else {
                    factor
                };
                let logarithm = match self.operation(base).clone() {
                    // Not by `logarithm`: products nest without bound.
                    Operation::Product(_) => self.intern(Operation::Unary(Unary::Ln, base)),
                    _ => self.logarithm(base),
                };
                terms.push((logarithm, f64::from(exponent)));
            }
            _ if terms.is_empty() => return self.intern(Operation::Unary(Unary::Ln, x)),
            _ => {
                let rest = self.product(rest);
                let logarithm = self.intern(Operation::Unary(Unary::Ln, rest));
                terms.push((logarithm, 1.0));
            }
        }
        self.line(0.0, terms)
    }

    /// ln(c·x) = ln c + ln x, ln(1 + x), and sums of exponentials.
    fn logarithm_of_sum(&mut self, x: NodeId, constant: f64, terms: &[(NodeId, f64)]) -> NodeId {
        if let Some(logarithm) = self.logarithm_of_exponentials(constant, terms) {
            return logarithm;
        }
        match (constant, terms) {
            (0.0, &[(node, coefficient)]) if coefficient > 0.0 => {
                let rest = self.logarithm(node);
                self.line(coefficient.ln(), vec![(rest, 1.0)])
            }
            // ln(−c (e^q − 1))
            (0.0, &[(node, coefficient)]) => match *self.operation(node) {
                Operation::Unary(Unary::ExpM1, q) => {
                    let rest = self.unary(Unary::LnOneMinusExp, q);
                    self.line((-coefficient).ln(), vec![(rest, 1.0)])
                }
                _ => self.intern(Operation::Unary(Unary::Ln, x)),
            },
            (1.0, &[(node, coefficient)]) => {
                let rest = self.scale(node, coefficient);
                self.logarithm_of_one_plus(rest)
            }
            _ => self.intern(Operation::Unary(Unary::Ln, x)),
        }
    }

    /// ln(Σ positive terms − Σ negative terms), when each is a known logarithm's number and some
    /// may overflow or underflow.
    pub(super) fn logarithm_of_exponentials(
        &mut self,
        constant: f64,
        terms: &[(NodeId, f64)],
    ) -> Option<NodeId> {
        let (mut added, mut subtracted) = (Vec::new(), Vec::new());
        let mut has_exp = false;
        for &(node, coefficient) in terms {
            let known = self.known_logarithm(node)?;
            has_exp |= known.has_exp;
            let scaled = self.line(coefficient.abs().ln(), vec![(known.logarithm, 1.0)]);
            let side = if coefficient > 0.0 {
                &mut added
            } else {
                &mut subtracted
            };
            side.push(scaled);
        }
        if constant != 0.0 {
            let side = if constant > 0.0 {
                &mut added
            } else {
                &mut subtracted
            };
            side.push(self.constant(constant.abs().ln()));
        }
        if !has_exp || added.is_empty() {
            return None;
        }
        let sum = self.log_sum_exp(added);
        if subtracted.is_empty() {
            return Some(sum);
        }
        let subtracted = self.log_sum_exp(subtracted);
        Some(self.binary(Binary::LogDiffExp, sum, subtracted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(graph: &mut Graph) -> [NodeId; 2] {
        [0, 1].map(|index| graph.intern(Operation::Parameter(index)))
    }

    #[test]
    fn logarithms_of_exponentials_are_undone() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let exp = graph.unary(Unary::Exp, x);
        assert_eq!(graph.unary(Unary::Ln, exp), x);
        let scaled = graph.scale(exp, 2.0);
        let expected = graph.line(2f64.ln(), vec![(x, 1.0)]);
        assert_eq!(graph.unary(Unary::Ln, scaled), expected);
    }

    #[test]
    fn logarithms_of_probabilities_keep_their_tails() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let probability = graph.unary(Unary::Logistic, x);
        let complement = graph.line(1.0, vec![(probability, -1.0)]);
        let softplus = graph.unary(Unary::Softplus, x);
        let expected = graph.scale(softplus, -1.0);
        assert_eq!(graph.unary(Unary::Ln, complement), expected);
    }

    #[test]
    fn logarithms_of_sums_of_exponentials_are_log_sums() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let [a, b] = [x, y].map(|x| graph.unary(Unary::Exp, x));
        let sum = graph.line(0.0, vec![(a, 2.0), (b, 1.0)]);
        let shifted = graph.line(LN_2, vec![(x, 1.0)]);
        let expected = graph.binary(Binary::LogAddExp, shifted, y);
        assert_eq!(graph.unary(Unary::Ln, sum), expected);
        let difference = graph.line(0.0, vec![(a, -1.0), (b, 1.0)]);
        let expected = graph.binary(Binary::LogDiffExp, y, x);
        assert_eq!(graph.unary(Unary::Ln, difference), expected);
    }

    #[test]
    fn logarithms_of_mixtures_are_log_sums() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let weight = graph.unary(Unary::Logistic, y);
        let exp = graph.unary(Unary::Exp, x);
        let inflated = graph.product(vec![(weight, 1), (exp, 1)]);
        let sum = graph.sum(&[weight, inflated]);
        let of_weight = graph.unary(Unary::Ln, weight);
        let of_inflated = graph.sum(&[of_weight, x]);
        let expected = graph.binary(Binary::LogAddExp, of_weight, of_inflated);
        assert_eq!(graph.unary(Unary::Ln, sum), expected);
    }

    #[test]
    fn sums_without_exponentials_keep_their_plain_logarithm() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let exp = graph.unary(Unary::Exp, x);
        for (other, constant) in [(y, 1.0), (exp, -1.0)] {
            let probability = graph.unary(Unary::Logistic, y);
            let sum = graph.line(constant, vec![(probability, -1.0), (other, -1.0)]);
            let logarithm = graph.unary(Unary::Ln, sum);
            assert_eq!(
                *graph.operation(logarithm),
                Operation::Unary(Unary::Ln, sum)
            );
        }
    }

    #[test]
    fn odds_of_a_logistic_function_are_its_argument() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let probability = graph.unary(Unary::Logistic, x);
        let complement = graph.line(1.0, vec![(probability, -1.0)]);
        let odds = graph.product(vec![(probability, 1), (complement, -1)]);
        assert_eq!(graph.unary(Unary::Ln, odds), x);
    }

    #[test]
    fn exponents_leave_the_logarithm_and_even_ones_leave_the_size() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let logarithm = graph.unary(Unary::Ln, x);
        let inverse = graph.product(vec![(x, -1)]);
        let expected = graph.scale(logarithm, -1.0);
        assert_eq!(graph.unary(Unary::Ln, inverse), expected);
        let square = graph.product(vec![(x, 2)]);
        let size = graph.unary(Unary::Abs, x);
        let of_size = graph.unary(Unary::Ln, size);
        let expected = graph.scale(of_size, 2.0);
        assert_eq!(graph.unary(Unary::Ln, square), expected);
        // Two factors may both be negative.
        let product = graph.product(vec![(x, 1), (y, 1)]);
        let logarithm = graph.unary(Unary::Ln, product);
        assert_eq!(
            *graph.operation(logarithm),
            Operation::Unary(Unary::Ln, product)
        );
    }

    #[test]
    fn logarithms_of_error_functions_keep_their_tails() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let erf = graph.unary(Unary::Erf, x);
        let complement = graph.scale(erf, -1.0);
        let expected = graph.unary(Unary::LnErfc, x);
        assert_eq!(graph.unary(Unary::Ln1p, complement), expected);
    }
}
