//! Evaluates expressions directly, without compiling: the oracle of the tests, and a way to look
//! at a value once.
//!
//! In: an expression and values of its parameters. Out: its value. Slow, but it shares neither
//! normal forms, staging nor code with the compiled path. No recursion but for sums within sums.

use std::collections::HashMap;

use crate::column::Column;
use crate::real::{Expression, Real};

/// Values of parameters, and of every expression asked for so far.
///
/// ```
/// use rainier_core::{Interpreter, Real};
///
/// let x = Real::parameter("x");
/// let mut interpreter = Interpreter::new(&[(&x, 3.0)]);
/// assert_eq!(interpreter.evaluate(&(&x * &x)), Some(9.0));
/// assert_eq!(interpreter.evaluate(&Real::parameter("y")), None);
/// ```
#[derive(Debug, Clone)]
pub struct Interpreter {
    /// By identity. The handle keeps the node alive, so that no other takes its identity.
    known: HashMap<usize, (Real, f64)>,
    /// Columns, and those whose values are theirs here.
    columns: Vec<(Column, Column)>,
}

impl Interpreter {
    /// An interpreter that knows these parameters.
    pub fn new(parameters: &[(&Real, f64)]) -> Self {
        let known = parameters
            .iter()
            .map(|&(parameter, value)| (parameter.identity(), (parameter.clone(), value)))
            .collect();
        Self {
            known,
            columns: Vec::new(),
        }
    }

    /// The same interpreter, in which some columns have the values of others, whatever their own.
    ///
    /// ```
    /// use rainier_core::{Column, Interpreter};
    ///
    /// let x = Column::placeholder("x");
    /// let mut interpreter = Interpreter::new(&[]).with_columns([(x.clone(), Column::new([1.0, 2.0]))]);
    /// assert_eq!(interpreter.evaluate(&x.real().sum_rows()), Some(3.0));
    /// ```
    #[must_use]
    pub fn with_columns(mut self, columns: impl IntoIterator<Item = (Column, Column)>) -> Self {
        self.columns.extend(columns);
        self
    }

    /// The value of a scalar expression; none if it needs a parameter or a column whose values are
    /// not known, if columns differ in length, or if it has one value per row. Parameters may
    /// be any expressions: their values are not computed then.
    pub fn evaluate(&mut self, real: &Real) -> Option<f64> {
        self.evaluate_in(real, None, &mut HashMap::new())
    }

    /// The value in one row, or outside of any. Per-row values are remembered in `of_row`.
    fn evaluate_in<'r>(
        &mut self,
        root: &'r Real,
        row: Option<usize>,
        of_row: &mut HashMap<usize, f64>,
    ) -> Option<f64> {
        let mut pending: Vec<(&'r Real, bool)> = vec![(root, false)];
        while let Some((real, operands_done)) = pending.pop() {
            if self.lookup(real, of_row).is_some() {
                continue;
            }
            if operands_done {
                let value = self.compute(real, row, of_row)?;
                if real.is_per_row() {
                    of_row.insert(real.identity(), value);
                } else {
                    self.known.insert(real.identity(), (real.clone(), value));
                }
            } else {
                pending.push((real, true));
                if !matches!(real.expression(), Expression::SumRows(_)) {
                    real.expression()
                        .for_each_child(|child| pending.push((child, false)));
                }
            }
        }
        self.lookup(root, of_row)
    }

    fn lookup(&self, real: &Real, of_row: &HashMap<usize, f64>) -> Option<f64> {
        if real.is_per_row() {
            of_row.get(&real.identity()).copied()
        } else {
            self.known.get(&real.identity()).map(|&(_, value)| value)
        }
    }

    fn compute(
        &mut self,
        real: &Real,
        row: Option<usize>,
        of_row: &HashMap<usize, f64>,
    ) -> Option<f64> {
        let get = |operand: &Real| self.lookup(operand, of_row);
        Some(match real.expression() {
            Expression::Constant(value) => *value,
            Expression::Parameter(_) => return None,
            Expression::Column(column) => *self.values(column)?.get(row?)?,
            Expression::RowCount(column) => self.values(column)?.len() as f64,
            Expression::Add(a, b) => get(a)? + get(b)?,
            Expression::Multiply(a, b) => get(a)? * get(b)?,
            Expression::Divide(a, b) => get(a)? / get(b)?,
            Expression::Sum(terms) => terms.iter().map(get).sum::<Option<f64>>()?,
            Expression::Unary(function, x) => function.evaluate(get(x)?),
            Expression::Binary(function, x, y) => function.evaluate(get(x)?, get(y)?),
            Expression::Ternary(function, [x, y, z]) => {
                function.evaluate(get(x)?, get(y)?, get(z)?)
            }
            Expression::Select(condition, then, otherwise) => get(if get(condition)? == 0.0 {
                otherwise
            } else {
                then
            })?,
            Expression::SumRows(summand) => self.sum_rows(summand)?,
            Expression::Lookup(index, table) => {
                let index = get(index)?;
                let position = (0..table.len()).find(|&position| position as f64 == index)?;
                get(&table[position])?
            }
        })
    }

    fn values<'c>(&'c self, column: &'c Column) -> Option<&'c [f64]> {
        let mut given = self.columns.iter();
        let given = given.find(|(known, _)| known.is_same(column));
        given.map_or(column, |(_, other)| other).values()
    }

    fn sum_rows(&mut self, summand: &Real) -> Option<f64> {
        let columns = columns_of(summand);
        let rows = self.values(columns.first()?)?.len();
        if columns
            .iter()
            .any(|column| self.values(column).map(<[f64]>::len) != Some(rows))
        {
            return None;
        }
        (0..rows)
            .map(|row| self.evaluate_in(summand, Some(row), &mut HashMap::new()))
            .sum()
    }
}

/// The columns a per-row expression depends on, not through sums.
fn columns_of(root: &Real) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut pending = vec![root];
    while let Some(real) = pending.pop() {
        if !(real.is_per_row() && seen.insert(real.identity())) {
            continue;
        }
        if let Expression::Column(column) = real.expression() {
            columns.push(column.clone());
        }
        real.expression()
            .for_each_child(|child| pending.push(child));
    }
    columns
}
