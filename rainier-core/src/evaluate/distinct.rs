//! Merges rows that a loop cannot tell apart.
//!
//! In: the columns a loop reads. Out: one row for each set of equal rows and how often it counts,
//! when that leaves at most half of the rows. Linear in the rows; given up as soon as more than
//! half are found to differ.

use super::row_table::RowTable;

/// The first of each set of equal rows, and the number of rows in the set.
pub(super) fn distinct_rows(columns: &[&[f64]], rows: usize) -> Option<(Vec<u32>, Vec<f64>)> {
    let mut table = RowTable::new(columns);
    let mut counts: Vec<f64> = Vec::new();
    for row in 0..u32::try_from(rows).ok()? {
        if let Some(number) = table.find(row) {
            counts[number as usize] += 1.0;
            continue;
        }
        if (table.len() + 1) * 2 > rows {
            return None;
        }
        table.insert(row);
        counts.push(1.0);
    }
    Some((table.into_first(), counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_counted_in_order_of_first_appearance() {
        let (x, y) = (
            [1.0, 2.0, 1.0, 1.0, 2.0, 1.0],
            [0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        );
        let merged = distinct_rows(&[&x, &y], 6);
        assert_eq!(merged, Some((vec![0, 1, 3], vec![3.0, 2.0, 1.0])));
    }

    #[test]
    fn rows_stay_as_they_are_when_most_differ() {
        assert_eq!(distinct_rows(&[&[1.0, 2.0, 3.0, 3.0]], 4), None);
        assert_eq!(
            distinct_rows(&[&[f64::NAN, f64::NAN]], 2),
            Some((vec![0], vec![2.0]))
        );
    }

    #[test]
    fn no_rows_make_none() {
        assert_eq!(distinct_rows(&[&[]], 0), Some((vec![], vec![])));
    }
}
