//! Lets functions of the logistic family share their exponential.
//!
//! In: a graph and its outputs. Out: outputs of equal value. Where two or more of softplus,
//! logistic and their mirror images have the same argument, up to its sign, all are made of
//! E = e^−|x|, ln(1 + E) and 1 / (1 + E), none of which cancels:
//! softplus(x) = max(x, 0) + ln(1 + E), logistic(x) = (E or 1) / (1 + E). A value and its derivative
//! nearly always have the same argument. The logarithm of a sum joins them where it is added to
//! others, in a sum or over rows: there its digits near zero do not matter. Outside of rows, a long program is
//! left as it is: it is interpreted, where more and shorter instructions take longer.

use rustc_hash::{FxHashMap, FxHashSet};

use super::entries::LONG;
use crate::graph::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// The outputs, made of shared parts.
pub(super) fn share_exponentials(graph: &mut Graph, outputs: &[NodeId]) -> Vec<NodeId> {
    if graph.rows().is_empty() && graph.len() > LONG {
        return outputs.to_vec();
    }
    let nodes = graph.reachable(outputs);
    let is_long = nodes.len() > LONG;
    let alone = logarithms_alone(graph, &nodes, outputs);
    let mut members: FxHashMap<NodeId, Members> = FxHashMap::default();
    let mut size_of = FxHashMap::default();
    for &node in &nodes {
        if is_long && graph.stage(node).rows.is_none() {
            continue;
        }
        let operation = graph.operation(node);
        if !matches!(operation, Operation::Unary(..) | Operation::Binary(..)) {
            continue;
        }
        let operation = operation.clone();
        let is_shared = !alone.contains(&node);
        if let Some(argument) = argument(graph, &operation).filter(|_| is_shared) {
            let opposite = graph.scale(argument, -1.0);
            let size = argument.min(opposite);
            members.entry(size).or_default().add(&operation);
            size_of.insert(node, size);
        }
    }
    if members.is_empty() {
        return outputs.to_vec();
    }
    let mut is_needed = vec![false; graph.len()];
    for node in &nodes {
        is_needed[node.index()] = true;
    }
    let mut image: Vec<Option<NodeId>> = vec![None; graph.len()];
    for node in nodes {
        let of = |operand: NodeId| image[operand.index()].expect("operands come first");
        let mut is_new = false;
        let operation = graph.operation(node);
        operation.for_each_operand(|operand| is_new |= of(operand) != operand);
        let operation = if is_new {
            operation.map_operands(of)
        } else {
            operation.clone()
        };
        let family = size_of.get(&node).map(|size| members[size]);
        let rebuilt = family
            .filter(|family| family.functions >= 2)
            .and_then(|family| Parts::of(graph, &operation, family))
            .map(|parts| parts.assemble(graph, &operation))
            .or_else(|| by_known_exponential(graph, &operation, &is_needed));
        let rebuilt = rebuilt.or_else(|| match operation {
            Operation::SumRows(row, rows) => sum_apart(graph, row, rows),
            _ => None,
        });
        image[node.index()] = Some(match rebuilt {
            Some(rebuilt) => rebuilt,
            None if is_new => graph.intern(operation.in_order()),
            None => node,
        });
    }
    outputs
        .iter()
        .map(|output| image[output.index()].expect("reachable"))
        .collect()
}

/// Logarithms of a sum whose digits near zero may matter: outside of rows, and used by something
/// else than a sum of several parts.
fn logarithms_alone(graph: &Graph, nodes: &[NodeId], outputs: &[NodeId]) -> FxHashSet<NodeId> {
    let is_logarithm = |&node: &NodeId| {
        matches!(
            graph.operation(node),
            Operation::Binary(Binary::LogAddExp, ..)
        ) && graph.stage(node).rows.is_none()
    };
    let mut alone: FxHashSet<NodeId> = outputs.iter().copied().filter(is_logarithm).collect();
    for &node in nodes {
        match graph.operation(node) {
            Operation::Line(Number(constant), terms) if terms.len() > 1 || *constant != 0.0 => {}
            other => other.for_each_operand(|operand| {
                if is_logarithm(&operand) {
                    alone.insert(operand);
                }
            }),
        }
    }
    alone
}

/// logistic(x) = 1 / (1 + e^−x) where that exponential is computed anyway; overflow gives 0.
fn by_known_exponential(
    graph: &mut Graph,
    operation: &Operation,
    is_needed: &[bool],
) -> Option<NodeId> {
    let Operation::Unary(Unary::Logistic, x) = *operation else {
        return None;
    };
    let exponent = graph.scale(x, -1.0);
    // e^(2u) is written as the square of e^u.
    let (root, power) = match graph.operation(exponent) {
        Operation::Line(Number(0.0), terms) => match terms[..] {
            [(root, Number(2.0))] => (root, 2),
            _ => (exponent, 1),
        },
        _ => (exponent, 1),
    };
    let exponential = graph.find(&Operation::Unary(Unary::Exp, root))?;
    if !is_needed.get(exponential.index()).copied().unwrap_or(false) {
        return None;
    }
    let exponential = match power {
        1 => exponential,
        _ => graph.intern(Operation::Product([(exponential, power)].into())),
    };
    let total = Operation::Line(Number(1.0), [(exponential, Number(1.0))].into());
    let total = graph.intern(total);
    Some(graph.intern(Operation::Product([(total, -1)].into())))
}

/// How many functions share a size.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    functions: u32,
    /// Those with 1 + E in the denominator.
    quotients: u32,
    /// Whether the argument is the difference of two numbers, which may both be infinite.
    is_difference: bool,
}

impl Members {
    fn add(&mut self, operation: &Operation) {
        self.functions += 1;
        self.is_difference |= matches!(operation, Operation::Binary(..));
        self.quotients += u32::from(matches!(
            operation,
            Operation::Unary(Unary::Logistic, _)
                | Operation::Binary(Binary::LogisticDifference, ..)
        ));
    }
}

/// x, if the operation is a function of the family.
fn argument(graph: &mut Graph, operation: &Operation) -> Option<NodeId> {
    match *operation {
        Operation::Unary(Unary::Softplus | Unary::Logistic, x) => Some(x),
        Operation::Binary(Binary::LogAddExp | Binary::LogisticDifference, x, y) => {
            Some(line(graph, [(x, 1.0), (y, -1.0)]))
        }
        _ => None,
    }
}

/// A sum of two nodes as it stands, without simplification.
fn line(graph: &mut Graph, terms: [(NodeId, f64); 2]) -> NodeId {
    let terms = terms.map(|(node, coefficient)| (node, Number(coefficient)));
    graph.intern(Operation::Line(Number(0.0), terms.into()).in_order())
}

/// What the functions of x and of −x share.
struct Parts {
    /// x or −x, as the function has it.
    argument: NodeId,
    /// Whether the argument is the younger of the two; the parts are those of the older.
    is_mirrored: bool,
    /// 1 where the older is below 0.
    is_negative: NodeId,
    /// e^−|x|.
    smaller: NodeId,
    /// Whether 1 / (1 + E) has more than one use.
    shares_inverse: bool,
}

impl Parts {
    fn of(graph: &mut Graph, operation: &Operation, family: Members) -> Option<Self> {
        let argument = argument(graph, operation)?;
        let opposite = graph.scale(argument, -1.0);
        let older = argument.min(opposite);
        let zero = graph.constant(0.0);
        // The difference of equal numbers is 0, even of infinite ones.
        let known = match graph.operation(older) {
            Operation::Line(_, terms) if family.is_difference && terms.len() == 2 => {
                let (x, y) = (terms[0].0, terms[1].0);
                let equal = graph.intern(Operation::Binary(Binary::Equal, x, y));
                graph.intern(Operation::Select(equal, zero, older))
            }
            _ => older,
        };
        let size = graph.intern(Operation::Unary(Unary::Abs, known));
        let exponent = graph.scale(size, -1.0);
        Some(Self {
            argument,
            is_mirrored: argument != older,
            is_negative: graph.intern(Operation::Binary(Binary::Less, known, zero)),
            // Not simplified: a logarithm of this would be turned back.
            smaller: graph.intern(Operation::Unary(Unary::Exp, exponent)),
            shares_inverse: family.quotients >= 2,
        })
    }

    fn assemble(&self, graph: &mut Graph, operation: &Operation) -> NodeId {
        match *operation {
            Operation::Unary(Unary::Softplus, _) => {
                let zero = graph.constant(0.0);
                let positive = self.by_sign(graph, zero, self.argument);
                let logarithm = self.logarithm(graph);
                line(graph, [(positive, 1.0), (logarithm, 1.0)])
            }
            Operation::Binary(Binary::LogAddExp, x, y) => {
                let larger = self.by_sign(graph, y, x);
                let logarithm = self.logarithm(graph);
                line(graph, [(larger, 1.0), (logarithm, 1.0)])
            }
            _ => self.share(graph),
        }
    }

    /// `below` where the argument is below 0, else `above`; at 0 both are the same.
    fn by_sign(&self, graph: &mut Graph, below: NodeId, above: NodeId) -> NodeId {
        let (then, otherwise) = if self.is_mirrored {
            (above, below)
        } else {
            (below, above)
        };
        graph.intern(Operation::Select(self.is_negative, then, otherwise))
    }

    /// ln(1 + E).
    fn logarithm(&self, graph: &mut Graph) -> NodeId {
        graph.intern(Operation::Unary(Unary::Ln1p, self.smaller))
    }

    /// (E where x < 0, else 1) / (1 + E).
    fn share(&self, graph: &mut Graph) -> NodeId {
        let one = graph.constant(1.0);
        let odds = self.by_sign(graph, self.smaller, one);
        let total = [(self.smaller, Number(1.0))].into();
        let total = graph.intern(Operation::Line(Number(1.0), total));
        let divisor = if self.shares_inverse {
            let inverse = graph.intern(Operation::Product([(total, -1)].into()));
            (inverse, 1)
        } else {
            (total, -1)
        };
        graph.intern(Operation::Product([(odds, 1), divisor].into()).in_order())
    }
}

/// E, if the node is ln(1 + E) as this pass makes it.
pub(super) fn shared_exponential(graph: &Graph, node: NodeId) -> Option<NodeId> {
    let Operation::Unary(Unary::Ln1p, exponential) = *graph.operation(node) else {
        return None;
    };
    let Operation::Unary(Unary::Exp, exponent) = *graph.operation(exponential) else {
        return None;
    };
    match graph.operation(exponent) {
        Operation::Line(Number(0.0), terms) if terms.len() == 1 => {
            let (size, Number(sign)) = terms[0];
            let is_size = matches!(graph.operation(size), Operation::Unary(Unary::Abs, _));
            (sign == -1.0 && is_size).then_some(exponential)
        }
        _ => None,
    }
}

/// Σ of a line with a logarithm in it as two sums: the logarithms have a sum of their own kind.
fn sum_apart(graph: &mut Graph, row: NodeId, rows: u32) -> Option<NodeId> {
    let Operation::Line(constant, terms) = graph.operation(row) else {
        return None;
    };
    let constant = *constant;
    let (logarithms, others): (Vec<_>, Vec<_>) = terms
        .iter()
        .copied()
        .partition(|&(term, _)| shared_exponential(graph, term).is_some());
    let [(logarithm, coefficient)] = logarithms[..] else {
        return None;
    };
    let others = match others[..] {
        [(other, Number(1.0))] if constant == Number(0.0) => other,
        _ => graph.intern(Operation::Line(constant, others.into())),
    };
    graph.stage(others).rows?;
    let sums = [(others, 1.0), (logarithm, coefficient.0)]
        .map(|(row, c)| (graph.intern(Operation::SumRows(row, rows)), c));
    Some(line(graph, sums))
}

#[cfg(test)]
mod tests {
    use crate::program::{Program, Step};
    use crate::real::Real;

    /// Functions with an exponential in an evaluation.
    fn exponentials(program: &Program) -> usize {
        let steps = &program.plan().evaluations[0].section.steps;
        let listing: Vec<String> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Scalars(instructions) => Some(format!("{instructions:?}")),
                _ => None,
            })
            .collect();
        let words = [
            "Exp,",
            "Softplus",
            "Logistic,",
            "LogisticDifference",
            "LogAddExp",
        ];
        words
            .iter()
            .map(|word| listing.concat().matches(word).count())
            .sum()
    }

    #[test]
    fn a_value_its_mirror_image_and_their_slopes_share_one_exponential() {
        let x = Real::parameter("x");
        let density = 3.0 * x.softplus() + 2.0 * (-&x).softplus();
        let program = Program::compile_with_gradient(&density, &[x]).expect("complete");
        assert_eq!(exponentials(&program), 1, "{program}");
        let mut evaluator = program.bind(&[]).expect("no data").evaluator();
        for at in [-800.0, -3.0, -1e-9, 0.0, 2.0, 50.0, 800.0, f64::INFINITY] {
            let expected_value =
                3.0 * crate::special::softplus(at) + 2.0 * crate::special::softplus(-at);
            let expected_slope =
                3.0 * crate::special::logistic(at) - 2.0 * crate::special::logistic(-at);
            let outputs = evaluator.evaluate(&[at]);
            assert!(
                (outputs[0] - expected_value).abs() <= 1e-15 * expected_value.abs()
                    || outputs[0] == expected_value
            );
            assert!((outputs[1] - expected_slope).abs() <= 4e-15, "{at}");
        }
        assert!(
            evaluator
                .evaluate(&[f64::NAN])
                .iter()
                .all(|output| output.is_nan())
        );
    }

    #[test]
    fn the_logarithm_of_a_sum_shares_where_it_is_added_to_others() {
        let (x, y) = (Real::parameter("x"), Real::parameter("y"));
        let logarithm = x.log_add_exp(&y);
        let compile = |value: &Real| {
            Program::compile_with_gradient(value, &[x.clone(), y.clone()]).expect("complete")
        };
        let added = compile(&(&logarithm - &x));
        assert_eq!(exponentials(&added), 1, "{added}");
        // Alone it is near zero here: ln(e^−0.7 + e^−0.686…) keeps all digits.
        let alone = compile(&logarithm);
        assert!(alone.to_string().contains("LogAddExp"), "{alone}");
        let scaled = compile(&(2.0 * &logarithm));
        assert!(scaled.to_string().contains("LogAddExp"), "{scaled}");
        let [at, by] = [-0.7, -0.686_341_002_808_385_2];
        let mut evaluator = added.bind(&[]).expect("no data").evaluator();
        let value = evaluator.evaluate(&[at, by])[0];
        let expected = crate::special::log_add_exp(at, by) - at;
        assert!((value - expected).abs() <= 1e-16, "{value}, {expected}");
    }

    #[test]
    fn a_function_alone_is_left_as_it_is() {
        let x = Real::parameter("x");
        let program = Program::compile(&[x.softplus()], &[x]).expect("complete");
        assert!(program.to_string().contains("Softplus"), "{program}");
    }
}
