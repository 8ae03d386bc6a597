//! Finds the number of the domain a logged name is counted under, cleaning each name once.
//!
//! In: names as logged. Out: numbers of domains. Most rows repeat a name seen before: the way through the public suffix
//! list is remembered for as many names as are worth it.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::domain::{Dropped, Naming, clean_name};
use crate::names::Names;
use crate::record::Record;

/// Numbers of domains, and what became of the names seen lately.
#[derive(Debug, Clone)]
pub(crate) struct DomainNumbers {
    naming: Naming,
    domains: Names,
    hasher: RandomState,
    seen: HashTable<(Box<str>, Result<u32, Dropped>)>,
}

/// Names remembered: some 20 MB. Tunnels ask for a new name each time; when they have filled the table it starts anew.
const REMEMBERED: usize = 1 << 18;

impl DomainNumbers {
    pub(crate) fn new(naming: Naming) -> Self {
        Self {
            naming,
            domains: Names::default(),
            hasher: RandomState::default(),
            seen: HashTable::new(),
        }
    }

    /// Domains known already get the numbers from 0 on.
    pub(crate) fn resume(naming: Naming, domains: &[Arc<str>]) -> Self {
        let mut numbers = Self::new(naming);
        for domain in domains {
            numbers.domains.number(domain);
        }
        numbers
    }

    /// The number of the domain a row is counted under.
    pub(crate) fn asked_for(&mut self, record: &Record<'_>) -> Result<u32, Dropped> {
        match &record.query {
            Some(query) => self.number(query),
            None => Err(Dropped::Unset),
        }
    }

    /// The number of the domain `query` is counted under.
    pub(crate) fn number(&mut self, query: &str) -> Result<u32, Dropped> {
        let Self {
            naming,
            domains,
            hasher,
            seen,
        } = self;
        let hash = hasher.hash_one(query);
        if let Some((_, outcome)) = seen.find(hash, |(name, _)| **name == *query) {
            return *outcome;
        }
        let outcome = clean_name(query, *naming).map(|domain| domains.number(&domain));
        if seen.len() == REMEMBERED {
            seen.clear();
        }
        seen.insert_unique(hash, (query.into(), outcome), |(name, _)| {
            hasher.hash_one(&**name)
        });
        outcome
    }

    /// The number of a domain that needs no cleaning.
    pub(crate) fn number_as_is(&mut self, domain: &str) -> u32 {
        self.domains.number(domain)
    }

    /// The domain of a number given out.
    pub(crate) fn text(&self, number: u32) -> &Arc<str> {
        self.domains.text(number)
    }

    /// The domains.
    pub(crate) fn into_names(self) -> Names {
        self.domains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_cleaning_says_and_the_memory_stays_bounded() {
        let mut numbers = DomainNumbers::new(Naming::Registrable);
        for round in 0..2 {
            assert_eq!(numbers.number("www.a.example"), Ok(0), "{round}");
            assert_eq!(numbers.number("B.example."), Ok(1), "{round}");
            assert_eq!(numbers.number("ftp.A.example"), Ok(0), "{round}");
            assert_eq!(numbers.number("printer"), Err(Dropped::Undotted), "{round}");
        }
        for name in 0..=REMEMBERED {
            assert_eq!(numbers.number(&format!("{name}.a.example")), Ok(0));
        }
        assert!(numbers.seen.len() <= REMEMBERED);
        assert_eq!(numbers.into_names().into_sorted().0.len(), 2);
    }
}
