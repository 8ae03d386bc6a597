//! Wraps bytes so that damage, strangers and newer formats are told apart before they are read.
//!
//! In: a payload. Out: magic word (8 bytes), format (4), checksum (8), payload; numbers in little
//! endian. And back, or why not.

use super::PortableError;

const MAGIC: usize = 8;
const VERSION: usize = 4;
const CHECKSUM: usize = 8;

/// A kind of bytes that can be told from others.
///
/// The checksum finds accidents, such as any one byte that changed; it is no signature.
///
/// ```
/// use rainier_core::portable::{Envelope, PortableError};
///
/// let letter = Envelope::new("letter", *b"MYLETTER", 2);
/// let mut bytes = letter.seal(b"hello");
/// assert_eq!(letter.open(&bytes)?, b"hello");
///
/// let older = Envelope::new("letter", *b"MYLETTER", 1);
/// assert_eq!(older.open(&bytes), Err(PortableError::Newer { found: 2, supported: 1 }));
///
/// bytes[22] ^= 1;
/// assert!(matches!(letter.open(&bytes), Err(PortableError::Damaged { .. })));
/// # Ok::<(), PortableError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope {
    kind: &'static str,
    magic: [u8; MAGIC],
    version: u32,
}

impl Envelope {
    /// The envelope of what is called `kind` in errors.
    pub const fn new(kind: &'static str, magic: [u8; MAGIC], version: u32) -> Self {
        Self {
            kind,
            magic,
            version,
        }
    }

    /// The payload in its envelope.
    pub fn seal(&self, payload: &[u8]) -> Vec<u8> {
        let version = self.version.to_le_bytes();
        let mut bytes = Vec::with_capacity(MAGIC + VERSION + CHECKSUM + payload.len());
        bytes.extend(self.magic);
        bytes.extend(version);
        bytes.extend(checksum(&[&version, payload]).to_le_bytes());
        bytes.extend(payload);
        bytes
    }

    /// The payload of an envelope of this kind and version.
    ///
    /// # Errors
    /// When the bytes begin otherwise, are of a newer version, or their checksum is wrong.
    pub fn open<'b>(&self, bytes: &'b [u8]) -> Result<&'b [u8], PortableError> {
        let damaged = |flaw| PortableError::Damaged { flaw };
        let rest = bytes
            .strip_prefix(&self.magic)
            .ok_or(PortableError::NotAProgram {
                expected: self.kind,
            })?;
        let short = || damaged("they end too early");
        let (version, rest) = rest.split_first_chunk::<VERSION>().ok_or_else(short)?;
        let found = u32::from_le_bytes(*version);
        if found > self.version {
            let supported = self.version;
            return Err(PortableError::Newer { found, supported });
        }
        if found < self.version {
            return Err(damaged("there is no such format"));
        }
        let (written, payload) = rest.split_first_chunk::<CHECKSUM>().ok_or_else(short)?;
        if u64::from_le_bytes(*written) != checksum(&[version, payload]) {
            return Err(damaged("their checksum must be the one written"));
        }
        Ok(payload)
    }
}

/// FNV-1a of 64 bits (Fowler, Noll and Vo 1991). Each step is one-to-one in the sum so far, so one
/// byte that changes always changes the sum.
fn checksum(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().copied().flatten();
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum: u64, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_that_of_the_published_vectors() {
        assert_eq!(checksum(&[b""]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(checksum(&[b"a"]), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(checksum(&[b"foo", b"bar"]), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn every_prefix_is_refused() {
        let envelope = Envelope::new("letter", *b"MYLETTER", 1);
        let bytes = envelope.seal(b"hello");
        for length in 0..bytes.len() {
            assert!(envelope.open(&bytes[..length]).is_err(), "{length}");
        }
    }
}
