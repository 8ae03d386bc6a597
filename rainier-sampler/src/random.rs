//! Gives each chain of each data set its own stream of random numbers.
//!
//! In: one seed, the key of a data set, the number of a chain. Out: a generator. The same triple
//! always gives the same numbers, whatever ran before, on how many threads, in which order.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// All streams that belong to one seed.
///
/// `ChaCha` (D. J. Bernstein, 2008) is itself a keyed hash: block n of the output is a hash of a
/// 256-bit key, a 64-bit stream number and n. Seed and data set key are written side by side into
/// the key (little-endian, 8 bytes each, the rest zero) and the chain is the stream number, so two
/// different triples never share a stream; hashing the triple down to 64 bits first could not
/// promise that. Eight rounds are the generator's usual choice for simulation.
///
/// # Example
/// ```
/// use rainier_sampler::Streams;
/// use rand::RngExt;
/// let streams = Streams::from_seed(7);
/// let first: f64 = streams.stream(0, 1).random();
/// assert_eq!(first, streams.stream(0, 1).random());
/// assert_ne!(first, streams.stream(0, 2).random());
/// assert_ne!(first, streams.stream(1, 1).random());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of `seed`.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream of one chain over the data set named by `key`.
    #[must_use]
    pub fn stream(&self, key: u64, chain: usize) -> ChaCha8Rng {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&key.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(bytes);
        rng.set_stream(chain as u64);
        rng
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::Rng;

    use super::*;

    #[test]
    fn every_seed_key_and_chain_starts_another_stream() {
        let mut starts = HashSet::new();
        for seed in 0..8 {
            for key in [0, 1, 2, u64::MAX] {
                for chain in 0..8 {
                    starts.insert(Streams::from_seed(seed).stream(key, chain).next_u64());
                }
            }
        }
        assert_eq!(starts.len(), 8 * 4 * 8);
    }

    #[test]
    fn a_stream_does_not_depend_on_the_streams_asked_for_before() {
        let streams = Streams::from_seed(3);
        let alone = streams.stream(5, 2).next_u64();
        let mut other = streams.stream(5, 1);
        other.next_u64();
        assert_eq!(streams.stream(5, 2).next_u64(), alone);
    }
}
