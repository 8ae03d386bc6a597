//! Says what stands in the tables of a report.
//!
//! In: a [`Report`]. Out: rows of cells.

use super::Report;
use super::html::Cell;
use crate::calibrated::{Calibration, Explanation};
use crate::campaign::FoundCampaign;
use crate::tally::Tally;

pub(super) const OUTLIERS: [&str; 13] = [
    "domain",
    "rank",
    "start",
    "end",
    "measure",
    "direction",
    "observed",
    "expected",
    "excess",
    "p",
    "q",
    "group",
    "category",
];

pub(super) const NEW: [&str; 6] = [
    "domain",
    "group",
    "first seen",
    "observed",
    "expected",
    "score",
];

pub(super) const STRANGE: [&str; 7] = [
    "start",
    "end",
    "series",
    "p < 0.05",
    "expected",
    "factor",
    "against crowd",
];

pub(super) const CAMPAIGNS: [&str; 7] = ["rank", "start", "end", "names", "shared", "e", "q"];

pub(super) const CALIBRATION: [&str; 8] = [
    "windows",
    "number",
    "p < 0.05",
    "p < 0.01",
    "p < 0.001",
    "model 0.05",
    "model 0.01",
    "model 0.001",
];

/// The name of a figure, by its place among the explanations: names of domains are any text.
pub(super) fn figure_name(place: usize) -> String {
    format!("history-{}", place + 1)
}

pub(super) fn caption(explanation: &Explanation) -> String {
    let windows = explanation.windows.iter();
    let verdicts = windows.filter_map(|window| window.verdict.as_ref());
    format!(
        "{}: {} windows, {} of them outliers",
        explanation.name(),
        explanation.windows.len(),
        verdicts.filter(|verdict| verdict.is_outlier()).count()
    )
}

pub(super) fn outliers(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let figure_of = |domain: &str, group: Option<&str>| {
        let same = |one: &Explanation| &*one.domain == domain && one.group.as_deref() == group;
        report.explanations.iter().position(same).map(figure_name)
    };
    let domains = report.detection.domains.iter().take(report.top);
    domains
        .flat_map(|domain| domain.episodes.iter().map(move |episode| (domain, episode)))
        .map(|(domain, episode)| {
            let group = domain.group.as_deref();
            let name = match figure_of(&domain.domain, group) {
                Some(figure) => Cell::Link(domain.domain.to_string(), figure),
                None => Cell::Long(domain.domain.to_string()),
            };
            vec![
                name,
                Cell::number(domain.rank),
                time(report, episode.first_bin),
                time(report, episode.end_bin),
                Cell::text(episode.measure.name()),
                Cell::text(episode.direction.name()),
                Cell::number(episode.observed.get(episode.measure)),
                Cell::number(format!("{:.1}", episode.expected)),
                Cell::number(format!("{:+.1}", episode.total_excess)),
                Cell::number(format!("{:.1e}", episode.p)),
                Cell::number(format!("{:.1e}", episode.discovery.q)),
                Cell::text(group.unwrap_or_default()),
                Cell::text(episode.category.name()),
            ]
        })
        .collect()
}

pub(super) fn newcomers(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let newcomers = report.detection.newcomers.iter().take(report.top);
    newcomers
        .map(|newcomer| {
            vec![
                Cell::Long(newcomer.domain.to_string()),
                Cell::text(newcomer.group.as_deref().unwrap_or_default()),
                time(report, newcomer.first_bin),
                Cell::number(newcomer.observed.sum),
                Cell::number(format!("{:.1}", newcomer.expected)),
                Cell::number(format!("{:.1}", newcomer.score)),
            ]
        })
        .collect()
}

pub(super) fn strange(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let windows = report.detection.strange_windows.iter();
    windows
        .map(|window| {
            vec![
                time(report, window.first_bin),
                time(report, window.end_bin),
                Cell::number(window.series),
                Cell::number(window.below),
                Cell::number(format!("{:.1}", window.expected)),
                Cell::number(format!("{:.2}", window.factor)),
                Cell::number(window.against_crowd),
            ]
        })
        .collect()
}

pub(super) fn campaigns(report: &Report<'_>, found: &[&FoundCampaign]) -> Vec<Vec<Cell>> {
    let campaign = |campaign: &&FoundCampaign| {
        let names: Vec<&str> = campaign.members.iter().map(|one| &*one.domain).collect();
        let shared: Vec<String> = campaign
            .shared
            .iter()
            .map(|item| format!("{} {} ({})", item.kind.name(), item.text, item.members))
            .collect();
        vec![
            Cell::number(campaign.rank),
            time(report, campaign.first_bin),
            time(report, campaign.end_bin),
            Cell::Long(names.join(", ")),
            Cell::Long(shared.join(", ")),
            Cell::number(format!("{:.1e}", campaign.e)),
            Cell::number(format!("{:.1e}", campaign.q)),
        ]
    };
    found.iter().map(campaign).collect()
}

/// All windows, then those of each stratum.
pub(super) fn calibration(calibration: &Calibration) -> Vec<Vec<Cell>> {
    let row = |name: String, windows: usize, shares: [f64; 3], model: [f64; 3]| {
        let mut row = vec![Cell::Text(name), Cell::number(windows)];
        let shares = shares.into_iter().chain(model);
        row.extend(shares.map(|share| Cell::number(format!("{share:.4}"))));
        row
    };
    let mut rows = vec![row(
        "all".to_owned(),
        calibration.windows,
        calibration.shares,
        calibration.model_shares,
    )];
    rows.extend(calibration.strata.iter().map(|one| {
        let stratum = one.stratum;
        let day = if stratum.is_weekend() {
            "weekend"
        } else {
            "weekday"
        };
        let name = format!("{}, {}, {day}", stratum.activity(), stratum.size());
        row(name, one.windows, one.shares, one.model_shares)
    }));
    rows
}

pub(super) fn settings(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let settings = report.settings.iter();
    settings
        .map(|(name, value)| vec![Cell::text(*name), Cell::text(value)])
        .collect()
}

pub(super) fn rows_read(tally: &Tally) -> Vec<Vec<Cell>> {
    let fates = tally.fates();
    let fates = fates
        .iter()
        .map(|(fate, rows)| vec![Cell::text(*fate), Cell::number(rows)]);
    fates.collect()
}

fn time(report: &Report<'_>, bin: i64) -> Cell {
    Cell::text(report.table.width().start_of(bin).to_string())
}
