//! Goes from local to global: verdicts on series to domains in their order among all.
//!
//! In: the verdict of every series. Out: a [`Detection`]. The series of a domain, its requester groups, become one
//! [`RankedDomain`] (`groups`); domains are ranked by its p, then by excess. The p of a series is that of its best window
//! times the number of its windows tested (Bonferroni). q is the Benjamini–Hochberg value over all windows tested;
//! windows that are no outliers count as p = 1.

use std::collections::{HashMap, HashSet};

use super::groups::{self, RankedDomain};
use super::q_values::QValues;
use super::settings::DetectSettings;
use super::verdict::SeriesVerdict;
use crate::gather::Visit;
use crate::series::SeriesTable;

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
    /// References fitted; with a trend, slots of the windows predicted.
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
    let mut place = 0;
    for of_domain in table.series().chunk_by(|a, b| a.domain() == b.domain()) {
        let verdicts = &verdicts[place..place + of_domain.len()];
        place += of_domain.len();
        detection
            .domains
            .extend(groups::domain(of_domain, verdicts, &q_of));
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
