//! States of dns-anomaly as bytes: what is loaded is refused, or is saved and loaded again as it was.
//!
//! In: any bytes, taken for the content of a state, compressed and with the head that goes with them. Out: a crash where
//! loading panics or another state is saved.

#![no_main]

mod fnv1a;

use std::sync::LazyLock;

use dns_anomaly::{State, StateSettings};
use libfuzzer_sys::fuzz_target;

/// The first line of every state.
static FIRST_LINE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let settings = StateSettings::default();
    let state = State::new(&settings, [1, 2]).expect("the defaults fit");
    let bytes = state.to_bytes().expect("memory can be had");
    let end = bytes
        .iter()
        .position(|&byte| byte == b'\n')
        .expect("the head is a line");
    bytes[..=end].to_vec()
});

fuzz_target!(|content: &[u8]| {
    let packed = zstd::encode_all(content, 1).expect("memory can be had");
    let hash = fnv1a::fnv1a(&packed);
    let length = packed.len() as u64;
    let bytes = [
        &FIRST_LINE[..],
        &length.to_le_bytes(),
        &hash.to_le_bytes(),
        &packed,
    ]
    .concat();
    if let Ok(state) = State::from_bytes(&bytes) {
        let saved = state.to_bytes().expect("memory can be had");
        let again = State::from_bytes(&saved).expect("what was saved is loaded");
        assert_eq!(again.to_bytes().expect("memory can be had"), saved);
    }
});
