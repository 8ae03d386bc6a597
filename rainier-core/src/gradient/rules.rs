//! States one local derivative per operation.
//!
//! In: a node and its adjoint. Out: what it contributes to the adjoint of each operand that
//! depends on a parameter. Rules reuse the node's own value where that is cheaper or exact.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use crate::graph::{Graph, NodeId, Number, Operation};
use crate::operation::{Binary, Ternary, Unary};

/// Appends (operand, contribution) pairs; comparisons and `floor` contribute nothing.
pub(super) fn for_each_operand(
    graph: &mut Graph,
    node: NodeId,
    adjoint: NodeId,
    into: &mut Vec<(NodeId, NodeId)>,
) {
    match graph.operation(node).clone() {
        // The latter are made of data alone.
        Operation::Constant(_)
        | Operation::Parameter(_)
        | Operation::Column(_)
        | Operation::RowCount(_)
        | Operation::GroupKey(..)
        | Operation::GroupSum(..)
        | Operation::Triangle(..) => {}
        Operation::Line(_, terms) => {
            for &(term, Number(coefficient)) in terms.iter() {
                if graph.stage(term).parameter {
                    into.push((term, graph.scale(adjoint, coefficient)));
                }
            }
        }
        Operation::Product(factors) => product(graph, &factors, adjoint, into),
        Operation::Unary(function, x) => {
            if let Some(slope) = unary_slope(graph, function, x, node) {
                into.push((x, graph.product(vec![(adjoint, 1), (slope, 1)])));
            }
        }
        Operation::Binary(function, x, y) => {
            if function.is_comparison() {
                return;
            }
            for (operand, side) in [(x, Side::Left), (y, Side::Right)] {
                if graph.stage(operand).parameter {
                    let slope = binary_slope(graph, function, (x, y), node, side);
                    into.push((operand, graph.product(vec![(adjoint, 1), (slope, 1)])));
                }
            }
        }
        Operation::Ternary(function, operands) => {
            for (argument, operand) in operands.into_iter().enumerate() {
                if graph.stage(operand).parameter {
                    let slope = ternary_slope(graph, function, operands, argument);
                    into.push((operand, graph.product(vec![(adjoint, 1), (slope, 1)])));
                }
            }
        }
        Operation::Select(_, then, otherwise) => {
            for branch in [then, otherwise] {
                if graph.stage(branch).parameter {
                    into.push((branch, adjoint));
                }
            }
        }
        Operation::SumRows(row, _) => into.push((row, adjoint)),
        Operation::Lookup(..) => unreachable!("the sweep sums over the rows of each entry"),
        Operation::SumWhere(row, index, group) => {
            let in_group = indicator_of(graph, index, group);
            into.push((row, graph.product(vec![(adjoint, 1), (in_group, 1)])));
        }
    }
}

/// 1 in the rows whose index is `group`, else 0.
fn indicator_of(graph: &mut Graph, index: NodeId, group: u32) -> NodeId {
    let group = graph.constant(f64::from(group));
    graph.binary(Binary::Equal, index, group)
}

/// ∂ Π xⱼ^kⱼ / ∂xᵢ = kᵢ xᵢ^(kᵢ−1) · Π over the others, without dividing by xᵢ, which may be 0.
fn product(
    graph: &mut Graph,
    factors: &[(NodeId, i32)],
    adjoint: NodeId,
    into: &mut Vec<(NodeId, NodeId)>,
) {
    // The product of all factors before i and of all after i; running products keep it linear.
    let mut after = vec![graph.constant(1.0)];
    for &(factor, exponent) in factors.iter().skip(1).rev() {
        let last = after[after.len() - 1];
        after.push(graph.product(vec![(last, 1), (factor, exponent)]));
    }
    let mut before = adjoint;
    for (index, &(factor, exponent)) in factors.iter().enumerate() {
        let others = after.pop().expect("one running product per factor");
        if graph.stage(factor).parameter {
            let own = graph.product(vec![(before, 1), (factor, exponent - 1), (others, 1)]);
            into.push((factor, graph.scale(own, f64::from(exponent))));
        }
        if index + 1 < factors.len() {
            before = graph.product(vec![(before, 1), (factor, exponent)]);
        }
    }
}

/// f′(x), given y = f(x); none where it is 0 everywhere.
fn unary_slope(graph: &mut Graph, function: Unary, x: NodeId, y: NodeId) -> Option<NodeId> {
    Some(match function {
        Unary::Exp => y,
        Unary::Ln => graph.product(vec![(x, -1)]),
        Unary::XLnX => {
            let logarithm = graph.unary(Unary::Ln, x);
            graph.line(1.0, vec![(logarithm, 1.0)])
        }
        Unary::Ln1p => {
            let one_plus = graph.line(1.0, vec![(x, 1.0)]);
            graph.product(vec![(one_plus, -1)])
        }
        Unary::ExpM1 => graph.unary(Unary::Exp, x),
        Unary::Sqrt => {
            let inverse = graph.product(vec![(y, -1)]);
            graph.scale(inverse, 0.5)
        }
        Unary::Abs => graph.unary(Unary::Sign, x),
        Unary::Sign | Unary::Floor => return None,
        Unary::Sin => graph.unary(Unary::Cos, x),
        Unary::Cos => {
            let sine = graph.unary(Unary::Sin, x);
            graph.scale(sine, -1.0)
        }
        Unary::Tan => {
            let square = graph.product(vec![(y, 2)]);
            graph.line(1.0, vec![(square, 1.0)])
        }
        Unary::Asin => inverse_root_of_one_minus_square(graph, x, 1.0),
        Unary::Acos => inverse_root_of_one_minus_square(graph, x, -1.0),
        Unary::Atan => {
            let square = graph.product(vec![(x, 2)]);
            let sum = graph.line(1.0, vec![(square, 1.0)]);
            graph.product(vec![(sum, -1)])
        }
        Unary::Sinh => graph.unary(Unary::Cosh, x),
        Unary::Cosh => graph.unary(Unary::Sinh, x),
        // 1 − tanh² cancels in the tails; 1 / cosh² does not.
        Unary::Tanh => {
            let cosh = graph.unary(Unary::Cosh, x);
            graph.product(vec![(cosh, -2)])
        }
        // y (1 − y) cancels for large x; logistic(x) · logistic(−x) does not.
        Unary::Logistic => {
            let opposite = graph.scale(x, -1.0);
            let complement = graph.unary(Unary::Logistic, opposite);
            graph.product(vec![(y, 1), (complement, 1)])
        }
        Unary::Softplus => graph.unary(Unary::Logistic, x),
        // −e^x / (1 − e^x) = −1 / (e^−x − 1).
        Unary::LnOneMinusExp => {
            let opposite = graph.scale(x, -1.0);
            let denominator = graph.unary(Unary::ExpM1, opposite);
            let inverse = graph.product(vec![(denominator, -1)]);
            graph.scale(inverse, -1.0)
        }
        Unary::Erf => gaussian(graph, x, FRAC_2_SQRT_PI),
        Unary::Erfc => gaussian(graph, x, -FRAC_2_SQRT_PI),
        // 2x y − 2/√π. It cancels for large x; no other slope leads here.
        Unary::ScaledErfc => {
            let product = graph.product(vec![(x, 1), (y, 1)]);
            graph.line(-FRAC_2_SQRT_PI, vec![(product, 2.0)])
        }
        // −2/√π e^(−x²) / erfc x, both of which underflow.
        Unary::LnErfc => {
            let scaled = graph.unary(Unary::ScaledErfc, x);
            let inverse = graph.product(vec![(scaled, -1)]);
            graph.scale(inverse, -FRAC_2_SQRT_PI)
        }
        // e^(−x²/2) / √(2π)
        Unary::NormalCdf => {
            let scaled = graph.scale(x, FRAC_1_SQRT_2);
            gaussian(graph, scaled, 0.5 * FRAC_1_SQRT_2 * FRAC_2_SQRT_PI)
        }
        // The density over Φ, which is √(2/π) / erfcx(−x/√2).
        Unary::LnNormalCdf => {
            let scaled = graph.scale(x, -FRAC_1_SQRT_2);
            let denominator = graph.unary(Unary::ScaledErfc, scaled);
            let inverse = graph.product(vec![(denominator, -1)]);
            graph.scale(inverse, FRAC_1_SQRT_2 * FRAC_2_SQRT_PI)
        }
        Unary::LnBesselI0 => graph.unary(Unary::BesselRatio, x),
        // 1 − y/x − y², whose limit at 0 is ½. It cancels for large x; no other slope leads here.
        Unary::BesselRatio => {
            let quotient = graph.product(vec![(y, 1), (x, -1)]);
            let square = graph.product(vec![(y, 2)]);
            let slope = graph.line(1.0, vec![(quotient, -1.0), (square, -1.0)]);
            let (zero, half) = (graph.constant(0.0), graph.constant(0.5));
            let at_zero = graph.binary(Binary::Equal, x, zero);
            graph.select(at_zero, half, slope)
        }
        Unary::LnGamma => graph.unary(Unary::Digamma, x),
        Unary::Digamma => graph.unary(Unary::Polygamma(1), x),
        Unary::Polygamma(order) => graph.unary(Unary::Polygamma(order + 1), x),
    })
}

/// scale · e^(−x²).
fn gaussian(graph: &mut Graph, x: NodeId, scale: f64) -> NodeId {
    let square = graph.product(vec![(x, 2)]);
    let exponent = graph.scale(square, -1.0);
    let exp = graph.unary(Unary::Exp, exponent);
    graph.scale(exp, scale)
}

/// scale / √((1 − x)(1 + x)).
fn inverse_root_of_one_minus_square(graph: &mut Graph, x: NodeId, scale: f64) -> NodeId {
    let below = graph.line(1.0, vec![(x, -1.0)]);
    let above = graph.line(1.0, vec![(x, 1.0)]);
    let product = graph.product(vec![(below, 1), (above, 1)]);
    let root = graph.unary(Unary::Sqrt, product);
    let inverse = graph.product(vec![(root, -1)]);
    graph.scale(inverse, scale)
}

/// Which operand of a binary function.
#[derive(Debug, Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// ∂f/∂(operand on `side`), given z = f(x, y).
fn binary_slope(
    graph: &mut Graph,
    function: Binary,
    (x, y): (NodeId, NodeId),
    z: NodeId,
    side: Side,
) -> NodeId {
    match (function, side) {
        // y x^(y−1); x^0 is 1 for every x, 0 included.
        (Binary::Power, Side::Left) => {
            let one_less = graph.line(-1.0, vec![(y, 1.0)]);
            let power = graph.binary(Binary::Power, x, one_less);
            let product = graph.product(vec![(y, 1), (power, 1)]);
            let zero = graph.constant(0.0);
            let is_constant = graph.binary(Binary::Equal, y, zero);
            graph.select(is_constant, zero, product)
        }
        // x^y ln x, whose limit at x = 0 is 0 for y > 0.
        (Binary::Power, Side::Right) => {
            let zero = graph.constant(0.0);
            let at_zero = graph.binary(Binary::Equal, x, zero);
            let logarithm = graph.unary(Unary::Ln, x);
            let product = graph.product(vec![(z, 1), (logarithm, 1)]);
            graph.select(at_zero, zero, product)
        }
        (Binary::LogAddExp, Side::Left) => graph.binary(Binary::LogisticDifference, x, y),
        (Binary::LogAddExp, Side::Right) => graph.binary(Binary::LogisticDifference, y, x),
        // e^x / (e^x − e^y) = −1 / (e^(y−x) − 1) and e^y / (e^y − e^x) = −1 / (e^(x−y) − 1).
        (Binary::LogDiffExp, side) => {
            let difference = match side {
                Side::Left => graph.line(0.0, vec![(y, 1.0), (x, -1.0)]),
                Side::Right => graph.line(0.0, vec![(x, 1.0), (y, -1.0)]),
            };
            let denominator = graph.unary(Unary::ExpM1, difference);
            let inverse = graph.product(vec![(denominator, -1)]);
            graph.scale(inverse, -1.0)
        }
        (Binary::LogisticDifference, side) => {
            let opposite = graph.binary(Binary::LogisticDifference, y, x);
            let slope = graph.product(vec![(z, 1), (opposite, 1)]);
            match side {
                Side::Left => slope,
                Side::Right => graph.scale(slope, -1.0),
            }
        }
        // ψ(x) − ψ(x + y) and ψ(y) − ψ(y + x)
        (Binary::LnBeta | Binary::LnBetaOfRow, side) => {
            let difference = match side {
                Side::Left => graph.binary(Binary::DigammaDifference, x, y),
                Side::Right => graph.binary(Binary::DigammaDifference, y, x),
            };
            graph.scale(difference, -1.0)
        }
        (Binary::LnRisingFactorial | Binary::LnRisingFactorialOfRow, Side::Left) => {
            graph.binary(Binary::DigammaDifference, x, y)
        }
        (Binary::LnRisingFactorial | Binary::LnRisingFactorialOfRow, Side::Right) => {
            let sum = graph.line(0.0, vec![(x, 1.0), (y, 1.0)]);
            graph.unary(Unary::Digamma, sum)
        }
        // ψ′(x + y) − ψ′(x) and ψ′(x + y)
        (Binary::DigammaDifference, side) => {
            let sum = graph.line(0.0, vec![(x, 1.0), (y, 1.0)]);
            let of_sum = graph.unary(Unary::Polygamma(1), sum);
            match side {
                Side::Left => {
                    let own = graph.unary(Unary::Polygamma(1), x);
                    graph.line(0.0, vec![(of_sum, 1.0), (own, -1.0)])
                }
                Side::Right => of_sum,
            }
        }
        (Binary::LnIncompleteGamma(tail), Side::Left) => {
            graph.binary(Binary::LnIncompleteGammaByShape(tail), x, y)
        }
        (Binary::LnIncompleteGamma(tail), Side::Right) => {
            graph.binary(Binary::LnIncompleteGammaByBound(tail), x, y)
        }
        (Binary::LnBesselRemainder, Side::Right) => {
            graph.binary(Binary::BesselRemainderSlope, x, y)
        }
        // By the order there is no formula.
        (Binary::LnBesselRemainder, Side::Left) => graph.constant(f64::NAN),
        (
            Binary::LnIncompleteGammaByShape(_)
            | Binary::LnIncompleteGammaByBound(_)
            | Binary::BesselRemainderSlope,
            _,
        ) => second_derivative(graph),
        (Binary::Less | Binary::LessOrEqual | Binary::Equal, _) => graph.constant(0.0),
    }
}

/// ∂f/∂(operand of index `argument`).
fn ternary_slope(
    graph: &mut Graph,
    function: Ternary,
    [x, y, z]: [NodeId; 3],
    argument: usize,
) -> NodeId {
    match (function, argument) {
        (Ternary::LnIncompleteBeta(tail), 0) => {
            graph.ternary(Ternary::LnIncompleteBetaByA(tail), [x, y, z])
        }
        (Ternary::LnIncompleteBeta(tail), 1) => {
            graph.ternary(Ternary::LnIncompleteBetaByB(tail), [x, y, z])
        }
        (Ternary::LnIncompleteBeta(tail), _) => {
            graph.ternary(Ternary::LnIncompleteBetaByBound(tail), [x, y, z])
        }
        (Ternary::LnExponentialTerm, 0) => graph.ternary(Ternary::LnExponentialTermByA, [x, y, z]),
        // The factors may be exchanged.
        (Ternary::LnExponentialTerm, 1) => exponential_term_slope(graph, x, y, z),
        (Ternary::LnExponentialTerm, _) => exponential_term_slope(graph, x, z, y),
        (Ternary::LnBinomialTerm, 0) => graph.ternary(Ternary::LnBinomialTermByA, [x, y, z]),
        (Ternary::LnBinomialTerm, 1) => graph.ternary(Ternary::LnBinomialTermByB, [x, y, z]),
        (Ternary::LnBinomialTerm, _) => graph.ternary(Ternary::LnBinomialTermByX, [x, y, z]),
        (Ternary::LnIncompleteBessel, 0) => {
            graph.ternary(Ternary::LnIncompleteBesselByKappa, [x, y, z])
        }
        (Ternary::LnIncompleteBessel, 1) => {
            // The start is the end of the mirrored arc.
            let mirrored = [graph.scale(z, -1.0), graph.scale(y, -1.0)];
            let end = Ternary::LnIncompleteBesselByEnd;
            let slope = graph.ternary(end, [x, mirrored[0], mirrored[1]]);
            graph.scale(slope, -1.0)
        }
        (Ternary::LnIncompleteBessel, _) => {
            graph.ternary(Ternary::LnIncompleteBesselByEnd, [x, y, z])
        }
        // Orders are whole, and between them there is nothing.
        (Ternary::LnMarcum(_), 0) => graph.constant(0.0),
        (Ternary::LnMarcum(tail), 1) => graph.ternary(Ternary::LnMarcumByX(tail), [x, y, z]),
        (Ternary::LnMarcum(tail), _) => graph.ternary(Ternary::LnMarcumByY(tail), [x, y, z]),
        (
            Ternary::LnIncompleteBetaByA(_)
            | Ternary::LnIncompleteBetaByB(_)
            | Ternary::LnIncompleteBetaByBound(_)
            | Ternary::LnExponentialTermByA
            | Ternary::LnExponentialTermByX
            | Ternary::LnBinomialTermByA
            | Ternary::LnBinomialTermByB
            | Ternary::LnBinomialTermByX
            | Ternary::LnIncompleteBesselByKappa
            | Ternary::LnIncompleteBesselByEnd
            | Ternary::LnMarcumByX(_)
            | Ternary::LnMarcumByY(_),
            _,
        ) => second_derivative(graph),
    }
}

/// (a − xy) / x, the slope of a term of the exponential series by a factor of its argument. Neither
/// the product nor, if one factor is 1/t, the quotient is rounded.
fn exponential_term_slope(graph: &mut Graph, a: NodeId, x: NodeId, y: NodeId) -> NodeId {
    let slope = Ternary::LnExponentialTermByX;
    if let Some(t) = reciprocal_of(graph, y) {
        // (a − x/t) / x = −[(x − ta) / t] / x
        let opposite = graph.ternary(slope, [x, t, a]);
        let quotient = graph.product(vec![(opposite, 1), (x, -1)]);
        graph.scale(quotient, -1.0)
    } else if let Some(t) = reciprocal_of(graph, x) {
        // (a − y/t) t = −t [(y − ta) / t]
        let opposite = graph.ternary(slope, [y, t, a]);
        let product = graph.product(vec![(opposite, 1), (t, 1)]);
        graph.scale(product, -1.0)
    } else {
        graph.ternary(slope, [a, x, y])
    }
}

/// The node of which this one is the reciprocal.
fn reciprocal_of(graph: &Graph, node: NodeId) -> Option<NodeId> {
    match *graph.operation(node) {
        Operation::Product(ref factors) => match factors[..] {
            [(factor, -1)] => Some(factor),
            _ => None,
        },
        _ => None,
    }
}

/// What stands for the slope of a function that only derivatives contain: a program holds values
/// and first derivatives, so nobody can ask for it.
fn second_derivative(graph: &mut Graph) -> NodeId {
    graph.constant(f64::NAN)
}
