//! Compares what the programs of the documentation print with what its pages show.
//!
//! In: README.md and `docs/`, where a block of text follows a program. Out: an error that names the blocks that differ;
//! with `--save`, pages that show what was printed.
//!
//! All programs become one, in a package of its own under `target/`.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::step::{cargo, output};

/// A program on a page, and what the page says it prints.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    program: String,
    /// Where on the page, in bytes.
    text: Range<usize>,
}

/// Runs all programs of which a page shows what they print.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let saves = match arguments {
        [] => false,
        ["--save"] => true,
        unknown => bail!("pages: no such arguments: {}", unknown.join(" ")),
    };
    let pages = pages(root)?;
    let programs = pages.iter().flat_map(|(_, _, shown)| shown);
    let mut printed = print(root, programs)?.into_iter();
    let mut different = Vec::new();
    for (path, page, shown) in &pages {
        let (mut renewed, mut end) = (String::new(), 0);
        for one in shown {
            let text = printed.next().context("every program prints")?;
            if page[one.text.clone()] != text {
                let line = page[..one.text.start].lines().count();
                different.push(format!("{}:{line}", path.display()));
            }
            renewed += &page[end..one.text.start];
            renewed += &text;
            end = one.text.end;
        }
        renewed += &page[end..];
        if saves && renewed != *page {
            fs::write(root.join(path), renewed)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let count: usize = pages.iter().map(|(_, _, shown)| shown.len()).sum();
    println!(
        "{count} programs printed, {} blocks differ",
        different.len()
    );
    ensure!(
        saves || different.is_empty(),
        "other words than the page's: {}",
        different.join(", ")
    );
    Ok(())
}

/// The pages with such programs: path, content, programs.
fn pages(root: &Path) -> Result<Vec<(PathBuf, String, Vec<Shown>)>> {
    let docs = fs::read_dir(root.join("docs")).context("there must be docs/")?;
    let mut paths = vec![PathBuf::from("README.md")];
    for entry in docs {
        paths.push(Path::new("docs").join(entry?.file_name()));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let mut pages = Vec::new();
    for path in paths {
        let page = fs::read_to_string(root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        let shown = shown(&page);
        if !shown.is_empty() {
            pages.push((path, page, shown));
        }
    }
    Ok(pages)
}

/// Programs that are followed by a block of text, with nothing but words in between.
fn shown(page: &str) -> Vec<Shown> {
    let mut shown = Vec::new();
    // The block that is open, with its language and start, and the last one that was a program.
    let (mut open, mut program) = (None, None);
    let mut end = 0;
    for line in page.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let Some((language, from)) = open.take() else {
            open = Some((language.trim(), end));
            continue;
        };
        match language {
            "rust" => program = Some(&page[from..start]),
            "text" => shown.extend(program.take().map(|program| Shown {
                program: without_hiding(program),
                text: from..start,
            })),
            _ => program = None,
        }
    }
    shown
}

/// A program whose lines that readers do not see are lines like all others.
fn without_hiding(program: &str) -> String {
    let line = |line: &str| format!("{}\n", line.strip_prefix("# ").unwrap_or(line));
    program.lines().map(line).collect()
}

/// What each program prints, without spaces at the ends of lines.
fn print<'a>(root: &Path, programs: impl Iterator<Item = &'a Shown>) -> Result<Vec<String>> {
    /// The line before what a program prints.
    const MARK: &str = "\u{1}\n";
    let (mut functions, mut calls) = (String::new(), String::new());
    for (number, Shown { program, .. }) in programs.enumerate() {
        // As in documentation tests, a program that ends with `Ok::<(), E>(())` may use `?`.
        let (begin, end) = if program.trim_end().ends_with("(())") {
            ("(|| {", "})().unwrap();")
        } else {
            ("{", "}")
        };
        writeln!(
            functions,
            "fn program_{number}() {{ {begin}\n{program}{end} }}"
        )?;
        writeln!(calls, "print!({MARK:?}); program_{number}();")?;
    }
    let package = root.join("target/pages");
    let manifest = package.join("Cargo.toml");
    fs::create_dir_all(package.join("src"))?;
    fs::write(
        &manifest,
        format!(
            "[package]\nname = \"pages\"\nedition = \"2024\"\n[dependencies]\nrainier-ppl.path = \"{}\"\n\
             [workspace]\n[profile.dev]\nopt-level = 2\n",
            root.display()
        ),
    )?;
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
    let main = format!("{functions}fn main() {{\n{calls}}}\n");
    fs::write(package.join("src/main.rs"), main)?;
    let arguments = ["run", "--quiet", "--manifest-path"];
    let printed = output(cargo(root).args(arguments).arg(&manifest))?;
    let trimmed = |text: &str| {
        let lines = text.trim_end().lines();
        let lines = lines.map(|line| format!("{}\n", line.trim_end()));
        lines.collect()
    };
    let texts = printed.split(MARK).skip(1);
    Ok(texts.map(trimmed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_with_a_text_after_them_are_found_and_no_others() {
        let page = "```rust\nlet unseen = 1;\n```\n```rust\n# use x;\nlet seen = 2;\n```\nIt prints\n\n```text\n2\n```\n\
                    ```sh\nls\n```\n```text\nREADME.md\n```\n";
        let found = shown(page);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].program, "use x;\nlet seen = 2;\n");
        assert_eq!(&page[found[0].text.clone()], "2\n");
    }
}
