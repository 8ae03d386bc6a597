//! Checks detection on simulated traffic, where the truth is known.

use super::*;
use crate::bin_width::BinWidth;
use crate::model::RatePrior;
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

/// Five weeks of one group: 3 or 4 queries in each hour from eight to eight, and `extra` in these of a day.
fn quiet(group: &str, extra: u64, day: i64) -> Vec<String> {
    let hours = (0..35).flat_map(|day| (8..20).map(move |hour| (day, hour)));
    hours
        .map(|(at, hour)| {
            let count = 3 + (at + hour) as u64 % 2 + if at == day { extra } else { 0 };
            format!("a.example,{group},{},{count}", (at * 24 + hour) * 3_600)
        })
        .collect()
}

fn table_of(rows: impl IntoIterator<Item = String>) -> SeriesTable {
    let header = "domain,group,timestamp,count".to_owned();
    // Two queries of another name in the last hour: no day is incomplete.
    let last = format!("z.example,g0,{},2", (35 * 24 - 1) * 3_600);
    let rows: Vec<String> = [header, last].into_iter().chain(rows).collect();
    let sources = [Source::from_bytes("counts.csv", rows.join("\n"))];
    gather(&sources, &GatherSettings::default()).unwrap().table
}

/// Series are judged by themselves, whatever the others hold.
fn given_prior() -> DetectSettings {
    settings().with_prior(RatePrior::Population { mean_size: 3.5 })
}

/// The only domain found in five groups that have so many extra queries an hour, each on a day of its own.
fn of_groups(extra: [u64; 5], days: [i64; 5]) -> RankedDomain {
    let rows = (0..5).flat_map(|group| quiet(&format!("g{group}"), extra[group], days[group]));
    let mut domains = detect(&table_of(rows), &[], &given_prior())
        .unwrap()
        .domains;
    assert_eq!(domains.len(), 1, "{domains:?}");
    domains.remove(0)
}

#[test]
fn a_domain_with_one_wild_group_of_five_is_ranked_once_and_names_it() {
    let domain = of_groups([0, 0, 20, 0, 0], [33; 5]);
    assert_eq!((domain.rank, domain.groups), (1, 5));
    let [episode] = domain.episodes.as_slice() else {
        panic!("{:?}", domain.episodes);
    };
    assert_eq!(episode.group.as_deref(), Some("g2"));
    assert_eq!(domain.spread(episode), Some(Spread::One));
    // By itself the group has a fifth of that p.
    let alone = detect(&table_of(quiet("g2", 20, 33)), &[], &given_prior()).unwrap();
    let alone = &alone.domains[0];
    assert_eq!(alone.groups, 1);
    assert_eq!(alone.spread(&alone.episodes[0]), None);
    assert!(testkit::relative_error(domain.p, 5.0 * alone.p) < 1e-12);
}

#[test]
fn many_weak_groups_at_once_are_more_than_one_and_told_as_many() {
    let day = [33; 5];
    let one = of_groups([5, 0, 0, 0, 0], day);
    let many = of_groups([5; 5], day);
    assert!(many.p < one.p, "{} {}", many.p, one.p);
    assert_eq!(many.episodes.len(), 5);
    for episode in &many.episodes {
        assert_eq!(episode.groups_at_once, 5);
        assert_eq!(many.spread(episode), Some(Spread::Many));
    }
    // On a day each they are as many episodes, of one group each.
    let apart = of_groups([5; 5], [29, 30, 31, 32, 33]);
    assert_eq!(apart.episodes.len(), 5);
    assert!(apart.episodes.iter().all(|one| one.groups_at_once == 1));
}

#[test]
fn groups_that_have_no_past_are_not_charged_for() {
    let mut rows = quiet("g0", 20, 33);
    let alone = detect(&table_of(rows.clone()), &[], &given_prior()).unwrap();
    rows.push(format!("a.example,g1,{},7", 34 * 86_400));
    let with_new = detect(&table_of(rows), &[], &given_prior()).unwrap();
    assert_eq!(with_new.domains[0].groups, 1);
    assert_eq!(with_new.domains[0].p, alone.domains[0].p);
}

#[test]
fn groups_of_innocent_traffic_rank_no_more_domains_than_the_nominal_share() {
    const LEVEL: f64 = 0.05;
    let settings = SimulationSettings::default()
        .with_domains(300)
        .with_campaigns(0)
        .with_seed(6);
    let traffic = simulate(&settings).unwrap();
    let rows = traffic
        .domains()
        .iter()
        .enumerate()
        .flat_map(|(number, domain)| {
            let key = format!("site-{:02}.example,g{}", number / 5, number % 5);
            domain
                .counts()
                .enumerate()
                .filter(|(_, count)| *count > 0)
                .map(move |(hour, count)| format!("{key},{},{count}", hour * 3_600))
                .collect::<Vec<_>>()
        });
    let detection = detect(&table_of(rows), &[], &self::settings()).unwrap();
    assert!(detection.tested > 2_000, "{}", detection.tested);
    let is_nominal = |ranked: usize| {
        let standard_error = (LEVEL * (1.0 - LEVEL) / 60.0).sqrt();
        ranked as f64 / 60.0 <= LEVEL + testkit::STANDARD_ERRORS * standard_error
    };
    let ranked = detection
        .domains
        .iter()
        .filter(|one| one.p <= LEVEL)
        .count();
    assert!(is_nominal(ranked), "{ranked} of 60");
    // The check is sharp: a quarter of the domains does not pass it.
    assert!(!is_nominal(15));
}
