//! Goes from the requester groups of a domain to the domain.
//!
//! In: scores of the windows of all groups. Out: a [`DomainWindow`] for each window in which a domain stands out, and
//! which groups drive it.
//!
//! The evidence of a domain's window is the mean of its groups' e-values: an e-value again, however the groups depend on
//! each other (Vovk & Wang 2021). A domain without groups is one group. A window is flagged when its e is at least that
//! of a single p of 0.01, which is weaker than the level of alerts on purpose: what follows joins flagged windows.

use std::collections::HashMap;
use std::sync::Arc;

use super::discoveries::{e_value, q_of_largest};
use super::score::Score;
use crate::detect::Spread;
use crate::series::{Series, SeriesTable};

/// −ln 0.01: what makes a window a candidate.
pub(super) const CANDIDATE: f64 = 4.605_170_185_988_091;

/// A window in which a domain stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainWindow {
    /// The domain.
    pub domain: Arc<str>,
    /// Number of its first bin.
    pub first_bin: i64,
    /// One past its last bin.
    pub end_bin: i64,
    /// Mean e-value of the groups.
    pub e: f64,
    /// e-BH among all windows of all domains.
    pub q: f64,
    /// Number of groups judged.
    pub groups: usize,
    /// The groups that are candidates themselves, by name; at least one.
    pub drivers: Vec<Driver>,
    /// Observed minus expected number of queries, all groups together.
    pub excess: f64,
}

/// A group that stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// The group; `None` for a domain without groups.
    pub group: Option<Arc<str>>,
    /// Its calibrated p.
    pub p: f64,
    /// Observed minus expected number of queries.
    pub excess: f64,
}

/// Domain windows that stand out, and among how many.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DomainWindows {
    /// Sorted by domain, then time.
    pub flagged: Vec<DomainWindow>,
    /// Number of windows of domains that were judged.
    pub judged: usize,
    /// First bins of the windows judged, in time order.
    pub first_bins: Vec<i64>,
    /// Number of bins of a window.
    pub bins: i64,
}

impl DomainWindow {
    /// Whether one group drives it or many; `None` without groups.
    pub fn spread(&self) -> Option<Spread> {
        match (self.groups, self.drivers.len()) {
            (0 | 1, _) => None,
            (_, 1) => Some(Spread::One),
            _ => Some(Spread::Many),
        }
    }
}

/// What the groups of a domain say about one window.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    e: f64,
    groups: usize,
    excess: f64,
}

/// `tested` are in the order of time, then of series.
pub(super) fn domain_windows(
    table: &SeriesTable,
    tested: &[Score],
    window_length: i64,
) -> DomainWindows {
    let first_of_domain = first_of_domain(table.series());
    let key = |score: &Score| {
        (
            first_of_domain[score.window.series as usize],
            score.window.first_bin,
        )
    };
    let mut drivers: HashMap<(u32, i64), Vec<&Score>> = HashMap::new();
    for score in tested.iter().filter(|score| score.surprise >= CANDIDATE) {
        drivers.entry(key(score)).or_default().push(score);
    }
    let mut sums: HashMap<(u32, i64), Sum> = HashMap::new();
    let (mut judged, mut last) = (0, None);
    let mut first_bins = Vec::new();
    for score in tested {
        // Groups of a domain are neighbours.
        if last != Some(key(score)) {
            last = Some(key(score));
            judged += 1;
        }
        if first_bins.last() != Some(&score.window.first_bin) {
            first_bins.push(score.window.first_bin);
        }
        if drivers.contains_key(&key(score)) {
            let sum = sums.entry(key(score)).or_default();
            sum.e += e_value(score.surprise);
            sum.groups += 1;
            sum.excess += excess(score);
        }
    }
    let mut flagged: Vec<DomainWindow> = drivers
        .iter()
        .map(|(key, drivers)| {
            let sum = sums[key];
            DomainWindow {
                domain: table.series()[key.0 as usize].domain().into(),
                first_bin: key.1,
                end_bin: key.1 + window_length,
                e: sum.e / sum.groups as f64,
                q: 1.0,
                groups: sum.groups,
                drivers: drivers.iter().map(|score| driver(table, score)).collect(),
                excess: sum.excess,
            }
        })
        .filter(|window| window.e >= e_value(CANDIDATE))
        .collect();
    flagged.sort_by(|a, b| (&a.domain, a.first_bin).cmp(&(&b.domain, b.first_bin)));
    let evidence: Vec<f64> = flagged.iter().map(|window| window.e).collect();
    for (window, q) in flagged.iter_mut().zip(q_of_largest(&evidence, judged)) {
        window.q = q;
    }
    DomainWindows {
        flagged,
        judged,
        first_bins,
        bins: window_length,
    }
}

fn driver(table: &SeriesTable, score: &Score) -> Driver {
    Driver {
        group: table.series()[score.window.series as usize]
            .group()
            .map(Into::into),
        p: (-score.surprise).exp(),
        excess: excess(score),
    }
}

pub(super) fn excess(score: &Score) -> f64 {
    score.window.observed.sum as f64 - f64::from(score.window.expected[0])
}

/// For each series the first of its domain, in a table sorted by domain.
fn first_of_domain(series: &[Series]) -> Vec<u32> {
    let mut first = 0;
    (0..series.len())
        .map(|number| {
            if series[number].domain() != series[first].domain() {
                first = number;
            }
            first as u32
        })
        .collect()
}
