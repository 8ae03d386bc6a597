//! Checks that modules of a crate use each other in one direction.
//!
//! In: Rust files. Out: uses from a lower layer to a higher one, as "graph must not use program".

use crate::tidy::layer_table::{CRATES, Crate};
use crate::tidy::references::references;
use crate::tidy::source::{Finding, Source};

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    CRATES
        .iter()
        .flat_map(|layered| check_crate(layered, sources))
        .collect()
}

fn check_crate(layered: &Crate, sources: &[Source]) -> Vec<Finding> {
    let files = || {
        sources.iter().filter_map(|source| {
            let (folder, below) = source.in_crate()?;
            (folder == layered.folder).then_some((source, below))
        })
    };
    let exports: Vec<(String, String)> = files()
        .filter(|(_, below)| *below == "lib.rs")
        .flat_map(|(source, _)| exports(&source.text))
        .collect();
    let mut findings = Vec::new();
    for (source, below) in files() {
        let module = below
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs");
        // The root names every module; tests in files of their own may use any.
        if module == "lib" || below.ends_with("tests.rs") || below.contains("/tests/") {
            continue;
        }
        let Some(own) = layer(layered, module) else {
            let message = format!("{module} must have a layer in xtask/src/tidy/layer_table.rs");
            findings.push(Finding::new(&source.path, 0, message));
            continue;
        };
        for reference in references(below, &source.text) {
            // An item that the root re-exports stands for the module it comes from.
            let target = exports
                .iter()
                .find(|(item, _)| *item == reference.name)
                .map_or(reference.name.as_str(), |(_, module)| module);
            let is_higher = layer(layered, target).is_some_and(|other| other > own);
            if is_higher || are_apart(layered, module, target) {
                let message = format!("{module} must not use {target}");
                findings.push(Finding::new(&source.path, reference.line, message));
            }
        }
    }
    findings
}

/// The layer of a module, counted from the lowest.
fn layer(layered: &Crate, module: &str) -> Option<usize> {
    layered
        .layers
        .iter()
        .position(|layer| layer.contains(&module))
}

fn are_apart(layered: &Crate, module: &str, target: &str) -> bool {
    layered
        .apart
        .iter()
        .any(|&pair| pair == (module, target) || pair == (target, module))
}

/// Items that a root re-exports, each with its module: `pub use graph::{Graph, NodeId};`.
fn exports(root: &str) -> Vec<(String, String)> {
    root.split("pub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .map(|path| {
            path.trim_start_matches("self::")
                .trim_start_matches("crate::")
        })
        .filter_map(|path| path.split_once("::"))
        .flat_map(|(module, items)| {
            items
                .split(|character: char| !(character.is_alphanumeric() || character == '_'))
                .filter(|item| !item.is_empty())
                .map(|item| (item.to_owned(), module.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = sources
            .iter()
            .map(|(path, text)| Source::new(*path, *text))
            .collect();
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn use_of_a_higher_layer_is_found() {
        let file = (
            "rainier-core/src/graph/simplify.rs",
            "\nuse crate::program::Program;\n",
        );
        assert_eq!(
            messages(&[file]),
            ["rainier-core/src/graph/simplify.rs:2: graph must not use program"]
        );
    }

    #[test]
    fn use_of_the_same_or_a_lower_layer_is_fine() {
        let text = "use crate::{graph::Graph, real::Real, error::CompileError};\n";
        assert_eq!(messages(&[("rainier-core/src/real/mod.rs", text)]), [""; 0]);
    }

    #[test]
    fn modules_kept_apart_are_found_in_both_directions() {
        let there = (
            "rainier-sampler/src/adaptation/mod.rs",
            "use crate::transition::Outcome;",
        );
        let back = (
            "rainier-sampler/src/transition/nuts.rs",
            "use crate::adaptation::Windows;",
        );
        assert_eq!(
            messages(&[there, back]),
            [
                "rainier-sampler/src/adaptation/mod.rs:1: adaptation must not use transition",
                "rainier-sampler/src/transition/nuts.rs:1: transition must not use adaptation",
            ]
        );
    }

    #[test]
    fn item_of_the_root_stands_for_its_module() {
        let sources = [
            (
                "rainier-core/src/lib.rs",
                "pub use crate::program::{\n    Listing, Program};\n",
            ),
            ("rainier-core/src/gradient/mod.rs", "use crate::Program;\n"),
        ];
        assert_eq!(
            messages(&sources),
            ["rainier-core/src/gradient/mod.rs:1: gradient must not use program"]
        );
    }

    #[test]
    fn same_name_in_another_crate_is_another_module() {
        assert_eq!(
            messages(&[("xtask/src/graph.rs", "use crate::program::P;")]),
            [""; 0]
        );
    }

    #[test]
    fn module_without_a_layer_is_found() {
        assert_eq!(
            messages(&[("rainier-core/src/surprise.rs", "")]),
            [
                "rainier-core/src/surprise.rs: surprise must have a layer in \
                 xtask/src/tidy/layer_table.rs"
            ]
        );
    }

    #[test]
    fn test_files_may_use_any_module() {
        let file = (
            "rainier-core/src/graph/tests.rs",
            "use crate::evaluate::Evaluator;\n",
        );
        assert_eq!(messages(&[file]), [""; 0]);
    }

    #[test]
    fn no_module_has_two_layers() {
        for layered in &CRATES {
            let mut modules: Vec<&str> = layered.layers.concat();
            let count = modules.len();
            modules.sort_unstable();
            modules.dedup();
            assert_eq!(modules.len(), count, "{}", layered.folder);
        }
    }
}
