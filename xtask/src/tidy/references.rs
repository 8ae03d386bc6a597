//! Finds which modules of its own crate a file uses.
//!
//! In: a file's text and its place below `src`. Out: top-level modules or items named after
//! `crate::` and `super::`, with line numbers; comments and unit tests do not count.

/// A use of a top-level name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) line: usize,
    pub(crate) name: String,
}

/// The top-level names that the file at `below` (such as `graph/simplify.rs`) uses.
pub(crate) fn references(below: &str, text: &str) -> Vec<Reference> {
    let code = code(text);
    let mut found = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        // `$crate::` in a macro and `crate` at the end of a longer word.
        let before = code[..start].chars().next_back();
        if !before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
            let path = &code[start + "crate::".len()..];
            collect(&code, start, path, &mut found);
        }
    }
    let climb = "super::".repeat(depth(below));
    if !climb.is_empty() {
        for (start, _) in code.match_indices(&climb) {
            let path = &code[start + climb.len()..];
            let is_longer = code[..start].ends_with("super::") || path.starts_with("super::");
            if !is_longer {
                collect(&code, start, path, &mut found);
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// How many `super::` lead from the file to the crate's root.
fn depth(below: &str) -> usize {
    let module = below.trim_end_matches(".rs").trim_end_matches("/mod");
    if module == "lib" || module == "main" {
        0
    } else {
        module.split('/').count()
    }
}

/// Notes the name that `path` begins with, or each first name inside its braces.
fn collect(code: &str, start: usize, path: &str, found: &mut Vec<Reference>) {
    let line = code[..start].matches('\n').count() + 1;
    let mut add = |text: &str| {
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let name: String = text
            .trim_start()
            .chars()
            .take_while(|c| is_name(*c))
            .collect();
        if !name.is_empty() && name != "self" {
            found.push(Reference { line, name });
        }
    };
    let Some(group) = path.strip_prefix('{') else {
        add(path);
        return;
    };
    let mut nesting = 0_usize;
    let mut first = 0;
    for (index, character) in group.char_indices() {
        match character {
            '{' => nesting += 1,
            '}' if nesting == 0 => {
                add(&group[first..index]);
                return;
            }
            '}' => nesting -= 1,
            ',' if nesting == 0 => {
                add(&group[first..index]);
                first = index + 1;
            }
            _ => {}
        }
    }
}

/// The text up to its unit tests, with comments blanked and every line kept.
fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(below: &str, text: &str) -> Vec<String> {
        references(below, text)
            .into_iter()
            .map(|reference| reference.name)
            .collect()
    }

    #[test]
    fn simple_nested_and_inline_paths_are_found() {
        let text = "use crate::graph::Graph;\nuse crate::{error::{A, B}, special as s, Real};\n\
                    fn f() -> crate::program::Program {}\n";
        assert_eq!(
            names("evaluate/mod.rs", text),
            ["graph", "Real", "error", "special", "program"]
        );
    }

    #[test]
    fn group_over_several_lines_is_read_to_its_end() {
        assert_eq!(
            names("a.rs", "use crate::{\n    one::X,\n    two::{Y, Z},\n};\n"),
            ["one", "two"]
        );
    }

    #[test]
    fn enough_supers_reach_the_root() {
        assert_eq!(
            names("graph/simplify.rs", "use super::super::program::X;"),
            ["program"]
        );
        assert_eq!(names("graph/simplify.rs", "use super::import::X;"), [""; 0]);
        assert_eq!(names("graph/mod.rs", "use super::program::X;"), ["program"]);
        assert_eq!(names("column.rs", "use super::real::X;"), ["real"]);
    }

    #[test]
    fn comments_and_tests_do_not_count() {
        let text = "/// See [`crate::program`].\n// crate::evaluate\nfn f() {}\n\
                    #[cfg(test)]\nmod tests {\n    use crate::program::P;\n}\n";
        assert_eq!(names("graph/mod.rs", text), [""; 0]);
    }

    #[test]
    fn tests_in_a_file_of_their_own_do_not_end_the_code() {
        let text = "#[cfg(test)]\nmod tests;\nuse crate::program::P;\n";
        assert_eq!(names("graph/mod.rs", text), ["program"]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let found = references("a.rs", "\n\nuse crate::b::C;\n");
        assert_eq!(
            found,
            [Reference {
                line: 3,
                name: "b".to_owned()
            }]
        );
    }
}
