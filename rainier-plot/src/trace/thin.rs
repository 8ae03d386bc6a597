//! Thins what a picture has no pixels for.
//!
//! In: many numbers. Out: few that look the same.

/// At most `most` of `count` places, evenly spread, the first among them.
pub(super) fn evenly(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let taken = count.min(most);
    (0..taken).map(move |index| index * count / taken)
}

/// The values by their places; of more than `2 · cells` values the least and the largest of each of
/// `cells` runs of equal length, so that no peak is lost. Runs without a finite value are a gap.
pub(super) fn envelope(values: &[f64], cells: usize) -> Vec<(f64, f64)> {
    if values.len() <= 2 * cells {
        return (0..).map(f64::from).zip(values.iter().copied()).collect();
    }
    let mut pairs = Vec::with_capacity(2 * cells);
    for cell in 0..cells {
        let [from, to] = [cell, cell + 1].map(|edge| edge * values.len() / cells);
        let finite = || (from..to).filter(|&place| values[place].is_finite());
        let least = finite().min_by(|&a, &b| values[a].total_cmp(&values[b]));
        let largest = finite().max_by(|&a, &b| values[a].total_cmp(&values[b]));
        match (least, largest) {
            (Some(least), Some(largest)) => {
                let (first, last) = (least.min(largest), least.max(largest));
                pairs.push((first as f64, values[first]));
                if last > first {
                    pairs.push((last as f64, values[last]));
                }
            }
            _ => pairs.push((from as f64, f64::NAN)),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_spread_over_all() {
        assert_eq!(evenly(3, 5).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(evenly(10, 4).collect::<Vec<_>>(), [0, 2, 5, 7]);
        assert_eq!(evenly(0, 4).count(), 0);
    }

    #[test]
    fn an_envelope_keeps_every_extreme_in_its_order() {
        let values = [0.0, 5.0, -1.0, 0.0, 1.0, 2.0, f64::NAN, 9.0];
        let pairs = envelope(&values, 2);
        assert_eq!(pairs, [(1.0, 5.0), (2.0, -1.0), (4.0, 1.0), (7.0, 9.0)]);
        assert_eq!(envelope(&values, 4).len(), 8);
        assert!(
            envelope(&[f64::NAN; 9], 2)
                .iter()
                .all(|pair| pair.1.is_nan())
        );
    }
}
