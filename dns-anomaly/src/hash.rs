//! Hashes names to 64 bits, the same for ever and everywhere.
//!
//! In: bytes. Out: a number that seeds the random stream of what they name. The standard library's hasher promises
//! neither.

/// The 64-bit FNV-1a hash (Fowler, Noll & Vo).
pub(crate) fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the authors' reference code.
        assert_eq!(fnv1a([]), 0xcbf29ce484222325);
        assert_eq!(fnv1a("a".bytes()), 0xaf63dc4c8601ec8c);
        assert_eq!(fnv1a("foobar".bytes()), 0x85944171f73967e8);
    }
}
