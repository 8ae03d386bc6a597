//! Gives every domain and purpose its own random numbers.
//!
//! In: the seed, a purpose, a name. Out: a `ChaCha8` generator. The seed is the cipher's key and the hash of purpose
//! and name its stream number, so that streams neither overlap nor depend on the order they are asked for.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use crate::hash::fnv1a;

/// What a stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A domain's habits and innocent counts.
    Innocent,
    /// What campaigns add to a domain's counts.
    Planted,
    /// Which domains, clients and hours the campaigns take.
    Campaigns,
    /// Times and clients of a domain's queries in the log.
    Log,
}

/// The stream for `name` and `purpose`.
pub(super) fn stream(seed: u64, purpose: Purpose, name: &str) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let tag = match purpose {
        Purpose::Innocent => 1,
        Purpose::Planted => 2,
        Purpose::Campaigns => 3,
        Purpose::Log => 4,
    };
    rng.set_stream(fnv1a(std::iter::once(tag).chain(name.bytes())));
    rng
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;

    #[test]
    fn streams_differ_by_seed_purpose_and_name_and_repeat_otherwise() {
        let first = |seed, purpose, name| stream(seed, purpose, name).random::<u64>();
        let reference = first(1, Purpose::Innocent, "a");
        assert_eq!(reference, first(1, Purpose::Innocent, "a"));
        assert_ne!(reference, first(2, Purpose::Innocent, "a"));
        assert_ne!(reference, first(1, Purpose::Log, "a"));
        assert_ne!(reference, first(1, Purpose::Innocent, "b"));
    }
}
