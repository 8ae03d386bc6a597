//! Runs `update` and `state`: what hourly runs write, exit codes, and what is left behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fs;
use std::path::Path;

use command::{fail, folder, run, succeed};
use serde_json::Value;

/// A simulated log in `dns.log`, and its last `hours` hours in files of their own, with what comes before in `start.log`.
fn log_by_hour(folder: &Path, hours: usize) {
    succeed(
        folder,
        &[
            "simulate",
            "--out",
            ".",
            "--domains",
            "30",
            "--campaigns",
            "1",
            "--seed",
            "4",
        ],
    );
    let log = fs::read_to_string(folder.join("dns.log")).unwrap();
    let (head, rows): (Vec<&str>, Vec<&str>) = log
        .split_inclusive('\n')
        .partition(|line| line.starts_with('#'));
    let head = head.concat();
    let by_hour: Vec<String> = rows
        .chunk_by(|a, b| hour(a) == hour(b))
        .map(<[&str]>::concat)
        .collect();
    let start = by_hour.len() - hours;
    fs::write(
        folder.join("start.log"),
        head.clone() + &by_hour[..start].concat(),
    )
    .unwrap();
    for (number, rows) in by_hour[start..].iter().enumerate() {
        fs::write(folder.join(format!("{number}.log")), head.clone() + rows).unwrap();
    }
}

fn hour(row: &str) -> u64 {
    row.split('.').next().unwrap().parse::<u64>().unwrap() / 3_600
}

#[test]
fn hourly_runs_write_the_bytes_of_one_run_and_the_lines_of_a_batch() {
    const HOURS: usize = 30;
    let folder = folder("update_hourly");
    log_by_hour(&folder, HOURS);
    let at_once = succeed(&folder, &["update", "--state", "once", "dns.log", "--json"]);
    let mut hourly = succeed(
        &folder,
        &["update", "--state", "hourly", "start.log", "--json"],
    );
    for hour in 0..HOURS {
        let file = format!("{hour}.log");
        hourly += &succeed(&folder, &["update", "--state", "hourly", &file, "--json"]);
    }
    assert!(at_once.lines().count() > 20);
    assert_eq!(hourly, at_once);
    assert_eq!(
        succeed(&folder, &["state", "hourly", "--csv"]),
        succeed(&folder, &["state", "once", "--csv"])
    );

    // The log until the end of the last window in which something was found, as a batch.
    let lines: Vec<Value> = at_once
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let is_found = |line: &&Value| line["kind"] == "episode";
    let last = lines.iter().rev().find(is_found).unwrap();
    let as_of = last["as_of"].as_str().unwrap().to_owned();
    let end: i64 = as_of.parse::<jiff::Timestamp>().unwrap().as_second();
    let log = fs::read_to_string(folder.join("dns.log")).unwrap();
    let before: String = log
        .split_inclusive('\n')
        .filter(|line| line.starts_with('#') || 3_600 * hour(line) < end.unsigned_abs())
        .collect();
    fs::write(folder.join("before.log"), before).unwrap();
    let batch = succeed(
        &folder,
        &[
            "detect",
            "--latest",
            "1",
            "--keep-newest",
            "before.log",
            "--json",
        ],
    );
    let is_account = |line: &&Value| line["as_of"] == as_of.as_str() && line["kind"] == "run";
    let of_run = lines.iter().find(is_account).unwrap().clone();
    let of_update = lines
        .into_iter()
        .filter(|line| line["as_of"] == as_of.as_str())
        .filter(|line| line["kind"] != "level" && line["kind"] != "run")
        .map(|mut line| {
            let object = line.as_object_mut().unwrap();
            object.remove("as_of");
            object.remove("windows_off");
            line.to_string()
        })
        .collect::<Vec<String>>();
    assert!(!batch.is_empty());
    // The last line is the run's account of itself: of the same windows, the same.
    let (batch, account) = batch.trim_end().rsplit_once('\n').unwrap();
    let account: Value = serde_json::from_str(account).unwrap();
    for key in [
        "settings",
        "series",
        "windows",
        "calibration",
        "found",
        "second_pass",
    ] {
        assert_eq!(of_run[key], account[key], "{key}");
    }
    assert_eq!(of_update, batch.lines().collect::<Vec<_>>());
}

#[test]
fn campaigns_of_a_window_have_lines_and_rows() {
    let folder = folder("update_campaigns");
    succeed(
        &folder,
        &[
            "simulate",
            "--out",
            ".",
            "--shape",
            "level-shift",
            "--domains",
            "250",
            "--clients",
            "150",
            "--campaigns",
            "1",
            "--campaign-domains",
            "8",
            "--campaign-clients",
            "3",
            "--seed",
            "8",
        ],
    );
    let truth: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("truth.json")).unwrap()).unwrap();
    let update = ["update", "--campaigns", "dns.log", "--state"];
    let lines = succeed(&folder, &[&update[..], &["one", "--json"]].concat());
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let campaigns: Vec<Value> = lines
        .filter(|line: &Value| line["kind"] == "campaign")
        .collect();
    assert!(!campaigns.is_empty());
    for campaign in &campaigns {
        assert!(campaign["as_of"].is_string());
        let members = campaign["members"].as_array().unwrap();
        let planted = truth["campaigns"][0]["domains"].as_array().unwrap();
        let right = members
            .iter()
            .filter(|member| planted.contains(&member["domain"]));
        assert!(2 * right.count() > members.len(), "{campaign}");
    }
    let rows = succeed(&folder, &[&update[..], &["other", "--csv"]].concat());
    let is_campaign = |row: &&str| row.split(',').any(|cell| cell == "campaign");
    assert_eq!(rows.lines().filter(is_campaign).count(), campaigns.len());
}

const COUNTS: &str = "domain,timestamp,count\na.example,0,2\na.example,3600,1\n";

#[test]
fn what_does_not_fit_the_state_is_refused_and_the_state_stays() {
    let folder = folder("update_refused");
    fs::write(folder.join("counts.csv"), COUNTS).unwrap();
    fs::write(
        folder.join("bad.csv"),
        "domain,timestamp,count\na.example,7200,many\n",
    )
    .unwrap();
    let update = ["update", "--state", "kept", "counts.csv"];
    succeed(&folder, &update);
    let kept = fs::read(folder.join("kept/state")).unwrap();
    let other = [&update[..], &["--window", "12h"]].concat();
    fail(
        &folder,
        &other,
        2,
        &["--window must be that of the state, 1d, got 12h"],
    );
    fail(
        &folder,
        &["update", "--state", "kept", "bad.csv"],
        3,
        &["bad.csv:2", "many"],
    );
    assert_eq!(fs::read(folder.join("kept/state")).unwrap(), kept);
    fs::write(folder.join("kept/state"), &kept[..kept.len() - 1]).unwrap();
    fail(
        &folder,
        &update,
        3,
        &["kept/state: must have", "it was cut"],
    );
    fail(
        &folder,
        &["state", "nowhere"],
        3,
        &["nowhere: must hold a state"],
    );
}

#[test]
fn a_run_that_finds_what_it_is_asked_to_fail_on_keeps_its_state() {
    let folder = folder("update_fails");
    log_by_hour(&folder, 1);
    let update = [
        "update",
        "--state",
        "kept",
        "start.log",
        "--fail-on",
        "0.05",
        "--output",
        "found.jsonl",
    ];
    assert_eq!(run(&folder, &update).status.code(), Some(1));
    let found = fs::read_to_string(folder.join("found.jsonl")).unwrap();
    assert!(found.lines().any(|line| line.contains("\"windows_off\":1")));
    // All is known, so that there is nothing to say.
    assert_eq!(run(&folder, &update).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.join("found.jsonl")).unwrap(), "");
}
