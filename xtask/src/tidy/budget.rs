//! Checks that files stay short.
//!
//! In: Rust files. Out: files over the limit, and a verdict on the ninetieth percentile of `src`.

use crate::tidy::source::{Finding, Source};

/// Most lines of a file, tests included: what one can hold in the head.
const LONGEST: usize = 500;

/// Most lines of nine files out of ten in the `src` folders.
const P90: usize = 400;

/// Half of the files should be shorter than this; reported, not enforced.
const MEDIAN: usize = 200;

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sources
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(source, lines)| {
            let message = format!("is {lines} lines long, must be at most {LONGEST}: split it");
            Finding::new(&source.path, 0, message)
        })
        .collect();
    let p90 = quantile(&lengths(sources), 9, 10);
    if p90 > P90 {
        let message = format!("p90 of file lengths is {p90} lines, must be at most {P90}");
        findings.push(Finding::new("src", 0, message));
    }
    findings
}

/// One line about the lengths of all files in `src` folders.
pub(crate) fn summary(sources: &[Source]) -> String {
    let lengths = lengths(sources);
    format!(
        "{} source files: median {} lines (aim {MEDIAN}), p90 {} (limit {P90}), \
         longest {} (limit {LONGEST})",
        lengths.len(),
        quantile(&lengths, 1, 2),
        quantile(&lengths, 9, 10),
        lengths.last().copied().unwrap_or(0),
    )
}

/// Lengths of the files in `src` folders, ascending.
fn lengths(sources: &[Source]) -> Vec<usize> {
    let mut lengths: Vec<usize> = sources
        .iter()
        .filter(|source| source.in_crate().is_some())
        .map(|source| source.text.lines().count())
        .collect();
    lengths.sort_unstable();
    lengths
}

/// The least length that `part` of `whole` files do not exceed; 0 without files.
fn quantile(lengths: &[usize], part: usize, whole: usize) -> usize {
    let rank = (lengths.len() * part).div_ceil(whole);
    lengths.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> Source {
        Source::new(path, "\n".repeat(lines))
    }

    #[test]
    fn long_file_is_found_wherever_it_is() {
        let sources = [
            file("src/a.rs", 10),
            file("tests/long.rs", 501),
            file("tests/b.rs", 500),
        ];
        assert_eq!(
            check(&sources),
            [Finding::new(
                "tests/long.rs",
                0,
                "is 501 lines long, must be at most 500: split it"
            )]
        );
    }

    #[test]
    fn one_long_file_in_ten_is_allowed_and_two_are_not() {
        let mut sources: Vec<Source> = (0..9).map(|_| file("src/a.rs", 100)).collect();
        sources.push(file("src/b.rs", 450));
        assert_eq!(check(&sources), []);
        sources[0] = file("src/c.rs", 450);
        assert_eq!(check(&sources).len(), 1);
    }

    #[test]
    fn summary_counts_source_folders_only() {
        let sources = [
            file("src/a.rs", 10),
            file("x/src/b.rs", 30),
            file("tests/c.rs", 400),
        ];
        assert!(summary(&sources).starts_with("2 source files: median 10 lines"));
    }
}
