//! Sorts numbers that spread as draws do, with few comparisons.
//!
//! In: numbers. Out: each with its place, in the order of `f64::total_cmp`.
//!
//! The range is cut into twice as many buckets of equal width as there are numbers. Draws of most
//! densities then are one or two to a bucket, and what is left to do is to swap a few neighbours.
//! Where the spread is another, with most numbers in a few buckets, these are sorted by comparing.

use std::cmp::Ordering;

/// Fewer are sorted by comparing.
const FEWEST: usize = 64;
/// Buckets with more are sorted by comparing.
const LONGEST: usize = 16;
/// Buckets for each number.
const BUCKETS: usize = 2;

/// The numbers in order, each with its place.
pub(super) fn sorted_with_places(numbers: &[f64]) -> Vec<(f64, u32)> {
    Buckets::over(numbers).map_or_else(
        || {
            let mut sorted: Vec<(f64, u32)> = numbers.iter().copied().zip(0..).collect();
            sorted.sort_unstable_by(by_value);
            sorted
        },
        |buckets| buckets.sort(numbers),
    )
}

fn by_value(a: &(f64, u32), b: &(f64, u32)) -> Ordering {
    a.0.total_cmp(&b.0)
}

/// Parts of equal width of a range.
struct Buckets {
    low: f64,
    /// Buckets to a unit.
    density: f64,
    count: usize,
}

impl Buckets {
    /// Buckets for these numbers; none if they are few, or their range has no width that is a number.
    fn over(numbers: &[f64]) -> Option<Self> {
        if numbers.len() < FEWEST {
            return None;
        }
        let (mut low, mut high, mut is_finite) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for &x in numbers {
            low = if x < low { x } else { low };
            high = if x > high { x } else { high };
            is_finite &= x.is_finite();
        }
        // The largest number may round to one beyond the last.
        let count = BUCKETS * numbers.len();
        let density = (count - 2) as f64 / (high - low);
        let is_usable = is_finite && density.is_finite() && density > 0.0;
        is_usable.then_some(Self {
            low,
            density,
            count,
        })
    }

    /// Which bucket a number is in. Larger numbers are in no earlier bucket.
    fn of(&self, x: f64) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the number of buckets, and rounding down is meant"
        )]
        let bucket = ((x - self.low) * self.density) as u32;
        bucket
    }

    fn sort(&self, numbers: &[f64]) -> Vec<(f64, u32)> {
        let of: Vec<u32> = numbers.iter().map(|&x| self.of(x)).collect();
        let mut next = vec![0_u32; self.count];
        for &bucket in &of {
            next[bucket as usize] += 1;
        }
        let (mut place, mut longest) = (0, 0);
        for bucket in &mut next {
            longest = longest.max(*bucket);
            place += std::mem::replace(bucket, place);
        }
        let mut sorted = vec![(0.0, 0); numbers.len()];
        for ((&x, bucket), place) in numbers.iter().zip(of).zip(0..) {
            let next = &mut next[bucket as usize];
            sorted[*next as usize] = (x, place);
            *next += 1;
        }
        if longest as usize > LONGEST {
            let mut start = 0;
            for end in next {
                let bucket = &mut sorted[start..end as usize];
                if bucket.len() > LONGEST {
                    bucket.sort_unstable_by(by_value);
                }
                start = end as usize;
            }
        }
        insert(&mut sorted);
        sorted
    }
}

/// Sorts what is nearly in order.
fn insert(sorted: &mut [(f64, u32)]) {
    for end in 1..sorted.len() {
        let inserted = sorted[end];
        let mut place = end;
        while place > 0 && by_value(&inserted, &sorted[place - 1]).is_lt() {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = inserted;
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;
    use rand_distr::StandardNormal;

    use super::*;
    use crate::random::Streams;

    /// Sorting by comparisons gives the same values, and places hold them.
    fn check(numbers: &[f64]) {
        let sorted = sorted_with_places(numbers);
        let mut expected = numbers.to_vec();
        expected.sort_unstable_by(f64::total_cmp);
        let values = sorted.iter().map(|(value, _)| value.to_bits());
        assert!(values.eq(expected.iter().map(|x| x.to_bits())));
        for &(value, place) in &sorted {
            assert_eq!(numbers[place as usize].to_bits(), value.to_bits());
        }
        let mut places: Vec<u32> = sorted.iter().map(|(_, place)| *place).collect();
        places.sort_unstable();
        assert!(places.into_iter().eq((0..).take(numbers.len())));
    }

    #[test]
    fn the_order_is_that_of_comparing() {
        let mut rng = Streams::from_seed(1).stream(0, 0);
        for length in [0, 1, 2, 63, 64, 65, 500, 3000] {
            let normal: Vec<f64> = (0..length).map(|_| rng.sample(StandardNormal)).collect();
            check(&normal);
            // Most in one bucket; ties and both zeros; two values; one value; no finite width.
            check(&normal.iter().map(|x| x.powi(9)).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x.round()).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x.signum() * 0.0).collect::<Vec<_>>());
            check(&vec![-2.5; length]);
            check(&normal.iter().map(|x| x * 1e308).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x * 5e-324).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_sorted_too() {
        let mut numbers: Vec<f64> = (0..100).map(|k| f64::from(k * 37 % 100)).collect();
        numbers[3] = f64::INFINITY;
        numbers[40] = f64::NAN;
        numbers[41] = -f64::NAN;
        numbers[70] = f64::NEG_INFINITY;
        check(&numbers);
    }
}
