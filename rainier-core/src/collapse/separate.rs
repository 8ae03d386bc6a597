//! Takes what does not change from row to row out of a sum over rows.
//!
//! In: terms. Out: Σ a(θ)·b(xᵢ) → a(θ) · Σ b(xᵢ), where the sum is one number per data set; of
//! what is left, Σ a(θ)·m(θ, xᵢ) → a(θ) · Σ m(θ, xᵢ).

use super::partition::{Part, product};
use super::terms::{Kinds, Term, expand};
use super::{Collapse, Note};
use crate::graph::{Factor, Graph, NodeId, Operation};

/// Adds the sums of all `terms` to `addends`; whether anything was taken out of a sum.
pub(super) fn collapse(
    pass: &mut Collapse,
    graph: &mut Graph,
    part: &Part,
    terms: &[Term],
    addends: &mut Vec<NodeId>,
) -> bool {
    let (separable, rest): (Vec<&Term>, Vec<&Term>) =
        terms.iter().partition(|term| is_separable(term));
    for (data, terms) in by_key(&separable, |term| &term.data) {
        let row = product(graph, 1.0, data);
        let sum = part.sum(graph, row);
        let factors: Vec<NodeId> = terms
            .iter()
            .map(|term| product(graph, term.coefficient, &term.scalar))
            .collect();
        let factor = graph.sum(&factors);
        addends.push(graph.product(vec![(factor, 1), (sum, 1)]));
    }
    if !separable.is_empty() {
        pass.notes.push(Note::Separated {
            rows: graph.name_of_rows(part.rows),
        });
    }
    let mut is_of_use = !separable.is_empty();
    for rest in Rest::by_scalar(graph, &rest) {
        is_of_use |= !rest.is_the_row_itself();
        let sum = part.sum(graph, rest.row);
        addends.push(rest.times(graph, sum));
    }
    is_of_use
}

/// The collapsed form of Σ row over the rows whose `index` is `group`; none when nothing can be
/// taken out, or when that would not pay.
pub(super) fn sum_where(
    kinds: &mut Kinds,
    graph: &mut Graph,
    row: NodeId,
    index: NodeId,
    group: u32,
) -> Option<NodeId> {
    let terms = expand(kinds, graph, row)?;
    // A group may have no rows, and 0 · ∞ must not arise from rows that do not exist: what is
    // taken out of the sum is a number that other rows or the prior have as well, so only terms
    // without conditions are touched.
    if terms
        .iter()
        .any(|term| !(term.guards.is_empty() && term.mask.is_empty()))
    {
        return None;
    }
    let terms: Vec<&Term> = terms.iter().collect();
    let rests = Rest::by_scalar(graph, &terms);
    if rests.iter().all(Rest::is_the_row_itself) {
        return None;
    }
    // With about as many rows as sums, a loop that must run anyway adds everything up sooner than
    // each sum can be put together from its parts.
    let is_of_groups = matches!(graph.operation(index), Operation::GroupKey(..));
    if is_of_groups && rests.iter().any(|rest| graph.stage(rest.row).parameter) {
        return None;
    }
    let addends: Vec<NodeId> = rests
        .into_iter()
        .map(|rest| {
            let sum = graph.sum_where(rest.row, index, group);
            rest.times(graph, sum)
        })
        .collect();
    Some(graph.sum(&addends))
}

fn is_separable(term: &Term) -> bool {
    term.group.is_empty() && term.mixed.is_empty()
}

/// A sum over rows of what is left of some terms, and what it is to be multiplied by.
struct Rest {
    coefficient: f64,
    scalar: Vec<Factor>,
    row: NodeId,
}

impl Rest {
    /// The terms by their factor outside of the sum.
    fn by_scalar(graph: &mut Graph, terms: &[&Term]) -> Vec<Self> {
        by_key(terms, |term| &term.scalar)
            .into_iter()
            .map(|(scalar, terms)| {
                let first = terms[0].coefficient;
                // What is divided out must leave ±1, which ∞ does not.
                let is_shared = first.is_finite()
                    && terms
                        .iter()
                        .all(|term| term.coefficient.abs() == first.abs());
                let coefficient = if is_shared { first } else { first.signum() };
                Self {
                    coefficient,
                    scalar: scalar.clone(),
                    row: row(graph, &terms, coefficient),
                }
            })
            .collect()
    }

    fn is_the_row_itself(&self) -> bool {
        self.scalar.is_empty() && self.coefficient == 1.0
    }

    /// The product of `sum`, which is that of the row, and what stands outside.
    fn times(&self, graph: &mut Graph, sum: NodeId) -> NodeId {
        let factor = product(graph, self.coefficient, &self.scalar);
        graph.product(vec![(factor, 1), (sum, 1)])
    }
}

/// Σ of terms over `divisor`, but for their scalar factors. The factors that data alone determine
/// are shared as well, as x is in x·(a + b).
fn row(graph: &mut Graph, terms: &[&Term], divisor: f64) -> NodeId {
    let parts: Vec<NodeId> = by_key(terms, |term| &term.data)
        .into_iter()
        .map(|(data, terms)| {
            let sign = (terms[0].coefficient / divisor).signum();
            let inner: Vec<NodeId> = terms
                .iter()
                .map(|term| {
                    let factors = [&term.group[..], &term.mixed[..]].concat();
                    product(graph, sign * term.coefficient / divisor, &factors)
                })
                .collect();
            let inner = graph.sum(&inner);
            let mut factors = data.clone();
            factors.push((inner, 1));
            product(graph, sign, &factors)
        })
        .collect();
    graph.sum(&parts)
}

/// Terms that agree in some of their factors, in order of first appearance.
fn by_key<'t>(
    terms: &[&'t Term],
    key: impl Fn(&'t Term) -> &'t Vec<Factor>,
) -> Vec<(&'t Vec<Factor>, Vec<&'t Term>)> {
    let mut groups: Vec<(&Vec<Factor>, Vec<&Term>)> = Vec::new();
    for &term in terms {
        let key = key(term);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, same)) => same.push(term),
            None => groups.push((key, vec![term])),
        }
    }
    groups
}
