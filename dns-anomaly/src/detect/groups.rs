//! Goes from the requester groups of a domain to the domain.
//!
//! In: the verdicts on the series of one domain, a series a group. Out: a [`RankedDomain`]: its p, its episodes, each
//! with its group, and how many groups stand out together. A domain without groups is one series and keeps its numbers.
//!
//! The p of a domain is Simes' (1986) of the p of its m groups judged: p = min over k of m p₍ₖ₎ / k. Its first term is
//! Bonferroni's, so that one wild group of five is believed as much, divided by five; the others let many weak groups add
//! up. It is never above α more often than α where groups are independent or move together (positive regression
//! dependence: Sarkar 1998), as groups that share days and causes do, and this is what the Benjamini–Hochberg values of
//! the whole run rest on, too: Simes' p is the smallest of these among the groups. Bonferroni would ask for nothing, and
//! charge five groups that did the same on the same day five times.
//!
//! Sources: R. J. Simes, "An improved Bonferroni procedure for multiple tests of significance", Biometrika 73 (1986);
//! S. K. Sarkar, "Some probability inequalities for ordered MTP2 random variables", Annals of Statistics 26 (1998).

use std::sync::Arc;

use super::q_values::QValues;
use super::verdict::{Outlier, SeriesVerdict};
use crate::series::Series;

/// Adjacent outlier windows of one domain, or of one of its requester groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// Number of the first bin of the first window.
    pub first_bin: i64,
    /// One past the last bin of the last window.
    pub end_bin: i64,
    /// The window with the smallest p.
    pub peak: Outlier,
    /// Number of windows.
    pub windows: usize,
    /// Number of the domain's groups with an outlier window in these bins, this one included; 1 without groups.
    pub groups_at_once: usize,
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
    /// Number of its groups with a window judged; 1 without groups.
    pub groups: usize,
    /// The smallest p of its windows times their number, at most 1; with groups, Simes' p of theirs.
    pub p: f64,
    /// Those of all groups, in order of p.
    pub episodes: Vec<Episode>,
}

/// How many of a domain's groups, or clients, an anomaly comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// One of several groups, or a single client.
    One,
    /// Many at once.
    Many,
}

impl RankedDomain {
    /// Whether one group stands out in an episode or many at once; `None` without groups.
    pub fn spread(&self, episode: &Episode) -> Option<Spread> {
        match (self.groups, episode.groups_at_once) {
            (0 | 1, _) => None,
            (_, 1) => Some(Spread::One),
            _ => Some(Spread::Many),
        }
    }
}

/// The domain of some neighbours in a table, one series a group, each with its verdict; `None` without outliers. Its
/// place is not known yet.
pub(super) fn domain(
    series: &[Series],
    verdicts: &[SeriesVerdict],
    q_of: &QValues,
) -> Option<RankedDomain> {
    let mut episodes: Vec<Episode> = series
        .iter()
        .zip(verdicts)
        .flat_map(|(series, verdict)| episodes(series, verdict, q_of))
        .collect();
    episodes.sort_by(|a, b| a.peak.evidence.p.total_cmp(&b.peak.evidence.p));
    for episode in &mut episodes {
        let stands_out = |verdict: &&SeriesVerdict| {
            verdict.outliers.iter().any(|outlier| {
                let window = outlier.window;
                window.first_bin < episode.end_bin
                    && episode.first_bin < window.first_bin + window.bins
            })
        };
        episode.groups_at_once = verdicts.iter().filter(stands_out).count();
    }
    let first = series.first().filter(|_| !episodes.is_empty())?;
    let judged = verdicts.iter().filter(|verdict| verdict.tested > 0);
    let p: Vec<f64> = judged.map(SeriesVerdict::p).collect();
    Some(RankedDomain {
        rank: 0,
        domain: first.domain().into(),
        groups: p.len(),
        p: simes(p),
        episodes,
    })
}

/// p of "nothing is unusual in any group" from the p of each.
fn simes(p: Vec<f64>) -> f64 {
    let groups = p.len();
    QValues::new(p, groups).least()
}

/// Merged windows of one series, in the order of time.
fn episodes<'a>(
    series: &'a Series,
    verdict: &'a SeriesVerdict,
    q_of: &'a QValues,
) -> impl Iterator<Item = Episode> + 'a {
    verdict.episodes().map(|(run, peak)| {
        let (peak, last) = (run[peak], run[run.len() - 1].window);
        Episode {
            group: series.group().map(Into::into),
            first_bin: run[0].window.first_bin,
            end_bin: last.first_bin + last.bins,
            peak,
            windows: run.len(),
            groups_at_once: 1,
            excess: peak.excess(),
            q: q_of.get(peak.evidence.p),
            clients: None,
        }
    })
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Shares of domains with p at most 0.05, from groups without anything unusual: their p by a rule, and by the least
    /// of them.
    fn shares(groups: usize, is_same: bool, seed: u64) -> (f64, f64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut found = (0, 0);
        for _ in 0..DOMAINS {
            let first: f64 = rng.random();
            let rest = (1..groups).map(|_| if is_same { first } else { rng.random() });
            let p: Vec<f64> = [first].into_iter().chain(rest).collect();
            let least = p.iter().copied().fold(1.0, f64::min);
            found.0 += usize::from(simes(p) <= LEVEL);
            found.1 += usize::from(least <= LEVEL);
        }
        (
            found.0 as f64 / DOMAINS as f64,
            found.1 as f64 / DOMAINS as f64,
        )
    }

    const DOMAINS: usize = 20_000;
    const LEVEL: f64 = 0.05;

    #[test]
    fn p_of_a_domain_has_its_nominal_rate_however_groups_move() {
        let standard_error = (LEVEL * (1.0 - LEVEL) / DOMAINS as f64).sqrt();
        for (is_same, seed) in [(false, 1), (true, 2)] {
            let (share, of_least) = shares(5, is_same, seed);
            // Exactly the level for independent groups (Simes 1986) as for groups that are copies of each other.
            assert!(
                testkit::within_standard_errors(share, LEVEL, standard_error),
                "{is_same}: {share}"
            );
            // The control: the least p alone is far beyond it, unless there is but one.
            assert_eq!(
                testkit::within_standard_errors(of_least, LEVEL, standard_error),
                is_same,
                "{of_least}"
            );
        }
    }

    #[test]
    fn one_wild_group_is_charged_for_all_and_many_weak_ones_add_up() {
        // By hand: 5 · 10⁻⁹ / 1, and 5 · 0.004 / 5 where Bonferroni has 0.02 · 5.
        assert!(testkit::relative_error(simes(vec![1.0, 1e-9, 1.0, 0.5, 1.0]), 5e-9) < 1e-12);
        assert!(testkit::relative_error(simes(vec![0.004; 5]), 0.004) < 1e-12);
        assert_eq!(simes(vec![0.3]), 0.3);
        assert_eq!(simes(vec![0.5, 0.9]), 0.9);
    }
}
