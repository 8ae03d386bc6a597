//! Checks detection on simulated traffic, where the truth is known.

use super::*;
use crate::bin_width::BinWidth;
use crate::simulate::{Campaign, SimulationSettings, Traffic, simulate};
use crate::{GatherSettings, Source, gather, simulate::write_counts};

fn traffic(seed: u64, campaigns: u32) -> Traffic {
    let settings = SimulationSettings::default()
        .with_domains(60)
        .with_campaigns(campaigns)
        .with_factor(40.0)
        .with_seed(seed);
    simulate(&settings).unwrap()
}

fn table(traffic: &Traffic) -> SeriesTable {
    let mut counts = Vec::new();
    write_counts(traffic, &mut counts).unwrap();
    gather(
        &[Source::from_bytes("counts.csv", counts)],
        &GatherSettings::default(),
    )
    .unwrap()
    .table
}

fn settings() -> DetectSettings {
    DetectSettings::default()
        .with_seed(5)
        .with_simulations(2_000)
}

/// The names planted in any campaign.
fn planted(traffic: &Traffic) -> Vec<&str> {
    traffic
        .campaigns()
        .iter()
        .flat_map(Campaign::domains)
        .map(String::as_str)
        .collect()
}

#[test]
fn bins_with_few_queries_are_silent() {
    // One query every hour of the newest day, where there was one a day before.
    let hours = (0..36 * 24).filter(|hour| hour % 24 == 9 || *hour >= 35 * 24);
    let table = SeriesTable::from_counts(
        BinWidth::HOUR,
        hours.map(|hour| ("a.example", hour, 1)),
        None,
    )
    .unwrap();
    let outliers = |settings: DetectSettings| detect(&table, &[], &settings).unwrap().outliers;
    assert_eq!(outliers(settings()), 0);
    assert_eq!(outliers(settings().with_minimum_count(1)), 1);
}

#[test]
fn planted_domains_rank_before_all_others() {
    for seed in [1, 2, 3] {
        let traffic = traffic(seed, 1);
        let detection = detect(&table(&traffic), &[], &settings()).unwrap();
        let planted = planted(&traffic);
        let first: Vec<&str> = detection
            .domains
            .iter()
            .take(planted.len())
            .map(|domain| &*domain.domain)
            .collect();
        assert!(
            first.iter().all(|name| planted.contains(name)),
            "seed {seed}: {first:?}"
        );
    }
}

/// Whether so many outliers among the windows tested are within the stated rate, by 5 standard errors.
fn is_within_stated_rate(detection: &Detection) -> bool {
    let tested = detection.tested as f64;
    let rate = detection.false_alarm_rate;
    let standard_error = (tested * rate * (1.0 - rate)).sqrt();
    let outliers = detection.outliers as f64;
    outliers <= tested * rate
        || testkit::within_standard_errors(outliers, tested * rate, standard_error)
}

#[test]
fn innocent_traffic_raises_no_more_than_the_stated_rate() {
    for seed in [1, 2] {
        let innocent = detect(&table(&traffic(seed, 0)), &[], &settings()).unwrap();
        assert!(innocent.tested > 500, "{} windows", innocent.tested);
        assert!(
            is_within_stated_rate(&innocent),
            "{} of {}",
            innocent.outliers,
            innocent.tested
        );
    }
    // The check is sharp: ten times as many do not pass it.
    let mut many = detect(&table(&traffic(1, 0)), &[], &settings()).unwrap();
    many.outliers = (10.0 * many.expected_by_chance()) as usize;
    assert!(!is_within_stated_rate(&many));
}

#[test]
fn results_do_not_depend_on_threads() {
    let table = table(&traffic(4, 1));
    let on = |threads| detect(&table, &[], &settings().with_threads(threads)).unwrap();
    assert_eq!(on(1), on(2));
}

#[test]
fn constant_and_silent_series_raise_nothing() {
    let constant = (0..5 * 168).map(|hour| format!("constant.example,{},7", hour * 3_600));
    let rows: Vec<String> = ["domain,timestamp,count", "silent.example,0,1"]
        .into_iter()
        .map(str::to_owned)
        .chain(constant)
        .collect();
    let rows = rows.join("\n");
    let table = gather(
        &[Source::from_bytes("counts.csv", rows)],
        &GatherSettings::default(),
    )
    .unwrap()
    .table;
    let detection = detect(&table, &[], &settings()).unwrap();
    assert_eq!(detection.domains, []);
    assert!(detection.tested > 0 && detection.insufficient_history > 0);
}

#[test]
fn windows_that_do_not_fit_the_bins_are_refused() {
    let table = table(&traffic(1, 0));
    let minutes = BinWidth::from_seconds(90 * 60).unwrap();
    let error = detect(&table, &[], &settings().with_window(minutes)).unwrap_err();
    assert!(matches!(error, DetectError::NotWholeBins { .. }), "{error}");
    let error = detect(&table, &[], &settings().with_references(1)).unwrap_err();
    assert!(
        matches!(error, DetectError::TooFewReferences { references: 1 }),
        "{error}"
    );
}
