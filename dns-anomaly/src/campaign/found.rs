//! Weighs clusters and tells what they share.
//!
//! In: nodes, hubs, clusters. Out: [`FoundCampaign`]s, best first.
//!
//! Both kinds of evidence hold whatever depends on what. That members stand out more than candidates do: given that a
//! window is a candidate, the mean of its e is at most one over the share s of candidates among all windows, so that s
//! times the mean e of a cluster's members is an e-value; new names have none. And that they gather: of M hubs each has
//! an e-value; a cluster of K gets K/M times the sum of those most of whose nodes are its own. The sum over all clusters
//! is then at most K in the mean, which is all that e-BH asks of its evidence (compound e-values; Ignatiadis, Wang &
//! Ramdas 2024), though clusters were made by looking. The evidence of a cluster is the mean of the two.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::hub::{Hub, Hubs};
use super::node::{Cause, Node, Nodes};
use super::settings::CampaignSettings;
use super::tie::{TieIndex, TieKind};
use crate::calibrated::q_of_largest;

/// Names that stand out together and share clients, addresses, networks or shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCampaign {
    /// Place among all, from 1.
    pub rank: usize,
    /// First bin of the first onset.
    pub first_bin: i64,
    /// One past the last bin.
    pub end_bin: i64,
    /// In the order of onset, then by name.
    pub members: Vec<CampaignMember>,
    /// What at least two members share, by kind; what most share first.
    pub shared: Vec<SharedItem>,
    /// The evidence: the mean of the next two.
    pub e: f64,
    /// That members stand out more than candidates do.
    pub e_of_members: f64,
    /// That members gather at clients, addresses, networks and shapes.
    pub e_of_gathering: f64,
    /// e-BH among all clusters.
    pub q: f64,
    /// Whether it is a discovery at the rate asked for.
    pub is_discovery: bool,
}

/// A name in a campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignMember {
    /// The domain.
    pub domain: Arc<str>,
    /// Why it may belong to a campaign.
    pub cause: Cause,
    /// The first bin of its first window, or its first sighting.
    pub onset_bin: i64,
    /// One past the last bin of its last window.
    pub end_bin: i64,
    /// The mean e-value of its windows; new names have none.
    pub e: Option<f64>,
    /// Observed minus expected number of queries.
    pub excess: f64,
}

/// A client, address, network or shape that members share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedItem {
    /// What it is.
    pub kind: TieKind,
    /// The client, address, network or shape.
    pub text: String,
    /// Number of members with it.
    pub members: usize,
}

/// Shared items told of each kind.
const TOLD: usize = 10;

/// Weighs `clusters`, lists of nodes.
pub(super) fn weigh(
    nodes: &Nodes,
    hubs: &Hubs,
    clusters: &[Vec<u32>],
    ties: &TieIndex<'_>,
    candidate_share: f64,
    settings: &CampaignSettings,
) -> Vec<FoundCampaign> {
    let mut cluster_of: HashMap<u32, usize> = HashMap::new();
    for (cluster, members) in clusters.iter().enumerate() {
        cluster_of.extend(members.iter().map(|&node| (node, cluster)));
    }
    let mut gathering = vec![0.0; clusters.len()];
    let mut hubs_of: Vec<Vec<&Hub>> = vec![Vec::new(); clusters.len()];
    for hub in &hubs.all {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for cluster in hub.nodes.iter().filter_map(|node| cluster_of.get(node)) {
            *counts.entry(*cluster).or_default() += 1;
        }
        for (&cluster, &count) in &counts {
            if count >= 2 {
                hubs_of[cluster].push(hub);
            }
            if 2 * count > hub.nodes.len() {
                gathering[cluster] += hub.evidence;
            }
        }
    }
    let per_hub = clusters.len() as f64 / hubs.count.max(1) as f64;
    let mut found: Vec<FoundCampaign> = clusters
        .iter()
        .zip(gathering)
        .zip(&hubs_of)
        .map(|((cluster, gathering), hubs)| {
            let members: Vec<&Node> = cluster
                .iter()
                .map(|&node| &nodes.all[node as usize])
                .collect();
            campaign(
                &members,
                candidate_share,
                per_hub * gathering,
                shared(cluster, hubs, ties),
            )
        })
        .collect();
    let evidence: Vec<f64> = found.iter().map(|campaign| campaign.e).collect();
    for (campaign, q) in found
        .iter_mut()
        .zip(q_of_largest(&evidence, clusters.len()))
    {
        campaign.q = q;
        campaign.is_discovery = q <= settings.false_discovery_rate();
    }
    found.sort_by(|a, b| {
        let size = b.members.len().cmp(&a.members.len());
        b.e.total_cmp(&a.e).then(size)
    });
    for (index, campaign) in found.iter_mut().enumerate() {
        campaign.rank = index + 1;
    }
    found
}

fn campaign(
    nodes: &[&Node],
    candidate_share: f64,
    e_of_gathering: f64,
    shared: Vec<SharedItem>,
) -> FoundCampaign {
    let known: Vec<f64> = nodes.iter().filter_map(|node| node.e).collect();
    let e_of_members = if known.is_empty() {
        // Nothing is known of their sizes: neither for nor against.
        1.0
    } else {
        candidate_share * known.iter().sum::<f64>() / known.len() as f64
    };
    let mut members: Vec<CampaignMember> = nodes
        .iter()
        .map(|node| CampaignMember {
            domain: Arc::clone(&node.name),
            cause: node.cause,
            onset_bin: node.onset_bin,
            end_bin: node.end_bin,
            e: node.e,
            excess: node.excess,
        })
        .collect();
    members.sort_by(|a, b| (a.onset_bin, &a.domain).cmp(&(b.onset_bin, &b.domain)));
    let end_bin = members.iter().map(|member| member.end_bin).max();
    FoundCampaign {
        rank: 0,
        first_bin: members[0].onset_bin,
        end_bin: end_bin.unwrap_or(members[0].onset_bin),
        members,
        shared,
        e: 0.5 * (e_of_members + e_of_gathering),
        e_of_members,
        e_of_gathering,
        q: 1.0,
        is_discovery: false,
    }
}

/// What at least two nodes of a cluster share.
fn shared(cluster: &[u32], hubs: &[&Hub], ties: &TieIndex<'_>) -> Vec<SharedItem> {
    let mut sharing: BTreeMap<(TieKind, u32), BTreeSet<u32>> = BTreeMap::new();
    for hub in hubs {
        let members = hub
            .nodes
            .iter()
            .filter(|node| cluster.binary_search(node).is_ok());
        let of_item = sharing.entry((hub.kind, hub.item)).or_default();
        of_item.extend(members);
    }
    let mut shared: Vec<SharedItem> = sharing
        .into_iter()
        .map(|((kind, item), members)| SharedItem {
            kind,
            text: ties.text(kind, item).to_owned(),
            members: members.len(),
        })
        .collect();
    shared.sort_by(|a, b| {
        let most = b.members.cmp(&a.members);
        a.kind.cmp(&b.kind).then(most).then(a.text.cmp(&b.text))
    });
    let mut told = BTreeMap::new();
    shared.retain(|item| {
        let count = told.entry(item.kind).or_insert(0);
        *count += 1;
        *count <= TOLD
    });
    shared
}
