//! Keeps a state in a folder so that a run killed at any moment leaves the old or the new one.
//!
//! In: a folder, and the state after a run. Out: the state of the last run that ended.
//!
//! The state is one file, `state`. A new one is written beside it as `state.partial`, forced to the disk, and renamed over
//! the old one, which the system does at once or not at all; then the folder is forced to the disk. A lock on the file
//! `lock` keeps two runs apart; the system takes it from a process that ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::bytes::StateBytesError;
use super::update::State;

/// A folder with a state, held by this run alone until it is dropped.
#[derive(Debug)]
pub struct StateFolder {
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

/// A folder that gives or takes no state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The system refuses.
    #[error("{}: cannot be {action}: {source}", path.display())]
    Io {
        /// What was to be done.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another run is at work.
    #[error("{}: another run is at work with this state", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// What is there is no state, or a damaged one.
    #[error("{}: {source}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: StateBytesError,
    },
}

impl StateFolder {
    /// Makes the folder unless it is there, and keeps other runs out.
    ///
    /// # Errors
    /// [`FolderError`]: it cannot be made, or another run is at work.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, FolderError> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(failed("made", &path))?;
        let lock = path.join("lock");
        let file = File::create(&lock).map_err(failed("made", &lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, _lock: file }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: lock }),
            Err(TryLockError::Error(error)) => Err(failed("locked", &lock)(error)),
        }
    }

    /// The state kept here, if there is one.
    ///
    /// # Errors
    /// [`FolderError`]: it cannot be read, is of another format, or damaged.
    pub fn load(&self) -> Result<Option<State>, FolderError> {
        Self::read(&self.path)
    }

    /// The state kept in a folder, if there is one; a run may be at work there.
    ///
    /// # Errors
    /// [`FolderError`]: it cannot be read, is of another format, or damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<Option<State>, FolderError> {
        let path = path.as_ref().join("state");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        match State::from_bytes(&bytes) {
            Ok(state) => Ok(Some(state)),
            Err(source) => Err(FolderError::State { path, source }),
        }
    }

    /// Puts `state` in the place of the one kept here.
    ///
    /// # Errors
    /// [`FolderError::Io`]; the old state stays then, unless the folder's own write to the disk was what failed.
    pub fn save(&self, state: &State) -> Result<(), FolderError> {
        let partial = self.path.join("state.partial");
        let write = || {
            let bytes = state.to_bytes()?;
            let mut file = File::create(&partial)?;
            file.write_all(&bytes)?;
            file.sync_all()
        };
        write().map_err(failed("written", &partial))?;
        let path = self.path.join("state");
        fs::rename(&partial, &path).map_err(failed("replaced", &path))?;
        // Elsewhere a folder is no file that could be opened.
        #[cfg(unix)]
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed("written", &self.path))?;
        Ok(())
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::Io {
        action,
        path,
        source,
    }
}
