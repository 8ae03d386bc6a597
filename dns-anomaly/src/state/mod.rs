//! Keeps what is known between runs, so that hourly runs answer as one run over everything would.
//!
//! In: the new files of each run. Out: verdicts on the windows that became complete, and a [`State`] for the next run.
//!
//! `intake` reads files into counts of the bins that are complete, holds back queries of those that are not, and tells
//! rows counted before (`past`). `known` has each name's bins, as far back as a verdict looks. `update` goes through the
//! ends of windows in the order of time; at each, `judge` gives verdicts and learns each name's `trend` and `level`, and
//! `gathering` looks for campaigns. `bytes` is the state as a file; `folder` keeps that file safe.

mod bytes;
mod folder;
mod gathering;
mod intake;
mod judge;
mod known;
mod level;
mod past;
mod settings;
mod trend;
mod update;

pub use self::bytes::StateBytesError;
pub use self::folder::{FolderError, StateFolder};
pub use self::judge::WindowsOver;
pub use self::known::Known;
pub use self::level::LevelChange;
pub use self::settings::StateSettings;
pub use self::trend::Trend;
pub use self::update::{State, UpdateError, Updated};
