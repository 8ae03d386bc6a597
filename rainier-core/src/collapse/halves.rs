//! Puts the two parts of the rows together again where both sum the same.
//!
//! In: terms. Out: fewer of them. A term that stands in the part where a condition holds and in the
//! one where it does not is summed over all rows. So is softplus(q) in one part with softplus(−q)
//! in the other, since softplus(−q) = softplus(q) − q: the likelihood of a logistic regression
//! becomes Σ yη − Σ softplus(η), whose first sum is separable.

use super::terms::{Kinds, Term, expand};
use crate::graph::{Graph, NodeId, Operation};
use crate::operation::Unary;

/// The terms with halves joined.
pub(super) fn join(kinds: &mut Kinds, graph: &mut Graph, mut terms: Vec<Term>) -> Vec<Term> {
    let mut first = 0;
    while first < terms.len() {
        let found = (first + 1..terms.len()).find_map(|second| {
            let condition = opposite_halves(&terms[first], &terms[second])?;
            let lines = difference(kinds, graph, &terms[first], &terms[second])?;
            Some((second, condition, lines))
        });
        let Some((second, condition, lines)) = found else {
            first += 1;
            continue;
        };
        // The part whose softplus was turned gets the line.
        let removed = terms.remove(second);
        terms[first].mask.retain(|&(known, _)| known != condition);
        terms.extend(lines.into_iter().map(|line| product(&removed, line)));
    }
    terms
}

/// The condition in whose outcome the two differ, if in nothing else but perhaps their mixed
/// factors.
fn opposite_halves(a: &Term, b: &Term) -> Option<NodeId> {
    let agree = a.coefficient == b.coefficient
        && a.guards == b.guards
        && a.scalar == b.scalar
        && a.data == b.data
        && a.group == b.group
        && a.mask.len() == b.mask.len();
    let differing: Vec<_> = a
        .mask
        .iter()
        .filter(|known| !b.mask.contains(known))
        .collect();
    match differing[..] {
        [&(condition, holds)] if agree && b.mask.contains(&(condition, !holds)) => Some(condition),
        _ => None,
    }
}

/// What the mixed factors of `b` are more than those of `a`: nothing if they are the same, a line if
/// they are a softplus and its mirror image. None otherwise, and when the line is too long to take
/// apart.
fn difference(kinds: &mut Kinds, graph: &mut Graph, a: &Term, b: &Term) -> Option<Vec<Term>> {
    if a.mixed == b.mixed {
        return Some(Vec::new());
    }
    let ([(a, 1)], [(b, 1)]) = (&a.mixed[..], &b.mixed[..]) else {
        return None;
    };
    let softplus = |graph: &Graph, node: NodeId| match *graph.operation(node) {
        Operation::Unary(Unary::Softplus, argument) => Some(argument),
        _ => None,
    };
    let (a, b) = (softplus(graph, *a)?, softplus(graph, *b)?);
    // softplus(b) with b = −a is softplus(a) − a, which is softplus(a) + b.
    (graph.scale(a, -1.0) == b).then(|| expand(kinds, graph, b))?
}

/// The line in place of the term's mixed factors.
fn product(term: &Term, line: Term) -> Term {
    let mut mask = [&term.mask[..], &line.mask[..]].concat();
    mask.sort_unstable();
    mask.dedup();
    Term {
        guards: [&term.guards[..], &line.guards[..]].concat(),
        mask,
        coefficient: term.coefficient * line.coefficient,
        scalar: [&term.scalar[..], &line.scalar[..]].concat(),
        data: [&term.data[..], &line.data[..]].concat(),
        group: [&term.group[..], &line.group[..]].concat(),
        mixed: line.mixed,
    }
}
