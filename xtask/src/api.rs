//! Keeps a listing of every public item of each published crate, so that a change of one is seen.
//!
//! In: the crates; `cargo public-api` on a nightly toolchain. Out: `api/<crate>.txt`, or the lines in
//! which the crates differ from them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::output;

/// What is published, in the order of the arrows.
const CRATES: [&str; 7] = [
    "rainier-core",
    "rainier-sampler",
    "rainier-dist",
    "rainier-plot",
    "rainier-ppl",
    "rainier-public-suffix",
    "dns-anomaly",
];

/// Compares listings with those kept, or with `--save` keeps them.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let saves = match arguments {
        [] => false,
        ["--save"] => true,
        other => bail!("api knows --save, got {}", other.join(" ")),
    };
    if output(public_api(root).arg("--version")).is_err() {
        println!("skipped: cargo-public-api or a nightly toolchain is not installed");
        return Ok(());
    }
    let folder = root.join("api");
    let mut changed = Vec::new();
    for name in CRATES {
        // Neither blanket and automatic implementations nor derived ones.
        let listing = output(public_api(root).args(["-sss", "--all-features", "-p", name]))?;
        let listing = without_trait_items(&listing);
        let path = folder.join(format!("{name}.txt"));
        if saves {
            fs::create_dir_all(&folder)?;
            fs::write(&path, listing)
                .with_context(|| format!("cannot write {}", path.display()))?;
            continue;
        }
        let kept =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let changes = changes(&kept, &listing);
        if !changes.is_empty() {
            println!("{name}:\n{}", changes.join("\n"));
            changed.push(name);
        }
    }
    if !changed.is_empty() {
        bail!(
            "public items changed in {}: a line in CHANGELOG.md, then cargo xtask api --save",
            changed.join(", ")
        );
    }
    Ok(())
}

fn public_api(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly", "cargo", "public-api"])
        .current_dir(root);
    command
}

/// The listing without the items of implemented traits: the trait has them already.
fn without_trait_items(listing: &str) -> String {
    let mut kept = String::with_capacity(listing.len());
    let mut implements_trait = false;
    for line in listing.lines() {
        let is_item = ["pub fn ", "pub type ", "pub const "]
            .iter()
            .any(|start| line.starts_with(start));
        if !is_item {
            implements_trait = line.starts_with("impl") && line.contains(" for ");
        }
        if !(is_item && implements_trait) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Lines of only one of two listings, those that are gone first.
fn changes(before: &str, after: &str) -> Vec<String> {
    let lines = |listing: &str| listing.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (before, after) = (lines(before), lines(after));
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    let new = after.difference(&before).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_traits_are_listed_with_the_trait_alone() {
        let listing = "pub struct A\nimpl A\npub fn A::new()\nimpl T for A\npub fn A::t()\n\
                       pub type A::U = f64\npub trait T\npub fn T::t()\n";
        let expected =
            "pub struct A\nimpl A\npub fn A::new()\nimpl T for A\npub trait T\npub fn T::t()\n";
        assert_eq!(without_trait_items(listing), expected);
    }

    #[test]
    fn changes_are_what_is_gone_and_what_is_new() {
        assert_eq!(changes("a\nb\nc\n", "c\na\n"), ["- b"]);
        assert_eq!(changes("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
        assert!(changes("a\nb\n", "b\na\n").is_empty());
    }
}
