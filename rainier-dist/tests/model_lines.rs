//! Claims: lines that `model!` does not know are errors that a reader understands.
//!
//! In: the macro's source and lines for it, given to the compiler. Out: its messages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use rainier_dist::continuous::Normal;
use rainier_dist::{Param, model};

/// What the compiler says about a crate of the macro and these lines.
fn messages(name: &str, lines: &str) -> String {
    let macro_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/do_notation.rs");
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = directory.join(format!("{name}.rs"));
    let source = format!(
        "#[path = r\"{}\"] mod do_notation;\nfn main() {{ model! {{ {lines} }}; }}\n",
        macro_file.display()
    );
    std::fs::write(&file, source).unwrap();
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(compiler)
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "bin",
            "--emit",
            "metadata",
            "--out-dir",
        ])
        .args([&directory, &file])
        .output()
        .unwrap();
    assert!(!output.status.success(), "{name}: nothing is said");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn unknown_lines_are_quoted() {
    let cases = [
        (
            "statement",
            "a = b; println!(\"{a}\"); yield a",
            "println! (\"{a}\")",
        ),
        (
            "nested_parts",
            "((a, b), c) = d; yield a",
            "((a, b), c) = d",
        ),
        ("typed_draw", "a: Real = b; yield a", "a : Real = b"),
        ("two_values", "yield a; yield b", "yield a"),
    ];
    for (name, lines, line) in cases {
        let said = messages(name, lines).replace(' ', "");
        let expected = format!("`model!` has no line like `{line}`").replace(' ', "");
        assert!(said.contains(&expected), "{name}: {said}");
        assert!(!said.contains("recursion"), "{name}: {said}");
    }
}

#[test]
fn model_without_a_value_is_told_so() {
    for (name, lines) in [
        ("nothing", ""),
        ("draw", "a = b;"),
        ("unended", "a = b"),
        ("let", "let a = b;"),
    ] {
        let said = messages(name, lines);
        assert!(
            said.contains("must end with `yield expression`"),
            "{name}: {said}"
        );
        assert!(!said.contains("recursion"), "{name}: {said}");
    }
    // The control: other mistakes are not taken for this one.
    let said = messages("other", "a = b; yield a");
    assert!(
        !said.contains("must end with") && !said.contains("has no line"),
        "{said}"
    );
}

#[test]
fn let_may_say_its_type() {
    let model = model! {
        location = Normal::new(0, 1).param();
        let known: f64 = "2.5".parse().unwrap();
        let both: [rainier_core::Real; 2] = [&location + known, 2.0 * &location];
        yield (location, both)
    };
    let labels = model.compile().unwrap().labels().to_vec();
    assert_eq!(labels, ["location", "1[0]", "1[1]"]);
}
