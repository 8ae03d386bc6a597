//! Tells which scalars are finite wherever the parameters are.
//!
//! In: a node that is not per row. Out: whether it could be infinite or NaN at finite parameters.
//! Only such a node needs a guard when it is taken out of a sum that may have no rows: 0 · ∞ is
//! NaN, 0 times anything else is 0. Overflow is not looked for: it means a parameter beyond 10³⁰⁰ or
//! an exponent beyond 700, where no posterior is.

use crate::graph::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Unary};

/// The answer for every node so far.
#[derive(Debug, Clone, Default)]
pub(super) struct FiniteNodes(Vec<bool>);

impl FiniteNodes {
    pub(super) fn contains(&mut self, graph: &Graph, node: NodeId) -> bool {
        for known in graph.nodes_from(self.0.len()) {
            self.0.push(self.is_finite(graph, known));
        }
        self.0[node.index()]
    }

    fn is_finite(&self, graph: &Graph, node: NodeId) -> bool {
        let operation = graph.operation(node);
        let keeps_finite = match operation {
            Operation::Constant(Number(value)) => value.is_finite(),
            // What data alone determine is finite where the rows are.
            Operation::Parameter(_)
            | Operation::Column(_)
            | Operation::RowCount(_)
            | Operation::GroupKey(..)
            | Operation::GroupSum(..)
            | Operation::Triangle(..)
            | Operation::SumRows(..)
            | Operation::SumWhere(..)
            | Operation::Lookup(..)
            | Operation::Select(..) => true,
            Operation::Line(Number(constant), terms) => {
                constant.is_finite() && terms.iter().all(|(_, Number(c))| c.is_finite())
            }
            Operation::Product(factors) => factors.iter().all(|&(_, exponent)| exponent > 0),
            Operation::Unary(function, _) => is_finite_everywhere(*function),
            Operation::Binary(function, ..) => {
                function.is_comparison()
                    || matches!(function, Binary::LogAddExp | Binary::LogisticDifference)
            }
            Operation::Ternary(..) => false,
        };
        let mut all = keeps_finite;
        operation.for_each_operand(|operand| all &= self.0[operand.index()]);
        all
    }
}

fn is_finite_everywhere(function: Unary) -> bool {
    matches!(
        function,
        Unary::Exp
            | Unary::ExpM1
            | Unary::Abs
            | Unary::Sign
            | Unary::Floor
            | Unary::Sin
            | Unary::Cos
            | Unary::Atan
            | Unary::Sinh
            | Unary::Cosh
            | Unary::Tanh
            | Unary::Logistic
            | Unary::Softplus
            | Unary::Erf
            | Unary::Erfc
    )
}
