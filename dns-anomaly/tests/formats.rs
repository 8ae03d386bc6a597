//! Checks that the same events give the same series from every format, found by content.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

use dns_anomaly::{GatherSettings, Gathered, NewestBin, ReadSettings, Source, gather};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

fn gathered(name: &str) -> Gathered {
    // The clock of a checkout says nothing of when a log without years was written.
    let read = ReadSettings::default().with_newest("2025-12-31T00:00:00Z".parse().unwrap());
    let settings = GatherSettings::default().with_read(read);
    gather(&[Source::from_path(sample(name))], &settings).unwrap()
}

/// The domain, the first bin's hour of 10 November 2025 and the counts of each series.
fn series(gathered: &Gathered) -> Vec<(String, i64, Vec<u64>)> {
    let ten_o_clock = "2025-11-10T00:00:00Z".parse().unwrap();
    let midnight = gathered.table.width().bin_of(ten_o_clock);
    let series = gathered.table.series().iter();
    series
        .map(|series| {
            let first = series.bins().start - midnight;
            (series.domain().to_owned(), first, series.counts())
        })
        .collect()
}

/// By hand from the list of events; the third hour holds the newest row and is left out.
fn expected() -> Vec<(String, i64, Vec<u64>)> {
    vec![
        ("example.co.uk".to_owned(), 11, vec![1]),
        ("example.com".to_owned(), 10, vec![2, 1]),
        ("example.org".to_owned(), 10, vec![1, 0]),
    ]
}

const LOGS: [(&str, u64); 8] = [
    ("zeek.log", 0),
    ("zeek.json", 0),
    ("bind.log", 2),
    ("route53.json", 0),
    ("route53_lake.json", 0),
    ("suricata_eve.json", 7),
    ("dnsmasq.log", 13),
    ("unbound.log", 7),
];

#[test]
fn every_log_format_gives_the_series_of_the_same_events() {
    for (name, other) in LOGS {
        let gathered = gathered(name);
        assert_eq!(series(&gathered), expected(), "{name}");
        let tally = &gathered.tally;
        assert_eq!(
            (tally.kept, tally.other, tally.bad, tally.duplicates),
            (6, other, 0, 0),
            "{name}: {tally}"
        );
        let clients: Vec<_> = gathered.visits.iter().map(|visit| &*visit.client).collect();
        let by_hand = [
            "192.0.2.11",
            "192.0.2.10",
            "192.0.2.11",
            "192.0.2.12",
            "192.0.2.10",
        ];
        assert_eq!(clients, by_hand, "{name}");
    }
}

#[test]
fn every_counts_format_gives_the_same_series() {
    for name in ["counts.csv", "counts.tsv", "counts.jsonl"] {
        assert_eq!(series(&gathered(name)), expected(), "{name}");
    }
    // A vector ends where its counts do: its zeros are written.
    assert_eq!(series(&gathered("vectors.jsonl")), expected());
}

#[test]
fn compression_is_told_by_content_whatever_the_name() {
    let plain = std::fs::read(sample("bind.log")).unwrap();
    let mut packed = zstd::encode_all(&plain[..150], 3).unwrap();
    packed.extend(zstd::encode_all(&plain[150..], 3).unwrap());
    let source = Source::from_bytes("bind.log", &packed);
    let unpacked = gather(&[source], &GatherSettings::default()).unwrap();
    assert_eq!(unpacked.tally, gathered("bind.log").tally);
    packed.truncate(packed.len() - 20);
    let torn = gather(
        &[Source::from_bytes("bind.log", packed)],
        &GatherSettings::default(),
    );
    assert!(torn.is_err(), "a torn frame is an error and not the end");
}

#[test]
fn a_folder_stands_for_the_files_in_it() {
    let sources = Source::all_in(sample("")).unwrap();
    let names: Vec<_> = sources
        .iter()
        .map(|source| source.name().rsplit('/').next().unwrap())
        .collect();
    assert_eq!(names[0], "README.md");
    assert!(names.is_sorted() && names.contains(&"zeek.log"));
    let file = Source::all_in(sample("zeek.log")).unwrap();
    assert_eq!(file, [Source::from_path(sample("zeek.log"))]);
}

#[test]
fn local_times_follow_the_zone_given() {
    let zone = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
    let settings = GatherSettings::default()
        .with_read(ReadSettings::default().with_time_zone(zone))
        .with_newest_bin(NewestBin::Keep);
    let gathered = gather(&[Source::from_path(sample("bind.log"))], &settings).unwrap();
    // In November Zurich is one hour ahead of UTC.
    let starts: Vec<_> = series(&gathered).iter().map(|series| series.1).collect();
    assert_eq!(starts, [10, 9, 9]);
}

#[test]
fn passive_dns_is_refused_with_its_reason() {
    let line = r#"{"rrname":"a.example","rrtype":"A","rdata":"192.0.2.1","time_first":1,"time_last":2,"count":9}"#;
    let refused = gather(
        &[Source::from_bytes("cof.json", line)],
        &GatherSettings::default(),
    );
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("passive DNS"), "{message}");
}
