//! Packs the busy bins of a series into few bytes: most of what a run, or a state, holds is these.
//!
//! In: busy bins in time order. Out: for each, bins since the one before, count, and clients plus 1 (0 where they are not
//! known), as LEB128: seven bits a byte, low ones first, the eighth says that more follow. Three bytes a bin, mostly.

use std::ops::Range;

use super::BusyBin;

/// The busy bins of a series as bytes, in time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackedBins {
    /// The first bin's distance is counted from here.
    start: i64,
    /// The last bin there is, `start` when there is none.
    last: i64,
    len: usize,
    bytes: Vec<u8>,
}

impl PackedBins {
    /// No bin yet; none may come before `start`.
    pub(super) fn new(start: i64) -> Self {
        Self {
            start,
            last: start,
            len: 0,
            bytes: Vec::new(),
        }
    }

    /// The bins these are the bytes of, all before `end_bin`; nothing if they are not such bytes.
    pub(super) fn from_bytes(start: i64, end_bin: i64, bytes: Vec<u8>) -> Option<Self> {
        let (mut rest, mut last, mut len) = (&bytes[..], start, 0);
        while !rest.is_empty() {
            last = take(&mut rest, last)?.bin;
            if last >= end_bin {
                return None;
            }
            len += 1;
        }
        Some(Self {
            start,
            last,
            len,
            bytes,
        })
    }

    /// Packs bins in time order, none before `start`.
    pub(super) fn of(start: i64, busy: &[BusyBin]) -> Self {
        let mut packed = Self::new(start);
        for &bin in busy {
            packed.push(bin);
        }
        packed.shrink();
        packed
    }

    /// Adds a bin that is not before any there is.
    pub(super) fn push(&mut self, bin: BusyBin) {
        debug_assert!(bin.bin >= self.last, "bins come in time order");
        let clients = bin.clients.map_or(0, |clients| clients.saturating_add(1));
        for number in [bin.bin.abs_diff(self.last), bin.count, clients] {
            put(number, &mut self.bytes);
        }
        self.last = bin.bin;
        self.len += 1;
    }

    /// Makes room for bins to come, and no more: to double what is there would double the memory of all.
    pub(super) fn reserve(&mut self, bins: usize) {
        self.bytes.reserve_exact(3 * bins);
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// The bin distances are counted from.
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    pub(super) fn iter(&self) -> BusyBins<'_> {
        BusyBins {
            bytes: &self.bytes,
            last: self.start,
            left: self.len,
        }
    }

    /// What [`Self::from_bytes`] takes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The busy bins of a series in time order.
#[derive(Debug, Clone)]
pub struct BusyBins<'a> {
    bytes: &'a [u8],
    last: i64,
    left: usize,
}

impl Iterator for BusyBins<'_> {
    type Item = BusyBin;

    fn next(&mut self) -> Option<BusyBin> {
        let bin = take(&mut self.bytes, self.last)?;
        self.last = bin.bin;
        self.left -= 1;
        Some(bin)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BusyBins<'_> {}

/// The busy bins of a series, each at hand.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnpackedBins(Vec<BusyBin>);

impl UnpackedBins {
    pub(super) fn of(packed: &PackedBins) -> Self {
        Self(packed.iter().collect())
    }

    /// Those in `bins`.
    pub(crate) fn within(&self, bins: Range<i64>) -> &[BusyBin] {
        let start = self.0.partition_point(|busy| busy.bin < bins.start);
        let length = self.0[start..].partition_point(|busy| busy.bin < bins.end);
        &self.0[start..start + length]
    }
}

/// Takes a bin off; `None` where the bytes are none of ours, or none are left.
fn take(bytes: &mut &[u8], last: i64) -> Option<BusyBin> {
    Some(BusyBin {
        bin: last.checked_add_unsigned(take_number(bytes)?)?,
        count: take_number(bytes)?,
        clients: take_number(bytes)?.checked_sub(1),
    })
}

fn put(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
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
        assert_eq!(take_number(&mut &[&[0xff; 9][..], &[2]].concat()[..]), None);
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
            let packed = PackedBins::of(first, &busy);
            prop_assert_eq!(packed.iter().len(), busy.len());
            prop_assert_eq!(packed.iter().collect::<Vec<_>>(), busy.clone());
            let bytes = packed.bytes().to_vec();
            prop_assert_eq!(PackedBins::from_bytes(first, bin + 1, bytes.clone()), Some(packed));
            if !busy.is_empty() {
                prop_assert_eq!(PackedBins::from_bytes(first, bin, bytes), None);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(packed) = PackedBins::from_bytes(0, i64::MAX, bytes) {
                prop_assert_eq!(packed.iter().count(), packed.iter().len());
            }
        }
    }
}
