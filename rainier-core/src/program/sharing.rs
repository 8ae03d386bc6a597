//! Lets functions of the logistic family share their exponential.
//!
//! In: a graph and its outputs. Out: outputs of equal value. Where two or more of softplus,
//! logistic and their mirror images have the same argument, up to its sign, all are made of
//! E = e^−|x|, ln(1 + E) and 1 / (1 + E), none of which cancels:
//! softplus(x) = max(x, 0) + ln(1 + E), logistic(x) = (E or 1) / (1 + E). A value and its derivative
//! nearly always have the same argument. In rows the logarithm of a sum joins them: there its
//! digits near zero do not matter, since the rows are summed.

use crate::graph::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// The outputs, made of shared parts.
pub(super) fn share_exponentials(graph: &mut Graph, outputs: &[NodeId]) -> Vec<NodeId> {
    let nodes = graph.reachable(outputs);
    // By node index: how many functions have this size as argument; the size a function has.
    let mut members = vec![0_u32; graph.len()];
    let mut size_of = vec![None; graph.len()];
    for &node in &nodes {
        if let Some(argument) = argument(graph, node) {
            let opposite = graph.scale(argument, -1.0);
            members.resize(graph.len(), 0);
            let size = argument.min(opposite);
            members[size.index()] += 1;
            size_of[node.index()] = Some(size);
        }
    }
    if members.iter().all(|&count| count < 2) {
        return outputs.to_vec();
    }
    graph.reserve(nodes.len());
    let mut image: Vec<Option<NodeId>> = vec![None; graph.len()];
    for node in nodes {
        let of = |operand: NodeId| image[operand.index()].expect("operands come first");
        let is_shared =
            size_of[node.index()].is_some_and(|size: NodeId| members[size.index()] >= 2);
        let mut is_new = false;
        let operation = graph.operation(node);
        operation.for_each_operand(|operand| is_new |= of(operand) != operand);
        if !(is_shared || is_new) {
            image[node.index()] = Some(node);
            continue;
        }
        let operation = operation.map_operands(of);
        let parts = if is_shared {
            Parts::of(graph, &operation)
        } else {
            None
        };
        image[node.index()] = Some(match parts {
            Some(parts) => parts.assemble(graph, &operation),
            None => graph.intern(operation.in_order()),
        });
    }
    outputs
        .iter()
        .map(|output| image[output.index()].expect("reachable"))
        .collect()
}

/// x, if the node is a function of the family that may be taken apart.
fn argument(graph: &mut Graph, node: NodeId) -> Option<NodeId> {
    let is_per_row = graph.stage(node).rows.is_some();
    match *graph.operation(node) {
        Operation::Unary(Unary::Softplus | Unary::Logistic, x) => Some(x),
        Operation::Binary(Binary::LogAddExp, x, y) if is_per_row => Some(difference(graph, x, y)),
        Operation::Binary(Binary::LogisticDifference, x, y) => Some(difference(graph, x, y)),
        _ => None,
    }
}

fn difference(graph: &mut Graph, x: NodeId, y: NodeId) -> NodeId {
    let mut terms = [(x, Number(1.0)), (y, Number(-1.0))];
    terms.sort_by_key(|&(node, _)| node);
    graph.intern(Operation::Line(Number(0.0), terms.into()))
}

/// What the functions of one argument share.
struct Parts {
    /// x, in the sign the function has it.
    argument: NodeId,
    /// 1 where x < 0.
    is_negative: NodeId,
    /// e^−|x|.
    smaller: NodeId,
}

impl Parts {
    fn of(graph: &mut Graph, operation: &Operation) -> Option<Self> {
        let argument = match *operation {
            Operation::Unary(Unary::Softplus | Unary::Logistic, x) => x,
            Operation::Binary(Binary::LogAddExp | Binary::LogisticDifference, x, y) => {
                difference(graph, x, y)
            }
            _ => return None,
        };
        // The size is taken of the older of x and −x, so that mirror images meet.
        let opposite = graph.scale(argument, -1.0);
        let size = argument.min(opposite);
        let size = graph.intern(Operation::Unary(Unary::Abs, size));
        let exponent = graph.scale(size, -1.0);
        let zero = graph.constant(0.0);
        Some(Self {
            argument,
            is_negative: graph.intern(Operation::Binary(Binary::Less, argument, zero)),
            // Not simplified: a logarithm of this would be turned back.
            smaller: graph.intern(Operation::Unary(Unary::Exp, exponent)),
        })
    }

    fn assemble(&self, graph: &mut Graph, operation: &Operation) -> NodeId {
        match *operation {
            Operation::Unary(Unary::Softplus, _) => {
                let zero = graph.constant(0.0);
                let select = Operation::Select(self.is_negative, zero, self.argument);
                let positive = graph.intern(select);
                let logarithm = self.logarithm(graph);
                plus(graph, positive, logarithm)
            }
            Operation::Binary(Binary::LogAddExp, x, y) => {
                let larger = graph.intern(Operation::Select(self.is_negative, y, x));
                let logarithm = self.logarithm(graph);
                let sum = plus(graph, larger, logarithm);
                // Of equal infinities the difference is NaN, the sum is not.
                let doubled = [(x, Number(1.0))].into();
                let doubled = Operation::Line(Number(std::f64::consts::LN_2), doubled);
                let doubled = graph.intern(doubled);
                let equal = graph.intern(Operation::Binary(Binary::Equal, x, y));
                graph.intern(Operation::Select(equal, doubled, sum))
            }
            Operation::Binary(_, x, y) => {
                let share = self.share(graph);
                let half = graph.constant(0.5);
                let equal = graph.intern(Operation::Binary(Binary::Equal, x, y));
                graph.intern(Operation::Select(equal, half, share))
            }
            _ => self.share(graph),
        }
    }

    /// ln(1 + E).
    fn logarithm(&self, graph: &mut Graph) -> NodeId {
        graph.intern(Operation::Unary(Unary::Ln1p, self.smaller))
    }

    /// (E where x < 0, else 1) / (1 + E).
    fn share(&self, graph: &mut Graph) -> NodeId {
        let one = graph.constant(1.0);
        let odds = graph.intern(Operation::Select(self.is_negative, self.smaller, one));
        let total = [(self.smaller, Number(1.0))].into();
        let total = graph.intern(Operation::Line(Number(1.0), total));
        let inverse = graph.intern(Operation::Product([(total, -1)].into()));
        let mut factors = [(odds, 1), (inverse, 1)];
        factors.sort_unstable();
        graph.intern(Operation::Product(factors.into()))
    }
}

fn plus(graph: &mut Graph, x: NodeId, y: NodeId) -> NodeId {
    let mut terms = [(x, Number(1.0)), (y, Number(1.0))];
    terms.sort_by_key(|&(node, _)| node);
    graph.intern(Operation::Line(Number(0.0), terms.into()))
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
    fn a_function_alone_is_left_as_it_is() {
        let x = Real::parameter("x");
        let program = Program::compile(&[x.softplus()], &[x]).expect("complete");
        assert!(program.to_string().contains("Softplus"), "{program}");
    }
}
