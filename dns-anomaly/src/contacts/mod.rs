//! Remembers whom a domain had to do with: clients that asked for it, addresses it resolved to.
//!
//! In: queries and answers, or the requester groups of a counts table, by stretch of time. Out: [`Contacts`], few of
//! each for every domain and stretch (`sketch`).

mod sketch;

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use self::sketch::Sketches;
pub(crate) use self::sketch::{KEPT, Sighting};
use crate::answers::Answers;
use crate::bin_width::BinWidth;
use crate::names::Names;
use crate::timestamp::Timestamp;

/// Clients and addresses of each domain in each stretch of time, at most 64 of each.
///
/// In a counts table with groups a group stands for a client.
///
/// ```
/// use dns_anomaly::{BinWidth, GatherSettings, Source, gather};
///
/// let log = "#fields\tts\tid.orig_h\tquery\tanswers\n\
///     5.0\t10.0.0.1\twww.example.com\t192.0.2.7\n9000.0\t10.0.0.2\texample.com\tx.example,192.0.2.8\n";
/// let settings = GatherSettings::default().with_contacts(BinWidth::HOUR, 1);
/// let contacts = gather(&[Source::from_bytes("dns.log", log)], &settings)?.contacts.ok_or("asked for")?;
/// let (start, end) = ("1970-01-01T00:00:00Z".parse()?, "1970-01-01T01:00:00Z".parse()?);
/// assert_eq!(contacts.clients("example.com", start, end), ["10.0.0.1"]);
/// assert_eq!(contacts.addresses("example.com", start, end), ["192.0.2.7"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacts {
    stretch: BinWidth,
    /// Sorted.
    domains: Vec<Arc<str>>,
    clients: Ties,
    addresses: Ties,
}

/// That a domain resolved to an address in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Resolution {
    pub(crate) domain: Arc<str>,
    /// Number of the stretch.
    pub(crate) stretch: i64,
    pub(crate) address: Arc<str>,
}

/// Contacts of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ties {
    /// Sorted; an item is the place of its text.
    texts: Vec<Arc<str>>,
    /// Sorted.
    sightings: Vec<Sighting>,
}

impl Contacts {
    /// Clients that asked for a domain in the stretches from `start` to `end`, sorted.
    pub fn clients(&self, domain: &str, start: Timestamp, end: Timestamp) -> Vec<&str> {
        self.texts(&self.clients, domain, start, end)
    }

    /// Addresses a domain resolved to in the stretches from `start` to `end`, sorted.
    pub fn addresses(&self, domain: &str, start: Timestamp, end: Timestamp) -> Vec<&str> {
        self.texts(&self.addresses, domain, start, end)
    }

    fn texts<'a>(
        &'a self,
        ties: &'a Ties,
        domain: &str,
        start: Timestamp,
        end: Timestamp,
    ) -> Vec<&'a str> {
        let Some(domain) = self.number(domain) else {
            return Vec::new();
        };
        let (first, last) = self.stretches(start, end);
        let mut items: Vec<u32> = ties.of(domain, first, last).collect();
        items.sort_unstable();
        items.dedup();
        items.into_iter().map(|item| ties.text(item)).collect()
    }

    /// A domain's place, if it has contacts.
    fn number(&self, domain: &str) -> Option<u32> {
        let place = self
            .domains
            .binary_search_by(|known| (**known).cmp(domain))
            .ok()?;
        u32::try_from(place).ok()
    }

    /// All domains with contacts, sorted; sightings hold their places.
    pub(crate) fn domains(&self) -> &[Arc<str>] {
        &self.domains
    }

    /// The first stretch that `start..end` touches, and one past the last.
    pub(crate) fn stretches(&self, start: Timestamp, end: Timestamp) -> (i64, i64) {
        let before_end = Timestamp::from_microseconds(end.microseconds().saturating_sub(1));
        (
            self.stretch.bin_of(start),
            self.stretch.bin_of(before_end) + 1,
        )
    }

    /// What names resolved to, sorted.
    pub(crate) fn resolutions(&self) -> impl Iterator<Item = Resolution> + '_ {
        let sightings = self.addresses.sightings.iter();
        sightings.map(|sighting| Resolution {
            domain: Arc::clone(&self.domains[sighting.domain as usize]),
            stretch: sighting.stretch,
            address: Arc::clone(&self.addresses.texts[sighting.item as usize]),
        })
    }

    /// Who asked.
    pub(crate) fn client_ties(&self) -> &Ties {
        &self.clients
    }

    /// What names resolved to.
    pub(crate) fn address_ties(&self) -> &Ties {
        &self.addresses
    }
}

impl Ties {
    /// Number of items.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.texts.len()).expect("items are numbered by 32 bits")
    }

    /// Items of a domain in the stretches `first..end`, once for each stretch.
    fn of(&self, domain: u32, first: i64, end: i64) -> impl Iterator<Item = u32> + '_ {
        let key = |sighting: &Sighting| (sighting.domain, sighting.stretch);
        let from = self
            .sightings
            .partition_point(|sighting| key(sighting) < (domain, first));
        self.sightings[from..]
            .iter()
            .take_while(move |sighting| key(sighting) < (domain, end))
            .map(|sighting| sighting.item)
    }

    /// All that was kept, sorted by domain, stretch and item.
    pub(crate) fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// What an item stands for.
    pub(crate) fn text(&self, item: u32) -> &str {
        &self.texts[item as usize]
    }
}

/// Collects contacts while an input is read. Domains and clients have the numbers the caller gives them.
#[derive(Debug, Clone)]
pub(crate) struct ContactsBuilder {
    stretch: BinWidth,
    clients: Sketches,
    addresses: Sketches,
    address_names: Names,
    text: String,
}

impl ContactsBuilder {
    pub(crate) fn new(stretch: BinWidth, seed: u64) -> Self {
        Self {
            stretch,
            clients: Sketches::new(seed),
            addresses: Sketches::new(seed),
            address_names: Names::default(),
            text: String::new(),
        }
    }

    /// Notes who asked.
    pub(crate) fn client(&mut self, domain: u32, time: Timestamp, client: u32, text: &str) {
        let sighting = Sighting {
            domain,
            stretch: self.stretch.bin_of(time),
            item: client,
        };
        self.clients.note(sighting, text);
    }

    /// Notes the addresses of an answer. Names in it are none, nor are those that blocked names resolve to.
    pub(crate) fn answers(&mut self, domain: u32, time: Timestamp, answers: &Answers<'_>) {
        for answer in answers.iter() {
            let Ok(address) = answer.parse::<IpAddr>() else {
                continue;
            };
            if address.is_unspecified() || address.is_loopback() {
                continue;
            }
            let mut text = std::mem::take(&mut self.text);
            text.clear();
            // One address has many spellings; writing to a string does not fail.
            let _ = write!(text, "{address}");
            self.address(domain, time, &text);
            self.text = text;
        }
    }

    /// Notes an address, spelled as [`answers`](Self::answers) does.
    pub(crate) fn address(&mut self, domain: u32, time: Timestamp, text: &str) {
        let sighting = Sighting {
            domain,
            stretch: self.stretch.bin_of(time),
            item: self.address_names.number(text),
        };
        self.addresses.note(sighting, text);
    }

    /// What was kept; `domain_places` and `client_places` are where the caller's numbers went.
    pub(crate) fn finish(
        self,
        domains: Vec<Arc<str>>,
        domain_places: &[u32],
        clients: Vec<Arc<str>>,
        client_places: &[u32],
    ) -> Contacts {
        let (addresses, address_places) = self.address_names.into_sorted();
        Contacts {
            stretch: self.stretch,
            domains,
            clients: Ties {
                texts: clients,
                sightings: self.clients.finish(domain_places, client_places),
            },
            addresses: Ties {
                texts: addresses,
                sightings: self.addresses.finish(domain_places, &address_places),
            },
        }
    }
}
