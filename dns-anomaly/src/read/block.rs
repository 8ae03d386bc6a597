//! Hands out the lines of an input without copying them, and lets its start be looked at first.
//!
//! In: any reader. Out: lines as slices of one buffer, which grows to the longest line and no further than it may.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

/// A buffered reader whose next bytes can be looked at.
pub(super) struct Block {
    reader: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    /// What is read and not handed out is `bytes[start..end]`.
    start: usize,
    end: usize,
    /// What went wrong while looking ahead, to be told where it stands.
    failure: Option<io::Error>,
}

/// Large enough that refilling is rare, small enough for the processor's cache.
const CAPACITY: usize = 1 << 18;

impl Block {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self {
            reader,
            bytes: vec![0; CAPACITY],
            start: 0,
            end: 0,
            failure: None,
        }
    }

    /// The bytes read and not handed out.
    pub(super) fn available(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Skips `count` of the bytes available.
    pub(super) fn skip(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    /// Reads on until `count` bytes are available or the input ends. A failure after the first byte is kept until the
    /// bytes before it are handed out.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.end - self.start < count {
            match self.fill() {
                Ok(0) => break,
                Ok(_) => {}
                Err(failure) if self.start < self.end => {
                    self.failure = Some(failure);
                    break;
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(self.available())
    }

    /// The next line with its end, or what stands before the end of the input; empty there. A line longer than
    /// `maximum` is cut one byte after.
    pub(super) fn line(&mut self, maximum: usize) -> io::Result<&[u8]> {
        let mut searched = 0;
        let length = loop {
            if let Some(place) = memchr(b'\n', &self.available()[searched..]) {
                break searched + place + 1;
            }
            searched = self.end - self.start;
            if searched > maximum || self.fill()? == 0 {
                break searched;
            }
        };
        let start = self.start;
        self.start += length.min(maximum + 1);
        Ok(&self.bytes[start..self.start])
    }

    /// Reads some more; 0 at the end of the input.
    fn fill(&mut self) -> io::Result<usize> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.bytes.len() {
            self.bytes.resize(2 * self.end, 0);
        }
        loop {
            match self.reader.read(&mut self.bytes[self.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => {
                    let count = result?;
                    self.end += count;
                    return Ok(count);
                }
            }
        }
    }
}

impl Read for Block {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && self.fill()? == 0 {
            return Ok(0);
        }
        let count = self.available().len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.available()[..count]);
        self.skip(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives a few bytes at a time, as a pipe may.
    struct Trickle(Vec<u8>, usize);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    proptest! {
        #[test]
        fn lines_are_those_of_the_text_however_it_arrives(
            text in "[ab\n]{0,60}", step in 1_usize..7, peeked in 0_usize..9,
        ) {
            let mut block = Block::new(Box::new(Trickle(text.clone().into_bytes(), step)));
            prop_assert!(text.as_bytes().starts_with(block.peek(peeked).unwrap()));
            let mut lines = Vec::new();
            loop {
                let line = block.line(1_000).unwrap().to_vec();
                if line.is_empty() {
                    break;
                }
                lines.push(String::from_utf8(line).unwrap());
            }
            let expected: Vec<&str> = text.split_inclusive('\n').collect();
            prop_assert_eq!(lines, expected);
        }

        #[test]
        fn what_is_read_after_a_look_is_the_whole(text in prop::collection::vec(any::<u8>(), 0..60), peeked in 0_usize..70) {
            let mut block = Block::new(Box::new(Trickle(text.clone(), 3)));
            block.peek(peeked).unwrap();
            let mut read = Vec::new();
            block.read_to_end(&mut read).unwrap();
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn a_line_too_long_is_cut_and_the_buffer_stays_bounded() {
        let mut block = Block::new(Box::new(io::repeat(b'x')));
        assert_eq!(block.line(1 << 20).unwrap().len(), (1 << 20) + 1);
        assert!(block.bytes.len() <= 1 << 22);
    }
}
