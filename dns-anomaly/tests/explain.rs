//! Runs `explain`: what it says of a name agrees with what `detect` found, in every form.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fs;
use std::path::Path;

use command::{bundled_counts as counts, folder, run, succeed};
use dns_anomaly::simulate::{SimulationSettings, simulate, write_counts};
use dns_anomaly::{CalibratedSettings, GatherSettings, JudgedTable, Source, gather};
use serde_json::Value;

fn lines(text: &str, kind: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["kind"] == kind)
        .collect()
}

/// The best episode of the bundled counts.
fn best(folder: &Path) -> Value {
    let found = succeed(folder, &["detect", &counts(), "--json"]);
    lines(&found, "episode").remove(0)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

fn explain(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [&["explain"], arguments, &["--json"]].concat();
    serde_json::from_str(&succeed(folder, &arguments)).unwrap()
}

#[test]
fn the_window_explained_has_the_verdict_that_detect_gave_it() {
    let folder = folder("explain_verdict");
    let best = best(&folder);
    let at = text(&best, "peak_start");
    let found = explain(&folder, &[text(&best, "domain"), &counts(), "--at", at]);
    assert_eq!(
        (&found["schema"], &found["kind"]),
        (&1.into(), &"explanation".into())
    );
    assert_eq!(found["run"]["kind"], "run");
    assert_eq!(found["run"]["settings"]["window"], "1d");
    let window = &found["window"];
    for key in ["p", "statistic", "direction", "references"] {
        assert_eq!(window[key], best[key], "{key}");
    }
    assert_eq!(window["is_outlier"], true);
    assert_eq!(window["start"], best["peak_start"]);
    let parts = window["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 5);
    for part in parts {
        assert_eq!(part["p"], best["p_parts"][text(part, "statistic")]);
        if part["statistic"] == best["statistic"] {
            assert_eq!(part["observed"], best["observed"]);
            assert_eq!(part["expected"], best["expected"]);
        }
    }
    let mut episode = found["episodes"][0].clone();
    // What is known of the run alone.
    episode["is_rate_controlled"] = best["is_rate_controlled"].clone();
    assert_eq!(episode, best);
}

#[test]
fn the_model_s_parts_are_those_of_the_window_s_bins() {
    let folder = folder("explain_fitted");
    let best = best(&folder);
    let found = explain(&folder, &[text(&best, "domain"), &counts()]);
    let fitted = &found["window"]["fitted"];
    let slots = fitted["slots"].as_array().unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    // A day of hours, half of them day and half night.
    let bins: Vec<f64> = slots.iter().map(|slot| number(&slot["bins"])).collect();
    assert_eq!(bins, [12.0, 12.0]);
    for slot in slots {
        assert!((0.0..=1.0).contains(&number(&slot["busy_prob"])));
        assert!(number(&slot["mean_size"]) >= 1.0);
    }
    let at_ordinary_level: f64 = slots
        .iter()
        .map(|slot| number(&slot["bins"]) * number(&slot["busy_prob"]))
        .sum();
    let level = number(&fitted["activity_level"]["mean"]);
    // A level moves the log odds of each bin, so that busy bins change by a smaller factor.
    let busy = number(&fitted["busy_bins"]);
    let spread = number(&fitted["activity_level"]["sd"]) + level.abs();
    assert!(
        (busy / at_ordinary_level).ln().abs() <= spread,
        "{busy} {at_ordinary_level}"
    );
    let newest = &found["history"].as_array().unwrap().last().unwrap()["end"];
    assert_eq!(&found["window"]["end"], newest);
}

#[test]
fn every_form_tells_the_same_history() {
    let folder = folder("explain_forms");
    let best = best(&folder);
    let (domain, counts) = (text(&best, "domain"), counts());
    let json = explain(&folder, &[domain, &counts]);
    let history = json["history"].as_array().unwrap();
    let csv = succeed(&folder, &["explain", domain, &counts, "--csv"]);
    let rows: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(rows.len(), history.len());
    let table = succeed(&folder, &["explain", domain, &counts, "--table"]);
    for (window, row) in history.iter().zip(&rows) {
        let band = &window["predicted_sum"];
        let start = text(window, "start");
        let observed = window["observed"]["sum"].to_string();
        assert_eq!(row.split(',').nth(2), Some(start));
        assert_eq!(row.split(',').nth(4), Some(&*observed));
        if band.is_null() {
            assert!(row.ends_with(",,,,,"), "{row}");
            continue;
        }
        let number = |key: &str| band[key].as_u64().unwrap();
        assert!(number("low") <= number("median") && number("median") <= number("high"));
        let cells: Vec<String> = [observed, number("low").to_string()].into();
        let line = table
            .lines()
            .filter(|line| line.starts_with(start))
            .find(|line| line.contains('●'))
            .unwrap();
        for cell in &cells {
            assert!(
                line.split_whitespace().any(|word| word == cell),
                "{cell}: {line}"
            );
        }
    }
    let outliers = history.iter().filter(|window| window["is_outlier"] == true);
    assert_eq!(table.matches("! ").count(), outliers.count());
    for word in [
        "rank 1 of 60 series",
        "statistic",
        "weekend, day",
        "dispersion",
        "persistence",
    ] {
        assert!(table.contains(word), "{word}: {table}");
    }
}

#[test]
fn a_name_of_a_campaign_has_its_clients_addresses_and_the_others() {
    let folder = folder("explain_campaign");
    let simulation = "simulate --out . --domains 150 --new-domains 60 --clients 150 --campaigns 1 --campaign-domains 20 \
         --campaign-clients 3 --shape domain-flux --seed 102";
    succeed(&folder, &simulation.split(' ').collect::<Vec<&str>>());
    let log = ["dns.log", "--keep-newest"];
    let found = succeed(
        &folder,
        &[&["detect", "--campaigns", "--json"], &log[..]].concat(),
    );
    let [campaign] = &lines(&found, "campaign")[..] else {
        panic!("one was planted: {found}");
    };
    let members = campaign["members"].as_array().unwrap();
    let is_new = |member: &&Value| member["cause"] == "new";
    let member = members.iter().find(is_new).unwrap();
    let domain = text(member, "domain");
    let explained = explain(&folder, &[&[domain], &log[..]].concat());
    assert_eq!(explained["campaign"]["members"], campaign["members"]);
    let clients = explained["clients"].as_array().unwrap();
    assert!(!clients.is_empty());
    assert!(
        clients
            .iter()
            .all(|client| text(client, "name").starts_with("10.1.0.")),
        "{clients:?}"
    );
    assert!(
        clients
            .iter()
            .all(|client| client["bins"].as_u64().unwrap() > 0)
    );
    // Whoever is new has no p and a score.
    assert_eq!(explained["new"]["domain"], domain);
    assert!(explained["new"]["score"].as_f64().unwrap() > 0.0);
    let table = succeed(
        &folder,
        &[&["explain", domain, "--table"], &log[..]].concat(),
    );
    assert!(
        table.contains("a new name, no p") && table.contains("a campaign"),
        "{table}"
    );
    assert!(table.contains("asked by"), "{table}");
}

/// The last line on standard error of a run that ends with a code.
fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert!(output.stdout.is_empty());
    message.lines().last().unwrap().to_owned()
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let folder = folder("explain_refused");
    fs::write(
        folder.join("counts.csv"),
        "domain,timestamp,count,group\nbank.example,2019-01-01T00:00:00Z,2,north\n\
         bank.example,2019-01-04T00:00:00Z,2,south\nshop.test,2019-01-04T00:00:00Z,1,north\n",
    )
    .unwrap();
    let message = refused(&folder, &["explain", "bnak.example", "counts.csv"], 2);
    assert_eq!(
        message,
        "dns-anomaly: the name must be in the input, got `bnak.example`; close to it are bank.example"
    );
    let at = [
        "explain",
        "bank.example",
        "counts.csv",
        "--group",
        "north",
        "--at",
        "2018-12-01",
    ];
    let message = refused(&folder, &at, 2);
    assert!(
        message.contains(
            "from 2019-01-01T00:00:00Z to 2019-01-04T00:00:00Z, got 2018-12-01T00:00:00Z"
        ),
        "{message}"
    );
    let group = ["explain", "bank.example", "counts.csv", "--group", "east"];
    let message = refused(&folder, &group, 2);
    assert!(
        message.contains("must be one of north, south, got `east`"),
        "{message}"
    );
    // A host is found under the domain it is counted as.
    succeed(&folder, &["explain", "WWW.Shop.test", "counts.csv"]);
}

#[cfg(feature = "svg")]
#[test]
fn the_picture_has_the_band_the_counts_and_the_outliers() {
    let folder = folder("explain_svg");
    let best = best(&folder);
    let arguments = [text(&best, "domain"), &counts(), "--svg", "history.svg"];
    let found = explain(&folder, &arguments);
    let svg = fs::read_to_string(folder.join("history.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    let history = found["history"].as_array().unwrap();
    let outliers = history
        .iter()
        .filter(|window| window["is_outlier"] == true)
        .count();
    assert!(outliers > 0);
    // A dot for each window, black, and one in red for each outlier over it.
    assert_eq!(svg.matches("<circle ").count(), history.len() + outliers);
    // A band for each run of windows that were judged.
    let is_judged = |window: &Value| window["p"].is_number();
    let runs = history.chunk_by(|a, b| is_judged(a) == is_judged(b));
    let bands = runs.filter(|run| is_judged(&run[0])).count();
    assert_eq!(svg.matches("<polygon ").count(), bands);
    for word in [
        "predicted, 5 to 95 %",
        "median",
        "observed",
        "p &lt; 0.01",
        text(&best, "domain"),
    ] {
        assert!(svg.contains(&format!("\n{word}\n")), "{word}");
    }
    // Ticks are days.
    assert!(svg.contains("\n20"), "{svg}");
}

#[test]
fn predicted_bands_hold_what_came_as_often_as_they_say_within_a_factor_of_two() {
    let settings = SimulationSettings::default().with_domains(60).with_seed(11);
    let traffic = simulate(&settings).unwrap();
    let mut counts = Vec::new();
    write_counts(&traffic, &mut counts).unwrap();
    let source = Source::from_bytes("counts.csv", counts);
    let gathered = gather(&[source], &GatherSettings::default()).unwrap();
    let settings = CalibratedSettings::default().with_second_pass(0.0);
    let judged = JudgedTable::new(&gathered.table, &gathered.visits, &settings).unwrap();
    let (mut windows, mut outside, mut outside_half) = (0, 0, 0);
    for series in gathered.table.series() {
        let explanation = judged.explain(series.domain(), series.group()).unwrap();
        for window in explanation.windows {
            let Some(verdict) = window.verdict else {
                continue;
            };
            let band = verdict.band;
            windows += 1;
            outside += usize::from(!(band.low..=band.high).contains(&window.observed.sum));
            outside_half += usize::from(!(band.low..=band.median).contains(&window.observed.sum));
        }
    }
    let share = |count: usize| count as f64 / f64::from(windows);
    assert!(windows > 1_000);
    assert!(share(outside) <= 0.2, "{}", share(outside));
    // The control: half the band holds less.
    assert!(share(outside_half) > 0.2, "{}", share(outside_half));
}
