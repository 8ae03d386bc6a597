//! Samples the windows that stand out, and a few that do not: pass 2.
//!
//! In: what the screen found, and how many windows to look at again. Out: for the best window of each of the best
//! domains its p with busy bins and sum predicted by MCMC, and what the screen lost.
//!
//! The screen lets profiles and spreads be estimates; here they are unknowns with posteriors, so that a series with few
//! references is judged with all the doubt there is. Maximum and runs stay the screen's, and p goes through the
//! maps that the screen had for the window. Silent references teach nothing to sample: windows of dormant names are left out.
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
use super::rank::CalibratedDetection;
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
    /// Windows sampled because they stood out.
    pub sampled: usize,
    /// Those of them whose p is still below 0.01.
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

/// Samples the best window of each of the best domains, as many as `share` of the series, and writes what it finds
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
    let wanted = wanted.max(AT_LEAST).min(detection.domains.len());
    let best = detection.domains[..wanted].iter().map(|domain| {
        let series = table.place(&domain.domain, domain.group.as_deref())?;
        let place = (domain.episodes[0].peak_bin, u32::try_from(series).ok()?);
        let in_time = |score: &Score| (score.window.first_bin, score.window.series).cmp(&place);
        let score = &scores.windows[scores.windows.binary_search_by(in_time).ok()?];
        (score.surprise >= CANDIDATE).then_some(score.window)
    });
    let best: Vec<Option<JudgedWindow>> = best.collect();
    let sampler = Sampler {
        table,
        scores,
        settings,
        layout,
        levels,
    };
    let (found, controls) = on_threads(settings.threads(), || {
        let mut windows: Vec<JudgedWindow> = best.iter().flatten().copied().collect();
        let stood_out = windows.len();
        windows.extend(passed_over(table, scores, settings.seed(), stood_out));
        let mut found = sampler.sample(&windows)?;
        let controls = found.split_off(stood_out);
        Ok::<_, DetectError>((found, controls))
    })??;
    let mut pass = SecondPass::default();
    let mut found = found.into_iter();
    for (domain, window) in detection.domains.iter_mut().zip(&best) {
        let Some((surprise, predicted)) = window.and_then(|_| found.next().flatten()) else {
            continue;
        };
        pass.sampled += 1;
        pass.confirmed += usize::from(surprise >= CANDIDATE);
        domain.episodes[0].sampled = Some(Sampled {
            p: (-surprise).exp(),
            expected_sum: predicted.expected_sum,
        });
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
