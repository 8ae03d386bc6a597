//! Lists of names and figures for monitoring, through the command line.
//!
//! In: the bundled counts, lists. Out: what is listed, and a file in Prometheus' exposition format.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use command::{bundled_counts as counts, fail, folder, run, succeed};
use serde_json::Value;

/// The domains of the lines of a kind.
fn domains(folder: &Path, arguments: &[&str], kind: &str) -> Vec<String> {
    let counts = counts();
    let output = succeed(
        folder,
        &[&["detect", &counts, "--json"], arguments].concat(),
    );
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_kind = lines.filter(|line| line["kind"] == kind);
    of_kind
        .map(|line| line["domain"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn allowed_names_are_not_listed_and_denied_ones_always_are() {
    let folder = folder("lists");
    let all = domains(&folder, &[], "episode");
    let first = all[0].clone();
    fs::write(
        folder.join("allow"),
        format!("# ours\n*.{first} # known\n\n"),
    )
    .unwrap();
    let rest = domains(&folder, &["--allow", "allow"], "episode");
    assert!(!rest.contains(&first));
    assert!(!rest.is_empty(), "{first} was not all");
    // A name below is no name above.
    fs::write(folder.join("below"), format!("www.{first}\n")).unwrap();
    assert_eq!(domains(&folder, &["--allow", "below"], "episode"), all);

    assert_eq!(domains(&folder, &[], "denied"), Vec::<String>::new());
    let denied = domains(&folder, &["--deny", "allow", "--top", "0"], "denied");
    assert_eq!(denied, [first]);
}

#[test]
fn a_line_that_is_no_name_is_told_by_file_and_line() {
    let folder = folder("bad-list");
    fs::write(folder.join("list"), "example.com\nlocalhost\n").unwrap();
    let counts = counts();
    let arguments = ["detect", &counts, "--allow", "list"];
    let message = String::from_utf8(run(&folder, &arguments).stderr).unwrap();
    assert!(
        message.contains("list:2: must be a domain name with a dot, got \"localhost\""),
        "{message}"
    );
    fail(&folder, &["detect", "none.csv"], 3, &["none.csv"]);
}

/// A strict reader of the exposition format: every sample belongs to the metric whose help and type stand before it.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    let mut metric = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            help.split_once(' ').unwrap().0.clone_into(&mut metric);
            assert_eq!(lines.next(), Some(&*format!("# TYPE {metric} gauge")));
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let labels = name.strip_prefix(&metric).unwrap();
        let is_label = |text: &str| text.starts_with("{level=\"") || text.starts_with("{fate=\"");
        assert!(
            labels.is_empty() || (is_label(labels) && labels.ends_with("\"}")),
            "{line}"
        );
        assert!(
            found
                .insert(name.to_owned(), value.parse().unwrap())
                .is_none(),
            "{line}"
        );
    }
    assert!(text.ends_with('\n'));
    found
}

#[test]
fn figures_are_in_the_exposition_format() {
    let folder = folder("metrics");
    let counts = counts();
    succeed(
        &folder,
        &["detect", &counts, "--metrics", "dns.prom", "--json"],
    );
    let text = fs::read_to_string(folder.join("dns.prom")).unwrap();
    let samples = samples(&text);
    assert_eq!(samples["dns_anomaly_domains_tracked"], 60.0);
    assert!(samples["dns_anomaly_anomalies{level=\"discovery\"}"] >= 5.0);
    assert_eq!(samples["dns_anomaly_rows_read{fate=\"bad\"}"], 0.0);
    let share = samples["dns_anomaly_calibration_share{level=\"0.05\"}"];
    assert!((0.0..=1.0).contains(&share));
    assert!(samples["dns_anomaly_run_seconds"] > 0.0);
}
