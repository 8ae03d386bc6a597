//! Tells the data of a row from data summed within it.
//!
//! In: an expression with one value per row. Out: the same over new columns, and which columns they
//! stand for. No recursion.

use std::collections::{HashMap, HashSet};

use super::{Expression, Real};
use crate::column::Column;

impl Real {
    /// This expression with a new placeholder in the place of each column that it reads in the row
    /// at hand, and the columns the placeholders stand for, in no particular order.
    ///
    /// Sums over rows within the expression, and counts of rows, are those of the whole columns as
    /// before. With values for some of the rows, or for one alone, the expression is what it was in
    /// those rows.
    ///
    /// ```
    /// use rainier_core::{Column, Program};
    ///
    /// let x = Column::new(vec![1.0, 2.0, 6.0]);
    /// let deviation = x.real() - x.real().sum_rows() / x.row_count();
    /// let (of_row, columns) = deviation.over_new_columns();
    /// let program = Program::compile(&[of_row.sum_rows()], &[])?;
    /// let [(stand_in, column)] = &columns[..] else { unreachable!("it reads one column") };
    /// assert!(column.is_same(&x));
    /// assert_eq!(program.bind(&[(stand_in, &[6.0])])?.evaluator().evaluate(&[]), [3.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn over_new_columns(&self) -> (Self, Vec<(Column, Column)>) {
        let mut stand_ins: HashMap<usize, (Column, Column)> = HashMap::new();
        let mut replacements = Vec::new();
        let mut seen = HashSet::new();
        let mut pending = vec![self];
        while let Some(real) = pending.pop() {
            if !seen.insert(real.identity()) {
                continue;
            }
            match real.expression() {
                Expression::Column(column) => {
                    let (stand_in, _) = stand_ins
                        .entry(column.identity())
                        .or_insert_with(|| (Column::placeholder(column.name()), column.clone()));
                    replacements.push((real.clone(), stand_in.real()));
                }
                // What stands for itself is not looked into.
                Expression::SumRows(_) => replacements.push((real.clone(), real.clone())),
                other => other.for_each_child(|child| pending.push(child)),
            }
        }
        let mut replaced = Self::substitute(std::slice::from_ref(self), &replacements);
        (replaced.swap_remove(0), stand_ins.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Column, Program, Real};

    #[test]
    fn each_row_alone_has_its_value_with_lookups_and_inner_sums() {
        let index = Column::new(vec![1.0, 0.0, 1.0]);
        let x = Column::named("x", vec![2.0, 3.0, 5.0]);
        let parameters = [Real::parameter("a"), Real::parameter("b")];
        let share = x.real() / x.real().sum_rows();
        let row = Real::lookup(&index, &parameters) * share + x.real().ln();
        let (of_row, columns) = row.over_new_columns();
        assert_eq!(columns.len(), 2);
        let program = Program::compile(&[of_row.sum_rows()], &parameters).expect("a program");
        for place in 0..3 {
            let data: Vec<(&Column, &[f64])> = columns
                .iter()
                .map(|(new, old)| (new, &old.values().expect("owned")[place..=place]))
                .collect();
            let value = program
                .bind(&data)
                .expect("a row")
                .evaluator()
                .evaluate(&[7.0, 11.0])[0];
            let (x, effect) = ([2.0_f64, 3.0, 5.0][place], [11.0, 7.0, 11.0][place]);
            assert!(
                (value - (effect * x / 10.0 + x.ln())).abs() < 1e-14,
                "row {place}"
            );
        }
    }

    #[test]
    fn an_expression_without_rows_comes_back_as_it_is() {
        let x = Real::parameter("x");
        let (same, columns) = x.exp().over_new_columns();
        assert!(columns.is_empty() && !same.is_per_row());
    }
}
