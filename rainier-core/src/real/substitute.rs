//! Replaces parts of expressions by others.
//!
//! In: expressions, and pairs of a part and what stands for it. Out: the expressions made anew
//! around what was replaced; all else is shared with the originals. No recursion.

use std::collections::HashMap;

use super::{Expression, Real};

impl Real {
    /// `expressions`, in which the first of each pair is replaced by the second wherever it is
    /// used. A part is told by being the same node ([`is_same`](Self::is_same)), not by being
    /// equal. What is put in is not looked into.
    ///
    /// Takes time in proportion to the number of nodes above the parts. An expression that has
    /// none of them comes back as it is.
    ///
    /// ```
    /// use rainier_core::{Program, Real};
    ///
    /// // A function of a compound expression instead of what that is made of.
    /// let z = Real::parameter("z");
    /// let rate = (2.0 + &z).exp();
    /// let square = &rate * &rate;
    /// let input = Real::parameter("rate");
    /// let of_rate = Real::substitute(&[square], &[(rate, input.clone())]);
    /// let program = Program::compile(&of_rate, &[input])?;
    /// assert_eq!(program.bind(&[])?.evaluator().evaluate(&[3.0]), [9.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn substitute(expressions: &[Self], replacements: &[(Self, Self)]) -> Vec<Self> {
        let pairs = replacements.iter();
        let mut made: HashMap<usize, Self> = pairs
            .map(|(part, stand_in)| (part.identity(), stand_in.clone()))
            .collect();
        let mut pending: Vec<(&Self, bool)> =
            expressions.iter().map(|root| (root, false)).collect();
        while let Some((real, operands_done)) = pending.pop() {
            if made.contains_key(&real.identity()) {
                continue;
            }
            if operands_done {
                made.insert(real.identity(), real.with_operands(&made));
            } else {
                pending.push((real, true));
                real.expression()
                    .for_each_child(|child| pending.push((child, false)));
            }
        }
        let of = |expression: &Self| made[&expression.identity()].clone();
        expressions.iter().map(of).collect()
    }

    /// This node over what was made of its operands; itself if all of them are as they were.
    fn with_operands(&self, made: &HashMap<usize, Self>) -> Self {
        let mut is_new = false;
        self.expression()
            .for_each_child(|child| is_new |= !made[&child.identity()].is_same(child));
        if !is_new {
            return self.clone();
        }
        let new = |operand: &Self| made[&operand.identity()].clone();
        Self::node(match self.expression() {
            Expression::Constant(value) => Expression::Constant(*value),
            Expression::Parameter(name) => Expression::Parameter(name.clone()),
            Expression::Column(column) => Expression::Column(column.clone()),
            Expression::RowCount(column) => Expression::RowCount(column.clone()),
            Expression::Add(a, b) => Expression::Add(new(a), new(b)),
            Expression::Multiply(a, b) => Expression::Multiply(new(a), new(b)),
            Expression::Divide(a, b) => Expression::Divide(new(a), new(b)),
            Expression::Sum(terms) => Expression::Sum(terms.iter().map(new).collect()),
            Expression::Unary(function, a) => Expression::Unary(*function, new(a)),
            Expression::Binary(function, a, b) => Expression::Binary(*function, new(a), new(b)),
            Expression::Ternary(function, operands) => {
                Expression::Ternary(*function, operands.each_ref().map(new))
            }
            Expression::Select(a, b, c) => Expression::Select(new(a), new(b), new(c)),
            Expression::SumRows(a) => Expression::SumRows(new(a)),
            Expression::Lookup(index, table) => {
                Expression::Lookup(new(index), table.iter().map(new).collect())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Interpreter};

    #[test]
    fn each_kind_of_node_is_made_anew() {
        let (x, y) = (Real::parameter("x"), Real::parameter("y"));
        let index = Column::new(vec![1.0, 0.0]);
        let expressions = [
            &x + 1.0,
            &x * 3.0,
            &x / 3.0,
            Real::sum([x.clone(), x.exp(), Real::constant(1.0)]),
            x.log_add_exp(&x),
            x.ln_incomplete_beta(crate::special::Tail::Lower, 2.0, 0.3),
            x.greater(1.0).select(&x, 7.0),
            (index.real() * &x).sum_rows(),
            Real::lookup(&index, &[x.clone(), &x + 1.0]).sum_rows(),
        ];
        let replaced = Real::substitute(&expressions, &[(x.clone(), y.exp())]);
        for (original, new) in expressions.iter().zip(&replaced) {
            let at_x = Interpreter::new(&[(&x, 0.5_f64.exp())]).evaluate(original);
            let at_y = Interpreter::new(&[(&y, 0.5)]).evaluate(new);
            assert!(at_x.is_some() && at_x == at_y, "{original:?}");
        }
    }

    #[test]
    fn what_is_not_replaced_is_shared() {
        let (x, y) = (Real::parameter("x"), Real::parameter("y"));
        let (kept, other) = (y.exp(), &x + 1.0);
        let replaced = Real::substitute(std::slice::from_ref(&kept), &[(other, x)]);
        assert!(replaced[0].is_same(&kept));
    }

    #[test]
    fn long_chain_needs_no_deep_stack() {
        let x = Real::parameter("x");
        let mut chain = x.clone();
        for _ in 0..200_000 {
            chain = &chain + &x;
        }
        let two = Real::constant(2.0);
        let replaced = Real::substitute(&[chain], &[(x, two)]);
        let value = Interpreter::new(&[]).evaluate(&replaced[0]);
        assert_eq!(value, Some(400_002.0));
    }
}
