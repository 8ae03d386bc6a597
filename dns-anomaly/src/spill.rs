//! Keeps spans that outgrow memory in a temporary file, as sorted runs, and merges the runs.
//!
//! In: runs of [`Span`]s, each sorted. Out: all spans in one order, as often as asked. The file has no name: it is gone
//! when it is dropped, and when the process is killed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use crate::deduplicate::Span;
use crate::identity::Identity;

/// Sorted runs, all in one file: their number is bounded by the disk and not by how many files may be open.
#[derive(Debug, Default)]
pub(crate) struct Spill {
    file: Option<File>,
    /// Where the next run begins, in bytes.
    end: u64,
    runs: Vec<Run>,
}

/// Part of the file.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u64,
    end: u64,
}

/// Bytes of a span in the file.
const SPAN: usize = 32;
/// Read at once from each run: a thousand runs take 32 MB.
const CHUNK: u64 = 1_024 * SPAN as u64;

impl Spill {
    /// Adds a run; where that fails nothing is added.
    pub(crate) fn push(&mut self, sorted: &[Span]) -> io::Result<()> {
        debug_assert!(sorted.is_sorted_by_key(order), "runs are merged");
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(self.end))?;
        let mut writer = BufWriter::with_capacity(1 << 16, file);
        for span in sorted {
            writer.write_all(&to_bytes(span))?;
        }
        writer.flush()?;
        let end = self.end + (sorted.len() * SPAN) as u64;
        self.runs.push(Run {
            start: self.end,
            end,
        });
        self.end = end;
        Ok(())
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// All spans of the runs and of `rest`, which is sorted as they are, in order.
    pub(crate) fn merge(&mut self, rest: &[Span], mut see: impl FnMut(Span)) -> io::Result<()> {
        let mut rest = rest.iter().copied();
        let Some(file) = &mut self.file else {
            rest.for_each(see);
            return Ok(());
        };
        let mut readers: Vec<Reader> = self.runs.iter().map(|run| Reader::new(*run)).collect();
        // A source is the place of its reader; one past the last is `rest`.
        let mut next = |source: usize| match readers.get_mut(source) {
            Some(reader) => reader.next(file),
            None => Ok(rest.next()),
        };
        let mut heads = BinaryHeap::new();
        for source in 0..=self.runs.len() {
            heads.extend(next(source)?.map(|span| Reverse(Head { span, source })));
        }
        while let Some(mut smallest) = heads.peek_mut() {
            let Reverse(head) = &mut *smallest;
            see(head.span);
            match next(head.source)? {
                Some(span) => head.span = span,
                None => drop(std::collections::binary_heap::PeekMut::pop(smallest)),
            }
        }
        Ok(())
    }
}

/// The order of runs: sightings of one query stand together, in the order of time.
pub(crate) fn order(span: &Span) -> (Identity, i64, i64) {
    (span.identity, span.first, span.last)
}

/// The next span of a source.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    span: Span,
    source: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |head: &Self| (order(&head.span), head.source);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads a run chunk by chunk.
#[derive(Debug)]
struct Reader {
    left: Run,
    /// The chunk at hand.
    bytes: Vec<u8>,
    /// How much of it was given out.
    given: usize,
}

impl Reader {
    fn new(run: Run) -> Self {
        Self {
            left: run,
            bytes: Vec::new(),
            given: 0,
        }
    }

    fn next(&mut self, file: &mut File) -> io::Result<Option<Span>> {
        if self.given == self.bytes.len() {
            let length = CHUNK.min(self.left.end - self.left.start);
            self.bytes.clear();
            self.given = 0;
            file.seek(SeekFrom::Start(self.left.start))?;
            if file.take(length).read_to_end(&mut self.bytes)? as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.left.start += length;
        }
        let Some(bytes) = self.bytes[self.given..].first_chunk() else {
            return Ok(None);
        };
        self.given += SPAN;
        Ok(Some(from_bytes(bytes)))
    }
}

fn to_bytes(span: &Span) -> [u8; SPAN] {
    let mut bytes = [0; SPAN];
    bytes[..8].copy_from_slice(&span.identity.0.to_le_bytes());
    bytes[8..16].copy_from_slice(&span.first.to_le_bytes());
    bytes[16..24].copy_from_slice(&span.last.to_le_bytes());
    bytes[24..28].copy_from_slice(&span.domain.to_le_bytes());
    bytes[28..].copy_from_slice(&span.client.to_le_bytes());
    bytes
}

fn from_bytes(bytes: &[u8; SPAN]) -> Span {
    let eight = |at: usize| std::array::from_fn(|byte| bytes[at + byte]);
    let four = |at: usize| std::array::from_fn(|byte| bytes[at + byte]);
    Span {
        identity: Identity(u64::from_le_bytes(eight(0))),
        first: i64::from_le_bytes(eight(8)),
        last: i64::from_le_bytes(eight(16)),
        domain: u32::from_le_bytes(four(24)),
        client: u32::from_le_bytes(four(28)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_rest_come_back_in_order_and_as_they_were_each_time() {
        // More than a chunk a run, with extremes of every field.
        let span = |number: u32| Span {
            identity: Identity(u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            first: i64::MIN + i64::from(number),
            last: i64::MAX - i64::from(number),
            domain: u32::MAX - number,
            client: number,
        };
        let mut all: Vec<Span> = (0..5_000).map(span).collect();
        let mut spill = Spill::default();
        assert!(spill.is_empty());
        for run in all.chunks_mut(1_700).take(2) {
            run.sort_unstable_by_key(order);
            spill.push(run).unwrap();
        }
        let mut rest = all[3_400..].to_vec();
        rest.sort_unstable_by_key(order);
        all.sort_unstable_by_key(order);
        for _ in 0..2 {
            let mut merged = Vec::new();
            spill.merge(&rest, |span| merged.push(span)).unwrap();
            assert_eq!(merged, all);
        }
        // A run may follow a merge, which left the file's end elsewhere.
        spill.push(&rest).unwrap();
        let mut merged = Vec::new();
        spill.merge(&[], |span| merged.push(span)).unwrap();
        assert_eq!(merged, all);
    }
}
