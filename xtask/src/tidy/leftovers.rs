//! Checks that nothing unfinished is left.
//!
//! In: Rust files. Out: lines with a marker of unfinished work.

use crate::tidy::source::{Finding, Source};

/// Spelled in two halves, so that this file does not find itself.
const MARKERS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
];

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (index, line) in source.text.lines().enumerate() {
            if let Some(marker) = MARKERS
                .into_iter()
                .find(|marker| contains_word(line, marker))
            {
                let message = format!("{marker} must not stay: do it, or write an issue");
                findings.push(Finding::new(&source.path, index + 1, message));
            }
        }
    }
    findings
}

/// Whether `word` occurs and no letter, digit or underscore touches it.
pub(super) fn contains_word(line: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let begins = !before.is_some_and(is_part);
        let ends = word.ends_with('!') || !after.is_some_and(is_part);
        begins && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_marker_is_found_with_its_line() {
        for marker in MARKERS {
            let text = format!("//! Fine.\nlet a = 1; // {marker}(me) later\n");
            let findings = check(&[Source::new("src/a.rs", &text)]);
            let message = format!("{marker} must not stay: do it, or write an issue");
            assert_eq!(findings, [Finding::new("src/a.rs", 2, message)]);
        }
    }

    #[test]
    fn words_that_only_contain_a_marker_are_fine() {
        let text = concat!("let AUTO", "DOC = MAXX", "XX;\n");
        assert_eq!(check(&[Source::new("src/a.rs", text)]), []);
    }
}
