//! Packs busy bins into few bytes: most of a state is these.
//!
//! In: busy bins in time order. Out: for each, bins since the one before, count, and clients plus 1 (0 where they are not
//! known), as LEB128: seven bits a byte, low ones first, the eighth says that more follow.

use crate::series::BusyBin;

/// Adds the bytes of `busy`; the first bin counts from `first_bin`.
pub(super) fn pack(first_bin: i64, busy: &[BusyBin], bytes: &mut Vec<u8>) {
    let mut before = first_bin;
    for bin in busy {
        put(bin.bin.abs_diff(before), bytes);
        put(bin.count, bytes);
        put(
            bin.clients.map_or(0, |clients| clients.saturating_add(1)),
            bytes,
        );
        before = bin.bin;
    }
}

/// Room for the bins of a day in hours, so that a run does not move every series.
const ROOM: usize = 24;

/// The busy bins these are the bytes of, all before `end_bin`; nothing if they are not such bytes.
pub(super) fn unpack(first_bin: i64, end_bin: i64, mut bytes: &[u8]) -> Option<Vec<BusyBin>> {
    let mut busy = Vec::with_capacity(bytes.len() / 3 + ROOM);
    let mut bin = first_bin;
    while !bytes.is_empty() {
        bin = bin.checked_add_unsigned(take(&mut bytes)?)?;
        if bin >= end_bin {
            return None;
        }
        busy.push(BusyBin {
            bin,
            count: take(&mut bytes)?,
            clients: take(&mut bytes)?.checked_sub(1),
        });
    }
    Some(busy)
}

fn put(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_leb128() {
        let mut bytes = Vec::new();
        for number in [0, 127, 128, 624_485, u64::MAX] {
            put(number, &mut bytes);
        }
        // 624485 is the example of the DWARF standard.
        let expected = [&[0, 127, 0x80, 1, 0xe5, 0x8e, 0x26][..], &[0xff; 9], &[1]].concat();
        assert_eq!(bytes, expected);
        // A tenth byte above 1 does not fit.
        assert_eq!(take(&mut &[&[0xff; 9][..], &[2]].concat()[..]), None);
    }

    proptest! {
        #[test]
        fn bins_come_back_as_they_were(
            first in -1_000_i64..1_000,
            cells in prop::collection::vec((0_u64..300, 1_u64..=u64::MAX, prop::option::of(0_u64..1_000)), 0..50),
        ) {
            let mut bin = first;
            let busy: Vec<BusyBin> = cells
                .into_iter()
                .map(|(gap, count, clients)| {
                    bin = bin.saturating_add_unsigned(gap);
                    BusyBin { bin, count, clients }
                })
                .collect();
            let mut bytes = Vec::new();
            pack(first, &busy, &mut bytes);
            prop_assert_eq!(unpack(first, bin + 1, &bytes), Some(busy.clone()));
            if !busy.is_empty() {
                prop_assert_eq!(unpack(first, bin, &bytes), None);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = unpack(0, i64::MAX, &bytes);
        }
    }
}
