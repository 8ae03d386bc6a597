//! Leaves out queries whose clock was wrong.
//!
//! In: times of the queries of all logs. Out: the days of those that stand together.
//!
//! One row dated a month ahead would end every series a month later, all of it silence. Such rows are told by being
//! few and alone: at most one query in a thousand, with a whole day (UTC) in which nobody asked for anything between
//! them and all others. A clock that is wrong by less, or for more, looks like traffic.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

/// Queries of each day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Days {
    queries: BTreeMap<i64, u64>,
}

impl Days {
    /// Counts a query.
    pub(crate) fn add(&mut self, time: Timestamp) {
        *self.queries.entry(day_of(time)).or_default() += 1;
    }

    /// The days of queries that stand together; others are astray.
    pub(crate) fn main(&self) -> RangeInclusive<i64> {
        let days = self.queries.iter().map(|(&day, &queries)| (day, queries));
        let most = self.queries.values().sum::<u64>() / 1_000;
        let (first, last) = (main_end(days.clone(), most), main_end(days.rev(), most));
        // Without a query there is no end, and nothing to leave out.
        first.unwrap_or(i64::MIN)..=last.unwrap_or(i64::MAX)
    }
}

/// The day of a time, from the epoch.
pub(crate) fn day_of(time: Timestamp) -> i64 {
    const DAY: i64 = 86_400 * MICROSECONDS_PER_SECOND;
    time.microseconds().div_euclid(DAY)
}

/// The first of the days, given in order from one end, that is not astray; at most so many queries are.
fn main_end(days: impl Iterator<Item = (i64, u64)> + Clone, most: u64) -> Option<i64> {
    let next = days.clone().skip(1).map(|(day, _)| day);
    let mut end = days.clone().next()?.0;
    let mut queries = 0;
    for ((day, of_day), next) in days.zip(next) {
        queries += of_day;
        if queries > most {
            break;
        }
        if day.abs_diff(next) > 1 {
            end = next;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of the queries left, of so many a day, and how many were not.
    fn left(days: &[(i64, u64)]) -> (Vec<i64>, u64) {
        let mut counted = Days::default();
        for &(day, queries) in days {
            let time = Timestamp::from_microseconds((day * 86_400 + 7) * MICROSECONDS_PER_SECOND);
            assert_eq!(day_of(time), day);
            (0..queries).for_each(|_| counted.add(time));
        }
        let main = counted.main();
        let (left, astray): (Vec<_>, Vec<_>) = days.iter().partition(|(day, _)| main.contains(day));
        let days_left = left.into_iter().map(|(day, _)| day).collect();
        (days_left, astray.iter().map(|(_, queries)| queries).sum())
    }

    #[test]
    fn a_few_queries_far_from_all_others_are_of_wrong_clocks() {
        assert_eq!(left(&[(10, 2_000), (40, 2)]), (vec![10], 2));
        assert_eq!(left(&[(-3_000, 1), (10, 2_000)]), (vec![10], 1));
        // Several wrong clocks on either side.
        let days = [(0, 1), (5, 1), (10, 4_000), (11, 1), (13, 1), (90, 2)];
        assert_eq!(left(&days), (vec![10, 11], 5));
    }

    #[test]
    fn what_could_be_traffic_stays() {
        for days in [
            // One query in a thousand and one more.
            vec![(10, 2_000), (40, 3)],
            // No day without queries between.
            vec![(10, 2_000), (11, 2)],
            // A log with a gap.
            vec![(10, 2_000), (40, 2_000)],
            vec![(10, 20), (40, 1)],
            Vec::new(),
        ] {
            let all: Vec<i64> = days.iter().map(|&(day, _)| day).collect();
            assert_eq!(left(&days), (all, 0));
        }
    }
}
