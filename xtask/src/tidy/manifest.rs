//! Checks that crates depend on each other in one direction.
//!
//! In: manifests. Out: dependencies that the picture of the crates does not have.

use crate::tidy::source::Finding;

/// What is read of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
}

/// Which of our crates a crate may use: the arrows of ARCHITECTURE.md. Crates outside the
/// workspace (Python, fuzzing) stand on top of the facade and the command and are not listed.
const ARROWS: [(&str, &[&str]); 9] = [
    ("rainier-core", &[]),
    ("rainier-sampler", &[]),
    ("rainier-plot", &["rainier-sampler"]),
    ("rainier-dist", &["rainier-core", "rainier-sampler"]),
    (
        "rainier-ppl",
        &[
            "rainier-core",
            "rainier-dist",
            "rainier-sampler",
            "rainier-plot",
        ],
    ),
    ("rainier-public-suffix", &[]),
    ("dns-anomaly", &["rainier-ppl", "rainier-public-suffix"]),
    ("testkit", &[]),
    ("xtask", &[]),
];

/// The crate that every other may test with, and that may use none.
const TESTS_WITH: &str = "testkit";

impl Manifest {
    /// Reads the package's name and the keys of dependency tables, the only parts of TOML needed.
    pub(crate) fn parse(text: &str) -> Self {
        let mut manifest = Self::default();
        let mut table = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                header.trim_end_matches(']').clone_into(&mut table);
                // `[dependencies.name]` is a table for one dependency.
                if let Some((kind, name)) = table.rsplit_once('.') {
                    manifest.depend(kind, name);
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            // `name.workspace = true` and `name = { … }` both begin with the name.
            let key = key.trim().split('.').next().unwrap_or_default();
            if table == "package" && key == "name" {
                value
                    .trim()
                    .trim_matches('"')
                    .clone_into(&mut manifest.name);
            }
            manifest.depend(&table, key);
        }
        manifest
    }

    /// Notes a dependency if `table` is one of dependencies, for all or for one kind of machine.
    fn depend(&mut self, table: &str, name: &str) {
        match table.rsplit('.').next() {
            Some("dependencies" | "build-dependencies") if !table.starts_with("workspace") => {
                self.dependencies.push(name.to_owned());
            }
            Some("dev-dependencies") => self.dev_dependencies.push(name.to_owned()),
            Some(_) | None => {}
        }
    }
}

pub(crate) fn check(manifests: &[(String, Manifest)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in manifests {
        let name = manifest.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            continue;
        };
        let ours = |name: &&String| ARROWS.iter().any(|(from, _)| from == *name);
        let mut refuse = |dependency: &str, how: &str| {
            let message = format!("{name} must not {how} {dependency}");
            findings.push(Finding::new(path, 0, message));
        };
        for dependency in manifest.dependencies.iter().filter(ours) {
            if !allowed.contains(&dependency.as_str()) {
                refuse(dependency, "depend on");
            }
        }
        for dependency in manifest.dev_dependencies.iter().filter(ours) {
            let may_test = dependency == TESTS_WITH && name != TESTS_WITH;
            if !may_test && !allowed.contains(&dependency.as_str()) {
                refuse(dependency, "test with");
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let manifests = [("Cargo.toml".to_owned(), Manifest::parse(text))];
        check(&manifests).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrow_against_the_picture_is_found_in_every_spelling() {
        for dependency in [
            "[dependencies]\nrainier-dist.workspace = true",
            "[dependencies]\nrainier-dist = { path = \"../rainier-dist\" }",
            "[dependencies.rainier-dist]\npath = \"../rainier-dist\"",
            "[target.'cfg(unix)'.dependencies]\nrainier-dist = \"1\"",
            "[build-dependencies]\nrainier-dist = \"1\"",
        ] {
            assert_eq!(
                messages(&format!(
                    "[package]\nname = \"rainier-core\"\n{dependency}\n"
                )),
                ["Cargo.toml: rainier-core must not depend on rainier-dist"],
                "{dependency}"
            );
        }
    }

    #[test]
    fn testkit_is_for_tests_only_and_uses_none_of_ours() {
        let text =
            "[package]\nname = \"rainier-core\"\n[dev-dependencies]\ntestkit.workspace = true";
        assert_eq!(messages(text), [""; 0]);
        let text = "[package]\nname = \"rainier-core\"\n[dependencies]\ntestkit.workspace = true";
        assert_eq!(messages(text).len(), 1);
        let text = "[package]\nname = \"testkit\"\n[dev-dependencies]\nrainier-core = \"1\"";
        assert_eq!(
            messages(text),
            ["Cargo.toml: testkit must not test with rainier-core"]
        );
    }

    #[test]
    fn workspace_table_is_no_dependency() {
        let text =
            "[package]\nname = \"rainier-core\"\n[workspace.dependencies]\nrainier-dist = \"1\"";
        assert_eq!(messages(text), [""; 0]);
    }
}
