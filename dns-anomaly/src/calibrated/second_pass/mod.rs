//! Samples the strangest windows, and a few that are as usual: pass 2.
//!
//! In: what the screen found, and how many series to look at again. Out: for the strangest window of each of the
//! strangest series its p with busy bins and sum predicted by MCMC, and what the screen lost.
//!
//! The screen lets profiles and spreads be estimates; here they are unknowns with posteriors, so that a series with few
//! references is judged with all the doubt there is. Maximum and runs stay the screen's, and p goes through the
//! maps that the screen had for the window. Silent references teach nothing to sample: windows of dormant names are left
//! out, and the next strangest series has its turn.
//!
//! The loss is measured: windows that the screen let pass, chosen by chance, are sampled, too. As many of them as p says
//! are small by chance; what is more was lost.

mod model;
mod predict;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use self::model::{Row, WindowModel};
use self::predict::{Predicted, predict};
use super::groups::CANDIDATE;
use super::judge::{JudgedWindow, SeriesJudge, is_flagged};
use super::layout::Layout;
use super::rank::{CalibratedDetection, is_tested};
use super::score::{Levels, Score, Scores};
use super::settings::CalibratedSettings;
use crate::detect::DetectError;
use crate::fit::series_key;
use crate::hash::fnv1a;
use crate::series::{BusyBin, SeriesTable, UnpackedBins};
use crate::threads::on_threads;

/// What the second pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SecondPass {
    /// Windows sampled, the strangest of each of the strangest series.
    pub sampled: usize,
    /// Those of them whose p the screen found to be below 0.01.
    pub stood_out: usize,
    /// Those of these whose p is below 0.01 again.
    pub confirmed: usize,
    /// Windows sampled that the screen let pass, chosen by chance.
    pub passed_over: usize,
    /// Those of them whose p is below 0.001; a thousandth of them is by chance.
    pub missed: usize,
}

/// What sampling says of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampled {
    /// Calibrated p, as the screen's.
    pub p: f64,
    /// Posterior mean of the sum.
    pub expected_sum: f64,
}

/// However few series there are, so many windows are sampled.
const AT_LEAST: usize = 100;
/// Windows let pass that are sampled, at most.
const PASSED_OVER: usize = 1_000;
/// −ln 0.001.
const MISSED: f64 = 6.907_755_278_982_137;
/// Windows that a thread takes at once: many times the lanes of lock step.
const TOGETHER: usize = 128;

/// Samples the strangest window of each of the strangest series, as many as `share` of all, and writes what it finds
/// beside what the screen said.
pub(super) fn look_again(
    table: &SeriesTable,
    scores: &Scores,
    settings: &CalibratedSettings,
    layout: &Layout,
    levels: Levels<'_>,
    detection: &mut CalibratedDetection,
) -> Result<(), DetectError> {
    let share = settings.second_pass();
    if share == 0.0 {
        return Ok(());
    }
    let wanted = (share * table.series().len() as f64).ceil() as usize;
    let strangest = strangest(&scores.windows, wanted.max(AT_LEAST));
    let stood_out = strangest.partition_point(|score| score.surprise >= CANDIDATE);
    let sampler = Sampler {
        table,
        scores,
        settings,
        layout,
        levels,
    };
    let (found, controls) = on_threads(settings.threads(), || {
        let mut windows: Vec<JudgedWindow> = strangest.iter().map(|score| score.window).collect();
        windows.extend(passed_over(table, scores, settings.seed(), stood_out));
        let mut found = sampler.sample(&windows)?;
        let controls = found.split_off(strangest.len());
        Ok::<_, DetectError>((found, controls))
    })??;
    let mut pass = SecondPass::default();
    let mut sampled = HashMap::new();
    for (place, (score, found)) in strangest.iter().zip(found).enumerate() {
        let Some((surprise, predicted)) = found else {
            continue;
        };
        let is_candidate = place < stood_out;
        pass.sampled += 1;
        pass.stood_out += usize::from(is_candidate);
        pass.confirmed += usize::from(is_candidate && surprise >= CANDIDATE);
        let of_window = Sampled {
            p: (-surprise).exp(),
            expected_sum: predicted.expected_sum,
        };
        let window = &score.window;
        sampled.insert((window.series as usize, window.first_bin), of_window);
    }
    for domain in &mut detection.domains {
        let episode = &mut domain.episodes[0];
        episode.sampled = table
            .place(&domain.domain, domain.group.as_deref())
            .and_then(|series| sampled.get(&(series, episode.peak_bin)).copied());
    }
    let controls: Vec<f64> = controls
        .into_iter()
        .flatten()
        .map(|found| found.0)
        .collect();
    pass.passed_over = controls.len();
    pass.missed = controls
        .iter()
        .filter(|&&surprise| surprise >= MISSED)
        .count();
    detection.second_pass = Some(pass);
    Ok(())
}

/// The strangest window of each series, of the strangest series so many, in that order.
fn strangest(scores: &[Score], wanted: usize) -> Vec<&Score> {
    let mut of_series: HashMap<u32, &Score> = HashMap::new();
    for score in scores.iter().filter(is_tested(scores)) {
        if !score.window.is_dormant {
            let best = of_series.entry(score.window.series).or_insert(score);
            if score.surprise > best.surprise {
                *best = score;
            }
        }
    }
    let mut strangest: Vec<&Score> = of_series.into_values().collect();
    strangest.sort_unstable_by(|a, b| {
        let by_surprise = b.surprise.total_cmp(&a.surprise);
        by_surprise.then(a.window.series.cmp(&b.window.series))
    });
    strangest.truncate(wanted);
    strangest
}

/// Windows that are no candidates: those whose hashes are smallest, no more than stood out and at least a hundred.
fn passed_over(
    table: &SeriesTable,
    scores: &Scores,
    seed: u64,
    stood_out: usize,
) -> Vec<JudgedWindow> {
    let wanted = stood_out.clamp(AT_LEAST, PASSED_OVER);
    let calm = scores.windows.iter().filter(|score| {
        let window = &score.window;
        window.is_asked && !window.is_dormant && score.surprise < CANDIDATE
    });
    let mut calm: Vec<(u64, &JudgedWindow)> = calm
        .map(|score| (window_key(table, &score.window, seed), &score.window))
        .collect();
    if calm.len() > wanted {
        calm.select_nth_unstable_by_key(wanted, |(key, _)| *key);
        calm.truncate(wanted);
    }
    calm.sort_unstable_by_key(|(key, _)| *key);
    calm.into_iter().map(|(_, window)| *window).collect()
}

/// A number that names a window.
fn window_key(table: &SeriesTable, window: &JudgedWindow, seed: u64) -> u64 {
    let series = series_key(&table.series()[window.series as usize]);
    let parts = [seed, series, window.first_bin as u64];
    fnv1a(parts.into_iter().flat_map(u64::to_le_bytes))
}

#[derive(Debug, Clone, Copy)]
struct Sampler<'a> {
    table: &'a SeriesTable,
    scores: &'a Scores,
    settings: &'a CalibratedSettings,
    layout: &'a Layout,
    levels: Levels<'a>,
}

impl Sampler<'_> {
    /// −ln of each window's calibrated p, and its prediction; none where there is nothing to sample.
    fn sample(
        &self,
        windows: &[JudgedWindow],
    ) -> Result<Vec<Option<(f64, Predicted)>>, DetectError> {
        let flagged = self.flagged(windows);
        let judge = SeriesJudge::new(self.layout, self.scores.population, self.settings.seed());
        // Windows whose bins have the same slots share a model.
        let mut kinds: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (index, window) in windows.iter().enumerate() {
            if !window.is_dormant {
                let bins = window.first_bin..window.first_bin + self.layout.window;
                let slots = self.layout.slots(bins).collect();
                kinds.entry(slots).or_default().push(index);
            }
        }
        let mut found: Vec<Option<(JudgedWindow, Predicted)>> = vec![None; windows.len()];
        for (slots, members) in kinds {
            let model = WindowModel::new(&slots, &self.scores.population)?;
            let results: Result<Vec<_>, DetectError> = members
                .par_chunks(TOGETHER)
                .map(|members| self.of_kind(&model, &judge, windows, members, &flagged))
                .collect();
            for (index, result) in members.iter().zip(results?.into_iter().flatten()) {
                found[*index] = result;
            }
        }
        let again: Vec<JudgedWindow> = found.iter().flatten().map(|found| found.0).collect();
        let mut surprises = self.scores.surprises(&again).into_iter();
        let found = found.into_iter();
        Ok(found
            .map(|found| found.and_then(|(_, predicted)| Some((surprises.next()?, predicted))))
            .collect())
    }

    fn of_kind(
        &self,
        model: &WindowModel,
        judge: &SeriesJudge<'_>,
        windows: &[JudgedWindow],
        members: &[usize],
        flagged: &HashMap<u32, Vec<i64>>,
    ) -> Result<Vec<Option<(JudgedWindow, Predicted)>>, DetectError> {
        let series = |window: &JudgedWindow| &self.table.series()[window.series as usize];
        let unpacked: Vec<UnpackedBins> = members
            .iter()
            .map(|&index| series(&windows[index]).unpacked())
            .collect();
        let references: Vec<Vec<(i64, &[BusyBin])>> = members
            .iter()
            .zip(&unpacked)
            .map(|(&index, unpacked)| {
                let window = &windows[index];
                let flagged = flagged.get(&window.series).map_or(&[][..], Vec::as_slice);
                let since = self.levels.since(window.series as usize);
                judge.references(series(window), unpacked, since, window.first_bin, flagged)
            })
            .collect();
        let rows = members.iter().zip(&references).map(|(&index, references)| {
            let key = window_key(self.table, &windows[index], 0);
            (key, references.iter().map(|(_, busy)| row(busy)).collect())
        });
        let draws = model.sample(rows, self.settings.seed())?;
        let mut judge = judge.clone();
        let drawn = members.iter().zip(&references).zip(draws);
        let results = drawn.map(|((&index, references), draws)| {
            let window = &windows[index];
            let observed = &window.observed;
            let bins = self.layout.window as usize;
            let predicted = predict(&draws?, bins, observed.busy, observed.sum);
            let again = judge.window_with(
                series(window),
                window,
                references,
                &predicted.sum,
                &predicted.busy,
            );
            Some((again, predicted))
        });
        Ok(results.collect())
    }

    /// First bins of windows that are no references of later ones, for the series of these windows.
    fn flagged(&self, windows: &[JudgedWindow]) -> HashMap<u32, Vec<i64>> {
        let mut flagged: HashMap<u32, Vec<i64>> = windows
            .iter()
            .map(|window| (window.series, Vec::new()))
            .collect();
        for score in &self.scores.windows {
            if let Some(flagged) = flagged.get_mut(&score.window.series)
                && is_flagged(&score.window)
            {
                flagged.push(score.window.first_bin);
            }
        }
        flagged
    }
}

fn row(busy: &[BusyBin]) -> Row {
    Row {
        busy: busy.len() as f64,
        excess: busy.iter().map(|bin| bin.count as f64 - 1.0).sum(),
    }
}

#[cfg(test)]
mod tests;
