//! Goes from edges to clusters.
//!
//! In: edges between numbered nodes, and the hubs they come from. Out: [`clusters`], each a sorted list of nodes: the
//! connected components. One that is huge is split where it hangs together loosely, by label propagation (Raghavan,
//! Albert & Kumara 2007) between nodes and hubs: a hub takes the label most of its nodes have, a node the label most of
//! its hubs have, until none changes.

use std::collections::BTreeMap;

/// More nodes are not one campaign but several that something joins.
const HUGE: usize = 500;
/// Sweeps of label propagation; it settles after a few.
const SWEEPS: usize = 20;

/// Clusters of at least two nodes, in the order of their first node. `hubs` are lists of nodes.
pub(super) fn clusters(nodes: usize, edges: &[(u32, u32)], hubs: &[&[u32]]) -> Vec<Vec<u32>> {
    let mut forest = Forest::new(nodes);
    for &(a, b) in edges {
        forest.join(a, b);
    }
    let roots: Vec<u32> = (0..).take(nodes).map(|node| forest.root(node)).collect();
    let mut clusters = Vec::new();
    for component in members(&roots) {
        if component.len() <= HUGE {
            clusters.push(component);
        } else {
            clusters.extend(split(&component, hubs));
        }
    }
    clusters.sort();
    clusters
}

/// Groups nodes by label; those alone are left out.
fn members(labels: &[u32]) -> Vec<Vec<u32>> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (node, &label) in (0..).zip(labels) {
        members.entry(label).or_default().push(node);
    }
    members
        .into_values()
        .filter(|members| members.len() >= 2)
        .collect()
}

/// Splits one component.
fn split(component: &[u32], hubs: &[&[u32]]) -> Vec<Vec<u32>> {
    let mut nodes_of: Vec<Vec<usize>> = Vec::new();
    let mut hubs_of: Vec<Vec<usize>> = vec![Vec::new(); component.len()];
    for hub in hubs {
        let places = hub
            .iter()
            .filter_map(|node| component.binary_search(node).ok());
        let places: Vec<usize> = places.collect();
        for &place in &places {
            hubs_of[place].push(nodes_of.len());
        }
        nodes_of.push(places);
    }
    let mut labels: Vec<u32> = component.to_vec();
    for _ in 0..SWEEPS {
        let hub_labels: Vec<Option<u32>> = nodes_of
            .iter()
            .map(|nodes| most_common(nodes.iter().map(|&node| labels[node])))
            .collect();
        let before = labels.clone();
        for (label, hubs) in labels.iter_mut().zip(&hubs_of) {
            if let Some(common) = most_common(hubs.iter().filter_map(|&hub| hub_labels[hub])) {
                *label = common;
            }
        }
        if labels == before {
            break;
        }
    }
    members(&labels)
        .into_iter()
        .map(|places| {
            let nodes = places.into_iter();
            nodes.map(|place| component[place as usize]).collect()
        })
        .collect()
}

/// The label that comes most often, the smallest of several.
fn most_common(labels: impl Iterator<Item = u32>) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    let most = counts.values().max().copied()?;
    let mut common = counts.into_iter().filter(|(_, count)| *count == most);
    common.next().map(|(label, _)| label)
}

/// Disjoint sets of nodes (union-find, with path halving); a set's root is its smallest node.
#[derive(Debug)]
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    fn new(nodes: usize) -> Self {
        Self {
            parents: (0..).take(nodes).collect(),
        }
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let parent = self.parents[node as usize];
            self.parents[node as usize] = self.parents[parent as usize];
            node = self.parents[node as usize];
        }
        node
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_clusters_and_nodes_alone_are_none() {
        let found = clusters(9, &[(7, 2), (2, 5), (3, 4)], &[]);
        assert_eq!(found, [vec![2, 5, 7], vec![3, 4]]);
        assert!(clusters(3, &[], &[]).is_empty());
    }

    #[test]
    fn a_huge_component_falls_apart_where_one_edge_holds_it() {
        // Two campaigns of three clients each, that ask for two of three names, and one name of each that share another.
        let half = u32::try_from(HUGE).unwrap_or(u32::MAX);
        let mut hubs: Vec<Vec<u32>> = Vec::new();
        for start in [0, half] {
            for client in 0..3 {
                let names = (0..half).filter(|name| name % 3 != client);
                hubs.push(names.map(|name| start + name).collect());
            }
        }
        hubs.push(vec![half - 1, half]);
        let hubs: Vec<&[u32]> = hubs.iter().map(Vec::as_slice).collect();
        let chain = |hub: &&[u32]| hub.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let edges: Vec<(u32, u32)> = hubs.iter().flat_map::<Vec<_>, _>(chain).collect();
        let found = clusters(2 * HUGE, &edges, &hubs);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|cluster| cluster.len() == HUGE));
        // The control: it was one component.
        let mut forest = Forest::new(2 * HUGE);
        for &(a, b) in &edges {
            forest.join(a, b);
        }
        assert!((0..2 * half).all(|node| forest.root(node) == 0));
    }
}
