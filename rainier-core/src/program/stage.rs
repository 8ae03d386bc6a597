//! Splits sums and products by when their parts can be computed.
//!
//! In: a graph and its outputs. Out: a graph of the needed nodes only, in which a sum that mixes
//! stages is a sum of sums of one stage each, and likewise for products. What depends on data
//! alone then leaves the evaluation, and what depends on parameters alone leaves the row loop.

use crate::graph::{Factor, Graph, NodeId, Number, Operation, Stage, Term};

/// The needed nodes, split by stage, and the outputs among them. A graph without anything to split
/// is returned as it is.
pub(crate) fn split_by_stage(graph: Graph, outputs: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    if graph.rows().is_empty() {
        return (graph, outputs);
    }
    let nodes = graph.reachable(&outputs);
    if !nodes.iter().any(|&node| mixes_stages(&graph, node)) {
        return (graph, outputs);
    }
    let uses = count_uses(&graph, &nodes, &outputs);
    let mut staged = Graph::with_rows_of(&graph);
    let mut image = vec![None; graph.len()];
    for node in nodes {
        let of = |operand: NodeId| image[operand.index()].expect("operands come first");
        let operation = match graph.operation(node) {
            Operation::Line(constant, terms) => {
                let (constant, terms) = flatten(&graph, &uses, *constant, terms);
                let terms = terms.iter().map(|&(term, c)| (of(term), c)).collect();
                image[node.index()] = Some(line(&mut staged, constant, terms));
                continue;
            }
            Operation::Product(factors) => {
                let factors = factors.iter().map(|&(factor, k)| (of(factor), k)).collect();
                image[node.index()] = Some(product(&mut staged, factors));
                continue;
            }
            other => other.map_operands(of),
        };
        image[node.index()] = Some(staged.intern(operation));
    }
    let outputs = outputs
        .iter()
        .map(|output| image[output.index()].expect("reachable"))
        .collect();
    (staged, outputs)
}

/// How many operands, or outputs, each node is.
fn count_uses(graph: &Graph, nodes: &[NodeId], outputs: &[NodeId]) -> Vec<u32> {
    let mut uses = vec![0_u32; graph.len()];
    let mut count = |node: NodeId| uses[node.index()] = uses[node.index()].saturating_add(1);
    for &output in outputs {
        count(output);
    }
    for &node in nodes {
        graph.operation(node).for_each_operand(&mut count);
    }
    uses
}

/// A sum with the sums that only it uses, so that all that data alone determine is added up once.
/// Where rows are summed a sum stays as it is: its parts have their stage already.
fn flatten(graph: &Graph, uses: &[u32], constant: Number, terms: &[Term]) -> (Number, Vec<Term>) {
    let mut constant = constant;
    let mut flat = Vec::with_capacity(terms.len());
    let mut pending: Vec<Term> = terms.iter().rev().copied().collect();
    while let Some((node, Number(coefficient))) = pending.pop() {
        match graph.operation(node) {
            Operation::Line(Number(offset), inner)
                if coefficient.abs() == 1.0
                    && uses[node.index()] == 1
                    && graph.stage(node).rows.is_none() =>
            {
                constant = Number(constant.0 + coefficient * offset);
                let inner = inner.iter().rev();
                pending.extend(inner.map(|&(term, Number(c))| (term, Number(coefficient * c))));
            }
            _ => flat.push((node, Number(coefficient))),
        }
    }
    (constant, flat)
}

/// Whether the node is a sum or product of parts that can be computed at different times.
fn mixes_stages(graph: &Graph, node: NodeId) -> bool {
    let part = |node| {
        let Stage { parameter, rows } = graph.stage(node);
        (parameter, rows.is_some())
    };
    match graph.operation(node) {
        Operation::Line(_, terms) => terms.iter().any(|term| part(term.0) != part(terms[0].0)),
        Operation::Product(factors) => factors.iter().any(|f| part(f.0) != part(factors[0].0)),
        _ => false,
    }
}

/// Sorts the parts of a sum or product into data, parameters, data rows and mixed rows.
fn group<T>(graph: &Graph, parts: Vec<(NodeId, T)>) -> [Vec<(NodeId, T)>; 4] {
    let mut groups = [const { Vec::new() }; 4];
    for (node, part) in parts {
        let Stage { parameter, rows } = graph.stage(node);
        groups[usize::from(parameter) + 2 * usize::from(rows.is_some())].push((node, part));
    }
    groups
}

fn line(graph: &mut Graph, constant: Number, terms: Vec<Term>) -> NodeId {
    let one = Number(1.0);
    let mut constant = constant;
    let terms = terms
        .into_iter()
        .map(|term| absorb_coefficient(graph, term))
        .collect();
    let groups = group(graph, terms);
    if groups.iter().filter(|group| !group.is_empty()).count() <= 1 {
        return intern_line(graph, constant, groups.into_iter().flatten().collect());
    }
    let mut parts = Vec::new();
    for group in groups {
        match group.len() {
            0 => {}
            1 => parts.extend(group),
            // The constant goes where it is added least often: with the first group.
            _ => {
                let offset = std::mem::replace(&mut constant, Number(0.0));
                parts.push((intern_line(graph, offset, group), one));
            }
        }
    }
    intern_line(graph, constant, parts)
}

/// The term with its coefficient in a factor that is not per row, if it has one: then the row has
/// one product less, or one that can be fused into the sum.
fn absorb_coefficient(graph: &mut Graph, (node, coefficient): Term) -> Term {
    let unchanged = (node, coefficient);
    let Stage { parameter, rows } = graph.stage(node);
    if coefficient.0 == 1.0 || !parameter || rows.is_none() {
        return unchanged;
    }
    let Operation::Product(factors) = graph.operation(node) else {
        return unchanged;
    };
    let mut factors = factors.to_vec();
    let is_scalar = |&&(factor, exponent): &&Factor| {
        let Stage { parameter, rows } = graph.stage(factor);
        exponent == 1 && parameter && rows.is_none()
    };
    let Some(&(scalar, _)) = factors.iter().find(is_scalar) else {
        return unchanged;
    };
    let scaled = intern_line(graph, Number(0.0), vec![(scalar, coefficient)]);
    for (factor, _) in &mut factors {
        if *factor == scalar {
            *factor = scaled;
        }
    }
    (intern_product(graph, factors), Number(1.0))
}

fn intern_line(graph: &mut Graph, constant: Number, mut terms: Vec<Term>) -> NodeId {
    terms.sort_by_key(|&(node, _)| node);
    graph.intern(Operation::Line(constant, terms.into()))
}

fn product(graph: &mut Graph, factors: Vec<Factor>) -> NodeId {
    let groups = group(graph, factors);
    if groups.iter().filter(|group| !group.is_empty()).count() <= 1 {
        return intern_product(graph, groups.into_iter().flatten().collect());
    }
    let mut parts = Vec::new();
    for group in groups {
        match group[..] {
            [] => {}
            [(_, 1)] => parts.extend(group),
            _ => parts.push((intern_product(graph, group), 1)),
        }
    }
    intern_product(graph, parts)
}

fn intern_product(graph: &mut Graph, mut factors: Vec<Factor>) -> NodeId {
    factors.sort_by_key(|&(node, _)| node);
    graph.intern(Operation::Product(factors.into()))
}
