//! Checks the trend on traffic with days, nights and weekends, where the truth is known.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson};

use crate::bin_width::BinWidth;
use crate::detect::{
    DetectError, DetectSettings, Outlier, Reference, SeriesVerdict, detect, judge_series,
};
use crate::model::RatePrior;
use crate::series::SeriesTable;
use crate::slots::SlotRule;

const SLOW: Reference = Reference::Trend { weight: 0.9 };
const FAST: Reference = Reference::Trend { weight: 0.75 };

/// Ten weeks from a Monday: day 4 after the epoch, a Thursday.
const DAYS: std::ops::Range<i64> = 4..74;

fn settings(reference: Reference) -> DetectSettings {
    DetectSettings::default()
        .with_reference(reference)
        .with_minimum_count(1)
        .with_prior(RatePrior::Population { mean_size: 4.0 })
        .with_simulations(2_000)
        .with_seed(5)
}

fn table(counts: impl IntoIterator<Item = (String, i64, u64)>) -> SeriesTable {
    SeriesTable::from_counts(BinWidth::HOUR, counts, None).unwrap()
}

/// How a name is asked for: by day the model's own law, by night and at weekends with a part of the rate.
#[derive(Debug, Clone, Copy)]
struct Habit {
    zero_prob: f64,
    rate: f64,
    night: f64,
    weekend: f64,
}

fn is_weekend(day: i64) -> bool {
    // Day 0 was a Thursday.
    (day + 3).rem_euclid(7) >= 5
}

/// The hours of a name; each day's rate is times `level` of the day.
fn hours(habit: Habit, seed: u64, level: impl Fn(i64, f64) -> f64) -> Vec<(i64, u64)> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = Vec::new();
    for day in DAYS {
        let level = level(day, rng.random());
        for hour in 0..24 {
            let is_night = !(8..20).contains(&hour);
            let night = if is_night { habit.night } else { 1.0 };
            let weekend = if is_weekend(day) { habit.weekend } else { 1.0 };
            let is_silent = rng.random_bool(habit.zero_prob);
            let size = Poisson::new(habit.rate * night * weekend * level)
                .unwrap()
                .sample(&mut rng);
            counts.push((day * 24 + hour, if is_silent { 0 } else { size as u64 }));
        }
    }
    counts
}

/// Names from quiet to busy, from seldom to always awake; sixty have each of four, five and three habits together.
fn names(count: u64, seed: u64, level: impl Fn(i64, f64) -> f64 + Copy) -> SeriesTable {
    table((0..count).flat_map(|number| {
        let habit = Habit {
            zero_prob: [0.0, 0.3, 0.6, 0.9][number as usize % 4],
            rate: [1.5, 4.0, 12.0, 40.0, 200.0][number as usize % 5],
            night: [0.2, 0.5, 1.0][number as usize % 3],
            weekend: [0.3, 1.0][number as usize % 2],
        };
        let counts = hours(habit, seed * 1_000 + number, level);
        counts
            .into_iter()
            .map(move |(hour, count)| (format!("name{number:02}.example"), hour, count))
    }))
}

/// Outliers of windows tested, and the standard error of their share: names are independent, windows of one are not.
fn share(verdicts: &[SeriesVerdict]) -> (f64, f64) {
    let shares: Vec<f64> = verdicts
        .iter()
        .map(|verdict| verdict.outliers.len() as f64 / verdict.tested as f64)
        .collect();
    let names = shares.len() as f64;
    let mean = shares.iter().sum::<f64>() / names;
    let variance = shares
        .iter()
        .map(|share| (share - mean).powi(2))
        .sum::<f64>()
        / (names - 1.0);
    (mean, (variance / names).sqrt())
}

#[test]
fn innocent_days_nights_and_weekends_raise_no_more_than_the_stated_rate() {
    for reference in [SLOW, FAST] {
        let settings = settings(reference);
        // A share is compared by the errors of the names themselves.
        let is_nominal = |table: &SeriesTable| {
            let verdicts = judge_series(table, &settings).unwrap();
            let tested: usize = verdicts.iter().map(|verdict| verdict.tested).sum();
            assert!(tested > 50 * verdicts.len(), "{tested}");
            let (share, standard_error) = share(&verdicts);
            share <= settings.false_alarm_rate() + testkit::STANDARD_ERRORS * standard_error
        };
        assert!(is_nominal(&names(60, 1, |_, _| 1.0)));
        // The control: days of half or twice the level, of which the model knows nothing, are called too often.
        let restless = |_, uniform: f64| if uniform < 0.5 { 0.5 } else { 2.0 };
        assert!(!is_nominal(&names(24, 2, restless)));
    }
}

const HABIT: Habit = Habit {
    zero_prob: 0.3,
    rate: 6.0,
    night: 0.3,
    weekend: 0.2,
};

/// The verdict on one name, its counts changed day by day.
fn judged(settings: &DetectSettings, change: impl Fn(i64, u64) -> u64) -> SeriesVerdict {
    let counts = hours(HABIT, 7, |_, _| 1.0).into_iter();
    verdict_on(
        settings,
        counts.map(|(hour, count)| (hour, change(hour / 24, count))),
    )
}

fn verdict_on(
    settings: &DetectSettings,
    counts: impl IntoIterator<Item = (i64, u64)>,
) -> SeriesVerdict {
    let counts = counts.into_iter();
    let counts = counts.map(|(hour, count)| ("a.example".to_owned(), hour, count));
    judge_series(&table(counts), settings).unwrap().remove(0)
}

fn days(verdict: &SeriesVerdict) -> Vec<i64> {
    let outliers = verdict.outliers.iter();
    outliers
        .map(|outlier| outlier.window.first_bin / 24)
        .collect()
}

#[test]
fn a_burst_is_found_by_day_and_a_weekend_as_busy_as_a_weekday() {
    for reference in [SLOW, FAST] {
        let settings = settings(reference);
        assert_eq!(days(&judged(&settings, |_, count| count)), [0_i64; 0]);
        let burst = |day, count| if day == 60 { 3 * count } else { count };
        assert_eq!(days(&judged(&settings, burst)), [60]);
        // Day 58 is a Saturday; five times its usual queries are those of a Friday.
        let working = |day, count| if day == 58 { 5 * count } else { count };
        assert!(is_weekend(58));
        assert_eq!(days(&judged(&settings, working)), [58]);
    }
}

#[test]
fn saturdays_are_not_outliers_where_weekends_have_slots_of_their_own() {
    let with = judged(&settings(SLOW), |_, count| count);
    assert_eq!(days(&with), [0_i64; 0]);
    // The control: where all bins are alike they are.
    let without = judged(&settings(SLOW).with_slots(SlotRule::None), |_, count| count);
    let weekends = days(&without).into_iter().filter(|&day| is_weekend(day));
    assert!(weekends.count() >= 5, "{:?}", days(&without));
}

/// The outlier of day 60, twice as busy, after a change of day 53.
fn after(change: impl Fn(u64) -> u64) -> Outlier {
    let verdict = judged(&settings(SLOW), |day, count| match day {
        53 => change(count),
        60 => 3 * count,
        _ => count,
    });
    let found = verdict.outliers.last().copied();
    found
        .filter(|outlier| outlier.window.first_bin == 60 * 24)
        .unwrap()
}

#[test]
fn an_outlier_does_not_move_the_trend() {
    let [three, nine] = [3, 9].map(|factor| after(|count| factor * count));
    // Both are outliers, of which nothing is learned.
    assert_eq!(three, nine);
    // The control: what is no outlier is learned.
    let ordinary = after(|count| count + u64::from(count > 0));
    assert_ne!(three.evidence.p, ordinary.evidence.p);
}

#[test]
fn a_level_that_stays_is_called_as_often_as_a_window_has_references() {
    let level = |day, _| if day >= 53 { 4.0 } else { 1.0 };
    let verdict = verdict_on(&settings(SLOW), hours(HABIT, 7, level));
    // Monday to Thursday.
    assert_eq!(days(&verdict), [53, 54, 55, 56]);
    // They are the weekdays that the next are compared with; four days of the weekend are learned anew.
    let never = judged(&settings(SLOW), |_, count| count);
    assert_eq!(verdict.tested + 4, never.tested);
}

#[test]
fn results_depend_on_neither_threads_nor_order() {
    let table = names(12, 3, |_, _| 1.0);
    let on = |threads| judge_series(&table, &settings(FAST).with_threads(threads)).unwrap();
    let verdicts = on(1);
    assert_eq!(verdicts, on(2));
    // Each series by itself, the last first.
    for (series, verdict) in table.series().iter().zip(&verdicts).rev().take(5) {
        let alone = SeriesTable::of(table.width(), vec![series.clone()]);
        assert_eq!(
            judge_series(&alone, &settings(FAST)).unwrap(),
            std::slice::from_ref(verdict)
        );
    }
}

#[test]
fn silence_and_constancy_raise_nothing() {
    let constant = (0..40 * 24).map(|hour| ("constant.example".to_owned(), hour, 7));
    let silent = (0..40 * 24).map(|hour| ("silent.example".to_owned(), hour, 0));
    let detection = detect(&table(constant.chain(silent)), &[], &settings(SLOW)).unwrap();
    assert_eq!((detection.outliers, detection.series), (0, 2));
    assert!(detection.tested > 0 && detection.insufficient_history > 0);
}

#[test]
fn weights_and_windows_that_make_no_trend_are_refused() {
    let table = names(1, 1, |_, _| 1.0);
    for weight in [0.0, 1.0, -1.0, f64::NAN] {
        let error = detect(&table, &[], &settings(Reference::Trend { weight })).unwrap_err();
        assert!(matches!(error, DetectError::Share { .. }), "{error}");
    }
    let week = BinWidth::from_seconds(7 * 86_400).unwrap();
    let long = settings(SLOW).with_window(week);
    let error = detect(&table, &[], &long).unwrap_err();
    assert!(
        matches!(error, DetectError::TrendWindowTooLong { .. }),
        "{error}"
    );
    assert!(detect(&table, &[], &long.with_slots(SlotRule::None)).is_ok());
}
