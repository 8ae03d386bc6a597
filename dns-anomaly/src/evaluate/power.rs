//! Counts how many planted campaigns each mode finds at the same rate of false alarms.
//!
//! In: a table, its scores. Out: a [`PowerRow`] for each kind and strength.
//!
//! Both modes judge the last window of the same series, with and without a campaign. `deck` calls a window an outlier or
//! not; its rate of false alarms is what it calls outliers without a campaign. `calibrated` orders windows; it gets the
//! threshold that calls as many, and never more than a hundredth when `deck` calls more.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::EvaluateSettings;
use super::plant::{Plant, Strength, plant};
use crate::calibrated::{Scored, ScoredWindow};
use crate::detect::{DetectError, detect};
use crate::fit::series_key;
use crate::series::{Series, SeriesTable};

/// Detection rates of one kind of campaign at one strength.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerRow {
    /// What was planted.
    pub kind: Plant,
    /// How strong.
    pub strength: Strength,
    /// Number of series it was planted into.
    pub planted: usize,
    /// Share found by `deck`.
    pub deck: f64,
    /// Share found by `calibrated` at the same rate of false alarms.
    pub calibrated: f64,
    /// Share found by `calibrated` with p at most 0.001.
    pub at_a_thousandth: f64,
    /// Share of windows without a campaign that `deck` calls outliers.
    pub false_alarms: f64,
}

pub(super) fn power(
    table: &SeriesTable,
    scored: &Scored,
    settings: &EvaluateSettings,
) -> Result<Vec<PowerRow>, DetectError> {
    if settings.planted == 0 {
        return Ok(Vec::new());
    }
    let last = scored.last_windows();
    let chosen = choose(table, &last, settings.planted);
    let quiet = quietest(table, &last, settings.planted);
    let mut rows = Vec::new();
    let mut nulls = [None, None];
    for kind in Plant::ALL {
        let is_flux = kind == Plant::DomainFlux;
        let targets = if is_flux { &quiet } else { &chosen };
        let null = match &mut nulls[usize::from(is_flux)] {
            Some(null) => null,
            none => none.insert(Null::of(table, scored, settings, targets)?),
        };
        for strength in Strength::ALL {
            let planted: Vec<(Series, ScoredWindow)> = targets
                .iter()
                .map(|window| {
                    let series = &table.series()[window.series];
                    let mut rng = ChaCha8Rng::seed_from_u64(settings.deck.fit().seed());
                    rng.set_stream(series_key(series) ^ kind as u64 ^ (strength as u64) << 8);
                    let length = window.end_bin - window.first_bin;
                    let series = plant(series, window.first_bin, length, kind, strength, &mut rng);
                    (series, *window)
                })
                .collect();
            let by_deck = deck_outliers(table, &planted, settings)?;
            let surprises: Vec<f64> = planted
                .iter()
                .map(|(series, window)| {
                    scored
                        .score(window.series, series, window.first_bin)
                        .map_or(0.0, |window| window.surprise)
                })
                .collect();
            let share = |threshold: f64| {
                surprises
                    .iter()
                    .filter(|&&surprise| surprise > threshold)
                    .count() as f64
                    / planted.len().max(1) as f64
            };
            rows.push(PowerRow {
                kind,
                strength,
                planted: planted.len(),
                deck: by_deck.iter().filter(|found| **found).count() as f64
                    / planted.len().max(1) as f64,
                calibrated: share(null.threshold),
                at_a_thousandth: share(1_000.0_f64.ln()),
                false_alarms: null.false_alarms,
            });
        }
    }
    Ok(rows)
}

/// What happens without a campaign.
struct Null {
    false_alarms: f64,
    threshold: f64,
}

impl Null {
    fn of(
        table: &SeriesTable,
        scored: &Scored,
        settings: &EvaluateSettings,
        targets: &[ScoredWindow],
    ) -> Result<Self, DetectError> {
        let innocent: Vec<(Series, ScoredWindow)> = targets
            .iter()
            .map(|window| (table.series()[window.series].until(window.end_bin), *window))
            .collect();
        let by_deck = deck_outliers(table, &innocent, settings)?;
        let alarms = by_deck.iter().filter(|found| **found).count();
        let mut surprises: Vec<f64> = innocent
            .iter()
            .map(|(series, window)| {
                scored
                    .score(window.series, series, window.first_bin)
                    .map_or(0.0, |window| window.surprise)
            })
            .collect();
        surprises.sort_by(|a, b| b.total_cmp(a));
        let allowed = alarms.min(targets.len() / 100);
        Ok(Self {
            false_alarms: alarms as f64 / targets.len().max(1) as f64,
            threshold: surprises.get(allowed).copied().unwrap_or(0.0),
        })
    }
}

/// Whether `deck` calls the last window of each series an outlier.
fn deck_outliers(
    table: &SeriesTable,
    series: &[(Series, ScoredWindow)],
    settings: &EvaluateSettings,
) -> Result<Vec<bool>, DetectError> {
    let numbered: Vec<Series> = series
        .iter()
        .enumerate()
        .map(|(number, (series, _))| series.renamed(&format!("{number:09}")))
        .collect();
    let detection = detect(
        &SeriesTable::of(table.width(), numbered),
        &[],
        &settings.deck,
    )?;
    let mut found = vec![false; series.len()];
    for domain in &detection.domains {
        let Ok(number) = domain.domain.parse::<usize>() else {
            continue;
        };
        let window = series[number].1;
        found[number] |= domain
            .episodes
            .iter()
            .any(|episode| episode.first_bin < window.end_bin && window.end_bin <= episode.end_bin);
    }
    Ok(found)
}

/// Last windows of some series, by their keys.
fn choose(table: &SeriesTable, last: &[ScoredWindow], count: usize) -> Vec<ScoredWindow> {
    let mut chosen = last.to_vec();
    chosen.sort_by_key(|window| series_key(&table.series()[window.series]));
    chosen.truncate(count);
    chosen
}

/// Last windows of the series with the fewest queries.
fn quietest(table: &SeriesTable, last: &[ScoredWindow], count: usize) -> Vec<ScoredWindow> {
    let mut chosen = choose(table, last, usize::MAX);
    let busy = |window: &ScoredWindow| table.series()[window.series].busy().len();
    chosen.sort_by_key(busy);
    chosen.truncate((last.len() / 4).max(1).min(count));
    chosen
}
