//! Checks that modules of a crate use each other in one direction.
//!
//! In: Rust files. Out: uses from a lower layer to a higher one, as "graph must not use program".

use crate::tidy::references::references;
use crate::tidy::source::{Finding, Source};

/// A crate's modules, lowest layer first. A module may use its own layer and those below.
struct Crate {
    folder: &'static str,
    layers: &'static [&'static [&'static str]],
}

/// The order of every crate with more than a handful of modules (`ARCHITECTURE.md`).
const CRATES: [Crate; 5] = [
    Crate {
        folder: "rainier-core",
        layers: &[
            &["special"],
            &["operation", "error"],
            // The one knot: an expression is made of nodes, a column is an expression.
            &["real", "column", "graph"],
            &["gradient"],
            &["program"],
            &["evaluate", "engine", "kernel"],
            &["native", "conformance"],
        ],
    },
    Crate {
        folder: "rainier-dist",
        layers: &[
            &["error", "environment"],
            &["generator"],
            // A discrete distribution has a method for its zero-inflated form.
            &["distribution", "combined"],
            &["continuous", "discrete", "multivariate"],
            &["observation"],
            &["random_variable"],
            &["model"],
            &["do_notation", "conformance"],
        ],
    },
    Crate {
        folder: "rainier-sampler",
        layers: &[
            &["error", "log_density", "random", "statistics", "progress"],
            // Plain slices of draws in, so that they serve any sampler.
            &["diagnostics"],
            &["settings"],
            &["hamiltonian"],
            &["adaptation"],
            &["transition", "ensemble"],
            &["trace"],
            &["chain"],
            &["run"],
        ],
    },
    Crate {
        folder: "dns-anomaly",
        layers: &[
            &["timestamp", "bin_width", "names"],
            &["domain", "record"],
            &["read"],
            &["deduplicate", "tally"],
            &["series", "gather"],
            &["croston", "simulate", "model"],
            &["window"],
            &["score", "global"],
            &["report"],
            &["cli", "main"],
        ],
    },
    Crate {
        folder: "rainier-plot",
        layers: &[
            &["error"],
            &["axis", "label", "finite"],
            &["canvas", "sparkline", "text_plot"],
        ],
    },
];

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
            let message = format!("{module} must have a layer in xtask/src/tidy/layers.rs");
            findings.push(Finding::new(&source.path, 0, message));
            continue;
        };
        for reference in references(below, &source.text) {
            // An item that the root re-exports stands for the module it comes from.
            let target = exports
                .iter()
                .find(|(item, _)| *item == reference.name)
                .map_or(reference.name.as_str(), |(_, module)| module);
            if layer(layered, target).is_some_and(|other| other > own) {
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

/// Items that a root re-exports, each with its module: `pub use graph::{Graph, NodeId};`.
fn exports(root: &str) -> Vec<(String, String)> {
    root.split("pub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .filter_map(|path| path.trim_start_matches("self::").split_once("::"))
        .flat_map(|(module, items)| {
            items
                .split(|character: char| !(character.is_alphanumeric() || character == '_'))
                .filter(|item| !item.is_empty())
                .map(|item| {
                    (
                        item.to_owned(),
                        module.trim_start_matches("crate::").to_owned(),
                    )
                })
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
    fn item_of_the_root_stands_for_its_module() {
        let sources = [
            (
                "rainier-core/src/lib.rs",
                "pub use program::{\n    Listing, Program};\n",
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
            messages(&[("testkit/src/graph.rs", "use crate::program::P;")]),
            [""; 0]
        );
    }

    #[test]
    fn module_without_a_layer_is_found() {
        assert_eq!(
            messages(&[("rainier-core/src/surprise.rs", "")]),
            [
                "rainier-core/src/surprise.rs: surprise must have a layer in \
                 xtask/src/tidy/layers.rs"
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
