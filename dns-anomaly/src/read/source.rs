//! Opens an input: a file, standard input or bytes in memory, plain or gzip.
//!
//! In: a [`Source`]. Out: a buffered reader of plain bytes. Gzip is told by its first two bytes, not by the name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::MAXIMUM_LINE_BYTES;
use super::problem::ReadError;

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    File(PathBuf),
    StandardInput,
    Bytes(Arc<[u8]>),
}

/// First bytes of every gzip member (RFC 1952, section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

impl Source {
    /// The file at `path`; `-` is standard input.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path.as_os_str() == "-" {
            return Self {
                name: "-".to_owned(),
                origin: Origin::StandardInput,
            };
        }
        Self {
            name: path.display().to_string(),
            origin: Origin::File(path),
        }
    }

    /// Bytes in memory, called `name` in messages.
    pub fn from_bytes(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.into(),
            origin: Origin::Bytes(bytes.as_ref().into()),
        }
    }

    /// The name messages use.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens the input and unpacks it when it is gzip (several members in a row included).
    pub(super) fn open(&self) -> Result<Box<dyn BufRead>, ReadError> {
        let raw: Box<dyn Read> = match &self.origin {
            Origin::File(path) => Box::new(File::open(path).map_err(|source| ReadError::Open {
                file: self.name.clone(),
                source,
            })?),
            Origin::StandardInput => Box::new(io::stdin()),
            Origin::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let mut reader = BufReader::with_capacity(1 << 16, raw);
        let mut start = Vec::new();
        reader
            .by_ref()
            .take(GZIP_MAGIC.len() as u64)
            .read_to_end(&mut start)
            .map_err(|source| ReadError::Read {
                file: self.name.clone(),
                line: 1,
                source,
            })?;
        let is_gzip = start == GZIP_MAGIC;
        let whole = Cursor::new(start).chain(reader);
        Ok(if is_gzip {
            Box::new(BufReader::with_capacity(
                1 << 16,
                MultiGzDecoder::new(whole),
            ))
        } else {
            Box::new(whole)
        })
    }
}

/// Replaces `bytes` by the next line with its end, number `line` of `file`; returns how many bytes were read, 0 at the
/// end of the input and at most one more than a line may have.
pub(super) fn read_line(
    reader: &mut dyn BufRead,
    file: &str,
    line: u64,
    bytes: &mut Vec<u8>,
) -> Result<u64, ReadError> {
    bytes.clear();
    let length = reader.take(MAXIMUM_LINE_BYTES + 1).read_until(b'\n', bytes);
    length
        .map(|length| length as u64)
        .map_err(|source| ReadError::Read {
            file: file.to_owned(),
            line,
            source,
        })
}
