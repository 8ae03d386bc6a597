//! Writes what concerns more than one series: domains with groups, windows strange for everyone, campaigns.
//!
//! In: a detection and the campaigns found in it. Out: after the ranked table one more for each kind, or lines of JSON of
//! kinds `domain`, `window` and `campaign`. CSV has one header, so it has none of them.

use std::io::{self, Write};

use dns_anomaly::{
    BinWidth, CalibratedDetection, DomainEpisode, FoundCampaign, SeriesTable, Spread, StrangeWindow,
};
use serde_json::{Value, json};

use super::DetectArguments;
use crate::cli::output::{Form, write_rows};

/// What is written.
pub(super) struct Global<'a> {
    pub(super) table: &'a SeriesTable,
    pub(super) detection: &'a CalibratedDetection,
    pub(super) campaigns: &'a [FoundCampaign],
    pub(super) arguments: &'a DetectArguments,
}

impl Global<'_> {
    pub(super) fn write(&self, writer: &mut dyn Write, form: Form) -> io::Result<()> {
        let top = self.arguments.top;
        let domains = domains(self.detection, top);
        let windows: Vec<&StrangeWindow> = self.detection.strange_windows.iter().collect();
        let campaigns = campaigns(self.campaigns, top);
        section(
            writer,
            form,
            &DOMAINS,
            &domains,
            |row| self.json("domain", domain_json(row, self.table.width())),
            |row| self.domain_cells(row),
        )?;
        section(
            writer,
            form,
            &WINDOWS,
            &windows,
            |row| self.json("window", window_json(row, self.table.width())),
            |row| self.window_cells(row),
        )?;
        section(
            writer,
            form,
            &CAMPAIGNS,
            &campaigns,
            |row| {
                self.json(
                    "campaign",
                    campaign_of(row, self.detection, self.table.width()),
                )
            },
            |row| self.campaign_cells(row),
        )
    }

    fn time(&self, bin: i64) -> String {
        self.table.width().start_of(bin).to_string()
    }

    fn json(&self, kind: &str, fields: Value) -> Value {
        let naming = self.arguments.inputs.settings().naming();
        let line = line(kind, fields, self.arguments.sampling.seed());
        self.arguments.schema.line(line, naming)
    }

    fn domain_cells(&self, episode: &DomainEpisode) -> Vec<String> {
        let drivers: Vec<&str> = episode
            .drivers
            .iter()
            .filter_map(|driver| driver.group.as_deref())
            .collect();
        vec![
            episode.domain.to_string(),
            self.time(episode.first_bin),
            self.time(episode.end_bin),
            format!("{} of {}", drivers.len(), episode.groups),
            some_of(&drivers, SHOWN),
            format!("{:.1e}", episode.e),
            format!("{:.1e}", episode.q),
            format!("{:+.1}", episode.excess),
        ]
    }

    fn window_cells(&self, window: &StrangeWindow) -> Vec<String> {
        vec![
            self.time(window.first_bin),
            self.time(window.end_bin),
            window.series.to_string(),
            window.below.to_string(),
            format!("{:.1}", window.expected),
            format!("{:.1e}", window.p),
            format!("{:.2}", window.factor),
            window.candidates.to_string(),
            window.against_crowd.to_string(),
        ]
    }

    fn campaign_cells(&self, campaign: &FoundCampaign) -> Vec<String> {
        let names: Vec<&str> = campaign
            .members
            .iter()
            .map(|member| &*member.domain)
            .collect();
        let shared: Vec<&str> = campaign
            .shared
            .iter()
            .map(|item| item.text.as_str())
            .collect();
        vec![
            format!("campaign {}", campaign.rank),
            self.time(campaign.first_bin),
            self.time(campaign.end_bin),
            names.len().to_string(),
            some_of(&names, SHOWN),
            some_of(&shared, SHOWN),
            format!("{:.1e}", campaign.e),
            format!("{:.1e}", campaign.q),
        ]
    }
}

/// Domains with groups that stand out, the strangest first.
pub(in crate::cli) fn domains(detection: &CalibratedDetection, top: usize) -> Vec<&DomainEpisode> {
    let episodes = detection.domain_episodes.iter();
    let mut domains: Vec<&DomainEpisode> = episodes
        .filter(|episode| episode.spread.is_some())
        .collect();
    domains.sort_by(|a, b| b.e.total_cmp(&a.e));
    domains.truncate(top);
    domains
}

/// Campaigns to believe, best first.
pub(in crate::cli) fn campaigns(found: &[FoundCampaign], top: usize) -> Vec<&FoundCampaign> {
    let to_believe = found.iter().filter(|campaign| campaign.is_discovery);
    to_believe.take(top).collect()
}

/// A line of one kind.
pub(in crate::cli) fn line(kind: &str, mut fields: Value, seed: u64) -> Value {
    fields["schema"] = json!(1);
    fields["kind"] = json!(kind);
    fields["mode"] = json!("calibrated");
    fields["seed"] = json!(seed);
    fields
}

/// Adjacent windows in which a domain with groups stands out.
pub(in crate::cli) fn domain_json(episode: &DomainEpisode, width: BinWidth) -> Value {
    let time = |bin| width.start_of(bin).to_string();
    let drivers: Vec<Value> = episode
        .drivers
        .iter()
        .map(|driver| {
            json!({"group": driver.group.as_deref(), "p": driver.p, "excess": driver.excess})
        })
        .collect();
    json!({
        "domain": &*episode.domain,
        "start": time(episode.first_bin),
        "end": time(episode.end_bin),
        "windows": episode.windows,
        "peak_start": time(episode.peak_bin),
        "e": episode.e,
        "e_q": episode.q,
        "groups": episode.groups,
        "drivers": drivers,
        "spread": spread(episode.spread),
        "total_excess": episode.excess,
    })
}

/// A window that is strange for everyone.
pub(in crate::cli) fn window_json(window: &StrangeWindow, width: BinWidth) -> Value {
    json!({
        "start": width.start_of(window.first_bin).to_string(),
        "end": width.start_of(window.end_bin).to_string(),
        "windows": window.windows,
        "series": window.series,
        "below": window.below,
        "expected": window.expected,
        "p": window.p,
        "factor": window.factor,
        "candidates": window.candidates,
        "against_crowd": window.against_crowd,
    })
}

/// A campaign, and whether its q is a rate.
pub(in crate::cli) fn campaign_of(
    campaign: &FoundCampaign,
    detection: &CalibratedDetection,
    width: BinWidth,
) -> Value {
    let mut fields = campaign_json(campaign, width);
    fields["is_rate_controlled"] = detection.calibration.is_controlled().into();
    fields
}

/// A campaign, its members and what they share.
pub(in crate::cli) fn campaign_json(campaign: &FoundCampaign, width: BinWidth) -> Value {
    let time = |bin| width.start_of(bin).to_string();
    let members: Vec<Value> = campaign
        .members
        .iter()
        .map(|member| {
            json!({
                "domain": &*member.domain,
                "cause": member.cause.name(),
                "onset": time(member.onset_bin),
                "end": time(member.end_bin),
                "e": member.e,
                "total_excess": member.excess,
            })
        })
        .collect();
    let shared: Vec<Value> = campaign
        .shared
        .iter()
        .map(|item| json!({"kind": item.kind.name(), "item": item.text, "members": item.members}))
        .collect();
    json!({
        "rank": campaign.rank,
        "start": time(campaign.first_bin),
        "end": time(campaign.end_bin),
        "e": campaign.e,
        "e_of_members": campaign.e_of_members,
        "e_of_gathering": campaign.e_of_gathering,
        "q": campaign.q,
        "is_discovery": campaign.is_discovery,
        "members": members,
        "shared": shared,
    })
}

pub(super) fn spread(spread: Option<Spread>) -> Option<&'static str> {
    spread.map(|spread| match spread {
        Spread::One => "one",
        Spread::Many => "many",
    })
}

/// How many names stand in a cell.
const SHOWN: usize = 3;

/// The first few, and how many more there are.
pub(in crate::cli) fn some_of(texts: &[&str], shown: usize) -> String {
    let more = texts.len().saturating_sub(shown);
    let shown = texts[..texts.len() - more].join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

const DOMAINS: [&str; 8] = [
    "domain",
    "start",
    "end",
    "groups",
    "driven by",
    "e",
    "q",
    "excess",
];

const WINDOWS: [&str; 9] = [
    "strange window",
    "end",
    "series",
    "p < 0.05",
    "expected",
    "p",
    "factor",
    "candidates",
    "against crowd",
];

const CAMPAIGNS: [&str; 8] = [
    "campaign",
    "start",
    "end",
    "names",
    "in order of onset",
    "shared",
    "e",
    "q",
];

/// Rows of one kind under a header of their own.
fn section<R>(
    writer: &mut dyn Write,
    form: Form,
    header: &[&str],
    rows: &[R],
    to_json: impl Fn(&R) -> Value,
    cells: impl Fn(&R) -> Vec<String>,
) -> io::Result<()> {
    if rows.is_empty() || form == Form::Csv {
        return Ok(());
    }
    if form == Form::Table {
        writeln!(writer)?;
    }
    write_rows(writer, form, header, rows, to_json, cells)
}
