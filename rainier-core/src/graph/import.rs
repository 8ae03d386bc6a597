//! Brings what users wrote into a graph.
//!
//! In: expressions and the parameters they may use. Out: their nodes. Sums and products that
//! nothing else uses are flattened into one line or one product, so that a chain of a million
//! additions becomes one node in linear time. No recursion anywhere.

use rustc_hash::FxHashMap;

use super::{Graph, NodeId, Operation};
use crate::compensated::Compensated;
use crate::error::CompileError;
use crate::real::{Expression, Real};

/// Imports `outputs`; parameters are numbered by their place in `parameters`.
pub(crate) fn import(
    graph: &mut Graph,
    outputs: &[Real],
    parameters: &[Real],
) -> Result<Vec<NodeId>, CompileError> {
    let mut importer = Importer {
        graph,
        parameters: number_parameters(parameters)?,
        columns: FxHashMap::default(),
        uses: count_uses(outputs),
        nodes: FxHashMap::default(),
    };
    let nodes = outputs
        .iter()
        .map(|output| importer.import(output))
        .collect::<Result<_, _>>()?;
    importer.graph.check_size()?;
    Ok(nodes)
}

struct Importer<'a> {
    graph: &'a mut Graph,
    parameters: FxHashMap<usize, u32>,
    columns: FxHashMap<usize, u32>,
    /// How many operands (or outputs) each node is, by identity.
    uses: FxHashMap<usize, u32>,
    nodes: FxHashMap<usize, NodeId>,
}

/// A node on the way in, with its operands after flattening.
enum Pending<'r> {
    Enter(&'r Real),
    Line(&'r Real, f64, Vec<(&'r Real, f64)>),
    Product(&'r Real, Vec<(&'r Real, i32)>),
    Other(&'r Real),
}

impl Importer<'_> {
    fn import(&mut self, root: &Real) -> Result<NodeId, CompileError> {
        let mut pending = vec![Pending::Enter(root)];
        while let Some(step) = pending.pop() {
            match step {
                Pending::Enter(real) => {
                    if !self.nodes.contains_key(&real.identity()) {
                        self.enter(real, &mut pending);
                    }
                }
                Pending::Line(real, constant, terms) => {
                    let terms = terms
                        .iter()
                        .map(|&(term, c)| (self.node(term), c))
                        .collect();
                    let node = self.graph.line(constant, terms);
                    self.nodes.insert(real.identity(), node);
                }
                Pending::Product(real, factors) => {
                    let factors = factors.iter().map(|&(factor, k)| (self.node(factor), k));
                    let factors = factors.collect();
                    let node = self.graph.product(factors);
                    self.nodes.insert(real.identity(), node);
                }
                Pending::Other(real) => {
                    let node = self.build(real)?;
                    self.nodes.insert(real.identity(), node);
                }
            }
        }
        Ok(self.node(root))
    }

    /// Schedules a node after its operands.
    fn enter<'r>(&self, real: &'r Real, pending: &mut Vec<Pending<'r>>) {
        match real.expression() {
            Expression::Add(..) | Expression::Sum(_) => {
                let (constant, terms) = self.flatten_sum(real);
                let operands: Vec<&Real> = terms.iter().map(|&(term, _)| term).collect();
                pending.push(Pending::Line(real, constant, terms));
                pending.extend(operands.into_iter().rev().map(Pending::Enter));
            }
            Expression::Multiply(..) | Expression::Divide(..) => {
                let factors = self.flatten_product(real);
                let operands: Vec<&Real> = factors.iter().map(|&(factor, _)| factor).collect();
                pending.push(Pending::Product(real, factors));
                pending.extend(operands.into_iter().rev().map(Pending::Enter));
            }
            other => {
                pending.push(Pending::Other(real));
                other.for_each_child(|child| pending.push(Pending::Enter(child)));
            }
        }
    }

    /// The addends below a sum, through sums and negations that are used here only.
    fn flatten_sum<'r>(&self, root: &'r Real) -> (f64, Vec<(&'r Real, f64)>) {
        let mut constant = Compensated::default();
        let mut terms = Vec::new();
        let mut pending = vec![(root, 1.0)];
        while let Some((real, sign)) = pending.pop() {
            let inside = real.is_same(root) || self.is_used_once(real);
            match real.expression() {
                Expression::Constant(value) => constant.add(sign * value),
                Expression::Add(a, b) if inside => pending.extend([(b, sign), (a, sign)]),
                Expression::Sum(addends) if inside => {
                    pending.extend(addends.iter().rev().map(|addend| (addend, sign)));
                }
                Expression::Multiply(a, b) if inside && a.as_constant() == Some(-1.0) => {
                    pending.push((b, -sign));
                }
                _ => terms.push((real, sign)),
            }
        }
        (constant.total(), terms)
    }

    /// The factors below a product, through products and quotients that are used here only.
    fn flatten_product<'r>(&self, root: &'r Real) -> Vec<(&'r Real, i32)> {
        let mut factors = Vec::new();
        let mut pending = vec![(root, 1)];
        while let Some((real, exponent)) = pending.pop() {
            let inside = real.is_same(root) || self.is_used_once(real);
            match real.expression() {
                Expression::Multiply(a, b) if inside => {
                    pending.extend([(b, exponent), (a, exponent)]);
                }
                Expression::Divide(a, b) if inside => {
                    pending.extend([(b, -exponent), (a, exponent)]);
                }
                _ => factors.push((real, exponent)),
            }
        }
        factors
    }

    fn build(&mut self, real: &Real) -> Result<NodeId, CompileError> {
        Ok(match real.expression() {
            Expression::Constant(value) => self.graph.constant(*value),
            Expression::Parameter(name) => match self.parameters.get(&real.identity()) {
                Some(&index) => self.graph.intern(Operation::Parameter(index)),
                None => {
                    return Err(CompileError::UnknownParameter {
                        name: name.to_string(),
                    });
                }
            },
            Expression::Column(column) => {
                let column = self.graph.column_index(column, &mut self.columns);
                self.graph.intern(Operation::Column(column))
            }
            Expression::RowCount(column) => {
                let column = self.graph.column_index(column, &mut self.columns);
                self.graph.intern(Operation::RowCount(column))
            }
            Expression::Unary(function, x) => {
                let x = self.node(x);
                self.graph.unary(*function, x)
            }
            Expression::Binary(function, x, y) => {
                let (x, y) = (self.node(x), self.node(y));
                self.graph.binary(*function, x, y)
            }
            Expression::Ternary(function, operands) => {
                let operands = operands.each_ref().map(|operand| self.node(operand));
                self.graph.ternary(*function, operands)
            }
            Expression::Select(condition, then, otherwise) => {
                let condition = self.node(condition);
                let (then, otherwise) = (self.node(then), self.node(otherwise));
                self.graph.select(condition, then, otherwise)
            }
            Expression::SumRows(row) => self.sum_rows(row)?,
            Expression::Lookup(index, table) => self.lookup(index, table)?,
            // `enter` schedules these as lines and products.
            Expression::Add(..)
            | Expression::Sum(_)
            | Expression::Multiply(..)
            | Expression::Divide(..) => unreachable!("sums and products are flattened"),
        })
    }

    fn sum_rows(&mut self, row: &Real) -> Result<NodeId, CompileError> {
        let node = self.node(row);
        match self.graph.stage(node).rows {
            Some(column) => Ok(self.graph.sum_rows(node, column)),
            // The columns cancelled, as in x − x: the number of rows must still be found.
            None => match any_column(row) {
                Some(column) => {
                    let column = self.graph.column_index(&column, &mut self.columns);
                    Ok(self.graph.sum_rows(node, column))
                }
                None => Err(CompileError::NothingToSum),
            },
        }
    }

    fn lookup(&mut self, index: &Real, table: &[Real]) -> Result<NodeId, CompileError> {
        if table.is_empty() {
            return Err(CompileError::EmptyTable);
        }
        if let Some(position) = table.iter().position(Real::is_per_row) {
            return Err(CompileError::TablePerRow { position });
        }
        let index = self.node(index);
        let table = table.iter().map(|entry| self.node(entry)).collect();
        Ok(self.graph.lookup(index, table))
    }

    fn is_used_once(&self, real: &Real) -> bool {
        self.uses.get(&real.identity()) == Some(&1)
    }

    fn node(&self, real: &Real) -> NodeId {
        self.nodes[&real.identity()]
    }
}

fn number_parameters(parameters: &[Real]) -> Result<FxHashMap<usize, u32>, CompileError> {
    let mut numbers = FxHashMap::default();
    for (index, parameter) in parameters.iter().enumerate() {
        let Expression::Parameter(name) = parameter.expression() else {
            return Err(CompileError::NotAParameter { index });
        };
        let number = u32::try_from(index).map_err(|_| CompileError::TooLarge {
            limit: Graph::LIMIT,
        })?;
        if numbers.insert(parameter.identity(), number).is_some() {
            return Err(CompileError::RepeatedParameter {
                name: name.to_string(),
                index,
            });
        }
    }
    Ok(numbers)
}

fn count_uses(outputs: &[Real]) -> FxHashMap<usize, u32> {
    let mut uses = FxHashMap::default();
    let mut pending: Vec<&Real> = outputs.iter().collect();
    while let Some(real) = pending.pop() {
        let count: &mut u32 = uses.entry(real.identity()).or_default();
        *count = count.saturating_add(1);
        if *count == 1 {
            real.expression()
                .for_each_child(|child| pending.push(child));
        }
    }
    uses
}

/// A column below `root` that is not summed already.
fn any_column(root: &Real) -> Option<crate::column::Column> {
    let mut pending = vec![root];
    while let Some(real) = pending.pop() {
        match real.expression() {
            Expression::Column(column) => return Some(column.clone()),
            other => other.for_each_child(|child| {
                if child.is_per_row() {
                    pending.push(child);
                }
            }),
        }
    }
    None
}
