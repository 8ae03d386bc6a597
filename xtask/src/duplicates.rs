//! Checks that libraries whose types or traits cross crate borders exist once in the tree.
//!
//! In: what `cargo tree --duplicates` prints. Out: an error naming each one that is there twice.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail};

use crate::step::{cargo, output};

/// Two versions of these do not understand each other's generators, errors or matrices.
const SINGLE: [&str; 4] = ["rand", "rand_core", "thiserror", "nalgebra"];

/// Asks Cargo for duplicates and refuses those in [`SINGLE`].
pub(crate) fn check(root: &Path) -> Result<()> {
    let arguments = [
        "tree",
        "--workspace",
        "--duplicates",
        "--depth",
        "0",
        "--prefix",
        "none",
    ];
    let found = repeated(&output(cargo(root).args(arguments))?);
    if !found.is_empty() {
        bail!(
            "these must have one version in the whole tree: {}",
            found.join(", ")
        );
    }
    println!("one version each: {}", SINGLE.join(", "));
    Ok(())
}

/// Entries of [`SINGLE`] with more than one version in `tree`, each as `name v1 v2`.
///
/// Cargo also lists one version twice if it is built with two sets of features; that is no harm.
fn repeated(tree: &str) -> Vec<String> {
    let versions = |name: &str| -> BTreeSet<String> {
        tree.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(package, _)| *package == name)
            .filter_map(|(_, rest)| rest.split_whitespace().next().map(str::to_owned))
            .collect()
    };
    SINGLE
        .iter()
        .map(|name| (name, versions(name)))
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| {
            format!(
                "{name} {}",
                versions.into_iter().collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_versions_of_a_single_library_are_named() {
        let tree = "rand v0.9.1\n\nrand v0.10.4\n\nhashbrown v0.15.0\n\nhashbrown v0.16.0\n";
        assert_eq!(repeated(tree), ["rand v0.10.4 v0.9.1"]);
    }

    #[test]
    fn one_version_built_twice_is_no_duplicate() {
        assert!(repeated("thiserror v2.0.21 (*)\n\nthiserror v2.0.21\n").is_empty());
    }

    #[test]
    fn longer_name_is_another_library() {
        assert!(repeated("rand_distr v0.5.0\n\nrand_distr v0.6.0\n").is_empty());
    }
}
