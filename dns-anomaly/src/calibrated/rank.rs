//! Goes from scored windows to episodes, and from these to domains in order.
//!
//! In: scores of all windows. Out: a [`CalibratedDetection`].
//!
//! Windows of names that were asked for before and windows of dormant ones (silent in all references) are two families,
//! each corrected for its own number. A window is a discovery when its q is at most the rate asked for: q by
//! Benjamini–Hochberg, by e-BH where windows overlap. Windows with p below 0.01 are candidates and listed, discoveries or
//! not; adjacent ones of a domain are one episode. Domains are ordered by the p of their best window times their number
//! of windows. Names without history have no p and are listed apart.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::calibration::{Calibration, calibration};
use super::combine::{MEASURE_ORDER, MEASURES};
use super::crowd::StrangeWindow;
use super::discoveries::{Discovery, discoveries};
use super::episodes::{DomainEpisode, episodes, total};
use super::groups::{CANDIDATE, DomainWindows, domain_windows, excess};
use super::judge::SeriesJudge;
use super::layout::Layout;
use super::population::Population;
use super::score::{Levels, Score, Scores};
use super::second_pass::{Sampled, SecondPass};
use super::settings::CalibratedSettings;
use super::statistic::{Direction, Measure, Measures};
use crate::detect::Spread;
use crate::gather::Visit;
use crate::series::SeriesTable;

/// What kind of name a window belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Asked for in at least one reference.
    Known,
    /// Silent in all references.
    Dormant,
}

impl Category {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Dormant => "dormant",
        }
    }
}

/// Adjacent candidate windows of one domain.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedEpisode {
    /// Number of the first bin of the first window.
    pub first_bin: i64,
    /// One past the last bin of the last window.
    pub end_bin: i64,
    /// Number of windows.
    pub windows: usize,
    /// First bin of the window with the smallest p; all below is of that window.
    pub peak_bin: i64,
    /// What kind of name it is.
    pub category: Category,
    /// The measure that stands out most.
    pub measure: Measure,
    /// The way it differs.
    pub direction: Direction,
    /// All that was measured.
    pub observed: Measures,
    /// What was expected of the measure that stands out.
    pub expected: f64,
    /// Calibrated p of each measure: sum, busy bins, maximum, silence, run.
    pub parts: [f64; MEASURES],
    /// Calibrated p of their combination.
    pub p: f64,
    /// q and e.
    pub discovery: Discovery,
    /// Number of references.
    pub references: usize,
    /// Observed minus expected number of queries.
    pub excess: f64,
    /// The same of all windows of the episode together.
    pub total_excess: f64,
    /// Distinct clients in the episode, when known.
    pub clients: Option<usize>,
    /// Whether it is a discovery at the rate asked for.
    pub is_discovery: bool,
    /// What sampling says of the window with the smallest p, where it was sampled.
    pub sampled: Option<Sampled>,
}

impl CalibratedEpisode {
    /// Whether one client asked or many, when clients are known and any asked.
    pub fn spread(&self) -> Option<Spread> {
        match self.clients {
            None | Some(0) => None,
            Some(1) => Some(Spread::One),
            Some(_) => Some(Spread::Many),
        }
    }
}

/// A domain with candidate windows.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedDomain {
    /// Place among all domains, from 1.
    pub rank: usize,
    /// The domain.
    pub domain: Arc<str>,
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// The smallest p of its windows times their number, at most 1.
    pub p: f64,
    /// In order of p.
    pub episodes: Vec<CalibratedEpisode>,
}

/// A name with too little history for a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// The domain.
    pub domain: Arc<str>,
    /// The requester group, when the input has groups.
    pub group: Option<Arc<str>>,
    /// Number of the bin it was first seen in.
    pub first_bin: i64,
    /// The window in which it was busiest for its length; one that began before it was first seen is cut short.
    pub window: Range<i64>,
    /// What was counted there.
    pub observed: Measures,
    /// Queries expected of a name drawn from the population.
    pub expected: f64,
    /// How improbable so many queries are for such a name. No p-value: new names are not drawn from the population of
    /// those known.
    pub score: f64,
    /// Distinct clients in these bins, when known.
    pub clients: Option<usize>,
}

/// All that was found, and what it was found among.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedDetection {
    /// Domains with candidates, best first.
    pub domains: Vec<CalibratedDomain>,
    /// Names with too little history, the most improbable first.
    pub newcomers: Vec<Newcomer>,
    /// Windows in which a domain stands out, all its groups together.
    pub domain_windows: DomainWindows,
    /// Adjacent ones of these, sorted by domain and time.
    pub domain_episodes: Vec<DomainEpisode>,
    /// Stretches of time that are strange for everyone. In them only domains that moved against the crowd stand out.
    pub strange_windows: Vec<StrangeWindow>,
    /// Number of series looked at.
    pub series: usize,
    /// Those of them with at least one window tested. The others are newcomers, silent, or have windows to learn from only.
    pub series_tested: usize,
    /// Windows scored to calibrate others only.
    pub learned_from: usize,
    /// Windows with too few references to say anything.
    pub insufficient_history: usize,
    /// Windows that are discoveries at the rate asked for.
    pub discoveries: usize,
    /// How well the p-values keep what they promise.
    pub calibration: Calibration,
    /// What was expected of a series before it was seen.
    pub population: Population,
    /// What the second pass did, when there was one.
    pub second_pass: Option<SecondPass>,
}

pub(super) fn rank(
    table: &SeriesTable,
    visits: &[Visit],
    scores: &Scores,
    settings: &CalibratedSettings,
    layout: &Layout,
    levels: Levels<'_>,
) -> CalibratedDetection {
    let tested = tested(&scores.windows);
    let discoveries = in_families(&tested);
    let is_overlapping = layout.step < layout.window;
    let rate = settings.false_discovery_rate();
    let is_discovery = |discovery: &Discovery| {
        let q = if is_overlapping {
            discovery.q_of_e
        } else {
            discovery.q
        };
        q <= rate
    };
    let mut by_series: Vec<Vec<(Score, Discovery)>> = vec![Vec::new(); table.series().len()];
    let mut number_of_windows = vec![0_usize; table.series().len()];
    for (score, discovery) in tested.iter().zip(&discoveries) {
        let series = score.window.series as usize;
        number_of_windows[series] += 1;
        if score.surprise >= CANDIDATE || is_discovery(discovery) {
            by_series[series].push((*score, *discovery));
        }
    }
    let mut domains = Vec::new();
    for (number, candidates) in by_series
        .iter()
        .enumerate()
        .filter(|(_, found)| !found.is_empty())
    {
        let series = &table.series()[number];
        let mut episodes: Vec<CalibratedEpisode> = candidates
            .chunk_by(|a, b| a.0.window.first_bin + layout.window >= b.0.window.first_bin)
            .map(|run| episode(run, layout.window, &is_discovery))
            .collect();
        episodes.sort_by(|a, b| a.p.total_cmp(&b.p));
        let of_domain = visits_of(visits, series.domain());
        for episode in &mut episodes {
            episode.clients = clients(of_domain, episode.first_bin, episode.end_bin);
        }
        domains.push(CalibratedDomain {
            rank: 0,
            domain: series.domain().into(),
            group: series.group().map(Into::into),
            p: (episodes[0].p * number_of_windows[number] as f64).min(1.0),
            episodes,
        });
    }
    // The table is sorted by name, which is how ties stay.
    domains.sort_by(|a, b| {
        let excess = |domain: &CalibratedDomain| domain.episodes[0].excess.abs();
        a.p.total_cmp(&b.p).then(excess(b).total_cmp(&excess(a)))
    });
    for (index, domain) in domains.iter_mut().enumerate() {
        domain.rank = index + 1;
    }
    let domain_windows = domain_windows(table, &tested, layout.window);
    CalibratedDetection {
        domains,
        domain_episodes: episodes(&domain_windows.flagged),
        domain_windows,
        strange_windows: scores.strange.clone(),
        newcomers: newcomers(table, visits, scores, settings, layout, levels),
        series: table.series().len(),
        series_tested: number_of_windows.iter().filter(|&&count| count > 0).count(),
        learned_from: scores.windows.len() - tested.len(),
        insufficient_history: scores.insufficient_history,
        discoveries: discoveries
            .iter()
            .filter(|discovery| is_discovery(discovery))
            .count(),
        calibration: calibration(&tested),
        population: scores.population,
        second_pass: None,
    }
}

/// The windows that count, see [`is_tested`].
pub(super) fn tested(scores: &[Score]) -> Vec<Score> {
    scores.iter().filter(is_tested(scores)).copied().collect()
}

/// Whether one of these windows was asked for and has a past to be calibrated by; where none has, whether it was asked for.
pub(super) fn is_tested(scores: &[Score]) -> impl Fn(&&Score) -> bool + use<> {
    let is_calibrated = |score: &Score| score.window.is_asked && score.is_calibrated;
    let is_past_needed = scores.iter().any(is_calibrated);
    move |score| score.window.is_asked && (score.is_calibrated || !is_past_needed)
}

fn category(score: &Score) -> Category {
    if score.window.is_dormant {
        Category::Dormant
    } else {
        Category::Known
    }
}

/// Corrects known and dormant names apart.
pub(super) fn in_families(tested: &[Score]) -> Vec<Discovery> {
    let mut found = vec![None; tested.len()];
    for family in [Category::Known, Category::Dormant] {
        let members: Vec<usize> = (0..tested.len())
            .filter(|&index| category(&tested[index]) == family)
            .collect();
        let surprises: Vec<f64> = members
            .iter()
            .map(|&index| tested[index].surprise)
            .collect();
        for (index, discovery) in members.into_iter().zip(discoveries(&surprises)) {
            found[index] = Some(discovery);
        }
    }
    found
        .into_iter()
        .map(|discovery| discovery.expect("every window is of one category"))
        .collect()
}

fn episode(
    run: &[(Score, Discovery)],
    window: i64,
    is_discovery: &impl Fn(&Discovery) -> bool,
) -> CalibratedEpisode {
    let (peak, discovery) = run
        .iter()
        .max_by(|a, b| a.0.surprise.total_cmp(&b.0.surprise))
        .expect("a chunk is not empty");
    let part = (0..MEASURES)
        .max_by(|&a, &b| peak.parts[a].total_cmp(&peak.parts[b]))
        .expect("there are measures");
    let last = &run[run.len() - 1].0.window;
    CalibratedEpisode {
        first_bin: run[0].0.window.first_bin,
        end_bin: last.first_bin + window,
        windows: run.len(),
        peak_bin: peak.window.first_bin,
        category: category(peak),
        measure: MEASURE_ORDER[part],
        direction: peak.window.mid.direction(part),
        observed: peak.window.observed,
        expected: f64::from(peak.window.expected[part]),
        parts: peak.parts.map(|surprise| (-f64::from(surprise)).exp()),
        p: (-peak.surprise).exp(),
        discovery: *discovery,
        references: usize::from(peak.window.references),
        excess: excess(peak),
        total_excess: total(run.iter().map(|(score, _)| {
            let first_bin = score.window.first_bin;
            (first_bin..first_bin + window, excess(score))
        })),
        clients: None,
        is_discovery: is_discovery(discovery),
        sampled: None,
    }
}

/// Names none of whose windows had enough references, but for those whose level changed: they are known.
fn newcomers(
    table: &SeriesTable,
    visits: &[Visit],
    scores: &Scores,
    settings: &CalibratedSettings,
    layout: &Layout,
    levels: Levels<'_>,
) -> Vec<Newcomer> {
    let mut is_known: Vec<bool> = (0..table.series().len())
        .map(|series| levels.since(series).is_some())
        .collect();
    for score in &scores.windows {
        is_known[score.window.series as usize] = true;
    }
    let mut judge = SeriesJudge::new(layout, scores.population, settings.seed());
    let mut newcomers: Vec<Newcomer> = table
        .series()
        .iter()
        .zip(is_known)
        .filter_map(|(series, is_known)| (!is_known).then_some(series))
        .filter_map(|series| {
            let found = judge.newcomer(series)?;
            let (visits, bins) = (visits_of(visits, series.domain()), found.bins);
            Some(Newcomer {
                domain: series.domain().into(),
                group: series.group().map(Into::into),
                first_bin: series.bins().start,
                observed: found.observed,
                expected: found.expected,
                score: found.surprise,
                clients: clients(visits, bins.start, bins.end),
                window: bins,
            })
        })
        .collect();
    newcomers.sort_by(|a, b| b.score.total_cmp(&a.score));
    newcomers
}

/// Visits are sorted by domain first.
fn visits_of<'v>(visits: &'v [Visit], domain: &str) -> &'v [Visit] {
    let start = visits.partition_point(|visit| &*visit.domain < domain);
    let length = visits[start..].partition_point(|visit| &*visit.domain <= domain);
    &visits[start..start + length]
}

fn clients(visits: &[Visit], first_bin: i64, end_bin: i64) -> Option<usize> {
    if visits.is_empty() {
        return None;
    }
    let distinct: HashSet<&str> = visits
        .iter()
        .filter(|visit| (first_bin..end_bin).contains(&visit.bin))
        .map(|visit| &*visit.client)
        .collect();
    Some(distinct.len())
}
