//! Judges the windows that end at one time, and learns from the verdicts.
//!
//! In: names whose series end there, who asked, and what names resolved to. Out: [`WindowsOver`]; each name's trend and level after it.

use std::sync::Arc;

use super::gathering::{Met, campaigns};
use super::known::{Facts, Names};
use super::level::{LevelChange, Streak};
use super::settings::StateSettings;
use super::trend::Trend;
use crate::calibrated::{CalibratedDetection, Reach, Verdict, detect_latest};
use crate::campaign::FoundCampaign;
use crate::detect::DetectError;
use crate::series::Series;

/// Windows that ended at one time.
#[derive(Debug, Clone)]
pub struct WindowsOver {
    /// One past their last bin.
    pub end_bin: i64,
    /// What was found.
    pub detection: CalibratedDetection,
    /// For each domain found, the number of windows in a row that were off in one direction, this one included.
    pub windows_off: Vec<u32>,
    /// Campaigns in these windows, when asked for.
    pub campaigns: Vec<FoundCampaign>,
    /// New levels that were accepted with this window.
    pub levels: Vec<LevelChange>,
}

/// Judges the windows that end with all series, before `end`; nothing when no name has enough history: then all are new,
/// and to say so of each says nothing.
pub(super) fn judge(
    names: &mut Names,
    met: Met<'_>,
    end: i64,
    settings: &StateSettings,
    reach: Reach,
) -> Result<Option<WindowsOver>, DetectError> {
    let Names { table, facts } = names;
    let since: Vec<Option<i64>> = facts.iter().map(|facts| facts.level_since).collect();
    let latest = detect_latest(table, met.visits, settings.calibrated(), &since)?;
    let mut verdicts = latest.verdicts.iter().peekable();
    let mut windows_off = vec![0; facts.len()];
    let mut levels = Vec::new();
    for (number, (series, facts)) in table.series().iter().zip(facts).enumerate() {
        let verdict = verdicts.next_if(|verdict| verdict.series == number);
        facts.follow(series, verdict, end, reach);
        let Some(verdict) = verdict else {
            continue;
        };
        facts.streak = Streak::after(facts.streak, verdict);
        let Some(streak) = facts.streak else {
            continue;
        };
        windows_off[number] = streak.windows;
        if streak.is_accepted(verdict, reach.window, settings.accept_after()) {
            levels.push(facts.accept(series, streak, end));
        }
    }
    if latest.verdicts.is_empty() {
        return Ok(None);
    }
    let campaigns = settings.campaigns().map(|asked| {
        let bins = end - reach.window..end;
        let (found, calibrated) = (&latest.detection, settings.calibrated());
        campaigns(table, bins, met, found, calibrated, asked)
    });
    let domains = latest.detection.domains.iter();
    Ok(Some(WindowsOver {
        end_bin: end,
        windows_off: domains
            .map(|found| table.place(&found.domain, found.group.as_deref()))
            .map(|place| place.map_or(0, |place| windows_off[place]))
            .collect(),
        campaigns: campaigns.unwrap_or_default(),
        levels,
        detection: latest.detection,
    }))
}

impl Facts {
    /// Takes a window into the trend, if the name was known through all of it.
    fn follow(&mut self, series: &Series, verdict: Option<&Verdict>, end: i64, reach: Reach) {
        let first = end - reach.window;
        if series.bins().start > first {
            return;
        }
        let busy = series.busy_in(first..end);
        let queries: f64 = busy.map(|bin| bin.count as f64).sum();
        let anomaly_prob = verdict.map_or(0.0, |verdict| verdict.anomaly_prob);
        self.trend
            .get_or_insert_with(|| Trend::start(queries, end))
            .update(queries, anomaly_prob, first, end);
    }

    /// Makes the level of a streak the name's own.
    fn accept(&mut self, series: &Series, streak: Streak, end: i64) -> LevelChange {
        let (domain, group) = series.key();
        let before = self.trend.map_or(0.0, |trend| trend.slow);
        self.level_since = Some(streak.since_bin);
        self.streak = None;
        self.trend = Some(Trend::start(streak.mean(), end));
        LevelChange {
            domain: Arc::clone(domain),
            group: group.cloned(),
            since_bin: streak.since_bin,
            end_bin: end,
            direction: streak.direction(),
            windows: streak.windows,
            before,
            after: streak.mean(),
        }
    }
}
