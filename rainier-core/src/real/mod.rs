//! Builds expressions: [`Real`], a symbolic number.
//!
//! In: constants, parameters, columns and other expressions. Out: an immutable node behind a
//! reference count, folded where it is constant. Nothing is simplified or shared here; that is
//! the graph's work, when a program is compiled.

mod condition;
mod functions;
mod lookups;
mod operators;
mod own_rows;
mod range;
mod substitute;

use std::fmt;
use std::sync::Arc;

use crate::column::Column;
use crate::compensated::Compensated;
use crate::operation::{Binary, Ternary, Unary};

pub use condition::Condition;

/// A symbolic real number: a constant, an unknown parameter, a value that changes from row to
/// row, or any function of these.
///
/// Cheap to clone, `Send + Sync`, without a lifetime or a global table. Arithmetic works between
/// `Real`, `&Real` and `f64` in every mix. Chains of any length are built, compiled and dropped
/// without recursion.
///
/// ```
/// use rainier_core::{Program, Real};
///
/// let x = Real::parameter("x");
/// let y = 2.0 * &x + (&x).exp();
/// let program = Program::compile_with_gradient(&y, &[x])?;
/// assert_eq!(program.bind(&[])?.evaluator().evaluate(&[0.0]), [1.0, 3.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Real(Arc<Node>);

struct Node {
    expression: Expression,
    depends_on_parameter: bool,
    per_row: bool,
}

/// How a node is made of others.
pub(crate) enum Expression {
    Constant(f64),
    Parameter(Box<str>),
    Column(Column),
    RowCount(Column),
    Add(Real, Real),
    Multiply(Real, Real),
    Divide(Real, Real),
    Sum(Box<[Real]>),
    Unary(Unary, Real),
    Binary(Binary, Real, Real),
    Ternary(Ternary, [Real; 3]),
    /// Condition, value where it is not 0, value where it is 0.
    Select(Real, Real, Real),
    SumRows(Real),
    /// Per-row index, what each index stands for.
    Lookup(Real, Box<[Real]>),
}

impl Real {
    /// A constant. NaN and infinities are allowed and behave as in arithmetic.
    pub fn constant(value: f64) -> Self {
        Self::node(Expression::Constant(value))
    }

    /// A new unknown. Two parameters are different even when their names are equal; the name only
    /// serves messages.
    pub fn parameter(name: impl Into<Box<str>>) -> Self {
        Self::node(Expression::Parameter(name.into()))
    }

    /// The sum of any number of expressions, as one node; 0 for none, a constant if all are.
    ///
    /// Long sums are added pairwise when a program runs, which keeps rounding errors small.
    ///
    /// ```
    /// use rainier_core::Real;
    ///
    /// let weights = [0.25, 0.25, 0.5].map(Real::constant);
    /// assert_eq!(Real::sum(weights).as_constant(), Some(1.0));
    /// ```
    pub fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut terms: Vec<Self> = terms.into_iter().collect();
        let constants = terms.iter().map(Self::as_constant);
        if let Some(sum) = constants.collect::<Option<Compensated>>() {
            return Self::constant(sum.total());
        }
        match terms.len() {
            1 => terms.swap_remove(0),
            _ => Self::node(Expression::Sum(terms.into())),
        }
    }

    /// The sum of this expression over all rows of the columns it depends on.
    ///
    /// Compiling reports [`CompileError::NothingToSum`](crate::CompileError::NothingToSum) when
    /// there are none. An empty column sums to 0.
    #[must_use]
    pub fn sum_rows(&self) -> Self {
        Self::node(Expression::SumRows(self.clone()))
    }

    /// The entry of `table` that `index` names, from 0: a group's effect in the rows of that group.
    ///
    /// The index is a column of data, or a constant. The table may hold any expressions that have
    /// one value, not one per row. Compiling fails for others, for an empty table, and for an
    /// index that is computed; where an index is not a whole number below the table's length,
    /// binding fails for a column and compiling for a constant.
    ///
    /// ```
    /// use rainier_core::{Column, Program, Real};
    ///
    /// let group = Column::new(vec![0.0, 1.0, 1.0]);
    /// let effects = [Real::parameter("a"), Real::parameter("b")];
    /// let sum = Real::lookup(&group, &effects).sum_rows();
    /// let program = Program::compile_with_gradient(&sum, &effects)?;
    /// assert_eq!(program.bind(&[])?.evaluator().evaluate(&[10.0, 1.0]), [12.0, 1.0, 2.0]);
    /// // One row alone.
    /// assert!(Real::lookup(1, &effects).is_same(&effects[1]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lookup(index: impl Into<Self>, table: &[Self]) -> Self {
        let index = index.into();
        let place = |index| (0..table.len()).find(|&place| place as f64 == index);
        match index.as_constant().and_then(place) {
            Some(place) => table[place].clone(),
            None => Self::node(Expression::Lookup(index, table.into())),
        }
    }

    /// The value, if this is a constant.
    pub fn as_constant(&self) -> Option<f64> {
        match self.0.expression {
            Expression::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The column, if this is the value of one in the row at hand.
    pub fn as_column(&self) -> Option<&Column> {
        match &self.0.expression {
            Expression::Column(column) => Some(column),
            _ => None,
        }
    }

    /// Whether the value can change with a parameter.
    pub fn depends_on_parameter(&self) -> bool {
        self.0.depends_on_parameter
    }

    /// Whether there is one value per row, not yet summed.
    pub fn is_per_row(&self) -> bool {
        self.0.per_row
    }

    /// Whether both handles are the same node (not merely equal expressions).
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that is the same for clones of this handle only, for as long as one of them lives.
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    pub(crate) fn from_column(column: Column) -> Self {
        Self::node(Expression::Column(column))
    }

    pub(crate) fn from_row_count(column: Column) -> Self {
        Self::node(Expression::RowCount(column))
    }

    pub(crate) fn expression(&self) -> &Expression {
        &self.0.expression
    }

    pub(crate) fn node(expression: Expression) -> Self {
        let mut depends_on_parameter = false;
        let mut per_row = false;
        expression.for_each_child(|child| {
            depends_on_parameter |= child.0.depends_on_parameter;
            per_row |= child.0.per_row;
        });
        match expression {
            Expression::Parameter(_) => depends_on_parameter = true,
            Expression::Column(_) => per_row = true,
            Expression::SumRows(_) => per_row = false,
            _ => {}
        }
        Self(Arc::new(Node {
            expression,
            depends_on_parameter,
            per_row,
        }))
    }
}

impl Expression {
    /// Calls `visit` on each operand, in order.
    pub(crate) fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Real)) {
        match self {
            Self::Constant(_) | Self::Parameter(_) | Self::Column(_) | Self::RowCount(_) => {}
            Self::Add(a, b) | Self::Multiply(a, b) | Self::Divide(a, b) | Self::Binary(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::Sum(terms) => terms.iter().for_each(visit),
            Self::Lookup(index, table) => {
                visit(index);
                table.iter().for_each(visit);
            }
            Self::Unary(_, a) | Self::SumRows(a) => visit(a),
            Self::Ternary(_, [a, b, c]) | Self::Select(a, b, c) => {
                visit(a);
                visit(b);
                visit(c);
            }
        }
    }

    /// Moves the operands out, leaving a leaf behind.
    fn take_children(&mut self, into: &mut Vec<Real>) {
        match std::mem::replace(self, Self::Constant(0.0)) {
            Self::Constant(_) | Self::Parameter(_) | Self::Column(_) | Self::RowCount(_) => {}
            Self::Add(a, b) | Self::Multiply(a, b) | Self::Divide(a, b) | Self::Binary(_, a, b) => {
                into.extend([a, b]);
            }
            Self::Sum(terms) => into.extend(terms),
            Self::Lookup(index, table) => {
                into.push(index);
                into.extend(table);
            }
            Self::Unary(_, a) | Self::SumRows(a) => into.push(a),
            Self::Ternary(_, [a, b, c]) | Self::Select(a, b, c) => into.extend([a, b, c]),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Parameter(_) => "parameter",
            Self::Column(_) => "column",
            Self::RowCount(_) => "row count",
            Self::Add(..) => "add",
            Self::Multiply(..) => "multiply",
            Self::Divide(..) => "divide",
            Self::Sum(_) => "sum",
            Self::Unary(..) => "unary",
            Self::Binary(..) => "binary",
            Self::Ternary(..) => "ternary",
            Self::Select(..) => "select",
            Self::SumRows(_) => "sum rows",
            Self::Lookup(..) => "lookup",
        }
    }
}

/// Frees a node's descendants one by one: a chain of a million nodes must not need a million
/// stack frames.
impl Drop for Node {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        self.expression.take_children(&mut pending);
        while let Some(Real(node)) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                node.expression.take_children(&mut pending);
            }
        }
    }
}

/// Shows the outermost node only: a full expression may have millions.
impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Real");
        match &self.0.expression {
            Expression::Constant(value) => shown.field(value),
            Expression::Parameter(name) => shown.field(name),
            Expression::Column(column) => shown.field(&column.name()),
            Expression::Unary(function, _) => shown.field(function),
            Expression::Binary(function, ..) => shown.field(function),
            Expression::Ternary(function, ..) => shown.field(function),
            other => shown.field(&other.name()),
        };
        shown.finish()
    }
}

impl From<f64> for Real {
    fn from(value: f64) -> Self {
        Self::constant(value)
    }
}

impl From<i32> for Real {
    fn from(value: i32) -> Self {
        Self::constant(f64::from(value))
    }
}

impl From<&Self> for Real {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl From<&Column> for Real {
    fn from(column: &Column) -> Self {
        column.real()
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::constant(0.0)
    }
}
