//! Leaves out queries whose clock was wrong.
//!
//! In: queries of all logs. Out: those that stand together in time, and how many did not.
//!
//! One row dated a month ahead would end every series a month later, all of it silence. Such rows are told by being
//! few and alone: at most one query in a thousand, with a whole day (UTC) in which nobody asked for anything between
//! them and all others. A clock that is wrong by less, or for more, looks like traffic.

use std::collections::BTreeMap;

use crate::deduplicate::Query;
use crate::timestamp::MICROSECONDS_PER_SECOND;

/// Removes what is astray from `queries`, and says how many those were.
pub(crate) fn remove_astray(queries: &mut Vec<Query>) -> u64 {
    let mut days: BTreeMap<i64, usize> = BTreeMap::new();
    for query in queries.iter() {
        *days.entry(day_of(query)).or_default() += 1;
    }
    let most = queries.len() / 1_000;
    let days: Vec<(i64, usize)> = days.into_iter().collect();
    let first = main_end(days.iter().copied(), most);
    let last = main_end(days.iter().rev().copied(), most);
    let (Some(first), Some(last)) = (first, last) else {
        return 0;
    };
    let before = queries.len();
    queries.retain(|query| (first..=last).contains(&day_of(query)));
    (before - queries.len()) as u64
}

fn day_of(query: &Query) -> i64 {
    const DAY: i64 = 86_400 * MICROSECONDS_PER_SECOND;
    query.time.microseconds().div_euclid(DAY)
}

/// The first of the days, given in order from one end, that is not astray; at most so many queries are.
fn main_end(days: impl Iterator<Item = (i64, usize)> + Clone, most: usize) -> Option<i64> {
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
    use crate::timestamp::Timestamp;

    /// Days of the queries left, of so many a day.
    fn left(days: &[(i64, usize)]) -> (Vec<i64>, u64) {
        let query = |day: i64| Query {
            time: Timestamp::from_microseconds((day * 86_400 + 7) * MICROSECONDS_PER_SECOND),
            domain: 0,
            client: None,
        };
        let of_days = days.iter();
        let mut queries: Vec<Query> = of_days
            .flat_map(|&(day, count)| std::iter::repeat_n(query(day), count))
            .collect();
        let removed = remove_astray(&mut queries);
        let mut left: Vec<i64> = queries.iter().map(day_of).collect();
        left.dedup();
        (left, removed)
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
