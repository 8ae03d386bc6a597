//! Divides warm-up into phases: find the typical set, learn the metric, settle the step size.
//!
//! In: number of warm-up iterations. Out: which iterations a metric is learned from, and when.

use std::ops::Range;

/// Stan's schedule with a metric early on: windows that end after 15, 35 and 75 iterations, then
/// windows of 25, 50, 100, … iterations, the last stretched to leave 50 for the final step size. Each
/// ends with a new metric.
///
/// From Stan's reference manual, "Automatic parameter tuning", which learns nothing in the first 75:
/// there, covariances of ten positions are worth little. Slopes tell a scale from ten pairs, and a
/// metric that is a hundred times off in one coordinate makes each of these iterations cost a
/// hundred gradients. Five iterations lead away from the start first. When 75 + 25 + 50 do not fit,
/// the phases take 15, 75 and 10 % of what there is; below 20 iterations no metric is learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Windows {
    learning: Range<usize>,
    /// Where Stan's windows begin.
    stans_start: usize,
    /// Last iteration of each window, ascending.
    ends: Vec<usize>,
}

impl Windows {
    const FIRST_PHASE: usize = 75;
    /// Windows in the first phase: where the first begins, and the ends of each.
    const EARLY: [usize; 4] = [5, 15, 35, 75];
    const FIRST_WINDOW: usize = 25;
    const LAST_PHASE: usize = 50;
    const SHORTEST: usize = 20;

    pub(crate) fn of(warm_up: usize) -> Self {
        if warm_up < Self::SHORTEST {
            return Self {
                learning: 0..0,
                stans_start: 0,
                ends: Vec::new(),
            };
        }
        let (start, mut size, end) =
            if warm_up < Self::FIRST_PHASE + Self::FIRST_WINDOW + Self::LAST_PHASE {
                let (start, end) = (warm_up * 15 / 100, warm_up - warm_up / 10);
                (start, end - start, end)
            } else {
                (
                    Self::FIRST_PHASE,
                    Self::FIRST_WINDOW,
                    warm_up - Self::LAST_PHASE,
                )
            };
        let mut ends = Vec::new();
        let mut learning = start;
        if start == Self::FIRST_PHASE {
            learning = Self::EARLY[0];
            ends.extend(Self::EARLY[1..].iter().map(|end| end - 1));
        }
        let mut from = start;
        while from < end {
            let mut to = from + size;
            size *= 2;
            // A window whose successor would not fit takes the rest.
            if to + size > end {
                to = end;
            }
            ends.push(to - 1);
            from = to;
        }
        Self {
            learning: learning..end,
            stans_start: start,
            ends,
        }
    }

    /// Whether the metric is learned from this iteration.
    pub(crate) fn contain(&self, iteration: usize) -> bool {
        self.learning.contains(&iteration)
    }

    /// Whether it lies before Stan's windows, where too few positions come together to tell a
    /// variance by themselves.
    pub(crate) fn is_early(&self, iteration: usize) -> bool {
        iteration < self.stans_start
    }

    /// With which iteration, from this one on, a window ends; none after the last.
    pub(crate) fn next_end(&self, iteration: usize) -> Option<usize> {
        let next = self.ends.partition_point(|end| *end < iteration);
        self.ends.get(next).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_iterations_are_divided_as_in_stan_after_the_early_windows() {
        // Stan's manual: from 75 on windows of 25, 50, 100, 200 and 500 iterations.
        let windows = Windows::of(1000);
        assert!(windows.is_early(74) && !windows.is_early(75));
        assert_eq!(windows.learning, 5..950);
        assert_eq!(windows.ends, [14, 34, 74, 99, 149, 249, 449, 949]);
    }

    #[test]
    fn the_next_end_is_the_first_that_is_not_past() {
        let windows = Windows::of(150);
        for iteration in 0..150 {
            let next = (iteration..150).find(|later| windows.ends.contains(later));
            assert_eq!(windows.next_end(iteration), next, "{iteration}");
        }
    }

    #[test]
    fn a_short_warm_up_is_scaled() {
        let windows = Windows::of(100);
        assert!(!windows.is_early(15));
        assert_eq!(windows.learning, 15..90);
        assert_eq!(windows.ends, [89]);
    }

    #[test]
    fn a_warm_up_too_short_for_the_full_schedule_learns_nothing_early() {
        for warm_up in 20..150 {
            let windows = Windows::of(warm_up);
            assert!(
                windows.learning.clone().all(|i| !windows.is_early(i)),
                "{warm_up}"
            );
        }
    }

    #[test]
    fn the_shortest_full_schedule_has_one_window_after_the_early_ones() {
        assert_eq!(Windows::of(150).ends, [14, 34, 74, 99]);
    }

    #[test]
    fn a_tiny_warm_up_learns_no_metric() {
        for warm_up in 0..20 {
            assert!(Windows::of(warm_up).ends.is_empty());
            assert!((0..warm_up).all(|i| !Windows::of(warm_up).contain(i)));
        }
    }

    #[test]
    fn windows_end_where_learning_ends() {
        for warm_up in 20..3000 {
            let windows = Windows::of(warm_up);
            assert_eq!(
                windows.ends.last(),
                Some(&(windows.learning.end - 1)),
                "{warm_up}"
            );
            assert!(windows.ends.is_sorted());
        }
    }
}
