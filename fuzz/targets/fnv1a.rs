//! The sum that guards what is kept as bytes, so that fuzzing reaches what lies behind it.
//!
//! In: bytes. Out: their 64-bit FNV-1a hash.

/// FNV-1a (Fowler, Noll & Vo).
pub fn fnv1a<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
