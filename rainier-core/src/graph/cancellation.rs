//! Rewrites sums whose terms cancel, where what is left is known in closed form.
//!
//! In: a constant and the terms of a sum, merged. Out: the same sum with a pair of terms replaced,
//! equal for every argument in exact arithmetic, and better in floating point: 1 − logistic(x) is
//! logistic(−x), e^x − 1 is `exp_m1`, ln Γ(x + 1) − ln Γ(x) is ln |x|.

use std::sync::Arc;

use super::{Factor, Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// Sums with more terms than this are left as they are: pairs are looked for in quadratic time,
/// and who adds many terms adds data.
const MOST_TERMS: usize = 32;

/// k + Σ coefficient · node, in the course of being rewritten.
type Sum = (f64, Vec<(NodeId, f64)>);

impl Graph {
    /// Makes one replacement; false when none applies. The terms may need merging afterwards.
    pub(super) fn cancel_once(
        &mut self,
        constant: &mut f64,
        terms: &mut Vec<(NodeId, f64)>,
    ) -> bool {
        if terms.len() > MOST_TERMS {
            return false;
        }
        self.use_complement(constant, terms)
            || self.add_up_pair(constant, terms)
            || self.use_beta_function(terms)
            || self.use_known_step(terms)
    }

    /// k R ± k R f = k R (1 ± f), where 1 ± f has a name and R is any product, or 1.
    fn use_complement(&mut self, constant: &mut f64, terms: &mut Vec<(NodeId, f64)>) -> bool {
        for index in 0..terms.len() {
            let (node, coefficient) = terms[index];
            let factors: Arc<[Factor]> = match self.operation(node) {
                Operation::Product(factors) if factors.len() <= MOST_TERMS => Arc::clone(factors),
                _ if self.has_complement(node) => Arc::new([(node, 1)]),
                _ => continue,
            };
            for (place, &(factor, exponent)) in factors.iter().enumerate() {
                if exponent != 1 || !self.has_complement(factor) {
                    continue;
                }
                // The whole is R with the coefficient k.
                let rest = [&factors[..place], &factors[place + 1..]].concat();
                let position = match rest[..] {
                    [] => None,
                    _ => match self.position(terms, &rest) {
                        Some(position) => Some(position),
                        None => continue,
                    },
                };
                let k = position.map_or(*constant, |position| terms[position].1);
                if k.abs() != coefficient.abs() {
                    continue;
                }
                let Some((scale, mut complement)) = self.complement(factor, coefficient / k) else {
                    continue;
                };
                match position
                    .map(|position| (terms[position].0, self.operation(terms[position].0)))
                {
                    None => {}
                    Some((_, Operation::Product(rest))) => complement.extend(rest.iter()),
                    Some((rest, _)) => complement.push((rest, 1)),
                }
                terms[index] = (self.product(complement), k * scale);
                match position {
                    None => *constant = 0.0,
                    Some(position) => {
                        terms.swap_remove(position);
                    }
                }
                return true;
            }
        }
        false
    }

    /// The place of the term that is the product of `factors`.
    fn position(&self, terms: &[(NodeId, f64)], factors: &[(NodeId, i32)]) -> Option<usize> {
        terms.iter().position(|&(node, _)| match factors {
            &[(factor, 1)] => node == factor,
            _ => matches!(self.operation(node), Operation::Product(own) if own[..] == *factors),
        })
    }

    /// Whether [`Self::complement`] may know 1 ± f.
    fn has_complement(&self, f: NodeId) -> bool {
        match *self.operation(f) {
            Operation::Unary(function, _) => matches!(
                function,
                Unary::Logistic
                    | Unary::NormalCdf
                    | Unary::Erf
                    | Unary::Erfc
                    | Unary::ExpM1
                    | Unary::Exp
                    | Unary::Cos
                    | Unary::Cosh
            ),
            Operation::Binary(function, ..) => function == Binary::LogisticDifference,
            _ => false,
        }
    }

    /// 1 + sign · f as a number times a product.
    fn complement(&mut self, f: NodeId, sign: f64) -> Option<(f64, Vec<(NodeId, i32)>)> {
        let plain = |node| Some((1.0, vec![(node, 1)]));
        match (self.operation(f).clone(), sign) {
            (Operation::Unary(function @ (Unary::Logistic | Unary::NormalCdf), x), -1.0) => {
                let opposite = self.scale(x, -1.0);
                plain(self.unary(function, opposite))
            }
            (Operation::Binary(Binary::LogisticDifference, x, y), -1.0) => {
                plain(self.binary(Binary::LogisticDifference, y, x))
            }
            (Operation::Unary(Unary::Erf, x), sign) => {
                let argument = self.scale(x, -sign);
                plain(self.unary(Unary::Erfc, argument))
            }
            (Operation::Unary(Unary::Erfc, x), -1.0) => plain(self.unary(Unary::Erf, x)),
            (Operation::Unary(Unary::ExpM1, x), 1.0) => plain(self.unary(Unary::Exp, x)),
            (Operation::Unary(Unary::Exp, x), -1.0) => {
                Some((-1.0, vec![(self.unary(Unary::ExpM1, x), 1)]))
            }
            // 2 sin²(x/2)
            (Operation::Unary(Unary::Cos, x), -1.0) => {
                let half = self.scale(x, 0.5);
                Some((2.0, vec![(self.unary(Unary::Sin, half), 2)]))
            }
            // −2 sinh²(x/2)
            (Operation::Unary(Unary::Cosh, x), -1.0) => {
                let half = self.scale(x, 0.5);
                Some((-2.0, vec![(self.unary(Unary::Sinh, half), 2)]))
            }
            _ => None,
        }
    }

    /// softplus(x) − softplus(−x) = x; a probability and that of the opposite event make 1.
    fn add_up_pair(&mut self, constant: &mut f64, terms: &mut [(NodeId, f64)]) -> bool {
        for left in 0..terms.len() {
            let (node, coefficient) = terms[left];
            let (opposite, sign) = match *self.operation(node) {
                Operation::Unary(function @ (Unary::Logistic | Unary::NormalCdf), x) => {
                    (Operation::Unary(function, self.scale(x, -1.0)), 1.0)
                }
                Operation::Unary(Unary::Softplus, x) => {
                    (Operation::Unary(Unary::Softplus, self.scale(x, -1.0)), -1.0)
                }
                Operation::Binary(Binary::LogisticDifference, x, y) => {
                    (Operation::Binary(Binary::LogisticDifference, y, x), 1.0)
                }
                _ => continue,
            };
            let Some(opposite) = self.find(&opposite) else {
                continue;
            };
            let wanted = (opposite, sign * coefficient);
            let Some(right) = terms.iter().position(|&term| term == wanted) else {
                continue;
            };
            if left == right {
                continue;
            }
            terms[right].1 = 0.0;
            if let Operation::Unary(Unary::Softplus, x) = *self.operation(node) {
                terms[left] = (x, coefficient);
            } else {
                terms[left].1 = 0.0;
                *constant += coefficient;
            }
            return true;
        }
        false
    }

    /// ln Γ(a) + ln Γ(b) − ln Γ(a + b) = ln B(a, b), and with ln Γ(a + b − 1), as in binomial
    /// coefficients, ln B(a, b) + ln |a + b − 1|.
    fn use_beta_function(&mut self, terms: &mut [(NodeId, f64)]) -> bool {
        let gammas = self.arguments(terms, Unary::LnGamma);
        for &(total, of_total) in &gammas {
            let coefficient = -terms[total].1;
            let mut parts = gammas.iter().filter(|&&(i, _)| terms[i].1 == coefficient);
            while let Some(&(left, a)) = parts.next() {
                for &(right, b) in parts.clone() {
                    let sum = self.linear(0.0, &[(a, 1.0), (b, 1.0), (of_total, -1.0)]);
                    let is_alike = self.stage(a) == self.stage(b);
                    if !(is_alike && sum.1.is_empty() && (sum.0 == 0.0 || sum.0 == 1.0)) {
                        continue;
                    }
                    terms[left] = (self.binary(Binary::LnBeta, a, b), coefficient);
                    terms[right].1 = 0.0;
                    terms[total] = if sum.0 == 0.0 {
                        (of_total, 0.0)
                    } else {
                        (self.logarithm_of_size(of_total), coefficient)
                    };
                    return true;
                }
            }
        }
        false
    }

    /// f(x + d) − f(x) for f = ln Γ, ψ and √, where d is a constant or, for the first two, one node.
    fn use_known_step(&mut self, terms: &mut [(NodeId, f64)]) -> bool {
        for function in [Unary::LnGamma, Unary::Digamma, Unary::Sqrt] {
            let arguments = self.arguments(terms, function);
            for &(upper, above) in &arguments {
                for &(lower, below) in &arguments {
                    let coefficient = terms[upper].1;
                    if upper == lower || terms[lower].1 != -coefficient {
                        continue;
                    }
                    let step = self.linear(0.0, &[(above, 1.0), (below, -1.0)]);
                    if let Some(difference) = self.difference(function, above, below, step) {
                        terms[upper] = (difference, coefficient);
                        terms[lower].1 = 0.0;
                        return true;
                    }
                }
            }
        }
        false
    }

    /// f(above) − f(below), given above − below.
    fn difference(
        &mut self,
        function: Unary,
        above: NodeId,
        below: NodeId,
        step: Sum,
    ) -> Option<NodeId> {
        let named = match function {
            Unary::LnGamma => Binary::LnRisingFactorial,
            Unary::Digamma => Binary::DigammaDifference,
            // d / (√(x + d) + √x)
            Unary::Sqrt if step.1.is_empty() => {
                let roots = [above, below].map(|x| self.unary(Unary::Sqrt, x));
                let sum = self.sum(&roots);
                let inverse = self.product(vec![(sum, -1)]);
                return Some(self.scale(inverse, step.0));
            }
            _ => return None,
        };
        match (step.0, &step.1[..]) {
            (1.0, []) if function == Unary::LnGamma => Some(self.logarithm_of_size(below)),
            (1.0, []) => Some(self.product(vec![(below, -1)])),
            // With a step below 0 it is the other pair's turn.
            (d, []) if d > 0.0 => {
                let step = self.constant(d);
                Some(self.binary(named, below, step))
            }
            // Work that is done once must not move to where it is done for every row.
            (_, &[(node, 1.0)]) if self.stage(below) == self.stage(node) => {
                let step = self.line(step.0, step.1);
                Some(self.binary(named, below, step))
            }
            _ => None,
        }
    }

    /// ln |x|
    fn logarithm_of_size(&mut self, x: NodeId) -> NodeId {
        let size = self.unary(Unary::Abs, x);
        self.unary(Unary::Ln, size)
    }

    /// Position and argument of each term that is this function.
    fn arguments(&self, terms: &[(NodeId, f64)], function: Unary) -> Vec<(usize, NodeId)> {
        let argument = |&(node, _): &(NodeId, f64)| match *self.operation(node) {
            Operation::Unary(f, x) if f == function => Some(x),
            _ => None,
        };
        let all = terms.iter().map(argument).enumerate();
        all.filter_map(|(index, x)| Some((index, x?))).collect()
    }

    /// constant + Σ coefficient · node with every line written out; no new nodes.
    fn linear(&self, constant: f64, terms: &[(NodeId, f64)]) -> Sum {
        let mut sum: Sum = (constant, Vec::new());
        for &(node, coefficient) in terms {
            match self.operation(node) {
                Operation::Constant(Number(value)) => sum.0 += coefficient * value,
                Operation::Line(Number(offset), inner) if inner.len() <= MOST_TERMS => {
                    sum.0 += coefficient * offset;
                    let inner = inner.iter().map(|&(node, c)| (node, coefficient * c.0));
                    inner.for_each(|term| add_term(&mut sum.1, term));
                }
                _ => add_term(&mut sum.1, (node, coefficient)),
            }
        }
        sum.1.retain(|&(_, coefficient)| coefficient != 0.0);
        sum
    }
}

fn add_term(terms: &mut Vec<(NodeId, f64)>, (node, coefficient): (NodeId, f64)) {
    match terms.iter_mut().find(|(known, _)| *known == node) {
        Some((_, sum)) => *sum += coefficient,
        None => terms.push((node, coefficient)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(graph: &mut Graph) -> [NodeId; 2] {
        [0, 1].map(|index| graph.intern(Operation::Parameter(index)))
    }

    /// What 3 − 3 f(x) becomes.
    fn complement_of(graph: &mut Graph, function: Unary, x: NodeId) -> NodeId {
        let node = graph.unary(function, x);
        graph.line(3.0, vec![(node, -3.0)])
    }

    #[test]
    fn complements_have_names() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let (opposite, half) = (graph.scale(x, -1.0), graph.scale(x, 0.5));
        for (function, complement, argument, exponent, scale) in [
            (Unary::Logistic, Unary::Logistic, opposite, 1, 3.0),
            (Unary::NormalCdf, Unary::NormalCdf, opposite, 1, 3.0),
            (Unary::Erf, Unary::Erfc, x, 1, 3.0),
            (Unary::Erfc, Unary::Erf, x, 1, 3.0),
            (Unary::Exp, Unary::ExpM1, x, 1, -3.0),
            (Unary::Cos, Unary::Sin, half, 2, 6.0),
            (Unary::Cosh, Unary::Sinh, half, 2, -6.0),
        ] {
            let expected = graph.unary(complement, argument);
            let expected = graph.product(vec![(expected, exponent)]);
            let expected = graph.scale(expected, scale);
            assert_eq!(
                complement_of(&mut graph, function, x),
                expected,
                "{function:?}"
            );
        }
    }

    #[test]
    fn what_is_not_a_complement_stays_a_sum() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        for function in [Unary::Logistic, Unary::Exp, Unary::Erfc] {
            let node = graph.unary(function, x);
            for (constant, coefficient) in [(1.0, 1.0), (1.0, -2.0)] {
                let sum = graph.line(constant, vec![(node, coefficient)]);
                assert!(
                    matches!(graph.operation(sum), Operation::Line(..)),
                    "{function:?}"
                );
            }
        }
    }

    #[test]
    fn complements_are_found_under_a_common_factor() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let probability = graph.unary(Unary::Logistic, x);
        let part = graph.product(vec![(y, 2), (probability, 1)]);
        let whole = graph.product(vec![(y, 2)]);
        let opposite = graph.scale(x, -1.0);
        let complement = graph.unary(Unary::Logistic, opposite);
        let expected = graph.product(vec![(y, 2), (complement, 1)]);
        assert_eq!(graph.line(0.0, vec![(whole, 1.0), (part, -1.0)]), expected);
    }

    #[test]
    fn opposite_events_add_up_to_one() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let opposite = graph.scale(x, -1.0);
        let [p, q] = [x, opposite].map(|x| graph.unary(Unary::Logistic, x));
        let expected = graph.line(2.0, vec![(y, 1.0)]);
        assert_eq!(
            graph.line(0.0, vec![(p, 2.0), (y, 1.0), (q, 2.0)]),
            expected
        );
        let [p, q] = [x, opposite].map(|x| graph.unary(Unary::Softplus, x));
        assert_eq!(graph.line(0.0, vec![(p, 1.0), (q, -1.0)]), x);
    }

    /// Nodes of `function` at x + each shift.
    fn shifted<const N: usize>(
        graph: &mut Graph,
        function: Unary,
        shifts: [f64; N],
    ) -> [NodeId; N] {
        let [x, _] = parameters(graph);
        shifts.map(|shift| {
            let argument = graph.line(shift, vec![(x, 1.0)]);
            graph.unary(function, argument)
        })
    }

    #[test]
    fn gamma_functions_one_step_apart_leave_the_factor() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let [below, above] = shifted(&mut graph, Unary::LnGamma, [0.0, 1.0]);
        let size = graph.unary(Unary::Abs, x);
        let expected = graph.unary(Unary::Ln, size);
        assert_eq!(graph.line(0.0, vec![(above, 1.0), (below, -1.0)]), expected);
        let [below, above] = shifted(&mut graph, Unary::Digamma, [0.0, 1.0]);
        let expected = graph.product(vec![(x, -1)]);
        assert_eq!(graph.line(0.0, vec![(above, 1.0), (below, -1.0)]), expected);
    }

    #[test]
    fn any_known_step_is_named_from_below() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let [below, above] = shifted(&mut graph, Unary::LnGamma, [0.0, 2.5]);
        let step = graph.constant(2.5);
        let rising = graph.binary(Binary::LnRisingFactorial, x, step);
        let expected = graph.scale(rising, -2.0);
        assert_eq!(graph.line(0.0, vec![(below, 2.0), (above, -2.0)]), expected);
    }

    #[test]
    fn unknown_steps_are_named_where_no_work_moves_into_the_rows() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let column = graph.intern(Operation::Column(0));
        for (step, is_named) in [(y, true), (column, false)] {
            let sum = graph.sum(&[x, step]);
            let [above, below] = [sum, x].map(|x| graph.unary(Unary::LnGamma, x));
            let difference = graph.line(0.0, vec![(above, 1.0), (below, -1.0)]);
            let named = Operation::Binary(Binary::LnRisingFactorial, x, step);
            assert_eq!(*graph.operation(difference) == named, is_named);
        }
    }

    #[test]
    fn beta_functions_and_binomial_coefficients_are_recognised() {
        let mut graph = Graph::default();
        let [x, y] = parameters(&mut graph);
        let beta = graph.binary(Binary::LnBeta, x, y);
        let sum = graph.sum(&[x, y]);
        let one_less = graph.line(-1.0, vec![(x, 1.0), (y, 1.0)]);
        let [a, b, of_sum, of_one_less] =
            [x, y, sum, one_less].map(|x| graph.unary(Unary::LnGamma, x));
        let by_hand = graph.line(0.0, vec![(a, 1.0), (b, 1.0), (of_sum, -1.0)]);
        assert_eq!(by_hand, beta);
        let by_hand = graph.line(0.0, vec![(a, 1.0), (b, 1.0), (of_one_less, -1.0)]);
        let size = graph.unary(Unary::Abs, one_less);
        let size = graph.unary(Unary::Ln, size);
        assert_eq!(by_hand, graph.sum(&[beta, size]));
    }

    #[test]
    fn differences_of_roots_are_quotients() {
        let mut graph = Graph::default();
        let [below, above] = shifted(&mut graph, Unary::Sqrt, [0.0, 3.0]);
        let sum = graph.sum(&[below, above]);
        let inverse = graph.product(vec![(sum, -1)]);
        let expected = graph.scale(inverse, 3.0);
        assert_eq!(graph.line(0.0, vec![(above, 1.0), (below, -1.0)]), expected);
    }

    #[test]
    fn long_sums_are_left_alone() {
        let mut graph = Graph::default();
        let [x, _] = parameters(&mut graph);
        let exp = graph.unary(Unary::Exp, x);
        let mut terms: Vec<_> = (2..60)
            .map(|index| (graph.intern(Operation::Parameter(index)), 1.0))
            .collect();
        terms.push((exp, -1.0));
        let sum = graph.line(1.0, terms);
        assert!(matches!(
            graph.operation(sum),
            Operation::Line(Number(1.0), _)
        ));
    }
}
