//! Builds and runs every example of the workspace.
//!
//! In: the root; examples are what Cargo says it built. Out: an error with the output of the first
//! example that does not exit with 0.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::step::{cargo, output};

/// Runs the examples of all packages in order of name.
///
/// They are built at once, with the features that the packages ask of each other: as `cargo test`
/// has built them, so that nothing is built twice.
pub(crate) fn run(root: &Path) -> Result<()> {
    let arguments = [
        "build",
        "--workspace",
        "--examples",
        "--message-format",
        "json",
    ];
    let built = examples(&output(cargo(root).args(arguments))?)?;
    ensure!(!built.is_empty(), "Cargo must have built some example");
    for (name, program) in &built {
        println!("{name}");
        output(Command::new(program).current_dir(root))?;
    }
    println!("{} examples ran", built.len());
    Ok(())
}

/// Name and program of each example in Cargo's messages, one JSON object a line.
fn examples(messages: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut examples = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("Cargo's messages are JSON")?;
        let is_example = message["target"]["kind"][0] == "example";
        if let (true, Some(program)) = (is_example, message["executable"].as_str()) {
            let name = message["target"]["name"].as_str().unwrap_or_default();
            examples.push((name.to_owned(), program.into()));
        }
    }
    examples.sort();
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_examples_are_found_and_no_others() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"a"},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["example"],"name":"second"},"executable":"/target/second"}
{"reason":"compiler-artifact","target":{"kind":["example"],"name":"first"},"executable":"/target/first"}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"b"},"executable":"/target/b"}
{"reason":"build-finished","success":true}"#;
        let found = examples(messages).unwrap();
        let expected = [("first", "/target/first"), ("second", "/target/second")];
        assert_eq!(
            found,
            expected.map(|(name, path)| (name.to_owned(), path.into()))
        );
        assert!(examples("no JSON").is_err());
    }
}
