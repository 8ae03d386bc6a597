//! Joins two names that stand out together and share what few names share.
//!
//! In: nodes and hubs. Out: edges, as pairs of nodes.
//!
//! Pairs come from hubs at which more nodes gather than chance explains, never from all names: a hub with many nodes
//! joins each with its next few only, so that edges grow with the nodes and not with their square. A pair is an edge
//! when its names stand out in the same windows more than chance explains (hypergeometric), and share more clients,
//! addresses, networks or, both being new, shapes than a name with so many would: with f the share an item has of the
//! names that do not stand out, ln C(items, shared) + Σ ln f is at most ln 0.05.

use std::collections::BTreeMap;

use super::chance::{coincidence, ln_sharing};
use super::hub::{Hub, Hubs};
use super::node::{Cause, Nodes};
use super::tie::{KINDS, TieKind};

/// A pair shares more than chance explains when a bound on its p is at most this.
const SHARING: f64 = 0.05;
/// Two names stand out together when a p of chance is at most this.
const TOGETHER: f64 = 0.1;
/// Among fewer windows no coincidence has a small p: there the rarer name must always stand out with the other.
const FEW_WINDOWS: usize = 20;
/// Each node of a hub is paired with so many that follow.
const NEXT: usize = 16;

/// What a pair shares in one window.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    items: [usize; KINDS],
    sum_ln_share: [f64; KINDS],
}

/// All edges, each once, sorted.
pub(super) fn edges(nodes: &Nodes, hubs: &Hubs) -> Vec<(u32, u32)> {
    let mut edges = Vec::new();
    for in_window in hubs.all.chunk_by(|a, b| a.window == b.window) {
        let window = in_window[0].window;
        for (pair, shared) in pairs(in_window, hubs.active[window as usize]) {
            if is_sharing(nodes, hubs, window, pair, &shared) && is_coinciding(nodes, pair) {
                edges.push(pair);
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Pairs of nodes that hubs of one window suggest, the smaller number first.
fn pairs(hubs: &[Hub], active: usize) -> BTreeMap<(u32, u32), Shared> {
    let mut pairs: BTreeMap<(u32, u32), Shared> = BTreeMap::new();
    for hub in hubs.iter().filter(|hub| hub.is_joining()) {
        // The names of a campaign say nothing about how usual an item is: only those that do not stand out, and the pair.
        let usual = hub.names as usize + 2 - hub.nodes.len().min(hub.names as usize);
        let ln_share = (usual as f64 / active.max(usual) as f64).ln();
        for (place, &a) in hub.nodes.iter().enumerate() {
            for &b in hub.nodes[place + 1..].iter().take(NEXT) {
                let shared = pairs.entry((a.min(b), a.max(b))).or_default();
                shared.items[hub.kind as usize] += 1;
                shared.sum_ln_share[hub.kind as usize] += ln_share;
            }
        }
    }
    pairs
}

fn is_sharing(
    nodes: &Nodes,
    hubs: &Hubs,
    window: u32,
    (a, b): (u32, u32),
    shared: &Shared,
) -> bool {
    let items = |node| {
        let items = hubs.items_of.get(&(window, node));
        items.copied().unwrap_or([0; KINDS])
    };
    let (of_a, of_b) = (items(a), items(b));
    let is_new = |node: u32| nodes.all[node as usize].cause == Cause::New;
    TieKind::ALL.into_iter().any(|kind| {
        let place = kind as usize;
        let counts = kind != TieKind::Shape || (is_new(a) && is_new(b));
        let fewer = of_a[place].min(of_b[place]) as usize;
        counts
            && shared.items[place] > 0
            && ln_sharing(fewer, shared.items[place], shared.sum_ln_share[place]) <= SHARING.ln()
    })
}

fn is_coinciding(nodes: &Nodes, (a, b): (u32, u32)) -> bool {
    let windows_of = |node: u32| {
        let windows = nodes.windows_of.get(&nodes.all[node as usize].domain);
        windows.map_or(&[][..], Vec::as_slice)
    };
    let (of_a, of_b) = (windows_of(a), windows_of(b));
    let both = of_a
        .iter()
        .filter(|window| of_b.binary_search(window).is_ok())
        .count();
    let windows = nodes.windows.len();
    coincidence(windows, of_a.len(), of_b.len(), both) <= TOGETHER + 1e-9
        || (windows < FEW_WINDOWS && both == of_a.len().min(of_b.len()))
}
