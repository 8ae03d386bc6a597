//! Checks what neither compiler nor linter does: heads, sizes, names, layers, leftovers, the map.
//!
//! In: every Rust file and manifest of the tree. Out: a list of findings, each saying what must
//! hold; the command fails if there is one. A rule is a file here, a pure function from sources
//! to findings, and a line in [`findings`].

mod budget;
mod code_map;
mod first_line;
mod layer_table;
mod layers;
mod leftovers;
mod manifest;
mod names;
mod references;
mod source;
mod unsafe_code;

use std::path::Path;

use anyhow::{Result, bail};

use self::source::{Finding, Tree};

/// Reads the tree, prints what is wrong with it, and fails if anything is.
pub(crate) fn run(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", budget::summary(&tree.sources));
    if tree.architecture.is_none() {
        println!("code map not checked: there is no {}", source::ARCHITECTURE);
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}

/// What each rule finds.
fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = first_line::check(&tree.sources);
    findings.extend(budget::check(&tree.sources));
    findings.extend(names::check(&tree.sources));
    findings.extend(leftovers::check(&tree.sources));
    findings.extend(unsafe_code::check(&tree.sources));
    findings.extend(layers::check(&tree.sources));
    findings.extend(manifest::check(&tree.manifests));
    findings.extend(code_map::check(tree));
    findings
}

#[cfg(test)]
mod tests {
    use super::source::Source;
    use super::*;

    #[test]
    fn tree_without_faults_has_no_findings() {
        let text = "//! Adds numbers.\n\nuse crate::error::CompileError;\n";
        let sources = vec![Source::new("rainier-core/src/graph/mod.rs", text)];
        assert_eq!(
            findings(&Tree {
                sources,
                ..Tree::default()
            }),
            []
        );
    }

    #[test]
    fn every_rule_takes_part() {
        let long = format!(
            "// no head, {}\nuse crate::program::Program;\n",
            concat!("TO", "DO")
        ) + concat!("un", "safe {}")
            + &"\n".repeat(600);
        let tree = Tree {
            sources: vec![Source::new("rainier-core/src/graph/util.rs", &long)],
            manifests: vec![(
                "testkit/Cargo.toml".to_owned(),
                manifest::Manifest::parse(
                    "[package]\nname = \"testkit\"\n[dependencies]\nrainier-core = \"1\"",
                ),
            )],
            architecture: Some("no folder is named here".to_owned()),
            paths: vec!["rainier-core/src/graph".to_owned()],
        };
        let lines: Vec<String> = findings(&tree).iter().map(ToString::to_string).collect();
        let text = lines.join(
            "
",
        );
        for words in [
            "first line",
            "lines long",
            "must not be here",
            "p90",
            "no file",
            "must not use",
            "depend",
            "code map",
        ] {
            assert!(text.contains(words), "{words} is not in:\n{text}");
        }
        assert!(text.contains(concat!("TO", "DO")));
    }
}
