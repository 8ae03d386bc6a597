//! Checks that crates depend on each other in one direction.
//!
//! In: manifests. Out: dependencies that the picture of the crates does not have.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::tidy::source::Finding;

/// What is read of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
    /// Name and features, by commas, of each target that asks for some.
    required_features: Vec<(String, String)>,
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
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self::parse(&text))
    }

    /// The features without which Cargo does not build the target of this name, by commas.
    pub(crate) fn required_features(&self, target: &str) -> &str {
        let mut asked = self.required_features.iter();
        let found = asked.find(|(name, _)| name == target);
        found.map_or("", |(_, features)| features)
    }

    /// Reads the package's name, the keys of dependency tables, and of targets what features they
    /// ask for after their names: the only parts of TOML needed.
    pub(crate) fn parse(text: &str) -> Self {
        let mut manifest = Self::default();
        let mut table = String::new();
        let mut target = "";
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
            if table.starts_with('[') {
                let value = value.trim();
                match key {
                    "name" => target = value.trim_matches('"'),
                    "required-features" => {
                        let features = value.replace(['[', ']', '"', ' '], "");
                        manifest
                            .required_features
                            .push((target.to_owned(), features));
                    }
                    _ => {}
                }
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
    fn features_of_a_target_are_found_by_its_name() {
        let text = "[[example]]\nname = \"a\"\nrequired-features = [\"svg\", \"jit\"]\n\n[[example]]\nname = \"b\"";
        let manifest = Manifest::parse(text);
        assert_eq!(manifest.required_features("a"), "svg,jit");
        assert_eq!(manifest.required_features("b"), "");
    }

    #[test]
    fn workspace_table_is_no_dependency() {
        let text =
            "[package]\nname = \"rainier-core\"\n[workspace.dependencies]\nrainier-dist = \"1\"";
        assert_eq!(messages(text), [""; 0]);
    }
}
