//! Follows a log as it grows, through its rotation.
//!
//! In: a path, looked at whenever the caller wants. Out: each line once it is whole. A file renamed away is read to its
//! end before the new one of its name is begun; a file cut down to nothing is read from its start again.

use std::fs::{self, File, Metadata};
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;

use memchr::memchr;

use super::block::Block;
use super::lines::LineParser;
use super::problem::{LineError, LineProblem, ReadError};
use super::{Format, MAXIMUM_LINE_BYTES, ReadSettings, Receiver, Source, format};

/// A log that may still grow.
///
/// ```
/// use dns_anomaly::{Entry, ReadSettings, Tail};
///
/// let path = std::env::temp_dir().join(format!("dns-anomaly-tail-{}.log", std::process::id()));
/// std::fs::write(&path, "#fields\tts\tquery\n1\ta.example\n2\tb.exa")?;
/// let mut tail = Tail::new(&path, ReadSettings::default());
/// let mut queries = 0;
/// tail.poll(&mut |line| line.map(|_| queries += 1))?;
/// assert_eq!(queries, 1); // the second line is not whole yet
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    name: String,
    settings: ReadSettings,
    open: Option<Open>,
    /// What the first file was; the next ones of the name are the same.
    format: Option<Format>,
}

#[derive(Debug)]
struct Open {
    file: File,
    position: u64,
    /// The start of a line whose end is not written yet.
    pending: Vec<u8>,
    line: u64,
    parser: Option<LineParser>,
}

/// How much is read at once.
const STEP: usize = 1 << 18;
/// How much may come before the lines that tell the format.
const SNIFFED_BYTES: usize = 1 << 16;

impl Tail {
    /// Will follow the file at `path`, from its start, whether it is there yet or not.
    pub fn new(path: impl Into<PathBuf>, settings: ReadSettings) -> Self {
        let path = path.into();
        Self {
            name: path.display().to_string(),
            path,
            format: settings.format(),
            settings,
            open: None,
        }
    }

    /// Hands over the lines written since the last time.
    ///
    /// # Errors
    /// As [`read`](super::read()); a file that is not there is none, since it may come.
    pub fn poll(&mut self, receiver: &mut Receiver<'_>) -> Result<(), ReadError> {
        loop {
            if self.open.is_none() {
                match File::open(&self.path) {
                    Ok(file) => self.open = Some(Open::new(file)),
                    Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                    Err(source) => return Err(self.cannot_open(source)),
                }
            }
            self.read_on(receiver)?;
            match self.change() {
                Ok(Change::None) => return Ok(()),
                Ok(Change::CutDown) => self.restart()?,
                Ok(Change::Renamed) => {
                    // What was written between the last look and the renaming.
                    self.read_on(receiver)?;
                    self.finish(receiver)?;
                    self.open = None;
                }
                Err(source) => return Err(self.cannot_open(source)),
            }
        }
    }

    /// Goes back to the start of the open file.
    fn restart(&mut self) -> Result<(), ReadError> {
        let open = self.open.as_mut().expect("called with a file open");
        open.restart().map_err(|source| self.cannot_open(source))
    }

    fn cannot_open(&self, source: io::Error) -> ReadError {
        ReadError::Open {
            file: self.name.clone(),
            source,
        }
    }

    /// Whether the open file is still the one of the name, and not shorter than what was read of it.
    fn change(&self) -> io::Result<Change> {
        let open = self.open.as_ref().expect("called with a file open");
        let mine = open.file.metadata()?;
        match fs::metadata(&self.path) {
            Ok(named) if !is_same(&mine, &named) => Ok(Change::Renamed),
            // Between two files of the name there is none: the next look will find it.
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(_) | Err(_) if mine.len() < open.position => Ok(Change::CutDown),
            Ok(_) | Err(_) => Ok(Change::None),
        }
    }

    fn read_on(&mut self, receiver: &mut Receiver<'_>) -> Result<(), ReadError> {
        loop {
            let open = self.open.as_mut().expect("called with a file open");
            let before = open.pending.len();
            open.pending.resize(before + STEP, 0);
            let read = open.file.read(&mut open.pending[before..]);
            let count = match &read {
                Ok(count) => *count,
                Err(_) => 0,
            };
            open.pending.truncate(before + count);
            open.position += count as u64;
            match read {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Err(ReadError::Read {
                        file: self.name.clone(),
                        line: open.line + 1,
                        source,
                    });
                }
            }
            if open.parser.is_none() {
                self.choose_parser()?;
            }
            let open = self.open.as_mut().expect("called with a file open");
            open.hand_over(&self.name, receiver)?;
        }
    }

    /// Tells the format once there is a whole line, or more where one does not suffice.
    fn choose_parser(&mut self) -> Result<(), ReadError> {
        let open = self.open.as_mut().expect("called with a file open");
        let Some(end) = memchr::memrchr(b'\n', &open.pending) else {
            return Ok(());
        };
        let format = if let Some(format) = self.format {
            format
        } else {
            let mut block = Block::new(Box::new(Cursor::new(open.pending[..=end].to_vec())));
            match format::detect(&mut block, &self.name, &self.settings) {
                Ok((format, _)) => format,
                Err(_) if open.pending.len() < SNIFFED_BYTES => return Ok(()),
                Err(error) => return Err(error),
            }
        };
        let newest = Source::from_path(&self.path).last_written();
        let parser = LineParser::new(format, &self.name, newest, &self.settings);
        let problem = LineProblem::NotFollowed { format };
        open.parser = Some(parser.ok_or_else(|| LineError::new(&self.name, 1, problem))?);
        self.format = Some(format);
        Ok(())
    }

    /// Takes what is left as the last line: nothing will be written to the file any more.
    fn finish(&mut self, receiver: &mut Receiver<'_>) -> Result<(), ReadError> {
        let open = self.open.as_mut().expect("called with a file open");
        if !open.pending.is_empty() {
            open.pending.push(b'\n');
            if open.parser.is_none() {
                self.choose_parser()?;
            }
            let open = self.open.as_mut().expect("called with a file open");
            open.hand_over(&self.name, receiver)?;
        }
        Ok(())
    }
}

enum Change {
    None,
    CutDown,
    Renamed,
}

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

/// Where files have no number, one that is shorter than before is taken for a new one.
#[cfg(not(unix))]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    left.len() <= right.len()
}

impl Open {
    fn new(file: File) -> Self {
        Self {
            file,
            position: 0,
            pending: Vec::new(),
            line: 0,
            parser: None,
        }
    }

    fn restart(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.position = 0;
        self.pending.clear();
        self.line = 0;
        self.parser = None;
        Ok(())
    }

    /// Hands over the whole lines.
    fn hand_over(&mut self, file: &str, receiver: &mut Receiver<'_>) -> Result<(), ReadError> {
        let Some(parser) = &mut self.parser else {
            return Ok(());
        };
        let mut start = 0;
        let mut result = Ok(());
        while result.is_ok()
            && let Some(length) = memchr(b'\n', &self.pending[start..])
        {
            self.line += 1;
            let line = &self.pending[start..=start + length];
            result = parser.receive_line(line, file, self.line, receiver);
            start += length + 1;
        }
        self.pending.drain(..start);
        if result.is_ok() && self.pending.len() > MAXIMUM_LINE_BYTES {
            let maximum = MAXIMUM_LINE_BYTES as u64;
            let problem = LineProblem::TooLong { maximum };
            result = Err(LineError::new(file, self.line + 1, problem));
        }
        Ok(result?)
    }
}
