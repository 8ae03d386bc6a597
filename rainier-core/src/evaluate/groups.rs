//! Makes groups of rows with equal keys.
//!
//! In: key columns. Out: the group of each row, groups in ascending order of their keys, and sums
//! within groups.

use super::row_table::RowTable;
use crate::compensated::Compensated;

/// Which group each row belongs to.
#[derive(Debug, Clone)]
pub(super) struct Grouping {
    /// By row.
    group: Vec<u32>,
    /// A row of each group.
    first: Vec<u32>,
}

impl Grouping {
    pub(super) fn new(keys: &[&[f64]]) -> Self {
        let rows = u32::try_from(keys[0].len()).expect("rows are numbered in 32 bits");
        let mut table = RowTable::new(keys);
        let mut number = |row| table.find(row).unwrap_or_else(|| table.insert(row));
        let group = (0..rows).map(&mut number).collect();
        let first = table.into_first();
        Self { group, first }.in_order(keys)
    }

    /// Renumbers the groups by their keys.
    fn in_order(self, keys: &[&[f64]]) -> Self {
        let mut order: Vec<u32> = (0..).take(self.first.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (
                self.first[a as usize] as usize,
                self.first[b as usize] as usize,
            );
            let of_keys = keys.iter().map(|key| key[a].total_cmp(&key[b]));
            of_keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let mut rank = vec![0; order.len()];
        for (new, &old) in (0..).zip(&order) {
            rank[old as usize] = new;
        }
        Self {
            group: self.group.iter().map(|&old| rank[old as usize]).collect(),
            first: order.iter().map(|&old| self.first[old as usize]).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    /// The value of a key in each group.
    pub(super) fn key(&self, key: &[f64]) -> Vec<f64> {
        self.first.iter().map(|&row| key[row as usize]).collect()
    }

    /// The sum of a column in each group; without a column, the number of rows.
    pub(super) fn sums(&self, column: Option<&[f64]>) -> Vec<f64> {
        let mut sums = vec![Compensated::default(); self.len()];
        for (row, &group) in self.group.iter().enumerate() {
            sums[group as usize].add(column.map_or(1.0, |column| column[row]));
        }
        sums.into_iter().map(Compensated::total).collect()
    }

    /// The rows of each group.
    pub(super) fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.len()];
        for (row, &group) in (0..).zip(&self.group) {
            members[group as usize].push(row);
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_in_order_of_their_keys() {
        let (keys, values) = ([3.0, 1.0, 3.0, 1.0, 0.0], [1.0, 2.0, 4.0, 8.0, 16.0]);
        let grouping = Grouping::new(&[&keys]);
        assert_eq!(grouping.key(&keys), [0.0, 1.0, 3.0]);
        assert_eq!(grouping.sums(Some(&values)), [16.0, 10.0, 5.0]);
        assert_eq!(grouping.sums(None), [1.0, 2.0, 2.0]);
        assert_eq!(grouping.members(), [vec![4], vec![1, 3], vec![0, 2]]);
    }
}
