//! Lists the names campaigns may be made of.
//!
//! In: a detection and its table. Out: [`Nodes`]: episodes of known names and first days of new ones, by window.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::domains::Domains;
use crate::calibrated::CalibratedDetection;
use crate::series::{Series, SeriesTable};

/// Why a name may belong to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A known name stands out.
    StandsOut,
    /// The name was never asked for before.
    New,
}

impl Cause {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::StandsOut => "stands-out",
            Self::New => "new",
        }
    }
}

/// A name in the windows in which it stands out, or is new.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) domain: u32,
    pub(super) name: Arc<str>,
    pub(super) cause: Cause,
    /// First bin of the first window, or the first sighting.
    pub(super) onset_bin: i64,
    pub(super) end_bin: i64,
    /// The mean e-value of the windows of a known name.
    pub(super) e: Option<f64>,
    /// Queries over what was expected; of a new name all in its first window.
    pub(super) excess: f64,
}

/// All nodes, and the windows they are seen in.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Nodes {
    pub(super) all: Vec<Node>,
    /// First bins of the windows judged.
    pub(super) windows: Vec<i64>,
    /// Length of a window in bins.
    pub(super) length: i64,
    /// For each window the nodes seen in it, by domain.
    pub(super) in_window: Vec<Vec<u32>>,
    /// For each domain with nodes the windows it is seen in, in order.
    pub(super) windows_of: BTreeMap<u32, Vec<u32>>,
}

impl Nodes {
    pub(super) fn of(
        table: &SeriesTable,
        domains: &Domains,
        detection: &CalibratedDetection,
    ) -> Self {
        let windows = detection.domain_windows.first_bins.clone();
        let length = detection.domain_windows.bins;
        let mut nodes = Self {
            in_window: vec![Vec::new(); windows.len()],
            windows,
            length,
            ..Self::default()
        };
        let flagged = &detection.domain_windows.flagged;
        for episode in &detection.domain_episodes {
            let Some(domain) = domains.number(&episode.domain) else {
                continue;
            };
            let from = flagged.partition_point(|window| {
                (&window.domain, window.first_bin) < (&episode.domain, episode.first_bin)
            });
            let windows = &flagged[from..from + episode.windows];
            // The largest of several e-values would be none.
            let e = windows.iter().map(|window| window.e).sum::<f64>() / windows.len() as f64;
            let node = Node {
                domain,
                name: Arc::clone(&episode.domain),
                cause: Cause::StandsOut,
                onset_bin: episode.first_bin,
                end_bin: episode.end_bin,
                e: Some(e),
                excess: episode.excess,
            };
            nodes.add(node, windows.iter().map(|window| window.first_bin));
        }
        nodes.add_new(table, domains);
        for numbers in &mut nodes.in_window {
            numbers.sort_unstable_by_key(|&number| nodes.all[number as usize].domain);
        }
        for windows in nodes.windows_of.values_mut() {
            windows.sort_unstable();
        }
        nodes
    }

    /// Names first seen in a window that was judged.
    fn add_new(&mut self, table: &SeriesTable, domains: &Domains) {
        let windows = self.windows.clone();
        let length = self.length;
        for domain in 0..domains.len() {
            let series = &table.series()[domains.series(domain)];
            let seen = series.iter().filter_map(|one| one.busy().next());
            let Some(first_seen) = seen.map(|busy| busy.bin).min() else {
                continue;
            };
            let from = windows.partition_point(|&first_bin| first_bin + length <= first_seen);
            let covering: Vec<i64> = windows[from..]
                .iter()
                .copied()
                .take_while(|&first_bin| first_bin <= first_seen)
                .collect();
            let Some(&last) = covering.last() else {
                continue;
            };
            let end_bin = last + length;
            let busy = series.iter().flat_map(Series::busy);
            let queries = busy
                .filter(|busy| busy.bin < end_bin)
                .map(|busy| busy.count as f64)
                .sum();
            let node = Node {
                domain,
                name: domains.name(domain),
                cause: Cause::New,
                onset_bin: first_seen,
                end_bin,
                e: None,
                excess: queries,
            };
            self.add(node, covering.into_iter());
        }
    }

    fn add(&mut self, node: Node, first_bins: impl Iterator<Item = i64>) {
        let number = u32::try_from(self.all.len()).expect("fewer than 2^32 names stand out");
        for first_bin in first_bins {
            let Ok(window) = self.windows.binary_search(&first_bin) else {
                continue;
            };
            self.in_window[window].push(number);
            let windows = self.windows_of.entry(node.domain).or_default();
            windows.push(u32::try_from(window).expect("fewer than 2^32 windows"));
        }
        self.all.push(node);
    }
}
