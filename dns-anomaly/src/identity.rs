//! Tells by a number whether two rows are sightings of one query.
//!
//! In: records. Out: an [`Identity`]: equal for rows with the same client, connection, transaction id, name and type.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use siphasher::sip::SipHasher13;

use crate::record::Record;

/// What makes two rows sightings of the same query, as a 64-bit hash; the time is not part of it.
///
/// Two different queries within a second of each other share a hash with probability 2^-64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity(pub(crate) u64);

/// Hashes what identifies a query. Seeded, so that nobody can make queries that hide others; the hashes order
/// sightings inside only.
#[derive(Debug, Clone, Default)]
pub(crate) struct IdentityHasher {
    seed: Seed,
    /// The parts of the record at hand, one after the other.
    bytes: Vec<u8>,
}

/// Where an identity's seed comes from.
#[derive(Debug, Clone)]
enum Seed {
    /// Drawn for each run: the fastest hash.
    OfRun(RandomState),
    /// Kept between runs, whatever the machine and the version: SipHash-1-3 is defined to the bit.
    Kept(SipHasher13),
}

impl Default for Seed {
    fn default() -> Self {
        Self::OfRun(RandomState::default())
    }
}

impl IdentityHasher {
    /// Hashes under a seed that is kept between runs.
    pub(crate) fn kept(seed: [u64; 2]) -> Self {
        Self {
            seed: Seed::Kept(SipHasher13::new_with_keys(seed[0], seed[1])),
            bytes: Vec::new(),
        }
    }

    /// The identity of `record`, or `None` when it has neither connection nor transaction id.
    pub(crate) fn identity(&mut self, record: &Record<'_>) -> Option<Identity> {
        if record.uid.is_none() && record.trans_id.is_none() {
            return None;
        }
        self.bytes.clear();
        let parts = [
            &record.client,
            &record.uid,
            &record.trans_id,
            &record.query_type,
        ];
        for part in parts {
            // No text holds the byte 0xff: it keeps parts apart and says which are unset.
            match part {
                Some(text) => self.bytes.extend_from_slice(text.as_bytes()),
                None => self.bytes.push(0xff),
            }
            self.bytes.push(0xff);
        }
        let start = self.bytes.len();
        if let Some(query) = &record.query {
            self.bytes.extend_from_slice(query.as_bytes());
        }
        // Resolvers that randomise letter case (the "0x20" defence) may repeat a query in another case.
        self.bytes[start..].make_ascii_lowercase();
        Some(Identity(match &self.seed {
            Seed::OfRun(seed) => {
                let mut hasher = seed.build_hasher();
                hasher.write(&self.bytes);
                hasher.finish()
            }
            Seed::Kept(seed) => seed.hash(&self.bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn identity_ignores_letter_case_and_nothing_else() {
        let record = |query: &'static str, trans_id: &'static str| Record {
            client: Some("10.0.0.1".into()),
            query: Some(query.into()),
            query_type: Some("A".into()),
            trans_id: Some(trans_id.into()),
            ..Record::at(Timestamp::from_microseconds(0))
        };
        let mut hasher = IdentityHasher::default();
        let identity = hasher.identity(&record("www.example.com", "1"));
        assert!(identity.is_some());
        assert_eq!(identity, hasher.identity(&record("wWw.eXample.COM", "1")));
        assert_ne!(identity, hasher.identity(&record("www.example.com", "2")));
        assert_ne!(identity, hasher.identity(&record("www.example.org", "1")));
        let unset = |uid: Option<&'static str>, trans_id: Option<&'static str>| Record {
            uid: uid.map(Into::into),
            trans_id: trans_id.map(Into::into),
            ..Record::at(Timestamp::from_microseconds(0))
        };
        assert_ne!(
            hasher.identity(&unset(Some("1"), None)),
            hasher.identity(&unset(None, Some("1")))
        );
        assert_eq!(hasher.identity(&unset(None, None)), None);
    }
}
