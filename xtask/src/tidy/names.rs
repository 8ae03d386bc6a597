//! Checks that no file or folder has a name under which anything fits.
//!
//! In: Rust files. Out: those with a component on the list.

use crate::tidy::source::{Finding, Source};

const VAGUE: [&str; 8] = [
    "util",
    "utils",
    "misc",
    "common",
    "helper",
    "helpers",
    "types",
    "shared_types",
];

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter_map(|source| {
            let path = source.path.strip_suffix(".rs").unwrap_or(&source.path);
            let name = path.split('/').find(|name| VAGUE.contains(name))?;
            let message = format!("no file or folder must be named {name}: say what it holds");
            Some(Finding::new(&source.path, 0, message))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_files_and_folders_are_found() {
        for path in [
            "src/util.rs",
            "x/src/helpers/mod.rs",
            "tests/common/mod.rs",
            "src/a/types.rs",
        ] {
            assert_eq!(check(&[Source::new(path, "")]).len(), 1, "{path}");
        }
    }

    #[test]
    fn names_that_only_contain_one_are_fine() {
        assert_eq!(
            check(&[Source::new("src/common_random_numbers.rs", "")]),
            []
        );
    }
}
