//! Goes from local to global: outlier windows to episodes, domains to their order among all.
//!
//! In: the verdict of every series. Out: a [`Detection`]. Adjacent outlier windows of a domain are one [`Episode`].
//! A domain's p is that of its best window times the number of its windows tested (Bonferroni); domains are ranked by
//! it, then by excess. q is the Benjamini–Hochberg value over all windows tested; windows that are no outliers count as
//! p = 1.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::judge::{Outlier, SeriesVerdict};
use super::settings::DetectSettings;
use crate::gather::Visit;
use crate::series::SeriesTable;

/// Adjacent outlier windows of one domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// Number of the first bin of the first window.
    pub first_bin: i64,
    /// One past the last bin of the last window.
    pub end_bin: i64,
    /// The window with the smallest p.
    pub peak: Outlier,
    /// Number of windows.
    pub windows: usize,
    /// Observed minus expected in the peak's statistic; negative when fewer.
    pub excess: f64,
    /// Benjamini–Hochberg value of the peak.
    pub q: f64,
    /// Distinct clients in the episode, when known.
    pub clients: Option<usize>,
}

/// A domain with at least one outlier window.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedDomain {
    /// Place among all domains, from 1.
    pub rank: usize,
    /// The domain.
    pub domain: Arc<str>,
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// The smallest p of its windows times their number, at most 1.
    pub p: f64,
    /// In order of p.
    pub episodes: Vec<Episode>,
}

/// All that was found, and what it was found among.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// Domains with outliers, best first.
    pub domains: Vec<RankedDomain>,
    /// Number of series looked at.
    pub series: usize,
    /// Windows compared with references.
    pub tested: usize,
    /// Of these, windows within the range of their references, for which nothing was fitted.
    pub within_range: usize,
    /// Windows with too few references to say anything.
    pub insufficient_history: usize,
    /// References fitted.
    pub fitted: usize,
    /// Outlier windows.
    pub outliers: usize,
    /// An innocent window is an outlier at most this often.
    pub false_alarm_rate: f64,
}

impl Detection {
    /// How many outliers chance alone makes at most, on average.
    pub fn expected_by_chance(&self) -> f64 {
        self.tested as f64 * self.false_alarm_rate
    }

    pub(super) fn count_clients(&mut self, visits: &HashMap<&str, &[Visit]>) {
        for domain in &mut self.domains {
            let Some(visits) = visits.get(&*domain.domain) else {
                continue;
            };
            for episode in &mut domain.episodes {
                let bins = episode.first_bin..episode.end_bin;
                let clients: HashSet<&str> = visits
                    .iter()
                    .filter(|visit| bins.contains(&visit.bin))
                    .map(|visit| &*visit.client)
                    .collect();
                episode.clients = Some(clients.len());
            }
        }
    }
}

/// `verdicts` are those of the table's series, in its order.
pub(super) fn rank(
    table: &SeriesTable,
    verdicts: &[SeriesVerdict],
    settings: &DetectSettings,
) -> Detection {
    let tested = verdicts.iter().map(|verdict| verdict.tested).sum();
    let p_values = verdicts.iter().flat_map(|verdict| &verdict.outliers);
    let q_of = QValues::new(p_values.map(|outlier| outlier.evidence.p).collect(), tested);
    let mut detection = Detection {
        domains: Vec::new(),
        series: verdicts.len(),
        tested,
        within_range: verdicts.iter().map(|verdict| verdict.within_range).sum(),
        insufficient_history: verdicts
            .iter()
            .map(|verdict| verdict.insufficient_history)
            .sum(),
        fitted: verdicts.iter().map(|verdict| verdict.fitted).sum(),
        outliers: verdicts.iter().map(|verdict| verdict.outliers.len()).sum(),
        false_alarm_rate: settings.false_alarm_rate(),
    };
    for (series, verdict) in table.series().iter().zip(verdicts) {
        let episodes = episodes(verdict, &q_of);
        if !episodes.is_empty() {
            detection.domains.push(RankedDomain {
                rank: 0,
                domain: series.domain().into(),
                group: series.group().map(Into::into),
                p: verdict.p(),
                episodes,
            });
        }
    }
    // The table is sorted by name, which is how ties stay.
    detection.domains.sort_by(|a, b| {
        let excess = |domain: &RankedDomain| domain.episodes[0].excess.abs();
        a.p.total_cmp(&b.p).then(excess(b).total_cmp(&excess(a)))
    });
    for (index, domain) in detection.domains.iter_mut().enumerate() {
        domain.rank = index + 1;
    }
    detection
}

/// Merged windows, best episode first.
fn episodes(verdict: &SeriesVerdict, q_of: &QValues) -> Vec<Episode> {
    let episodes = verdict.episodes().map(|(run, peak)| {
        let (peak, last) = (run[peak], run[run.len() - 1].window);
        Episode {
            first_bin: run[0].window.first_bin,
            end_bin: last.first_bin + last.bins,
            peak,
            windows: run.len(),
            excess: peak.excess(),
            q: q_of.get(peak.evidence.p),
            clients: None,
        }
    });
    let mut episodes: Vec<Episode> = episodes.collect();
    episodes.sort_by(|a, b| a.peak.evidence.p.total_cmp(&b.peak.evidence.p));
    episodes
}

/// Benjamini–Hochberg values (1995): q₍ᵢ₎ = min over j ≥ i of m p₍ⱼ₎ / j.
struct QValues {
    /// Ascending.
    p: Vec<f64>,
    q: Vec<f64>,
}

impl QValues {
    /// `p` of the outliers among `tested` windows.
    fn new(mut p: Vec<f64>, tested: usize) -> Self {
        p.sort_by(f64::total_cmp);
        let mut q: Vec<f64> = p
            .iter()
            .enumerate()
            .map(|(index, p)| tested as f64 * p / (index + 1) as f64)
            .collect();
        let mut smallest: f64 = 1.0;
        for q in q.iter_mut().rev() {
            smallest = smallest.min(*q);
            *q = smallest;
        }
        Self { p, q }
    }

    /// q of a p that was among those given; of equal ones the last.
    fn get(&self, p: f64) -> f64 {
        let above = self.p.partition_point(|other| *other <= p);
        above.checked_sub(1).map_or(1.0, |index| self.q[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q_values_are_those_of_benjamini_and_hochberg() {
        // Benjamini & Hochberg (1995), table of section 4.1: 15 tests, 4 of them rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let q = QValues::new(p.to_vec(), p.len());
        assert_eq!(p.iter().filter(|&&p| q.get(p) <= 0.05).count(), 4);
        assert!((q.get(0.0001) - 0.0015).abs() < 1e-12);
    }

    #[test]
    fn windows_that_are_no_outliers_count_among_the_tests() {
        let q = QValues::new(vec![0.001], 100);
        assert!((q.get(0.001) - 0.1).abs() < 1e-12);
    }
}
