//! Runs the analyst's guide, `docs/dns.md`: every line of its `sh` blocks, in their order, in one folder.
//!
//! In: the page, the binary. Out: a failure for a line that ends with another code than 0, and for a `text` block that
//! shows what the lines above it did not print.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::env;
use std::path::Path;
use std::process::{Command, Output};

/// A fenced block of the page.
struct Block<'a> {
    language: &'a str,
    lines: Vec<&'a str>,
}

/// The blocks of a page, in order.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), is_open) {
            (Some(language), false) => {
                let lines = Vec::new();
                blocks.push(Block { language, lines });
                is_open = true;
            }
            (Some(_), true) => is_open = false,
            (None, true) => blocks.last_mut().unwrap().lines.push(line),
            (None, false) => {}
        }
    }
    assert!(!is_open, "the last block is closed");
    blocks
}

/// Runs one line in a shell that finds the binary by its name.
fn shell(folder: &Path, line: &str) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_dns-anomaly"));
    let mut places = vec![binary.parent().unwrap().to_path_buf()];
    places.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", env::join_paths(places).unwrap())
        .output()
        .unwrap()
}

/// Runs the page; the number of lines that were run.
fn follow(page: &str, folder: &Path) -> Result<usize, String> {
    let mut printed = String::new();
    let mut count = 0;
    for block in blocks(page) {
        match block.language {
            "sh" => {
                printed.clear();
                for line in &block.lines {
                    let output = shell(folder, line);
                    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                    if output.status.code() != Some(0) {
                        return Err(format!("`{line}`: {:?}\n{errors}", output.status));
                    }
                    printed += &String::from_utf8_lossy(&output.stdout);
                    printed += &errors;
                    count += 1;
                }
            }
            "text" => {
                let shown = block.lines.iter().filter(|line| **line != "…");
                for line in shown {
                    if !printed.lines().any(|found| found.trim_end() == *line) {
                        return Err(format!("nothing printed `{line}`, but\n{printed}"));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(count)
}

#[test]
fn every_command_of_the_guide_runs_and_prints_what_the_guide_shows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dns.md");
    let page = std::fs::read_to_string(path).unwrap();
    let count = follow(&page, &command::folder("guide")).unwrap_or_else(|error| panic!("{error}"));
    assert!(count > 15, "{count} lines");
}

#[test]
fn a_command_that_fails_and_a_text_that_was_not_printed_are_found() {
    let folder = command::folder("guide_with_mistakes");
    let wrong_option = "```sh\ndns-anomaly detect --no-such-option\n```\n";
    assert!(follow(wrong_option, &folder).is_err());
    let other_text = "```sh\ndns-anomaly --version\n```\n\n```text\nanother program\n```\n";
    assert!(follow(other_text, &folder).is_err());
    let right = "```sh\ndns-anomaly --version\n```\n\n```text\n…\n```\n";
    assert_eq!(follow(right, &folder), Ok(1));
}
