//! Checks that priors learned by one run serve others.
//!
//! In: counts of many names. Out: with the priors they taught, they give the same results, and one name alone is judged
//! by what many showed; a file that holds none is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fs;
use std::path::Path;

use command::{folder, run, succeed};
use serde_json::Value;

/// All lines but the run's account of itself, which has times.
fn findings(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["detect", "--json", "--second-pass", "0"], arguments].concat();
    let text = succeed(folder, &arguments);
    let is_finding = |line: &&str| !line.contains(r#""kind":"run""#);
    text.lines().filter(is_finding).map(str::to_owned).collect()
}

/// Counts of many names, and of one of them alone.
fn traffic(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    let simulate = [
        "simulate",
        "--out",
        "all",
        "--domains",
        "40",
        "--campaigns",
        "1",
    ];
    succeed(&folder, &[&simulate[..], &["--no-log"]].concat());
    let all = fs::read_to_string(folder.join("all/counts.csv")).unwrap();
    let (header, rows) = all.split_once('\n').unwrap();
    let first = &rows[..=rows.find(',').unwrap()];
    let of_first: Vec<&str> = rows.lines().filter(|row| row.starts_with(first)).collect();
    fs::write(
        folder.join("one.csv"),
        format!("{header}\n{}\n", of_first.join("\n")),
    )
    .unwrap();
    folder
}

#[test]
fn priors_that_were_saved_give_the_same_results_and_reach_a_name_alone() {
    let folder = traffic("priors_saved");
    let all = "all/counts.csv";
    let learned = findings(&folder, &[all, "--save-priors", "priors.json"]);
    let given = findings(&folder, &[all, "--priors", "priors.json"]);
    assert!(!learned.is_empty());
    assert_eq!(learned, given);

    let expected = |more: &[&str]| {
        let explain = ["explain", "--json", "--second-pass", "0"];
        let text = fs::read_to_string(folder.join("one.csv")).unwrap();
        let name = text.lines().nth(1).unwrap().split(',').next().unwrap();
        let arguments = [&explain[..], &[name, "one.csv"], more].concat();
        let dossier: Value = serde_json::from_str(succeed(&folder, &arguments).trim()).unwrap();
        dossier["history"].clone()
    };
    let alone = expected(&[]);
    assert!(alone.as_array().is_some_and(|windows| !windows.is_empty()));
    assert_ne!(alone, expected(&["--priors", "priors.json"]));
}

#[test]
fn files_that_hold_no_priors_are_refused() {
    let folder = traffic("priors_refused");
    succeed(
        &folder,
        &[
            "detect",
            "all/counts.csv",
            "--json",
            "--save-priors",
            "priors.json",
        ],
    );
    let good = fs::read_to_string(folder.join("priors.json")).unwrap();
    let shape = good.find("\"shape\":").unwrap();
    let end = shape + good[shape..].find(',').unwrap();
    let bad_shape = format!("{}\"shape\": -1.0{}", &good[..shape], &good[end..]);
    for (text, part) in [
        ("", "must be priors"),
        ("{}", "must be priors"),
        (
            &*good.replace("\"schema\": 1", "\"schema\": 2"),
            "schema 1, got 2",
        ),
        (
            &*bad_shape,
            "the prior of sizes must have parameters that are finite and above 0, got -1",
        ),
    ] {
        fs::write(folder.join("bad.json"), text).unwrap();
        let arguments = ["detect", "all/counts.csv", "--priors", "bad.json"];
        let output = run(&folder, &arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(part), "{part:?} is not in: {message}");
        assert!(!output.status.success() && output.stdout.is_empty());
    }
}
