//! Lists who has to do with which client, address, network or shape, window by window.
//!
//! In: contacts and the table. Out: for a window and a [`TieKind`], pairs of an item and a domain, each once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::domains::Domains;
use crate::contacts::{Contacts, KEPT, Sighting, Ties};
use crate::names::Names;
use crate::series::SeriesTable;

/// What names may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TieKind {
    /// A client that asked for them; in a counts table a requester group.
    Client,
    /// An address they resolved to.
    Address,
    /// The /24 of an IPv4 address, the /48 of an IPv6 address.
    Network,
    /// A like name: what follows the first dot, length, digits, hyphens. Counts for new names only.
    Shape,
}

/// Number of kinds.
pub(super) const KINDS: usize = 4;

impl TieKind {
    /// All of them.
    pub const ALL: [Self; KINDS] = [Self::Client, Self::Address, Self::Network, Self::Shape];

    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Address => "address",
            Self::Network => "network",
            Self::Shape => "shape",
        }
    }
}

/// Pairs of items and domains, found by window.
#[derive(Debug)]
pub(super) struct TieIndex<'a> {
    contacts: Option<&'a Contacts>,
    table: &'a SeriesTable,
    domains: &'a Domains,
    /// Sightings of clients and of addresses in the order of time.
    clients: Vec<u32>,
    addresses: Vec<u32>,
    /// By address.
    networks: Vec<u32>,
    network_texts: Names,
    /// By domain.
    shapes: Vec<u32>,
    shape_texts: Names,
    /// The table's number of each domain with contacts.
    numbers: Vec<Option<u32>>,
}

impl<'a> TieIndex<'a> {
    pub(super) fn new(
        table: &'a SeriesTable,
        domains: &'a Domains,
        contacts: Option<&'a Contacts>,
    ) -> Self {
        let (shapes, shape_texts) = domains.shapes();
        let in_time = |ties: &Ties| {
            let sightings = ties.sightings();
            let count = u32::try_from(sightings.len()).expect("fewer than 2^32 sightings");
            let mut order: Vec<u32> = (0..count).collect();
            order.sort_by_key(|&number| sightings[number as usize].stretch);
            order
        };
        let (networks, network_texts) = contacts.map_or_else(Default::default, |contacts| {
            networks(contacts.address_ties())
        });
        Self {
            contacts,
            table,
            domains,
            clients: contacts.map_or_else(Vec::new, |contacts| in_time(contacts.client_ties())),
            addresses: contacts.map_or_else(Vec::new, |contacts| in_time(contacts.address_ties())),
            networks,
            network_texts,
            shapes,
            shape_texts,
            numbers: contacts.map_or_else(Vec::new, |contacts| {
                let names = contacts.domains().iter();
                names.map(|name| domains.number(name)).collect()
            }),
        }
    }

    /// Domains asked for in the window of `length` bins from `first_bin` on.
    pub(super) fn active(&self, first_bin: i64, length: i64) -> Vec<u32> {
        (0..self.domains.len())
            .filter(|&domain| {
                let series = &self.table.series()[self.domains.series(domain)];
                let bins = || first_bin..first_bin + length;
                series
                    .iter()
                    .any(|one| one.busy_in(bins()).next().is_some())
            })
            .collect()
    }

    /// Pairs (item, domain) of a kind in a window, sorted, each once. `active` are the domains asked for in it.
    ///
    /// A domain with more clients, or addresses, than a sketch keeps is popular: it is in no pair.
    pub(super) fn pairs(
        &self,
        kind: TieKind,
        first_bin: i64,
        length: i64,
        active: &[u32],
    ) -> Vec<(u32, u32)> {
        let mut pairs = match kind {
            TieKind::Shape => active
                .iter()
                .map(|&domain| (self.shapes[domain as usize], domain))
                .collect(),
            TieKind::Client => {
                self.sighted(&self.clients, Contacts::client_ties, first_bin, length)
            }
            TieKind::Address => {
                self.sighted(&self.addresses, Contacts::address_ties, first_bin, length)
            }
            TieKind::Network => {
                let mut pairs =
                    self.sighted(&self.addresses, Contacts::address_ties, first_bin, length);
                for (item, _) in &mut pairs {
                    *item = self.networks[*item as usize];
                }
                pairs
            }
        };
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// What an item of a kind is.
    pub(super) fn text(&self, kind: TieKind, item: u32) -> &str {
        match (kind, self.contacts) {
            (TieKind::Shape, _) => self.shape_texts.text(item),
            (TieKind::Network, _) => self.network_texts.text(item),
            (TieKind::Client, Some(contacts)) => contacts.client_ties().text(item),
            (TieKind::Address, Some(contacts)) => contacts.address_ties().text(item),
            (TieKind::Client | TieKind::Address, None) => "",
        }
    }

    fn sighted(
        &self,
        in_time: &[u32],
        ties: impl Fn(&Contacts) -> &Ties,
        first_bin: i64,
        length: i64,
    ) -> Vec<(u32, u32)> {
        let Some(contacts) = self.contacts else {
            return Vec::new();
        };
        let width = self.table.width();
        let (first, end) = contacts.stretches(
            width.start_of(first_bin),
            width.start_of(first_bin.saturating_add(length)),
        );
        let sightings = ties(contacts).sightings();
        let stretch = |&number: &u32| sightings[number as usize].stretch;
        let from = in_time.partition_point(|number| stretch(number) < first);
        let to = in_time.partition_point(|number| stretch(number) < end);
        let mut pairs = Vec::with_capacity(to - from);
        // The order of time is stable, so that sightings of a domain in a stretch stand together.
        let of_one = |a: &u32, b: &u32| {
            let place = |sighting: &Sighting| (sighting.domain, sighting.stretch);
            place(&sightings[*a as usize]) == place(&sightings[*b as usize])
        };
        for of_domain in in_time[from..to].chunk_by(of_one) {
            let domain = self.numbers[sightings[of_domain[0] as usize].domain as usize];
            if let (Some(domain), true) = (domain, of_domain.len() < KEPT) {
                pairs.extend(
                    of_domain
                        .iter()
                        .map(|&number| (sightings[number as usize].item, domain)),
                );
            }
        }
        pairs
    }
}

/// For each address its network, and the networks.
fn networks(addresses: &Ties) -> (Vec<u32>, Names) {
    let mut networks = Names::default();
    let numbers = (0..addresses.len()).map(|item| networks.number(&network(addresses.text(item))));
    (numbers.collect(), networks)
}

/// A text that is no address is its own network.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_addresses_are_of_one_network() {
        assert_eq!(network("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1::/48");
    }
}
