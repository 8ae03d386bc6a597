//! Says who asked for a domain, and what it resolved to, in some bins.
//!
//! In: what was gathered, a domain, bins. Out: [`Asker`]s and addresses.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::gather::Gathered;

/// A client, or a requester group of a counts table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Its name or address.
    pub name: String,
    /// In how many bins it asked, when that is known.
    pub bins: Option<usize>,
}

/// Who asked, in most bins first, then by name. Of a counts table the groups, as far as contacts were kept.
pub(super) fn askers(gathered: &Gathered, domain: &str, bins: &Range<i64>) -> Vec<Asker> {
    let visits = &gathered.visits;
    let start = visits.partition_point(|visit| &*visit.domain < domain);
    let of_domain = visits[start..].partition_point(|visit| &*visit.domain <= domain);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for visit in &visits[start..start + of_domain] {
        if bins.contains(&visit.bin) {
            *counts.entry(&visit.client).or_default() += 1;
        }
    }
    if counts.is_empty() {
        let groups = kept(gathered, domain, bins, Kept::Clients).into_iter();
        return groups.map(|name| Asker { name, bins: None }).collect();
    }
    let mut askers: Vec<Asker> = counts
        .into_iter()
        .map(|(name, bins)| Asker {
            name: name.to_owned(),
            bins: Some(bins),
        })
        .collect();
    // Stable: names stay in order.
    askers.sort_by_key(|asker| std::cmp::Reverse(asker.bins));
    askers
}

/// What the domain resolved to, sorted.
pub(super) fn addresses(gathered: &Gathered, domain: &str, bins: &Range<i64>) -> Vec<String> {
    kept(gathered, domain, bins, Kept::Addresses)
}

#[derive(Debug, Clone, Copy)]
enum Kept {
    Clients,
    Addresses,
}

fn kept(gathered: &Gathered, domain: &str, bins: &Range<i64>, what: Kept) -> Vec<String> {
    let Some(contacts) = &gathered.contacts else {
        return Vec::new();
    };
    let width = gathered.table.width();
    let (start, end) = (width.start_of(bins.start), width.start_of(bins.end));
    let found = match what {
        Kept::Clients => contacts.clients(domain, start, end),
        Kept::Addresses => contacts.addresses(domain, start, end),
    };
    found.into_iter().map(str::to_owned).collect()
}
