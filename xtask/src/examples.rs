//! Builds and runs every example of the workspace.
//!
//! In: the root; examples are found as Cargo finds them. Out: an error with the output of the
//! first example that does not exit with 0.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::step::{cargo, output};
use crate::tidy::manifest::Manifest;

/// Runs the examples of the root package, then those of each member, by name.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut count = 0;
    for folder in packages(root)? {
        let names = names(&folder.join("examples"))?;
        if names.is_empty() {
            continue;
        }
        let manifest = Manifest::read(&folder.join("Cargo.toml"))?;
        let package = manifest.name.as_str();
        for name in names {
            println!("{package}: {name}");
            let arguments = ["run", "--quiet", "--package", package, "--example", &name];
            let features = manifest.required_features(&name);
            output(cargo(root).args(arguments).args(["--features", features]))?;
            count += 1;
        }
    }
    println!("{count} examples ran");
    Ok(())
}

/// The root and each folder in it that has a manifest.
fn packages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![root.to_path_buf()];
    for entry in sorted(root)? {
        // Another workspace's folder (fuzzing, Python) has a lock file of its own.
        if entry.join("Cargo.toml").is_file() && !entry.join("Cargo.lock").exists() {
            folders.push(entry);
        }
    }
    Ok(folders)
}

/// Names of the examples in a folder, which need not exist: `name.rs` or `name/main.rs`.
fn names(folder: &Path) -> Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let is_example = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs")
            || path.join("main.rs").is_file()
    };
    let stem = |path: PathBuf| path.file_stem()?.to_str().map(str::to_owned);
    Ok(sorted(folder)?
        .into_iter()
        .filter(is_example)
        .filter_map(stem)
        .collect())
}

/// The entries of a folder in order of name.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read folder {}", folder.display());
    let mut entries = fs::read_dir(folder)
        .with_context(context)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()
        .with_context(context)?;
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_folder_has_no_examples() {
        assert_eq!(names(Path::new("no/such/folder")).unwrap(), [""; 0]);
    }

    #[test]
    fn every_member_is_a_package() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let packages = packages(root).unwrap();
        for member in ["rainier-core", "xtask"] {
            assert!(packages.contains(&root.join(member)), "{member}");
        }
    }
}
