//! Scores all windows: screens them in parallel, then calibrates them in the order of time.
//!
//! In: series and settings. Out: [`Scores`]: each window with its p before and after calibration.
//!
//! A window is calibrated by windows that began before it, of all series: first the p of each measure, then their
//! combination. So a run over an archive calls a window what a run on its day would have called it, and no window
//! calibrates itself. What lies further back than a window's references may is forgotten. Windows with too little behind
//! them are only learned from.

use rayon::prelude::*;

use super::combine::{MEASURES, Parts, cauchy};
use super::common_factor::{CommonFactor, Member};
use super::crowd::{Crowd, StrangeWindow, merge};
use super::groups::CANDIDATE;
use super::judge::{JudgedWindow, SeriesJudge, SeriesWindows};
use super::layout::Layout;
use super::population::{Population, Witness};
use super::recalibrate::Recalibration;
use super::settings::{CalibratedSettings, Judged};
use super::stratum::STRATA;
use crate::detect::DetectError;
use crate::fit::series_key;
use crate::series::{Series, SeriesTable};
use crate::stages::StageTimes;
use crate::threads::on_threads;

/// A window with its calibrated p-values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Score {
    pub(super) window: JudgedWindow,
    /// −ln of the calibrated p of each measure.
    pub(super) parts: [f32; MEASURES],
    /// −ln of the calibrated combination.
    pub(super) surprise: f64,
    /// The same with the randomised p: uniform when all is well.
    pub(super) random_surprise: f64,
    /// Whether enough windows lay behind it.
    pub(super) is_calibrated: bool,
}

/// All windows scored.
#[derive(Debug, Clone)]
pub(super) struct Scores {
    /// In the order of time, then of series.
    pub(super) windows: Vec<Score>,
    pub(super) insufficient_history: usize,
    pub(super) population: Population,
    /// Windows in which the crowd as a whole is unlike before, in the order of time.
    pub(super) strange: Vec<StrangeWindow>,
    /// First bins, in order, of windows that taught nothing.
    untaught: Vec<i64>,
    /// The maps that the last windows were calibrated by.
    pub(super) maps: Maps,
}

impl Scores {
    /// −ln of the calibrated p of windows that were measured anew, by the maps the screen had for them: those that the
    /// windows before had taught.
    pub(super) fn surprises(&self, again: &[JudgedWindow]) -> Vec<f64> {
        let mut places: Vec<usize> = (0..again.len()).collect();
        places.sort_by_key(|&place| again[place].first_bin);
        let mut places = places.into_iter().peekable();
        let mut surprises = vec![0.0; again.len()];
        let mut maps = Maps::new(self.maps.history);
        for together in in_time(&self.windows, |score| score.window.first_bin) {
            let first_bin = together[0].window.first_bin;
            while let Some(place) = places.next_if(|&place| again[place].first_bin == first_bin) {
                surprises[place] = maps.score(again[place]).surprise;
            }
            if places.peek().is_none() {
                break;
            }
            if self.untaught.binary_search(&first_bin).is_err() {
                maps.learn(together);
            }
        }
        surprises
    }
}

/// Runs of windows that begin together.
fn in_time<T>(windows: &[T], first_bin: impl Fn(&T) -> i64) -> impl Iterator<Item = &[T]> {
    windows.chunk_by(move |a, b| first_bin(a) == first_bin(b))
}

/// Recalibration of each measure, and of their combination.
#[derive(Debug, Clone)]
pub(super) struct Maps {
    parts: [Recalibration; MEASURES],
    combined: Recalibration,
    /// How long a window is remembered, in bins.
    history: i64,
}

/// Series that teach the population, and that are judged further back to calibrate: enough for any average.
const TEACHERS: usize = 20_000;
/// How many more windows these are judged.
pub(super) const WINDOWS_BACK: usize = 8;
/// Windows in the past that make a window calibrated.
const MINIMUM_PAST: usize = 200;

/// The bin from which on each series has its present level, where a change was accepted; none for all when empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Levels<'a>(pub(super) &'a [Option<i64>]);

impl Levels<'_> {
    pub(super) fn since(self, series: usize) -> Option<i64> {
        self.0.get(series).copied().flatten()
    }
}

/// Scores the windows of all series, and notes how long learning, judging and calibrating took.
pub(super) fn score(
    table: &SeriesTable,
    settings: &CalibratedSettings,
    layout: &Layout,
    levels: Levels<'_>,
    stages: &mut StageTimes,
) -> Result<Scores, DetectError> {
    let teachers = teachers(table.series());
    let population = match settings.population() {
        Some(population) => population,
        None => stages.time("learning", || {
            on_threads(settings.threads(), || {
                learn(table.series(), &teachers, layout, levels)
            })
        })?,
    };
    let judge = SeriesJudge::new(layout, population, settings.seed());
    let (asked, before) = match settings.judged() {
        Judged::All => (usize::MAX, 0),
        Judged::Latest(count) => (count as usize, WINDOWS_BACK),
    };
    let judge_series = |judge: &mut SeriesJudge<'_>, number: usize| {
        let back = if teachers.is_teacher(number) {
            before
        } else {
            0
        };
        judge.series(
            u32::try_from(number).unwrap_or(u32::MAX),
            &table.series()[number],
            levels.since(number),
            asked,
            back,
        )
    };
    let windows: Vec<SeriesWindows> = stages.time("judging", || {
        on_threads(settings.threads(), || {
            (0..table.series().len())
                .into_par_iter()
                .map_init(|| judge.clone(), judge_series)
                .collect()
        })
    })?;
    let insufficient_history = windows
        .iter()
        .map(|windows| windows.insufficient_history)
        .sum();
    let mut judged: Vec<JudgedWindow> = windows
        .into_iter()
        .flat_map(|windows| windows.judged)
        .collect();
    judged.sort_by_key(|window| (window.first_bin, window.series));
    let calibrated = stages.time("calibrating", || {
        on_threads(settings.threads(), || {
            calibrate(&judged, table.series(), levels, &judge, layout)
        })
    })?;
    let (windows, strange, untaught, maps) = calibrated;
    Ok(Scores {
        windows,
        insufficient_history,
        population,
        strange,
        untaught,
        maps,
    })
}

/// Calibrates windows that are sorted by time. Those of a time that is strange for everyone teach nothing.
fn calibrate(
    judged: &[JudgedWindow],
    series: &[Series],
    levels: Levels<'_>,
    judge: &SeriesJudge<'_>,
    layout: &Layout,
) -> (Vec<Score>, Vec<StrangeWindow>, Vec<i64>, Maps) {
    let mut maps = Maps::new(layout.history);
    let mut crowd = Crowd::default();
    let (mut strange, mut untaught) = (Vec::new(), Vec::new());
    let mut scores = Vec::with_capacity(judged.len());
    let mut times = in_time(judged, |window| window.first_bin).peekable();
    while let Some(together) = times.next() {
        let from = scores.len();
        scores.par_extend(together.par_iter().map(|&window| maps.score(window)));
        if let Some(window) = crowd.look(&scores[from..], layout.window) {
            let window = against_crowd(window, &mut scores[from..], series, levels, judge, &maps);
            merge(&mut strange, window);
            untaught.push(together[0].first_bin);
            continue;
        }
        // What nothing follows teaches nobody; of a million names that are judged once it is all there is.
        if times.peek().is_some() {
            maps.learn(&scores[from..]);
        }
    }
    (scores, strange, untaught, maps)
}

/// Judges the windows of a strange time again, the crowd's common factor taken out, and keeps the larger p of both: what
/// stays is unlike its own past and unlike the crowd.
fn against_crowd(
    mut strange: StrangeWindow,
    scores: &mut [Score],
    series: &[Series],
    levels: Levels<'_>,
    judge: &SeriesJudge<'_>,
    maps: &Maps,
) -> StrangeWindow {
    strange.candidates = candidates(scores);
    let crowd: Vec<Member<'_>> = scores
        .par_iter()
        .map(|score| {
            let number = score.window.series as usize;
            let (series, since) = (&series[number], levels.since(number));
            Member {
                series,
                references: judge.all_references(series, since, score.window.first_bin),
            }
        })
        .collect();
    let bins = strange.end_bin - strange.first_bin;
    let common = CommonFactor::of(strange.first_bin, bins, &crowd);
    let again: Vec<Score> = scores
        .par_iter()
        .zip(&crowd)
        .map_init(
            || judge.clone(),
            |judge, (score, member)| {
                maps.score(judge.against_crowd(member, &score.window, &common))
            },
        )
        .collect();
    let inflation = inflation(&again);
    for (score, again) in scores.iter_mut().zip(&again) {
        score.surprise = score.surprise.min(again.surprise / inflation);
        score.random_surprise = score.random_surprise.min(again.random_surprise / inflation);
    }
    strange.factor = common.whole;
    strange.against_crowd = candidates(scores);
    strange
}

fn candidates(scores: &[Score]) -> usize {
    scores
        .iter()
        .filter(|score| score.surprise >= CANDIDATE)
        .count()
}

/// Series do not follow the crowd alike, so −ln p is divided by what a tenth of them exceed over ln 10, where that is
/// above 1: "genomic control" (Devlin & Roeder 1999), at an upper quantile.
fn inflation(scores: &[Score]) -> f64 {
    let mut surprises: Vec<f64> = scores.iter().map(|score| score.random_surprise).collect();
    surprises.sort_by(f64::total_cmp);
    let tenth = surprises[surprises.len() * 9 / 10];
    (tenth / 10.0_f64.ln()).max(1.0)
}

impl Maps {
    /// Maps that remember windows for so many bins.
    fn new(history: i64) -> Self {
        Self {
            parts: std::array::from_fn(|_| Recalibration::new(STRATA)),
            combined: Recalibration::new(STRATA),
            history,
        }
    }

    /// A window's calibrated p-values.
    pub(super) fn score(&self, window: JudgedWindow) -> Score {
        let stratum = usize::from(window.stratum);
        let (parts, combined) = self.combination(&window, &window.mid);
        let (_, random) = self.combination(&window, &window.random);
        Score {
            window,
            parts: parts.map(|part| part as f32),
            surprise: self.combined.surprise(window.series, stratum, combined),
            random_surprise: self.combined.surprise(window.series, stratum, random),
            is_calibrated: self.combined.windows() >= MINIMUM_PAST,
        }
    }

    fn combination(&self, window: &JudgedWindow, parts: &Parts) -> ([f64; MEASURES], f64) {
        let calibrated = std::array::from_fn(|part| {
            self.parts[part].surprise(
                window.series,
                usize::from(window.stratum),
                f64::from(parts.surprise[part]),
            )
        });
        (calibrated, cauchy(&calibrated))
    }

    /// Learns from windows that begin together, after all of them were scored.
    fn learn(&mut self, together: &[Score]) {
        for score in together {
            self.add(score);
        }
        if let Some(newest) = together.first() {
            self.refit(newest.window.first_bin.saturating_sub(self.history));
        }
    }

    fn add(&mut self, score: &Score) {
        let window = &score.window;
        let stratum = usize::from(window.stratum);
        let (_, combined) = self.combination(window, &window.random);
        let (series, first_bin) = (window.series, window.first_bin);
        let references = window.references;
        self.combined
            .add(series, stratum, first_bin, references, combined as f32);
        for (map, &surprise) in self.parts.iter_mut().zip(&window.random.surprise) {
            map.add(series, stratum, first_bin, references, surprise);
        }
    }

    fn refit(&mut self, oldest: i64) {
        self.combined.refit(oldest);
        for map in &mut self.parts {
            map.refit(oldest);
        }
    }
}

/// Which series teach: those whose keys are smallest, so that the order of the input does not matter.
struct Teachers {
    is_teacher: Vec<bool>,
}

impl Teachers {
    fn is_teacher(&self, number: usize) -> bool {
        self.is_teacher[number]
    }
}

fn teachers(series: &[Series]) -> Teachers {
    if series.len() <= TEACHERS {
        return Teachers {
            is_teacher: vec![true; series.len()],
        };
    }
    let keys: Vec<u64> = series.par_iter().map(series_key).collect();
    let mut sorted = keys.clone();
    let (_, &mut limit, _) = sorted.select_nth_unstable(TEACHERS);
    Teachers {
        is_teacher: keys.iter().map(|&key| key < limit).collect(),
    }
}

fn learn(
    series: &[Series],
    teachers: &Teachers,
    layout: &Layout,
    levels: Levels<'_>,
) -> Population {
    let judge = SeriesJudge::new(layout, Population::default(), 0);
    let witnesses: Vec<Witness> = (0..series.len())
        .into_par_iter()
        .filter(|&number| teachers.is_teacher(number))
        .map_init(
            || judge.clone(),
            |judge, number| judge.witness(&series[number], levels.since(number)),
        )
        .flatten()
        .collect();
    Population::learn(&witnesses)
}
