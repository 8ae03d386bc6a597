//! Goes from flagged windows of a domain to episodes.
//!
//! In: [`DomainWindow`]s, sorted by domain and time. Out: a [`DomainEpisode`] for each run of adjacent ones: when it
//! began, peaked and ended, and how many queries it was over what was expected.

use std::sync::Arc;

use super::groups::{DomainWindow, Driver};
use crate::detect::Spread;

/// Adjacent flagged windows of a domain, all its groups together.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainEpisode {
    /// The domain.
    pub domain: Arc<str>,
    /// The onset: the first bin of the first window.
    pub first_bin: i64,
    /// One past the last bin of the last window.
    pub end_bin: i64,
    /// Number of windows.
    pub windows: usize,
    /// First bin of the window with the largest e; e, q, groups and drivers are of that window.
    pub peak_bin: i64,
    /// Mean e-value of the groups.
    pub e: f64,
    /// e-BH among all windows of all domains.
    pub q: f64,
    /// Number of groups judged.
    pub groups: usize,
    /// The groups that are candidates themselves.
    pub drivers: Vec<Driver>,
    /// Whether one group drives it or many; `None` without groups.
    pub spread: Option<Spread>,
    /// Observed minus expected number of queries, of all windows together.
    pub excess: f64,
}

/// Merges windows that touch or overlap.
pub(super) fn episodes(windows: &[DomainWindow]) -> Vec<DomainEpisode> {
    windows
        .chunk_by(|a, b| a.domain == b.domain && a.end_bin >= b.first_bin)
        .map(|run| {
            let peak = run
                .iter()
                .max_by(|a, b| a.e.total_cmp(&b.e))
                .expect("a chunk is not empty");
            DomainEpisode {
                domain: Arc::clone(&peak.domain),
                first_bin: run[0].first_bin,
                end_bin: run[run.len() - 1].end_bin,
                windows: run.len(),
                peak_bin: peak.first_bin,
                e: peak.e,
                q: peak.q,
                groups: peak.groups,
                drivers: peak.drivers.clone(),
                spread: peak.spread(),
                excess: total(run.iter().map(|window| {
                    let bins = window.first_bin..window.end_bin;
                    (bins, window.excess)
                })),
            }
        })
        .collect()
}

/// The sum over windows in time order; one that overlaps the last one counted does not count again.
pub(super) fn total(windows: impl Iterator<Item = (std::ops::Range<i64>, f64)>) -> f64 {
    let mut counted_until = i64::MIN;
    let mut total = 0.0;
    for (bins, excess) in windows {
        if bins.start >= counted_until {
            counted_until = bins.end;
            total += excess;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(domain: &str, first_bin: i64, e: f64, excess: f64) -> DomainWindow {
        DomainWindow {
            domain: domain.into(),
            first_bin,
            end_bin: first_bin + 24,
            e,
            q: 1.0 / e,
            groups: 1,
            drivers: Vec::new(),
            excess,
        }
    }

    #[test]
    fn adjacent_windows_of_a_domain_are_one_episode() {
        let windows = [
            window("a", 0, 10.0, 5.0),
            window("a", 24, 90.0, 7.0),
            window("a", 96, 20.0, 1.0),
            window("b", 120, 30.0, -4.0),
        ];
        let episodes = episodes(&windows);
        let bounds: Vec<_> = episodes
            .iter()
            .map(|one| (&*one.domain, one.first_bin, one.end_bin, one.peak_bin))
            .collect();
        assert_eq!(
            bounds,
            [("a", 0, 48, 24), ("a", 96, 120, 96), ("b", 120, 144, 120)]
        );
        assert_eq!((episodes[0].excess, episodes[0].e), (12.0, 90.0));
    }

    #[test]
    fn queries_in_overlapping_windows_count_once() {
        let windows: Vec<DomainWindow> = (0..3).map(|k| window("a", 12 * k, 9.0, 10.0)).collect();
        let [episode] = &episodes(&windows)[..] else {
            panic!("windows overlap");
        };
        assert_eq!((episode.excess, episode.windows), (20.0, 3));
    }
}
