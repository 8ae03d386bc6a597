//! Brings what users wrote into a graph.
//!
//! In: expressions and the parameters they may use. Out: their nodes. Sums and products that
//! nothing else uses are flattened into one line or one product, so that a chain of a million
//! additions becomes one node in linear time. No recursion anywhere.

use rustc_hash::FxHashMap;

use super::survey::Survey;
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
    let (survey, outputs) = Survey::new(outputs);
    graph.reserve(survey.len());
    let mut importer = Importer {
        graph,
        parameters: number_parameters(parameters)?,
        columns: FxHashMap::default(),
        nodes: vec![None; survey.len()],
        survey,
    };
    let nodes = outputs
        .into_iter()
        .map(|output| importer.import(output))
        .collect::<Result<_, _>>()?;
    importer.graph.check_size()?;
    Ok(nodes)
}

struct Importer<'a, 'r> {
    graph: &'a mut Graph,
    parameters: FxHashMap<usize, u32>,
    columns: FxHashMap<usize, u32>,
    survey: Survey<'r>,
    /// By number in the survey.
    nodes: Vec<Option<NodeId>>,
}

/// A node on the way in, by its number, with its operands after flattening.
enum Pending {
    Enter(usize),
    Line(usize, f64, Vec<(usize, f64)>),
    Product(usize, Vec<(usize, i32)>),
    Other(usize),
}

impl Importer<'_, '_> {
    fn import(&mut self, root: usize) -> Result<NodeId, CompileError> {
        let mut pending = vec![Pending::Enter(root)];
        while let Some(step) = pending.pop() {
            let (number, node) = match step {
                Pending::Enter(number) => {
                    if self.nodes[number].is_none() {
                        self.enter(number, &mut pending);
                    }
                    continue;
                }
                Pending::Line(number, constant, terms) => {
                    let terms = terms.into_iter().map(|(term, c)| (self.node(term), c));
                    let terms = terms.collect();
                    (number, self.graph.line(constant, terms))
                }
                Pending::Product(number, factors) => {
                    let factors = factors.into_iter().map(|(f, k)| (self.node(f), k));
                    let factors = factors.collect();
                    (number, self.graph.product(factors))
                }
                Pending::Other(number) => (number, self.build(number)?),
            };
            self.nodes[number] = Some(node);
        }
        Ok(self.node(root))
    }

    /// Schedules a node after its operands.
    fn enter(&self, number: usize, pending: &mut Vec<Pending>) {
        let place = pending.len();
        pending.push(Pending::Other(number));
        match self.survey.real(number).expression() {
            Expression::Add(..) | Expression::Sum(_) => {
                let (constant, terms) = self.flatten_sum(number);
                pending.extend(terms.iter().rev().map(|&(term, _)| Pending::Enter(term)));
                pending[place] = Pending::Line(number, constant, terms);
            }
            Expression::Multiply(..) | Expression::Divide(..) => {
                let factors = self.flatten_product(number);
                let operands = factors.iter().rev();
                pending.extend(operands.map(|&(factor, _)| Pending::Enter(factor)));
                pending[place] = Pending::Product(number, factors);
            }
            _ => {
                let operands = self.survey.operands(number).iter();
                pending.extend(operands.map(|&operand| Pending::Enter(operand)));
            }
        }
    }

    /// The addends below a sum, through sums and negations that are used here only.
    fn flatten_sum(&self, root: usize) -> (f64, Vec<(usize, f64)>) {
        let mut constant = Compensated::default();
        let mut terms = Vec::new();
        let mut pending = vec![(root, 1.0)];
        while let Some((number, sign)) = pending.pop() {
            let inside = number == root || self.survey.is_used_once(number);
            let operands = self.survey.operands(number);
            match self.survey.real(number).expression() {
                Expression::Constant(value) => constant.add(sign * value),
                Expression::Add(..) | Expression::Sum(_) if inside => {
                    pending.extend(operands.iter().rev().map(|&addend| (addend, sign)));
                }
                Expression::Multiply(a, _) if inside && a.as_constant() == Some(-1.0) => {
                    pending.push((operands[1], -sign));
                }
                _ => terms.push((number, sign)),
            }
        }
        (constant.total(), terms)
    }

    /// The factors below a product, through products and quotients that are used here only.
    fn flatten_product(&self, root: usize) -> Vec<(usize, i32)> {
        let mut factors = Vec::new();
        let mut pending = vec![(root, 1)];
        while let Some((number, exponent)) = pending.pop() {
            let inside = number == root || self.survey.is_used_once(number);
            let operands = self.survey.operands(number);
            match self.survey.real(number).expression() {
                Expression::Multiply(..) if inside => {
                    pending.extend([(operands[1], exponent), (operands[0], exponent)]);
                }
                Expression::Divide(..) if inside => {
                    pending.extend([(operands[1], -exponent), (operands[0], exponent)]);
                }
                _ => factors.push((number, exponent)),
            }
        }
        factors
    }

    fn build(&mut self, number: usize) -> Result<NodeId, CompileError> {
        let real = self.survey.real(number);
        let operand = |place: usize| self.node(self.survey.operands(number)[place]);
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
            Expression::Unary(function, _) => {
                let x = operand(0);
                self.graph.unary(*function, x)
            }
            Expression::Binary(function, ..) => {
                let (x, y) = (operand(0), operand(1));
                self.graph.binary(*function, x, y)
            }
            Expression::Ternary(function, _) => {
                let operands = [0, 1, 2].map(operand);
                self.graph.ternary(*function, operands)
            }
            Expression::Select(..) => {
                let [condition, then, otherwise] = [0, 1, 2].map(operand);
                self.graph.select(condition, then, otherwise)
            }
            Expression::SumRows(row) => {
                let node = operand(0);
                self.sum_rows(row, node)?
            }
            Expression::Lookup(index, table) => self.lookup(number, index, table)?,
            // `enter` schedules these as lines and products.
            Expression::Add(..)
            | Expression::Sum(_)
            | Expression::Multiply(..)
            | Expression::Divide(..) => unreachable!("sums and products are flattened"),
        })
    }

    fn sum_rows(&mut self, row: &Real, node: NodeId) -> Result<NodeId, CompileError> {
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

    fn lookup(
        &mut self,
        number: usize,
        index: &Real,
        table: &[Real],
    ) -> Result<NodeId, CompileError> {
        if table.is_empty() {
            return Err(CompileError::EmptyTable);
        }
        if let Some(value) = index.as_constant() {
            // One that names an entry was replaced by it when it was written.
            let (value, entries) = (value.to_string(), table.len());
            return Err(CompileError::Index { value, entries });
        }
        if index.as_column().is_none() {
            return Err(CompileError::ComputedIndex);
        }
        if let Some(position) = table.iter().position(Real::is_per_row) {
            return Err(CompileError::TablePerRow { position });
        }
        let operands = self.survey.operands(number);
        let index = self.node(operands[0]);
        let table = operands[1..]
            .iter()
            .map(|&entry| self.node(entry))
            .collect();
        Ok(self.graph.lookup(index, table))
    }

    fn node(&self, number: usize) -> NodeId {
        self.nodes[number].expect("operands come first")
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
