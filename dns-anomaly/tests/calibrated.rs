//! Checks mode `calibrated` as a whole: error rates on simulated and real counts, power, and inputs that are traps.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write;

use dns_anomaly::simulate::{SimulationSettings, Traffic, simulate, write_counts};
use dns_anomaly::{
    BinWidth, CalibratedDetection, CalibratedSettings, DetectSettings, EvaluateSettings,
    GatherSettings, Judged, Labels, ReadSettings, SeriesTable, SlotRule, Source, detect_calibrated,
    evaluate, gather,
};

fn traffic(seed: u64, domains: u32, campaigns: u32) -> Traffic {
    let settings = SimulationSettings::default()
        .with_domains(domains)
        .with_campaigns(campaigns)
        .with_seed(seed);
    simulate(&settings).unwrap()
}

fn read(text: impl Into<Vec<u8>>, settings: &GatherSettings) -> SeriesTable {
    gather(&[Source::from_bytes("counts.csv", text.into())], settings)
        .unwrap()
        .table
}

fn table(traffic: &Traffic) -> SeriesTable {
    let mut counts = Vec::new();
    write_counts(traffic, &mut counts).unwrap();
    read(counts, &GatherSettings::default())
}

fn detect(table: &SeriesTable) -> CalibratedDetection {
    detect_calibrated(table, &[], &CalibratedSettings::default()).unwrap()
}

#[test]
fn innocent_traffic_gives_false_discoveries_no_more_often_than_stated() {
    // Under the null every discovery is false: the rate of false discoveries is the probability of any.
    const SEEDS: u32 = 20;
    let least: Vec<f64> = (0..SEEDS)
        .map(|seed| {
            let detection = detect(&table(&traffic(u64::from(seed), 60, 0)));
            let domains = detection.domains.iter();
            let all = domains.flat_map(|domain| &domain.episodes);
            all.map(|episode| episode.discovery.q).fold(1.0, f64::min)
        })
        .collect();
    let any = |rate: f64| {
        let with_any = least.iter().filter(|&&q| q <= rate);
        with_any.count() as f64 / f64::from(SEEDS)
    };
    let is_kept = |share: f64, rate: f64| {
        let standard_error = (rate * (1.0 - rate) / f64::from(SEEDS)).sqrt();
        share <= rate || testkit::within_standard_errors(share, rate, standard_error)
    };
    for rate in [0.05, 0.5] {
        let share = any(rate);
        assert!(is_kept(share, rate), "{share} for {rate}");
    }
    // The control: p-values that were never small would keep any rate; these do not keep one that was not asked for.
    let share = any(0.95);
    assert!(!is_kept(share, 0.05), "{share}");
}

#[test]
fn planted_campaigns_are_discoveries_and_come_first() {
    let traffic = traffic(11, 60, 1);
    let detection = detect(&table(&traffic));
    let planted = traffic.campaigns()[0].domains();
    let first: Vec<String> = detection
        .domains
        .iter()
        .take(3)
        .map(|domain| domain.domain.to_string())
        .collect();
    assert!(first.iter().all(|name| planted.contains(name)), "{first:?}");
    assert!(detection.domains[0].episodes[0].is_discovery);
}

#[test]
fn results_depend_neither_on_threads_nor_on_the_order_of_rows() {
    let traffic = traffic(4, 30, 1);
    let mut counts = Vec::new();
    write_counts(&traffic, &mut counts).unwrap();
    let text = String::from_utf8(counts).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let reversed: Vec<&str> = rows.lines().rev().collect();
    let reversed = format!("{header}\n{}\n", reversed.join("\n"));
    let on = |text: &str, threads| {
        let table = read(text, &GatherSettings::default());
        detect_calibrated(
            &table,
            &[],
            &CalibratedSettings::default().with_threads(threads),
        )
        .unwrap()
    };
    let expected = on(&text, 1);
    assert_eq!(expected, on(&text, 2));
    assert_eq!(expected, on(&reversed, 2));
}

/// Five weeks of hours of several series, each by a rule.
fn hourly(series: &[(&str, &dyn Fn(u32) -> u64)]) -> SeriesTable {
    let mut text = String::from("domain,timestamp,count\n");
    for (name, count) in series {
        for hour in 0..5 * 168 {
            let count = count(hour);
            if count > 0 || hour == 0 {
                writeln!(text, "{name},{},{count}", u64::from(hour) * 3_600).unwrap();
            }
        }
    }
    read(text, &GatherSettings::default())
}

#[test]
fn constant_silent_and_huge_series_raise_nothing() {
    let table = hourly(&[
        ("constant.example", &|_| 7),
        ("silent.example", &|_| 0),
        ("once.example", &|hour| u64::from(hour == 0)),
        ("huge.example", &|hour| {
            1_000_000_000 + u64::from(hour * 7919 % 1_000_003)
        }),
        ("daily.example", &|hour| u64::from(hour % 24 == 9)),
    ]);
    let detection = detect(&table);
    assert_eq!(detection.discoveries, 0, "{:?}", detection.domains);
    assert!(detection.calibration.windows > 100);
}

#[test]
fn a_huge_count_in_a_quiet_series_is_found() {
    let table = hourly(&[
        ("quiet.example", &|hour| {
            if hour == 800 {
                1_000_000_000
            } else {
                u64::from(hour.is_multiple_of(5))
            }
        }),
        ("other.example", &|hour| u64::from(hour.is_multiple_of(3))),
        ("third.example", &|hour| u64::from(hour.is_multiple_of(4))),
    ]);
    let detection = detect(&table);
    let best = &detection.domains[0];
    assert_eq!(
        (&*best.domain, best.episodes[0].is_discovery),
        ("quiet.example", true)
    );
}

#[test]
fn clocks_that_change_raise_nothing() {
    // What people do moves by an hour in the last week.
    let by_day = |hour: u32| {
        let local = if hour >= 4 * 168 { hour + 1 } else { hour };
        if (8..20).contains(&(local % 24)) {
            4 + u64::from(hour * 31 % 5)
        } else {
            u64::from(hour.is_multiple_of(6))
        }
    };
    let shifted =
        |by: u32| move |hour: u32| by_day(hour) + u64::from((hour * 17 + by).is_multiple_of(4));
    let (a, b, c) = (shifted(1), shifted(2), shifted(3));
    let table = hourly(&[("a.example", &a), ("b.example", &b), ("c.example", &c)]);
    let detection = detect(&table);
    let sums = |domain: &dns_anomaly::CalibratedDomain| {
        domain.episodes.iter().filter(|e| e.is_discovery).count()
    };
    assert_eq!(
        detection.domains.iter().map(sums).sum::<usize>(),
        0,
        "{:?}",
        detection.domains
    );
}

#[test]
fn clocks_years_ahead_or_behind_change_nothing() {
    const FIRST: u64 = 1_700_000_000;
    let row = |time: u64, number: usize, name: &str| {
        format!("{{\"ts\":{time},\"uid\":\"C{number}\",\"query\":\"{name}\"}}\n")
    };
    let mut log = String::new();
    for hour in 0..5 * 168 {
        for number in 0..=hour % 3 {
            let name = ["a.example", "b.example"][hour % 2];
            log += &row(FIRST + 3_600 * hour as u64 + number as u64, number, name);
        }
    }
    let of = |log: String| {
        gather(
            &[Source::from_bytes("dns.log", log)],
            &GatherSettings::default(),
        )
        .unwrap()
    };
    let right = of(log.clone());
    let skewed = of(row(12, 7, "a.example") + &log + &row(4_000_000_000, 8, "b.example"));
    assert_eq!(skewed.tally.astray, 2);
    assert_eq!(skewed.table, right.table);
    assert_eq!(detect(&skewed.table), detect(&right.table));
}

#[test]
fn new_names_are_listed_apart_and_have_no_p() {
    // A written zero would start the series, so the new one is not made by `hourly`.
    let mut text = String::from("domain,timestamp,count\n");
    for hour in 0..840 {
        writeln!(text, "old.example,{},{}", hour * 3_600, hour % 3).unwrap();
        if hour >= 830 {
            writeln!(text, "new.example,{},40", hour * 3_600).unwrap();
        }
    }
    let detection = detect(&read(text, &GatherSettings::default()));
    let names: Vec<&str> = detection
        .newcomers
        .iter()
        .map(|newcomer| &*newcomer.domain)
        .collect();
    assert_eq!(names, ["new.example"]);
    assert_eq!(detection.newcomers[0].observed.sum, 400);
}

#[test]
fn a_new_name_that_fell_silent_is_shown_where_it_was_busiest() {
    // Thirty hours old, busy for five of them, and silent for the whole last day.
    let mut text = String::from("domain,timestamp,count\n");
    for hour in 0..840 {
        writeln!(text, "old.example,{},{}", hour * 3_600, hour % 3).unwrap();
        if (810..815).contains(&hour) {
            writeln!(text, "flux.example,{},40", hour * 3_600).unwrap();
        }
    }
    let detection = detect(&read(text, &GatherSettings::default()));
    let flux = &detection.newcomers[0];
    assert_eq!((flux.window.clone(), flux.observed.sum), (810..816, 200));
    assert!(flux.score > 0.0 && flux.expected < 200.0, "{flux:?}");
}

#[test]
fn the_latest_windows_alone_are_judged_when_asked() {
    let table = table(&traffic(2, 40, 0));
    let settings = CalibratedSettings::default().with_judged(Judged::Latest(1));
    let detection = detect_calibrated(&table, &[], &settings).unwrap();
    assert!(detection.calibration.windows <= 40 && detection.calibration.is_calibrated);
    assert!(detection.learned_from >= 200);
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let table = hourly(&[("a.example", &|_| 1)]);
    let refused = |settings: CalibratedSettings| {
        detect_calibrated(&table, &[], &settings)
            .unwrap_err()
            .to_string()
    };
    let width = |text: &str| -> BinWidth { text.parse().unwrap() };
    let default = CalibratedSettings::default;
    assert!(refused(default().with_window(width("90min"))).contains("whole number of bins"));
    assert!(refused(default().with_step(width("2d"))).contains("at most the window"));
    assert!(refused(default().with_false_discovery_rate(0.0)).contains("between 0 and 1"));
    assert!(refused(default().with_history(width("1d"))).contains("references"));
}

/// The table of car parts: 2,674 monthly series, three months a window.
fn car_parts() -> Option<(SeriesTable, CalibratedSettings)> {
    let path = testkit::shared("data/intermittent/carparts.csv")?;
    let text = std::fs::read(path).unwrap();
    let settings = GatherSettings::default().with_read(ReadSettings::default());
    let width = |text: &str| -> BinWidth { text.parse().unwrap() };
    let calibrated = CalibratedSettings::default()
        .with_window(width("3h"))
        .with_period(width("3h"))
        .with_history(width("51h"))
        .with_slots(SlotRule::None);
    Some((read(text, &settings), calibrated))
}

#[test]
fn shares_of_small_p_on_real_sparse_counts_are_what_they_say() {
    let Some((table, calibrated)) = car_parts() else {
        return;
    };
    let settings = EvaluateSettings {
        calibrated,
        deck: DetectSettings::default(),
        planted: 0,
    };
    let evaluation = evaluate(&table, &Labels::default(), &settings).unwrap();
    let holds = |share: f64, level: f64| (0.5 * level..=1.5 * level).contains(&share);
    let (hundredth, thousandth) = (evaluation.calibration[1], evaluation.calibration[2]);
    assert!(holds(hundredth.recalibrated, 0.01), "{hundredth:?}");
    assert!(
        (0.0005..=0.002).contains(&thousandth.recalibrated),
        "{thousandth:?}"
    );
    // The control: the model's own p-values do not hold.
    assert!(!holds(hundredth.model, 0.01), "{hundredth:?}");
}

#[test]
fn calibrated_finds_at_least_as_many_planted_campaigns_as_deck() {
    let Some((table, calibrated)) = car_parts() else {
        return;
    };
    let width = |text: &str| -> BinWidth { text.parse().unwrap() };
    let settings = EvaluateSettings {
        calibrated,
        deck: DetectSettings::default()
            .with_window(width("3h"))
            .with_period(width("3h"))
            .with_simulations(1_000),
        planted: 60,
    };
    let evaluation = evaluate(&table, &Labels::default(), &settings).unwrap();
    assert_eq!(evaluation.power.len(), 15);
    for row in &evaluation.power {
        assert!(row.calibrated >= row.deck, "{row:?}");
    }
    assert!(
        evaluation.power.iter().any(|row| row.calibrated > 0.5),
        "{:?}",
        evaluation.power
    );
}
