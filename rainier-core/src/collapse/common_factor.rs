//! Takes a factor that both parts of a mixture share out of the logarithm of their sum.
//!
//! In: a node ln(eᵃ + eᵇ). Out: c + ln(e^(a−c) + e^(b−c)), if a and b are lines that share c. The
//! two weights of a mixture, ln p = q − softplus(q) and ln(1 − p) = −softplus(q) with p = logistic(q),
//! share −softplus(q): zero inflation of a count then needs ln(e^q + e^t) and no derivative of the
//! weights. The absolute error stays that of a and b; where the sum of many rows is added up,
//! nothing more is asked for.

use crate::graph::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// The node with the shared part outside; none if nothing is shared.
pub(super) fn take_out(graph: &mut Graph, node: NodeId) -> Option<NodeId> {
    let Operation::Binary(Binary::LogAddExp, a, b) = *graph.operation(node) else {
        return None;
    };
    let (mut a, mut b) = (terms_of(graph, a), terms_of(graph, b));
    for (own, other) in [(0, 1), (1, 0)] {
        let sides = [&a, &b];
        let turned = turn_softplus(graph, sides[own], sides[other]);
        if let Some(turned) = turned {
            match own {
                0 => a = turned,
                _ => b = turned,
            }
        }
    }
    let shared: Vec<(NodeId, f64)> = a
        .terms
        .iter()
        .copied()
        .filter(|term| b.terms.contains(term))
        .collect();
    if shared.is_empty() {
        return None;
    }
    let [a, b] = [a, b].map(|side| {
        let own = side.terms.into_iter().filter(|term| !shared.contains(term));
        graph.line(side.constant, own.collect())
    });
    let sum = graph.binary(Binary::LogAddExp, a, b);
    let addends = shared.into_iter().chain([(sum, 1.0)]).collect();
    Some(graph.line(0.0, addends))
}

/// A sum of nodes with coefficients.
struct Side {
    constant: f64,
    terms: Vec<(NodeId, f64)>,
}

fn terms_of(graph: &Graph, node: NodeId) -> Side {
    match graph.operation(node) {
        Operation::Line(Number(constant), terms) => Side {
            constant: *constant,
            terms: terms.iter().map(|&(term, Number(c))| (term, c)).collect(),
        },
        _ => Side {
            constant: 0.0,
            terms: vec![(node, 1.0)],
        },
    }
}

/// A side with −softplus(−q) written as q − softplus(q), if the other side has −softplus(q).
fn turn_softplus(graph: &mut Graph, own: &Side, other: &Side) -> Option<Side> {
    for (place, &(term, coefficient)) in own.terms.iter().enumerate() {
        let Operation::Unary(Unary::Softplus, argument) = *graph.operation(term) else {
            continue;
        };
        let mirrored = graph.scale(argument, -1.0);
        let mirror = graph.unary(Unary::Softplus, mirrored);
        if !other.terms.contains(&(mirror, coefficient)) {
            continue;
        }
        // softplus(−q) = softplus(q) − q.
        let mut terms = own.terms.clone();
        terms[place] = (mirror, coefficient);
        let argument = terms_of(graph, argument);
        terms.extend(
            argument
                .terms
                .iter()
                .map(|&(term, c)| (term, c * coefficient)),
        );
        return Some(Side {
            constant: own.constant + coefficient * argument.constant,
            terms,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_mixture_share_a_softplus() {
        let mut graph = Graph::default();
        let [q, t] = [0, 1].map(|p| graph.intern(Operation::Parameter(p)));
        let opposite = graph.scale(q, -1.0);
        let [ln_weight, ln_rest] = [opposite, q].map(|argument| {
            let softplus = graph.unary(Unary::Softplus, argument);
            graph.scale(softplus, -1.0)
        });
        let rest = graph.sum(&[ln_rest, t]);
        let mixture = graph.intern(Operation::Binary(Binary::LogAddExp, ln_weight, rest));
        let sum = graph.binary(Binary::LogAddExp, q, t);
        let expected = graph.sum(&[sum, ln_rest]);
        assert_eq!(take_out(&mut graph, mixture), Some(expected));
    }

    #[test]
    fn nothing_is_taken_out_where_nothing_is_shared() {
        let mut graph = Graph::default();
        let [a, b] = [0, 1].map(|p| graph.intern(Operation::Parameter(p)));
        let sum = graph.intern(Operation::Binary(Binary::LogAddExp, a, b));
        assert_eq!(take_out(&mut graph, sum), None);
    }
}
