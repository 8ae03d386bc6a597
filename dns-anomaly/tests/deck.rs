//! Runs `detect --mode deck`: names whose requesters come in groups, and the trend.
//!
//! In: counts tables. Out: claims about rows, lines and the account of a run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use command::{folder, run, succeed};
use serde_json::Value;

/// Five weeks of a name asked for by five groups in office hours, one of which asks more on the day before the last.
fn grouped(folder: &Path) {
    let mut text = "domain,group,timestamp,count\n".to_owned();
    for group in 0..5 {
        for (day, hour) in (0..36).flat_map(|day| (8..20).map(move |hour| (day, hour))) {
            let burst = if (group, day) == (3, 34) { 20 } else { 0 };
            let count = 3 + (day + hour + group) % 2 + burst;
            let time = (day * 24 + hour) * 3_600;
            writeln!(text, "a.example,g{group},{time},{count}").unwrap();
        }
    }
    fs::write(folder.join("grouped.csv"), text).unwrap();
}

fn detect(folder: &Path, others: &[&str]) -> String {
    let arguments = [
        "detect",
        "grouped.csv",
        "--mode",
        "deck",
        "--simulations",
        "500",
    ];
    succeed(folder, &[&arguments, others].concat())
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_name_with_groups_is_one_row_that_names_the_group_in_every_form() {
    let folder = folder("deck_groups");
    grouped(&folder);
    let json = lines(&detect(&folder, &["--json"]));
    let [episode, account] = json.as_slice() else {
        panic!("{json:?}");
    };
    assert_eq!(episode["group"], "g3");
    assert_eq!(
        (&episode["groups"], &episode["groups_at_once"]),
        (&5.into(), &1.into())
    );
    assert_eq!(episode["spread"], "one");
    assert_eq!(account["found"]["domains"], 1);
    assert_eq!(account["settings"]["reference"], "periods");
    let csv = detect(&folder, &["--csv"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(
        rows[0].starts_with("domain,rank,group,groups,start,"),
        "{csv}"
    );
    assert!(
        rows[1].starts_with("a.example,1,g3,1 of 5,1970-02-04T"),
        "{csv}"
    );
    let table = detect(&folder, &["--table", "--plot"]);
    assert!(
        table.contains("1 of 5") && table.contains("a.example: queries"),
        "{table}"
    );
    let ecs = lines(&detect(&folder, &["--ecs"]));
    assert_eq!(ecs[0]["rainier"]["group"], "g3");
    assert_eq!(ecs[0]["dns"]["question"]["registered_domain"], "a.example");
}

#[test]
fn the_trend_is_asked_for_and_told() {
    let folder = folder("deck_trend");
    grouped(&folder);
    let trend = ["--reference", "trend", "--trend-weight", "0.75", "--json"];
    let json = lines(&detect(&folder, &trend));
    let [episode, account] = json.as_slice() else {
        panic!("{json:?}");
    };
    assert_eq!(
        (&episode["group"], &episode["spread"]),
        (&"g3".into(), &"one".into())
    );
    let settings = &account["settings"];
    assert_eq!(
        (&settings["reference"], &settings["trend_weight"]),
        (&"trend".into(), &"0.75".into())
    );
    assert_eq!(settings["slots"], "week, 0 hours from UTC");
    let east = detect(&folder, &[&trend[..], &["--shift-hours", "2"]].concat());
    let east = lines(&east);
    assert_eq!(
        east.last().unwrap()["settings"]["slots"],
        "week, 2 hours from UTC"
    );
    // Of five groups 34 whole days from a Friday on; four weekdays and four days of the weekend are learned from.
    let windows = &account["windows"];
    let judged = ["tested", "insufficient_history"].map(|key| windows[key].as_u64().unwrap());
    assert_eq!(judged, [5 * 26, 5 * 8]);
}

#[test]
fn a_trend_that_is_none_is_refused() {
    let folder = folder("deck_refused");
    grouped(&folder);
    let common = [
        "detect",
        "grouped.csv",
        "--mode",
        "deck",
        "--reference",
        "trend",
    ];
    for (others, message) in [
        (["--window", "2d"], "at most a day, got 2d"),
        (
            ["--trend-weight", "1"],
            "the weight of a trend must be between 0 and 1, got 1",
        ),
    ] {
        let output = run(&folder, &[&common[..], &others].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(message), "{told}");
        assert!(output.stdout.is_empty());
    }
}
