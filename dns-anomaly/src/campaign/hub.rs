//! Finds clients, addresses, networks and shapes that names gather at.
//!
//! In: nodes and ties. Out: [`Hubs`]: the items of a window that at least two nodes share, with the evidence that they
//! do so not by chance.
//!
//! A hub is an item in a window, n names with it, k of them nodes: known names that stand out, new names, or either; the
//! three are told apart, since new names are many and those that stand out few. By chance k is beta-binomial with the
//! share of nodes among all pairs of names and items of that kind in all windows (pairs, since a name that is asked for
//! more often has more clients), and a correlation by the method of moments: E (k − nφ)² = nφ(1 − φ)(1 + (n − 1)ρ). The
//! hundredth of the hubs that differ most does not set ρ, since it may be what one looks for. Evidence is the mean of the
//! e-values of the three P(K ≥ k). Popular items are no hubs; those with fewer names than a campaign may join names, and
//! are no evidence.

use std::collections::{BTreeMap, HashMap};

use super::chance::Together;
use super::node::{Cause, Nodes};
use super::settings::CampaignSettings;
use super::tie::{KINDS, TieIndex, TieKind};
use crate::calibrated::e_value;

/// An item of a window that at least two nodes share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hub {
    pub(super) window: u32,
    pub(super) kind: TieKind,
    pub(super) item: u32,
    /// Names with the item.
    pub(super) names: u64,
    /// Nodes among them, by domain.
    pub(super) nodes: Vec<u32>,
    /// Known names that stand out, new names, either.
    counts: [u64; COUNTS],
    /// The mean e-value of so many.
    pub(super) evidence: f64,
    /// The largest −ln p.
    pub(super) surprise: f64,
}

/// All hubs worth looking at, and how many there were.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Hubs {
    /// In the order of windows, then kinds, then items.
    pub(super) all: Vec<Hub>,
    /// Hubs that may be evidence, whatever the number of their nodes.
    pub(super) count: u64,
    /// Names asked for, by window.
    pub(super) active: Vec<usize>,
    /// Items of each kind a node has in a window.
    pub(super) items_of: HashMap<(u32, u32), [u32; KINDS]>,
}

/// Known names that stand out, new names, either.
const COUNTS: usize = 3;
const NEW: usize = Cause::New as usize;
const EITHER: usize = 2;

/// Hubs by number of names and of nodes among them.
type Histogram = BTreeMap<(u64, u64), u64>;

/// A hub whose nodes gather with a p above this joins none.
const GATHERING: f64 = 0.05;
/// The share of hubs that differ most and do not count.
const LEFT_OUT: f64 = 0.01;

impl Hubs {
    pub(super) fn find(nodes: &Nodes, ties: &TieIndex<'_>, settings: &CampaignSettings) -> Self {
        let mut hubs = Self::default();
        let mut histograms: [[Histogram; COUNTS]; KINDS] = Default::default();
        for (window, &first_bin) in (0..).zip(&nodes.windows) {
            let active = ties.active(first_bin, nodes.length);
            let most = settings.most_names(active.len());
            for kind in TieKind::ALL {
                let pairs = ties.pairs(kind, first_bin, nodes.length, &active);
                for same_item in pairs.chunk_by(|a, b| a.0 == b.0) {
                    if same_item.len() > most {
                        continue;
                    }
                    let hub = Hub::of(nodes, window, kind, same_item);
                    for (histogram, &flagged) in
                        histograms[kind as usize].iter_mut().zip(&hub.counts)
                    {
                        *histogram.entry((hub.names, flagged)).or_default() += 1;
                    }
                    hubs.count += u64::from(same_item.len() >= settings.minimum_names());
                    for &node in &hub.nodes {
                        hubs.items_of.entry((window, node)).or_default()[kind as usize] += 1;
                    }
                    if hub.nodes.len() >= 2 {
                        hubs.all.push(hub);
                    }
                }
            }
            hubs.active.push(active.len());
        }
        let together = histograms
            .each_ref()
            .map(|counts| counts.each_ref().map(together));
        let least = settings.minimum_names() as u64;
        for hub in &mut hubs.all {
            hub.judge(&together[hub.kind as usize], least);
        }
        hubs
    }

    /// The nodes of hubs that join some.
    pub(super) fn joining(&self) -> Vec<&[u32]> {
        let hubs = self.all.iter().filter(|hub| hub.is_joining());
        hubs.map(|hub| hub.nodes.as_slice()).collect()
    }
}

impl Hub {
    /// Whether more nodes gather than chance explains.
    pub(super) fn is_joining(&self) -> bool {
        self.surprise >= -GATHERING.ln()
    }

    /// `pairs` are all of one item, sorted by domain.
    fn of(nodes: &Nodes, window: u32, kind: TieKind, pairs: &[(u32, u32)]) -> Self {
        let in_window = &nodes.in_window[window as usize];
        let mut found = Vec::new();
        let mut counts = [0; COUNTS];
        for &(_, domain) in pairs {
            let domain_of = |&node: &u32| nodes.all[node as usize].domain;
            let from = in_window.partition_point(|node| domain_of(node) < domain);
            for &node in in_window[from..]
                .iter()
                .take_while(|node| domain_of(node) == domain)
            {
                counts[nodes.all[node as usize].cause as usize] += 1;
                counts[EITHER] += 1;
                found.push(node);
            }
        }
        Self {
            window,
            kind,
            item: pairs[0].0,
            names: pairs.len() as u64,
            nodes: found,
            counts,
            evidence: 0.0,
            surprise: 0.0,
        }
    }

    fn judge(&mut self, together: &[Together; COUNTS], least_names: u64) {
        for (place, (together, &flagged)) in together.iter().zip(&self.counts).enumerate() {
            // Known names of like shape are nothing: shapes count for new ones.
            if flagged < 2 || (self.kind == TieKind::Shape && place != NEW) {
                continue;
            }
            let surprise = -together.ln_at_least(self.names, flagged);
            self.surprise = self.surprise.max(surprise);
            if self.names >= least_names {
                self.evidence += e_value(surprise) / COUNTS as f64;
            }
        }
    }
}

/// How nodes gather by chance.
fn together(histogram: &Histogram) -> Together {
    let (mut pairs, mut flagged, mut hubs) = (0.0, 0.0, 0.0);
    for (&(n, k), &count) in histogram {
        let count = count as f64;
        pairs += count * n as f64;
        flagged += count * k as f64;
        hubs += count;
    }
    // Half a node more: a share of 0 would make any later one impossible.
    let share = (flagged + 0.5) / (pairs + 1.0);
    let variance = |n: f64| n * share * (1.0 - share);
    let difference = |n: f64, k: f64| (k - n * share).powi(2);
    let mut by_difference: Vec<(f64, f64, f64)> = histogram
        .iter()
        .map(|(&(n, k), &count)| (n as f64, k as f64, count as f64))
        .collect();
    by_difference.sort_by(|a, b| {
        let standardised = |&(n, k, _): &(f64, f64, f64)| difference(n, k) / variance(n);
        standardised(b).total_cmp(&standardised(a))
    });
    let mut left_out = LEFT_OUT * hubs;
    let (mut observed, mut independent, mut pairs_of_names) = (0.0, 0.0, 0.0);
    for (n, k, count) in by_difference {
        let counted = (count - left_out).max(0.0);
        left_out -= count - counted;
        observed += counted * difference(n, k);
        independent += counted * variance(n);
        pairs_of_names += counted * variance(n) * (n - 1.0);
    }
    let correlation = if pairs_of_names > 0.0 {
        ((observed - independent) / pairs_of_names).clamp(0.0, 0.5)
    } else {
        0.0
    };
    Together { share, correlation }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Hubs of 30 names each; a client of its own makes all of its names likelier to stand out by a factor.
    fn histogram(hubs: u32, spread: f64, planted: u64) -> Histogram {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut histogram = Histogram::new();
        for _ in 0..hubs {
            let share = 0.02
                * if rng.random::<f64>() < 0.5 {
                    1.0 + spread
                } else {
                    1.0 - spread
                };
            let flagged = (0..30).filter(|_| rng.random::<f64>() < share).count();
            *histogram.entry((30, flagged as u64)).or_default() += 1;
        }
        *histogram.entry((30, 25)).or_default() += planted;
        histogram
    }

    #[test]
    fn independent_names_have_no_correlation_and_busy_clients_have() {
        let independent = together(&histogram(20_000, 0.0, 0));
        assert!((independent.share - 0.02).abs() < 1e-3);
        assert!(independent.correlation < 2e-3, "{independent:?}");
        // Var(φ)/(φ(1 − φ)) = 0.02² · 0.9²/0.0196.
        let busy = together(&histogram(20_000, 0.9, 0)).correlation;
        assert!((0.4..1.2).contains(&(busy / 0.016_5)), "{busy}");
    }

    #[test]
    fn what_one_looks_for_does_not_set_the_measure() {
        let with = together(&histogram(2_000, 0.0, 10));
        assert!(with.correlation < 5e-3, "{with:?}");
        assert!(with.ln_at_least(30, 25) < -50.0);
    }
}
