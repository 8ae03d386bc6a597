//! Runs the binary: results, messages, exit codes, and what is left behind when a run fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use command::{command, fail, folder, run, succeed};
use serde_json::Value;

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// The shared Zeek file `name`, as an argument.
fn zeek(name: &str) -> Option<String> {
    testkit::shared(&format!("data/zeek/{name}")).map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn the_real_log_gives_the_same_bytes_from_both_of_its_spellings() {
    let (Some(tsv), Some(json)) = (
        zeek("wrccdc2018_dns.log.gz"),
        zeek("wrccdc2018_dns.json.gz"),
    ) else {
        return;
    };
    let folder = folder("both_spellings");
    let counts = |file: &str| succeed(&folder, &["counts", file, "--bin", "10s"]);
    let from_tsv = counts(&tsv);
    assert!(from_tsv.lines().count() > 1_000);
    assert_eq!(from_tsv, counts(&json));
}

#[test]
fn old_zeek_formats_are_read() {
    let (Some(tsv), Some(json)) = (zeek("zat_dns.log"), zeek("zat_dns.json")) else {
        return;
    };
    let folder = folder("old_formats");
    let tsv = succeed(&folder, &["counts", &tsv, "--full-name", "--keep-newest"]);
    assert!(
        tsv.contains("\nguyspy.com,2013-09-15T23:00:00Z,1,1,\n"),
        "{tsv}"
    );
    let json = succeed(&folder, &["counts", &json, "--full-name", "--keep-newest"]);
    assert!(
        json.contains("\ndns.msftncsi.com,2019-12-03T22:00:00Z,"),
        "{json}"
    );
}

const LOG: &str = "#fields\tts\tuid\tid.orig_h\tquery\n\
    10\tC1\t10.0.0.1\twww.example.com\n\
    10.5\tC1\t10.0.0.1\twww.example.com\n\
    7300\tC2\t10.0.0.2\texample.com.\n\
    15000\tC3\t10.0.0.1\texample.org\n";

#[test]
fn shuffled_rows_give_the_same_output() {
    let folder = folder("shuffled");
    let mut lines: Vec<&str> = LOG.lines().collect();
    fs::write(folder.join("sorted.log"), LOG).unwrap();
    lines[1..].reverse();
    fs::write(folder.join("shuffled.log"), lines.join("\n")).unwrap();
    let sorted = succeed(&folder, &["counts", "sorted.log"]);
    assert_eq!(
        sorted,
        "domain,timestamp,count,clients,group\n\
         example.com,1970-01-01T00:00:00Z,1,1,\n\
         example.com,1970-01-01T02:00:00Z,1,1,\n"
    );
    assert_eq!(sorted, succeed(&folder, &["counts", "shuffled.log"]));
}

#[test]
fn every_row_is_accounted_for_in_one_line_on_standard_error() {
    let folder = folder("tally");
    fs::write(folder.join("dns.log"), format!("{LOG}torn\n")).unwrap();
    let output = run(&folder, &["counts", "dns.log"]);
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "dns-anomaly: 5 rows: 3 kept, 1 duplicates, 0 unset, 0 wildcard, 0 undotted, 0 address, 0 reverse, 1 bad; \
         0 out of order; 1 series, 4 bins; first bad: dns.log:6: a row must have 4 fields, got 1\n"
    );
}

#[test]
fn counts_written_are_counts_read() {
    let folder = folder("round_trip");
    fs::write(folder.join("dns.log"), LOG).unwrap();
    succeed(
        &folder,
        &["counts", "dns.log", "--zeros", "--output", "counts.csv"],
    );
    assert_eq!(names_in(&folder), ["counts.csv", "dns.log"]);
    let written = fs::read_to_string(folder.join("counts.csv")).unwrap();
    assert_eq!(written.lines().count(), 5);
    let sum = |text: &str| -> u64 {
        text.lines()
            .skip(1)
            .map(|line| line.split(',').nth(2).unwrap().parse::<u64>().unwrap())
            .sum()
    };
    let read = succeed(&folder, &["counts", "counts.csv", "--zeros"]);
    assert_eq!(sum(&written), sum(&read));
    assert_eq!(written.lines().count(), read.lines().count());
}

#[test]
fn json_lines_have_stable_keys_and_a_schema() {
    let folder = folder("json");
    fs::write(folder.join("dns.log"), LOG).unwrap();
    let keys = |arguments: &[&str]| -> Vec<String> {
        let text = succeed(&folder, arguments);
        let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(line["schema"], 1);
        line.as_object().unwrap().keys().cloned().collect()
    };
    let mut expected = [
        "schema",
        "kind",
        "domain",
        "group",
        "timestamp",
        "count",
        "clients",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&["counts", "dns.log", "--json"]), expected);
    let mut expected = [
        "schema",
        "kind",
        "domain",
        "group",
        "method",
        "alpha",
        "bins",
        "busy",
        "size",
        "active_prob",
        "rate",
    ];
    expected.sort_unstable();
    // JSON is what croston writes into a pipe without being asked.
    assert_eq!(keys(&["croston", "dns.log"]), expected);
}

#[test]
fn standard_input_is_read_as_a_file_called_dash() {
    let folder = folder("standard_input");
    let mut child = command(&folder, &["counts", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(LOG.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
}

#[test]
fn croston_on_the_prescriptions_gives_the_answers_of_r() {
    let Some(path) = testkit::shared("data/intermittent/PBS_dataset.csv") else {
        return;
    };
    let folder = folder("prescriptions");
    let rate = |alpha: &str| -> f64 {
        let file = path.to_str().unwrap();
        let arguments = [
            "croston", file, "--column", "Scripts", "--method", "croston", "--alpha", alpha,
        ];
        let line: Value = serde_json::from_str(&succeed(&folder, &arguments)).unwrap();
        line["rate"].as_f64().unwrap()
    };
    assert_eq!(format!("{:.7}", rate("0.1")), "0.8688921");
    assert_eq!(format!("{:.7}", rate("0.5")), "0.6754646");
    assert_eq!(format!("{:.6}", rate("0.05")), "1.405808");
}

#[test]
fn simulate_writes_three_files_that_depend_on_the_seed_alone() {
    let folder = folder("simulate");
    let simulate = |out: &str, seed: &str, more: &[&str]| {
        let arguments = [
            "simulate",
            "--out",
            out,
            "--domains",
            "12",
            "--weeks",
            "1",
            "--seed",
            seed,
        ];
        succeed(&folder, &[&arguments, more].concat());
    };
    simulate("first", "3", &[]);
    simulate("again", "3", &[]);
    simulate("other", "4", &[]);
    simulate("packed", "3", &["--gzip"]);
    assert_eq!(
        names_in(&folder.join("first")),
        ["counts.csv", "dns.log", "truth.json"]
    );
    assert_eq!(
        names_in(&folder.join("packed")),
        ["counts.csv", "dns.log.gz", "truth.json"]
    );
    let read = |path: &str| fs::read(folder.join(path)).unwrap();
    for name in ["counts.csv", "dns.log", "truth.json"] {
        assert!(
            read(&format!("first/{name}")) == read(&format!("again/{name}")),
            "{name} differs"
        );
        assert!(
            read(&format!("first/{name}")) != read(&format!("other/{name}")),
            "{name} is the same"
        );
    }
    let counts = |log: &str| succeed(&folder, &["counts", log, "--keep-newest"]);
    assert_eq!(counts("first/dns.log"), counts("packed/dns.log.gz"));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = folder("unreadable");
    fs::create_dir(folder.join("directory")).unwrap();
    fs::write(folder.join("broken.gz"), [0x1f, 0x8b, 0xff]).unwrap();
    fs::write(folder.join("empty.log"), "").unwrap();
    fs::write(folder.join("prose.txt"), "Dear sir\n").unwrap();
    fail(
        &folder,
        &["counts", "absent.log"],
        3,
        &["absent.log: cannot be opened"],
    );
    fail(&folder, &["counts", "directory"], 3, &["directory"]);
    fail(
        &folder,
        &["counts", "broken.gz"],
        3,
        &["broken.gz:1: cannot be read"],
    );
    fail(
        &folder,
        &["counts", "empty.log"],
        3,
        &["empty.log:1: the file is empty"],
    );
    fail(
        &folder,
        &["counts", "prose.txt"],
        3,
        &["prose.txt:1:", "Dear sir"],
    );
}

#[test]
fn bad_data_is_named_by_file_and_line() {
    let folder = folder("bad_data");
    fs::write(
        folder.join("conn.log"),
        "#path\tconn\n#fields\tts\tuid\n1\tC1\n",
    )
    .unwrap();
    fs::write(
        folder.join("torn.log"),
        "#fields\tts\tquery\n1\ta.example\ntorn\n",
    )
    .unwrap();
    let table =
        |count: &str| format!("domain,timestamp,count\na.example,0,1\na.example,3600,{count}\n");
    fs::write(folder.join("negative.csv"), table("-4")).unwrap();
    fs::write(folder.join("fractional.csv"), table("1.5")).unwrap();
    fs::write(folder.join("huge.csv"), table("99999999999999999999")).unwrap();
    fail(
        &folder,
        &["counts", "conn.log"],
        3,
        &["conn.log:2:", "`query`"],
    );
    fail(
        &folder,
        &["counts", "torn.log", "--strict"],
        3,
        &["torn.log:3:", "must have 2 fields, got 1"],
    );
    fail(
        &folder,
        &["croston", "negative.csv", "--strict"],
        3,
        &["negative.csv:3:", "`count`", "zero or more", "-4"],
    );
    fail(
        &folder,
        &["croston", "fractional.csv", "--strict"],
        3,
        &["fractional.csv:3:", "whole", "1.5"],
    );
    fail(
        &folder,
        &["croston", "huge.csv", "--strict"],
        3,
        &["huge.csv:3:", "below 2^64"],
    );
    // Without --strict bad rows are only counted, and the first is named.
    succeed(&folder, &["counts", "torn.log"]);
    let output = run(&folder, &["counts", "negative.csv"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{message}");
    let parts = ["1 kept", "1 bad", "negative.csv:3:", "zero or more", "-4"];
    assert!(parts.iter().all(|part| message.contains(part)), "{message}");
}

#[test]
fn wrong_usage_is_one_line_and_code_2() {
    let folder = folder("usage");
    fs::write(folder.join("dns.log"), LOG).unwrap();
    fail(
        &folder,
        &["counts", "dns.log", "--colour"],
        2,
        &["'--colour'"],
    );
    fail(&folder, &["counts"], 2, &["<FILE>"]);
    fail(&folder, &["frobnicate"], 2, &["frobnicate"]);
    fail(
        &folder,
        &["counts", "dns.log", "--bin", "0s"],
        2,
        &["--bin", "above 0"],
    );
    fail(
        &folder,
        &["counts", "dns.log", "--json", "--csv"],
        2,
        &["--json"],
    );
    fail(
        &folder,
        &["simulate", "--out", "out", "--factor", "0.5"],
        2,
        &["factor", "above 1", "0.5"],
    );
    assert_eq!(names_in(&folder), ["dns.log"]);
}

#[test]
fn a_setting_out_of_range_is_wrong_usage_even_when_the_data_are_fine() {
    let folder = folder("setting");
    fs::write(folder.join("dns.log"), LOG).unwrap();
    fail(
        &folder,
        &[
            "croston", "dns.log", "--method", "croston", "--alpha", "1.5",
        ],
        2,
        &["alpha", "1.5"],
    );
}

#[test]
fn a_failed_run_leaves_the_old_file_and_no_partial_one() {
    let folder = folder("no_partial");
    fs::write(
        folder.join("negative.csv"),
        "domain,timestamp,count\na.example,0,-1\n",
    )
    .unwrap();
    fs::write(folder.join("result.csv"), "old\n").unwrap();
    fail(
        &folder,
        &["counts", "negative.csv", "--output", "result.csv"],
        3,
        &["negative.csv:2:"],
    );
    assert_eq!(
        fs::read_to_string(folder.join("result.csv")).unwrap(),
        "old\n"
    );
    assert_eq!(names_in(&folder), ["negative.csv", "result.csv"]);
    fs::write(folder.join("file"), "in the way\n").unwrap();
    fail(
        &folder,
        &["simulate", "--out", "file"],
        3,
        &["file: cannot be created"],
    );
    // A folder stands where the last of three files should: the others are whole, and nothing unfinished stays.
    fs::create_dir_all(folder.join("out/truth.json/full")).unwrap();
    let output = run(
        &folder,
        &[
            "simulate",
            "--out",
            "out",
            "--domains",
            "10",
            "--weeks",
            "1",
        ],
    );
    assert_eq!(output.status.code(), Some(3));
    let partial: Vec<_> = names_in(&folder.join("out"))
        .into_iter()
        .filter(|name| name.contains("partial"))
        .collect();
    assert_eq!(partial, Vec::<String>::new());
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let folder = folder("broken_pipe");
    let rows = (0..50_000)
        .map(|hour| format!("a.example,{},1\n", hour * 3_600))
        .collect::<Vec<_>>()
        .concat();
    fs::write(
        folder.join("counts.csv"),
        format!("domain,timestamp,count\n{rows}"),
    )
    .unwrap();
    for form in ["--csv", "--json", "--table"] {
        let mut child = command(&folder, &["counts", "counts.csv", form])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{form}: {message}");
        assert!(
            !message.contains("panicked") && !message.contains("pipe"),
            "{form}: {message}"
        );
    }
}
