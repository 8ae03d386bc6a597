//! Every reader of dns-anomaly: any bytes are read or refused.
//!
//! In: a byte that names a format, or leaves it to be told by content, and the input. Out: a crash where reading panics.

#![no_main]

use dns_anomaly::{Format, GatherSettings, ReadSettings, Source, gather};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, input)) = bytes.split_first() else {
        return;
    };
    let read = match Format::ALL.get(usize::from(choice)) {
        Some(&format) => ReadSettings::default().with_format(format),
        None => ReadSettings::default(),
    };
    let settings = GatherSettings::default().with_read(read);
    // What cannot be read is an error, never a panic.
    let _ = gather(&[Source::from_bytes("input", input)], &settings);
});
