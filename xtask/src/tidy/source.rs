//! Reads the tree once, so that rules are functions of text.
//!
//! In: the root. Out: Rust files, manifests and the architecture note, with paths below the root.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::tidy::manifest::Manifest;

/// The note that holds the code map.
pub(crate) const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Everything the rules look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    /// Rust files.
    pub(crate) sources: Vec<Source>,
    /// Manifests by path.
    pub(crate) manifests: Vec<(String, Manifest)>,
    /// The text of [`ARCHITECTURE`], if there is one.
    pub(crate) architecture: Option<String>,
    /// Every file and folder.
    pub(crate) paths: Vec<String>,
}

/// A Rust file.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Path below the root, with `/` on every system.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// A finding at a line, counted from 1; line 0 means the whole file.
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// The crate's folder and the path below its `src`, for files in a `src`: the facade's folder
    /// is empty.
    pub(crate) fn in_crate(&self) -> Option<(&str, &str)> {
        match self.path.strip_prefix("src/") {
            Some(below) => Some(("", below)),
            None => self.path.split_once("/src/"),
        }
    }
}

impl Tree {
    /// Reads all below `root` but hidden folders, build output and virtual environments.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let context = || format!("cannot read {}", folder.display());
        let mut entries = fs::read_dir(folder)
            .with_context(context)?
            .collect::<std::io::Result<Vec<_>>>()
            .with_context(context)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().with_context(context)?;
            if kind.is_dir() {
                if !is_foreign(&name) {
                    self.paths.push(path.clone());
                    self.walk(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                self.read_file(&entry.path(), path)?;
            }
        }
        Ok(())
    }

    fn read_file(&mut self, file: &Path, path: String) -> Result<()> {
        let text = || fs::read_to_string(file).with_context(|| format!("cannot read {path}"));
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        if is_rust {
            self.sources.push(Source::new(path.as_str(), text()?));
        } else if file.file_name().is_some_and(|name| name == "Cargo.toml") {
            self.manifests
                .push((path.clone(), Manifest::parse(&text()?)));
        } else if path == ARCHITECTURE {
            self.architecture = Some(text()?);
        }
        self.paths.push(path);
        Ok(())
    }
}

/// Folders that hold no source of ours.
fn is_foreign(name: &str) -> bool {
    name.starts_with('.') || name == "target" || name.starts_with("target-") || name == "venv"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_source_is_read_and_build_output_is_not() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let tree = Tree::read(root).unwrap();
        assert!(
            tree.sources
                .iter()
                .any(|source| source.path == "xtask/src/tidy/source.rs")
        );
        assert!(
            tree.manifests
                .iter()
                .any(|(path, _)| path == "xtask/Cargo.toml")
        );
        assert!(tree.paths.iter().all(|path| !path.starts_with("target")));
    }

    #[test]
    fn crate_and_module_path_are_told_apart() {
        let split = |path| {
            Source::new(path, "")
                .in_crate()
                .map(|(a, b)| format!("{a}|{b}"))
        };
        assert_eq!(split("src/lib.rs").as_deref(), Some("|lib.rs"));
        assert_eq!(
            split("xtask/src/tidy/mod.rs").as_deref(),
            Some("xtask|tidy/mod.rs")
        );
        assert_eq!(split("tests/posteriors.rs"), None);
    }
}
