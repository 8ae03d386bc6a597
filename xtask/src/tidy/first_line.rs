//! Checks that each file begins by telling what it is.
//!
//! In: Rust files. Out: those whose first line is not a `//!` sentence.

use crate::tidy::source::{Finding, Source};

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| !tells_what_it_is(&source.text))
        .map(|source| {
            Finding::new(
                &source.path,
                1,
                "the first line must be `//! ` and say what the file does",
            )
        })
        .collect()
}

fn tells_what_it_is(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix("//! ")
        .is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_is_demanded_on_the_first_line() {
        assert!(tells_what_it_is("//! Lowers a graph.\n"));
        for text in [
            "",
            "//!\n//! Late.",
            "\n//! Late.",
            "// No doc.",
            "use std::fmt;",
            "//!  ",
        ] {
            assert!(!tells_what_it_is(text), "{text:?}");
        }
    }
}
