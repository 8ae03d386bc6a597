//! Checks that unsafe code stays in its few files.
//!
//! In: Rust files. Out: lines with the keyword outside of the files that may have it. The compiler
//! denies unsafe code, but any file could lift that for itself.

use super::leftovers::contains_word;
use super::source::{Finding, Source};

/// Files and folders that may have it, each with its reason at the top.
const PLACES: [&str; 3] = [
    "rainier-core/src/kernel/dispatch.rs",
    "rainier-core/src/native/",
    "rainier-sampler/src/wide.rs",
];

/// Spelled in two halves, so that this file does not find itself.
const KEYWORD: &str = concat!("un", "safe");

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        if PLACES.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        for (index, line) in source.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if contains_word(code, KEYWORD) {
                let message = format!("{KEYWORD} must not be here, but in {}", PLACES.join(", "));
                findings.push(Finding::new(&source.path, index + 1, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding_lines(path: &str) -> usize {
        let text = format!("//! {KEYWORD} in words.\n#![deny({KEYWORD}_code)]\n{KEYWORD} {{}}\n");
        check(&[Source::new(path, &text)]).len()
    }

    #[test]
    fn keyword_is_found_in_code_and_nowhere_else() {
        assert_eq!(finding_lines("src/lib.rs"), 1);
    }

    #[test]
    fn listed_places_may_have_it() {
        for place in PLACES {
            assert_eq!(finding_lines(&format!("{place}x")), 0);
        }
    }
}
