//! Runs `detect` and `update`: the account each run gives of itself, and lines by the names of the Elastic Common Schema.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use command::{bundled_counts as counts, fail, folder, run, succeed};
use serde_json::Value;

/// Eight names over nine days, which takes no time to judge.
fn few_counts() -> String {
    let mut text = "domain,timestamp,count\n".to_owned();
    for (name, hour) in (0..8).flat_map(|name| (0..9 * 24).map(move |hour| (name, hour))) {
        if (hour * (name + 3)) % 7 < 2 {
            let (time, count) = (3_600 * hour, 1 + hour % 3);
            writeln!(text, "site-{name}.example,{time},{count}").unwrap();
        }
    }
    text
}

fn lines(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let text = succeed(folder, arguments);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_last_line_of_a_run_says_what_was_asked_and_judged() {
    let folder = folder("run_line");
    let counts = counts();
    let lines = lines(&folder, &["detect", &counts, "--json", "--fdr", "0.1"]);
    let (run, others) = lines.split_last().unwrap();
    assert_eq!(run["kind"], "run");
    assert!(others.iter().all(|line| line["kind"] != "run"));
    assert_eq!(
        keys(run),
        [
            "bins",
            "calibration",
            "end",
            "found",
            "kind",
            "mode",
            "rows",
            "schema",
            "second_pass",
            "seconds",
            "seed",
            "series",
            "series_per_second",
            "settings",
            "start",
            "version",
            "windows"
        ]
    );
    let settings = &run["settings"];
    for (name, value) in [
        ("bin", "1h"),
        ("window", "1d"),
        ("step", "1d"),
        ("every", "1d"),
        ("history", "28d"),
        ("slots", "week, 0 hours from UTC"),
        ("seed", "1"),
        ("latest", "all"),
        ("priors", "learned"),
        ("fdr", "0.1"),
        ("second-pass", "0.01"),
    ] {
        assert_eq!(settings[name], value, "{name}");
    }
    assert_eq!(keys(settings).len(), 11);

    let number = |value: &Value| value.as_u64().unwrap();
    let series = &run["series"];
    let parts = ["tested", "new", "without_window_to_test"].map(|key| number(&series[key]));
    assert_eq!(number(&series["all"]), 60);
    assert_eq!(parts.iter().sum::<u64>(), 60);
    let discoveries = others
        .iter()
        .filter(|line| line["kind"] == "episode" && line["is_discovery"] == true)
        .count() as u64;
    // A discovery is a window, and an episode may have several.
    assert!(number(&run["found"]["discoveries"]) >= discoveries && discoveries > 0);
    let rows = &run["rows"];
    assert_eq!(rows["read"], rows["kept"]);
    let seconds = run["seconds"].as_object().unwrap();
    let stages = [
        "reading",
        "learning",
        "judging",
        "calibrating",
        "ranking",
        "second pass",
    ];
    let time = |stage: &str| seconds[stage].as_f64().unwrap();
    let total: f64 = stages.iter().map(|stage| time(stage)).sum();
    assert!((total - time("total")).abs() < 1e-6);
}

#[test]
fn shares_of_all_windows_are_those_of_the_strata_together() {
    let folder = folder("run_strata");
    let counts = counts();
    let lines = lines(&folder, &["detect", &counts, "--json"]);
    let calibration = &lines.last().unwrap()["calibration"];
    let strata = calibration["strata"].as_array().unwrap();
    let windows = |one: &Value| one["windows"].as_f64().unwrap();
    let all: f64 = strata.iter().map(windows).sum();
    assert_eq!(Some(all), calibration["p_values"].as_f64());
    for shares in ["shares", "shares_of_model"] {
        for level in ["0.05", "0.01", "0.001"] {
            let share = |one: &Value| one[shares][level].as_f64().unwrap();
            let together: f64 = strata.iter().map(|one| windows(one) * share(one)).sum();
            assert!(
                (together / all - share(calibration)).abs() < 1e-12,
                "{shares} {level}"
            );
        }
    }
}

#[test]
fn every_mode_and_update_have_the_line_and_tables_do_not() {
    let folder = folder("run_everywhere");
    let counts = counts();
    let deck = lines(
        &folder,
        &[
            "detect",
            &counts,
            "--mode",
            "deck",
            "--simulations",
            "500",
            "--json",
        ],
    );
    let run_line = deck.last().unwrap();
    assert_eq!(
        (&run_line["kind"], &run_line["mode"]),
        (&"run".into(), &"deck".into())
    );
    assert_eq!(run_line["settings"]["simulations"], "500");
    fs::write(folder.join("few.csv"), few_counts()).unwrap();
    let update = lines(&folder, &["update", "--state", "kept", "few.csv", "--json"]);
    let runs: Vec<&Value> = update.iter().filter(|line| line["kind"] == "run").collect();
    assert!(!runs.is_empty());
    for run in runs {
        assert!(run["as_of"].is_string());
        // What depends on how files were parted into runs is told on standard error only.
        for key in ["seconds", "rows"] {
            assert_eq!(run.get(key), None, "{key}");
        }
    }
    let csv = succeed(&folder, &["detect", &counts, "--csv"]);
    assert!(
        csv.lines().skip(1).all(|row| row.starts_with("site-")),
        "{csv}"
    );
    let output = run(&folder, &["detect", &counts, "--table"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("before calibration") && told.contains("s (reading "),
        "{told}"
    );
}

#[test]
fn lines_by_the_schema_hold_all_that_the_others_do() {
    let folder = folder("ecs");
    let counts = counts();
    let plain = lines(&folder, &["detect", &counts, "--json"]);
    let ecs = lines(&folder, &["detect", &counts, "--ecs"]);
    assert_eq!(plain.len(), ecs.len());
    for (line, document) in plain.iter().zip(&ecs) {
        assert!(document["@timestamp"].is_string(), "{document}");
        assert_eq!(document["ecs"]["version"], "8.11.0");
        assert_eq!(
            document["event"]["category"],
            serde_json::json!(["network"])
        );
        assert_eq!(document["rainier"]["schema"], 1);
        assert_eq!(document["rainier"]["kind"], line["kind"]);
        if line["kind"] != "episode" {
            continue;
        }
        let event = &document["event"];
        assert_eq!(event["kind"], "alert");
        assert_eq!(
            document["dns"]["question"]["registered_domain"],
            line["domain"]
        );
        assert_eq!(
            (&event["start"], &event["end"]),
            (&line["start"], &line["end"])
        );
        let risk = event["risk_score"].as_f64().unwrap();
        assert_eq!(risk, 100.0 * (1.0 - line["q"].as_f64().unwrap()));
        assert_eq!(document["rainier"]["p_parts"], line["p_parts"]);
    }
    fs::write(folder.join("few.csv"), few_counts()).unwrap();
    let update = lines(&folder, &["update", "--state", "kept", "few.csv", "--ecs"]);
    assert!(update.iter().all(|line| line["@timestamp"].is_string()));
    fail(
        &folder,
        &["detect", &counts, "--ecs", "--csv"],
        2,
        &["--ecs"],
    );
}
