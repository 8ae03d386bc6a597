//! Opens an input: a file, standard input or bytes in memory, plain, gzip or zstd.
//!
//! In: a [`Source`], or a path that may be a folder. Out: a [`Block`] of plain bytes. Compression is told by its first
//! bytes, not by the name.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use flate2::read::MultiGzDecoder;

use super::block::Block;
use super::problem::ReadError;
use crate::timestamp::Timestamp;

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
/// First bytes of every zstd frame (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

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

    /// All inputs at `path`: the file itself, or the files of a folder and the folders in it, in the order of their
    /// paths. Names that start with a dot are left out.
    ///
    /// # Errors
    /// A folder that cannot be listed or holds no file. That a file cannot be read is told when it is.
    pub fn all_in(path: impl Into<PathBuf>) -> Result<Vec<Self>, ReadError> {
        let path = path.into();
        if !path.is_dir() {
            return Ok(vec![Self::from_path(path)]);
        }
        let mut files = Vec::new();
        let listed = list(&path, &mut files).and_then(|()| {
            let none = || io::Error::new(io::ErrorKind::NotFound, "the folder holds no file");
            files.first().map(drop).ok_or_else(none)
        });
        listed.map_err(|source| ReadError::Open {
            file: path.display().to_string(),
            source,
        })?;
        files.sort();
        Ok(files.into_iter().map(Self::from_path).collect())
    }

    /// When the input was last written to: now, unless it is a file that says otherwise.
    pub(super) fn last_written(&self) -> Timestamp {
        let written = match &self.origin {
            Origin::File(path) => fs::metadata(path).and_then(|file| file.modified()).ok(),
            Origin::StandardInput | Origin::Bytes(_) => None,
        };
        let since_epoch = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let microseconds = match since_epoch {
            Some(duration) => i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
            None => jiff::Timestamp::now().as_microsecond(),
        };
        Timestamp::from_microseconds(microseconds)
    }

    /// The file itself where one can go to any place of it.
    #[cfg(feature = "parquet")]
    pub(super) fn seekable(&self) -> Option<File> {
        match &self.origin {
            // What is compressed around Parquet starts otherwise, and a pipe has no length.
            Origin::File(path) => {
                let mut file = File::open(path).ok()?;
                let mut start = [0; 4];
                file.read_exact(&mut start).ok()?;
                let is_plain = &start == b"PAR1" && file.metadata().ok()?.is_file();
                Some(file).filter(|_| is_plain)
            }
            Origin::StandardInput | Origin::Bytes(_) => None,
        }
    }

    /// Opens the input and unpacks it when it is gzip or zstd (several members or frames in a row included).
    pub(super) fn open(&self) -> Result<Block, ReadError> {
        let raw: Box<dyn Read + Send> = match &self.origin {
            Origin::File(path) => Box::new(File::open(path).map_err(|source| ReadError::Open {
                file: self.name.clone(),
                source,
            })?),
            Origin::StandardInput => Box::new(io::stdin()),
            Origin::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let broken = |source| ReadError::Read {
            file: self.name.clone(),
            line: 1,
            source,
        };
        let mut block = Block::new(raw);
        let start = block.peek(ZSTD_MAGIC.len()).map_err(broken)?;
        if start.starts_with(&GZIP_MAGIC) {
            return Ok(Block::new(Box::new(MultiGzDecoder::new(block))));
        }
        if start.starts_with(&ZSTD_MAGIC) {
            let decoder = zstd::Decoder::new(block).map_err(broken)?;
            return Ok(Block::new(Box::new(decoder)));
        }
        Ok(block)
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
