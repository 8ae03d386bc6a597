//! Takes a row expression apart into a sum of products.
//!
//! In: a per-row node. Out: [`Term`]s whose sum it is, each a product of factors sorted by what
//! they depend on. A line is taken apart even below a product, as long as nothing else in the
//! product mixes data and parameters; a select on data alone parts the rows, one on parameters
//! alone guards its branches. Nothing is done when that makes too many terms.

use super::Conditions;
use super::common_factor;
use super::partition::specialise;
use crate::graph::{Factor, Graph, NodeId, Number, Operation};

/// coefficient · Π scalar · Π data · Π group · Π mixed, in the rows where the mask holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Term {
    /// Conditions that are the same in all rows.
    pub(super) guards: Conditions,
    /// Conditions on data alone.
    pub(super) mask: Conditions,
    pub(super) coefficient: f64,
    /// Not per row.
    pub(super) scalar: Vec<Factor>,
    /// Per row, data alone.
    pub(super) data: Vec<Factor>,
    /// Per row, through look-ups alone.
    pub(super) group: Vec<Factor>,
    /// Anything else.
    pub(super) mixed: Vec<Factor>,
}

/// What a node depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Data,
    /// Parameters, and rows only through look-ups by these indices, ascending.
    Group(Vec<NodeId>),
    Mixed,
}

/// The kind of every node so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Kinds(Vec<Kind>);

impl Kinds {
    pub(super) fn of(&mut self, graph: &Graph, node: NodeId) -> &Kind {
        for known in graph.nodes_from(self.0.len()) {
            self.0.push(self.kind(graph, known));
        }
        &self.0[node.index()]
    }

    fn kind(&self, graph: &Graph, node: NodeId) -> Kind {
        let stage = graph.stage(node);
        match (stage.rows.is_some(), stage.parameter) {
            (false, _) => return Kind::Scalar,
            (true, false) => return Kind::Data,
            (true, true) => {}
        }
        let operation = graph.operation(node);
        if let Operation::Lookup(index, _) = *operation {
            return match graph.operation(index) {
                // These rows are groups already.
                Operation::GroupKey(..) => Kind::Mixed,
                _ => Kind::Group(vec![index]),
            };
        }
        let mut all = Some(Vec::new());
        operation.for_each_operand(|operand| match &self.0[operand.index()] {
            Kind::Scalar => {}
            Kind::Group(keys) => {
                if let Some(all) = &mut all {
                    all.extend(keys.iter().copied());
                }
            }
            Kind::Data | Kind::Mixed => all = None,
        });
        all.map_or(Kind::Mixed, |mut keys| {
            keys.sort_unstable();
            keys.dedup();
            Kind::Group(keys)
        })
    }
}

/// The terms of `row`; none when there would be too many.
pub(super) fn expand(kinds: &mut Kinds, graph: &mut Graph, row: NodeId) -> Option<Vec<Term>> {
    // Far more than the densities of known distributions have; unrolled data are not taken apart.
    const LIMIT: usize = 256;
    let one = Term {
        coefficient: 1.0,
        ..Term::default()
    };
    let mut pending = vec![(row, one)];
    let mut terms = Vec::new();
    let mut steps = 0;
    while let Some((node, mut term)) = pending.pop() {
        steps += 1;
        if steps + pending.len() > LIMIT {
            return None;
        }
        let operation = graph.operation(node).clone();
        if let Operation::Constant(Number(value)) = operation {
            term.coefficient *= value;
            terms.extend((value != 0.0).then_some(term));
            continue;
        }
        if let Some(line) = common_factor::take_out(graph, node) {
            pending.push((line, term));
            continue;
        }
        match (kinds.of(graph, node), operation) {
            (Kind::Scalar, _) => {
                term.scalar.push((node, 1));
                terms.push(term);
            }
            (Kind::Data, _) => {
                term.data.push((node, 1));
                terms.push(term);
            }
            (_, Operation::Line(Number(constant), addends)) => {
                if constant != 0.0 {
                    let mut term = term.clone();
                    term.coefficient *= constant;
                    terms.push(term);
                }
                for &(addend, Number(coefficient)) in addends.iter().rev() {
                    let mut term = term.clone();
                    term.coefficient *= coefficient;
                    pending.push((addend, term));
                }
            }
            (_, Operation::Product(factors)) => {
                for (factor, exponent) in flatten(graph, &factors) {
                    match kinds.of(graph, factor) {
                        Kind::Scalar => term.scalar.push((factor, exponent)),
                        Kind::Data => term.data.push((factor, exponent)),
                        Kind::Group(_) => term.group.push((factor, exponent)),
                        Kind::Mixed => term.mixed.push((factor, exponent)),
                    }
                }
                match term.mixed[..] {
                    [(only, 1)] => {
                        term.mixed.clear();
                        pending.push((only, term));
                    }
                    _ => terms.push(term),
                }
            }
            (_, Operation::Select(condition, then, otherwise)) => {
                match kinds.of(graph, condition) {
                    Kind::Scalar => {
                        for (branch, holds) in [(otherwise, false), (then, true)] {
                            let mut term = term.clone();
                            term.guards.push((condition, holds));
                            pending.push((branch, term));
                        }
                    }
                    Kind::Data => {
                        for (branch, holds) in [(otherwise, false), (then, true)] {
                            part(
                                kinds,
                                graph,
                                &term,
                                (condition, holds),
                                branch,
                                &mut pending,
                            );
                        }
                    }
                    Kind::Group(_) | Kind::Mixed => {
                        term.mixed.push((node, 1));
                        terms.push(term);
                    }
                }
            }
            (Kind::Group(_), _) => {
                term.group.push((node, 1));
                terms.push(term);
            }
            (Kind::Mixed, _) => {
                term.mixed.push((node, 1));
                terms.push(term);
            }
        }
    }
    Some(terms)
}

/// Adds the branch of a select to what is pending, as it is where the condition turns out so.
fn part(
    kinds: &mut Kinds,
    graph: &mut Graph,
    term: &Term,
    (condition, holds): (NodeId, bool),
    branch: NodeId,
    pending: &mut Vec<(NodeId, Term)>,
) {
    let known = term.mask.iter().find(|&&(other, _)| other == condition);
    if known.is_some_and(|&(_, other)| other != holds) {
        return;
    }
    let mut term = term.clone();
    if known.is_none() {
        term.mask.push((condition, holds));
        term.mask.sort_unstable();
    }
    let branch = specialise(kinds, graph, condition, holds, branch);
    pending.push((branch, term));
}

/// The factors of a product, those of products among them.
fn flatten(graph: &Graph, factors: &[Factor]) -> Vec<Factor> {
    let mut flat = Vec::with_capacity(factors.len());
    let mut pending: Vec<Factor> = factors.iter().rev().copied().collect();
    while let Some((node, exponent)) = pending.pop() {
        match graph.operation(node) {
            Operation::Product(inner) if graph.stage(node).rows.is_some() => {
                let inner = inner.iter().rev();
                pending.extend(inner.map(|&(node, own)| (node, own.saturating_mul(exponent))));
            }
            _ => flat.push((node, exponent)),
        }
    }
    flat
}
