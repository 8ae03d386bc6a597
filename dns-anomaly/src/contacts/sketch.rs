//! Keeps few of the many clients, or addresses, a domain has in a stretch of time.
//!
//! In: sightings of a domain with an item, both numbered, in any order and as often as they come. Out: for each domain
//! and stretch at most [`KEPT`] distinct items.
//!
//! Kept are the items of smallest rank (bottom-k; Cohen & Kaplan 2007), a rank being a seeded hash of the item's text.
//! Ranks are the same for all domains, so what two domains share is kept in both or in neither, as far as both reach.
//! Up to [`KEPT`] items the sketch is the set itself. Memory: 16 bytes for each item kept, twice that while reading.

use crate::hash::fnv1a;

/// Items kept for each domain and stretch: more clients than that, and sharing some of them says little.
pub(crate) const KEPT: usize = 64;

/// That a domain and an item were seen together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sighting {
    pub(crate) domain: u32,
    pub(crate) stretch: i64,
    pub(crate) item: u32,
}

/// Collects sightings and forgets what a sketch does not keep.
#[derive(Debug, Clone)]
pub(super) struct Sketches {
    seed: u64,
    /// By item.
    ranks: Vec<u64>,
    sightings: Vec<Sighting>,
    /// Length of `sightings` at which to forget: twice what the last time left.
    forget_at: usize,
}

/// Below this many sightings (1 MB) forgetting early saves nothing.
const SMALLEST: usize = 1 << 16;

impl Sketches {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            ranks: Vec::new(),
            sightings: Vec::new(),
            forget_at: SMALLEST,
        }
    }

    /// Notes a sighting; `text` is what the item's number stands for.
    pub(super) fn note(&mut self, sighting: Sighting, text: &str) {
        let item = sighting.item as usize;
        if item >= self.ranks.len() {
            self.ranks.resize(item + 1, 0);
        }
        if self.ranks[item] == 0 {
            self.ranks[item] = rank(self.seed, text);
        }
        self.sightings.push(sighting);
        if self.sightings.len() >= self.forget_at {
            self.forget();
            self.forget_at = SMALLEST.max(2 * self.sightings.len());
        }
    }

    /// What is kept, under new numbers, in their order.
    pub(super) fn finish(mut self, domain_places: &[u32], item_places: &[u32]) -> Vec<Sighting> {
        self.forget();
        for sighting in &mut self.sightings {
            sighting.domain = domain_places[sighting.domain as usize];
            sighting.item = item_places[sighting.item as usize];
        }
        self.sightings.sort_unstable();
        self.sightings
    }

    fn forget(&mut self) {
        let ranks = &self.ranks;
        self.sightings.sort_unstable_by_key(|sighting| {
            let rank = ranks[sighting.item as usize];
            (sighting.domain, sighting.stretch, rank, sighting.item)
        });
        self.sightings.dedup();
        let (mut place, mut kept) = ((u32::MAX, 0), 0);
        self.sightings.retain(|sighting| {
            if (sighting.domain, sighting.stretch) != place {
                place = (sighting.domain, sighting.stretch);
                kept = 0;
            }
            kept += 1;
            kept <= KEPT
        });
    }
}

/// Never 0, which stands for "not known yet".
fn rank(seed: u64, text: &str) -> u64 {
    let hash = fnv1a(seed.to_le_bytes().into_iter().chain(text.bytes()));
    // The low bits of this hash are its best; a multiplication moves them up.
    (hash ^ hash >> 32)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(sightings: &[(u32, i64, u32)], forget_after_each: bool) -> Vec<Sighting> {
        let mut sketches = Sketches::new(1);
        for &(domain, stretch, item) in sightings {
            let sighting = Sighting {
                domain,
                stretch,
                item,
            };
            sketches.note(sighting, &item.to_string());
            if forget_after_each {
                sketches.forget();
            }
        }
        let places: Vec<u32> = (0..1_000).collect();
        sketches.finish(&places, &places)
    }

    #[test]
    fn few_items_are_kept_as_they_are() {
        let all: Vec<(u32, i64, u32)> = (0..63).map(|item| (7, -3, item)).collect();
        let twice = [all.clone(), all.clone()].concat();
        let items: Vec<u32> = kept(&twice, false).iter().map(|one| one.item).collect();
        assert_eq!(items, (0..63).collect::<Vec<u32>>());
    }

    #[test]
    fn of_many_items_two_domains_keep_the_same() {
        let all: Vec<(u32, i64, u32)> = (0..2)
            .flat_map(|domain| (0..500).map(move |item| (domain, 0, item)))
            .collect();
        let kept = kept(&all, false);
        let items = |domain| kept.iter().filter(move |one| one.domain == domain);
        assert_eq!(items(0).count(), KEPT);
        assert!(
            items(0)
                .map(|one| one.item)
                .eq(items(1).map(|one| one.item))
        );
    }

    #[test]
    fn another_seed_keeps_others() {
        assert_ne!(rank(1, "10.0.0.1"), rank(2, "10.0.0.1"));
        // What a fixed hash gives, a run years later gives, too.
        assert_eq!(rank(1, "10.0.0.1"), rank(1, "10.0.0.1"));
    }

    proptest! {
        #[test]
        fn what_is_kept_depends_neither_on_order_nor_on_when_the_rest_is_forgotten(
            (sightings, shuffled) in prop::collection::vec((0_u32..2, 0_i64..2, 0_u32..200), 0..600)
                .prop_flat_map(|sightings| (Just(sightings.clone()), Just(sightings).prop_shuffle())),
        ) {
            prop_assert_eq!(kept(&sightings, false), kept(&shuffled, true));
        }
    }
}
