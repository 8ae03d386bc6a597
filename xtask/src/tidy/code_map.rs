//! Checks that the code map shows the tree as it is.
//!
//! In: ARCHITECTURE.md and the tree. Out: source folders it does not name, and paths it names
//! that are gone. Without the note there is nothing to check.

use crate::tidy::source::{ARCHITECTURE, Finding, Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = &tree.architecture else {
        return Vec::new();
    };
    let mut findings: Vec<Finding> = source_folders(tree)
        .into_iter()
        .filter(|folder| !named_paths(text).any(|(_, path)| path == *folder))
        .map(|folder| {
            Finding::new(
                ARCHITECTURE,
                0,
                format!("the code map must name the folder {folder}/"),
            )
        })
        .collect();
    for (line, path) in named_paths(text) {
        let is_source = path.starts_with("src/") || path.contains("/src/");
        if is_source && !tree.paths.iter().any(|known| known == path) {
            let message = format!("the code map names {path}, which is not there");
            findings.push(Finding::new(ARCHITECTURE, line, message));
        }
    }
    findings
}

/// Folders that hold Rust files and lie in a `src`, and each `src` itself.
fn source_folders(tree: &Tree) -> Vec<&str> {
    let mut folders: Vec<&str> = tree
        .sources
        .iter()
        .filter(|source| source.in_crate().is_some())
        .filter_map(|source| source.path.rsplit_once('/').map(|(folder, _)| folder))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// Every relative path, without a slash at its end, and its line; a link's `//host/…` is none.
fn named_paths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        line.split(move |c: char| !is_part(c))
            .filter(|word| word.contains('/') && !word.starts_with('/'))
            .map(move |word| (index + 1, word.trim_end_matches('.').trim_end_matches('/')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::Source;

    fn tree(architecture: &str) -> Tree {
        Tree {
            sources: vec![Source::new("core/src/graph/mod.rs", "")],
            paths: vec![
                "core/src/graph".to_owned(),
                "core/src/graph/mod.rs".to_owned(),
            ],
            architecture: Some(architecture.to_owned()),
            ..Tree::default()
        }
    }

    #[test]
    fn map_that_names_the_folder_is_right() {
        for map in [
            "`core/src/graph/`: nodes",
            "see core/src/graph.",
            "core/src/graph/ and https://a.b/src/x",
        ] {
            assert_eq!(check(&tree(map)), [], "{map}");
        }
    }

    #[test]
    fn folder_without_a_name_is_found() {
        let findings = check(&tree("`core/src/graph/mod.rs` only"));
        let message = "the code map must name the folder core/src/graph/";
        assert_eq!(findings, [Finding::new(ARCHITECTURE, 0, message)]);
    }

    #[test]
    fn path_that_is_gone_is_found_with_its_line() {
        let findings = check(&tree("`core/src/graph/`\n`core/src/tape/`\nand/or"));
        let message = "the code map names core/src/tape, which is not there";
        assert_eq!(findings, [Finding::new(ARCHITECTURE, 2, message)]);
    }

    #[test]
    fn without_the_note_nothing_is_checked() {
        assert_eq!(
            check(&Tree {
                architecture: None,
                ..tree("")
            }),
            []
        );
    }
}
