//! Reads lists of domain names.
//!
//! In: files with a name a line; `#` begins a remark. Out: a [`NameList`]. A name stands for itself and for all below it,
//! with or without `*.` before it.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use dns_anomaly::{Naming, clean_name};

/// Names, and all names below them.
#[derive(Debug, Default)]
pub(super) struct NameList {
    names: HashSet<String>,
}

impl NameList {
    /// # Errors
    /// When a file cannot be read, or a line is no name with a dot; the error has file and line.
    pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut names = HashSet::new();
        for path in paths {
            let text = fs::read_to_string(path)
                .with_context(|| format!("{}: cannot be read", path.display()))?;
            for (number, line) in text.lines().enumerate() {
                let name = line.split('#').next().unwrap_or_default().trim();
                if name.is_empty() {
                    continue;
                }
                let name = name.strip_prefix("*.").unwrap_or(name);
                match clean_name(name, Naming::Full) {
                    Ok(name) => names.insert(name.into_owned()),
                    Err(_) => bail!(
                        "{}:{}: must be a domain name with a dot, got {name:?}",
                        path.display(),
                        number + 1
                    ),
                };
            }
        }
        Ok(Self { names })
    }

    /// Whether the name or one it lies below is listed.
    pub(super) fn holds(&self, name: &str) -> bool {
        let mut rest = Some(name);
        while let Some(name) = rest {
            if self.names.contains(name) {
                return true;
            }
            rest = name.split_once('.').map(|(_, parent)| parent);
        }
        false
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_all_below_it_and_for_nothing_else() {
        let names = ["example.com", "cdn.example.org"].map(str::to_owned);
        let list = NameList {
            names: names.into(),
        };
        for held in ["example.com", "www.example.com", "a.b.cdn.example.org"] {
            assert!(list.holds(held), "{held}");
        }
        for other in [
            "badexample.com",
            "example.org",
            "com",
            "example.com.evil.net",
        ] {
            assert!(!list.holds(other), "{other}");
        }
    }
}
