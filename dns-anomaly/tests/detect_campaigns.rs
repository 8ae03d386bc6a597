//! Runs `detect --campaigns` and `evaluate --truth`: what they write, in which form, and exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fs;
use std::path::Path;

use command::{fail, folder, run, succeed};
use serde_json::Value;

/// A simulated log with a campaign of twenty names.
fn log_with_campaign(folder: &Path) {
    let arguments = "simulate --out . --domains 150 --new-domains 60 --clients 150 --campaigns 1 --campaign-domains 20 \
         --campaign-clients 3 --shape domain-flux --seed 102";
    succeed(folder, &arguments.split(' ').collect::<Vec<&str>>());
}

fn detect<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["detect", "dns.log", "--keep-newest"], more].concat()
}

fn rows(text: &str, kind: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|row: &Value| row["kind"] == kind)
        .collect()
}

fn keys(row: &Value) -> Vec<&str> {
    row.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn campaigns_are_lines_of_their_own_kind_when_asked_for() {
    let folder = folder("campaigns_json");
    log_with_campaign(&folder);
    let plain = succeed(&folder, &detect(&["--json"]));
    assert!(rows(&plain, "campaign").is_empty());
    let json = succeed(&folder, &detect(&["--json", "--campaigns"]));
    // What was written without campaigns is written with them, too, but for the run's account of itself.
    let (plain, _) = plain.trim_end().rsplit_once('\n').unwrap();
    assert!(json.starts_with(plain));
    let [campaign] = &rows(&json, "campaign")[..] else {
        panic!("one was planted: {json}");
    };
    assert_eq!(campaign["schema"], 1);
    assert_eq!(
        keys(campaign),
        [
            "e",
            "e_of_gathering",
            "e_of_members",
            "end",
            "is_discovery",
            "is_rate_controlled",
            "kind",
            "members",
            "mode",
            "q",
            "rank",
            "schema",
            "seed",
            "shared",
            "start"
        ]
    );
    assert_eq!(
        keys(&campaign["members"][0]),
        ["cause", "domain", "e", "end", "onset", "total_excess"]
    );
    assert_eq!(keys(&campaign["shared"][0]), ["item", "kind", "members"]);
    // Where all its names are allowed it is not listed; where one is not, it is, whole.
    let members = campaign["members"].as_array().unwrap();
    let names = members
        .iter()
        .map(|member| member["domain"].as_str().unwrap());
    let names: Vec<&str> = names.collect();
    for (allowed, expected) in [(&names[..], 0), (&names[1..], 1)] {
        fs::write(folder.join("allow"), allowed.join("\n")).unwrap();
        let json = succeed(
            &folder,
            &detect(&["--json", "--campaigns", "--allow", "allow"]),
        );
        assert_eq!(rows(&json, "campaign").len(), expected);
        let mut domains = rows(&json, "domain")
            .into_iter()
            .chain(rows(&json, "episode"));
        assert!(domains.all(|row| !allowed.contains(&row["domain"].as_str().unwrap())));
    }
}

#[test]
fn a_table_of_campaigns_follows_the_ranked_one_and_csv_keeps_its_header() {
    let folder = folder("campaigns_table");
    log_with_campaign(&folder);
    let table = succeed(&folder, &detect(&["--table", "--campaigns"]));
    let (ranked, campaigns) = table.split_once("\n\n").unwrap();
    assert!(ranked.starts_with("domain"));
    assert!(campaigns.starts_with("campaign"));
    assert!(
        campaigns.contains("campaign 1") && campaigns.contains("10.1.0."),
        "{campaigns}"
    );
    assert_eq!(
        succeed(&folder, &detect(&["--csv"])),
        succeed(&folder, &detect(&["--csv", "--campaigns"]))
    );
}

#[test]
fn a_campaign_fails_a_run_that_was_asked_to_fail() {
    let folder = folder("campaigns_fail");
    log_with_campaign(&folder);
    // No single name has so small a q.
    let strict = ["--fail-on", "0.002", "--output", "rows"];
    assert_eq!(run(&folder, &detect(&strict)).status.code(), Some(0));
    let output = run(&folder, &detect(&[&strict[..], &["--campaigns"]].concat()));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn evaluate_counts_the_names_of_a_simulations_campaigns() {
    let folder = folder("campaigns_truth");
    log_with_campaign(&folder);
    let arguments = "evaluate dns.log --keep-newest --truth truth.json --json";
    let json = succeed(&folder, &arguments.split(' ').collect::<Vec<&str>>());
    let [row] = &rows(&json, "campaigns")[..] else {
        panic!("{json}");
    };
    let number = |key: &str| row[key].as_u64().unwrap();
    assert_eq!((number("planted"), number("campaigns")), (20, 1));
    assert_eq!(number("false_campaigns"), 0);
    assert!(number("found_with") > number("found_without"), "{row}");
    let broken = "evaluate dns.log --truth dns.log";
    // The truth is read before the log, so that a wrong one costs nothing.
    let broken: Vec<&str> = broken.split(' ').collect();
    fail(
        &folder,
        &broken,
        3,
        &["dns.log: must be what `simulate` writes"],
    );
}
