//! `dns-anomaly update`: new files into a state, and verdicts on the windows they complete.
//!
//! In: a folder with what earlier runs learned, logs or counts tables. Out: the lines of `detect` for each window that
//! became complete, and one for each new level; the folder after the run. Whether all came as one run or hour by hour
//! makes no difference.
//!
//! Results are written before the state is replaced: a run that dies between the two says the same again the next time.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use dns_anomaly::{
    BinWidth, CalibratedSettings, CampaignSettings, DomainEpisode, FoundCampaign, Judged,
    LevelChange, StageTimes, State, StateFolder, StateSettings, StrangeWindow, Timestamp, Updated,
    WindowsOver,
};
use serde_json::{Value, json};

use super::calibrated::CalibratedArguments;
use super::detect::calibrated::{
    HEADER, Row, campaign_of, campaigns, domain_json, domains, line, rows, some_of, summary,
    window_json,
};
use super::exit::{AnomaliesFound, complain};
use super::inputs::InputArguments;
use super::output::{Form, OutputArguments, SchemaArguments, write_rows};
use super::run_line::{Settings, run_line, times};
use super::stream::StreamArguments;

#[derive(Debug, Clone, Args)]
pub(super) struct UpdateArguments {
    /// Folder of the state; made when missing
    #[arg(long, value_name = "FOLDER")]
    state: PathBuf,
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    schema: SchemaArguments,
    #[command(flatten)]
    calibrated: CalibratedArguments,
    /// Length of a window
    #[arg(long, default_value = "1d")]
    window: BinWidth,
    #[command(flatten)]
    stream: StreamArguments,
    /// Forget names that were silent for so long
    #[arg(long, value_name = "TIME", default_value = "30d")]
    forget_after: BinWidth,
    /// Accept a new level after so many windows in a row off in one direction
    #[arg(long, value_name = "WINDOWS", default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    accept_after: u32,
    /// Look for campaigns in each window, names that stand out or are new together and share clients or addresses
    #[arg(long)]
    campaigns: bool,
    /// Show at most this many domains, and campaigns, for each window
    #[arg(long, default_value_t = 20)]
    top: usize,
    /// Exit with code 1 when a domain has an outlier, or there is a campaign, whose q is at most this
    #[arg(long, value_name = "Q")]
    fail_on: Option<f64>,
}

pub(super) fn run(arguments: &UpdateArguments) -> anyhow::Result<()> {
    let settings = arguments.settings();
    let folder = StateFolder::open(&arguments.state)?;
    let state = match folder.load()? {
        Some(state) => state,
        None => State::new(&settings, random_seed())?,
    };
    let now = Timestamp::from_microseconds(jiff::Timestamp::now().as_microsecond());
    let sources = arguments.inputs.sources()?;
    let mut stages = StageTimes::default();
    let (state, updated) = stages.time("reading and judging", || {
        state.update(&settings, &sources, now)
    })?;
    complain(&updated.tally.to_string());
    for over in &updated.windows {
        let end = state.bin_width().start_of(over.end_bin);
        let summary = summary(
            &over.detection,
            arguments.stream.seed,
            arguments.calibrated.fdr(),
        );
        complain(&format!("windows until {end}, {summary}"));
    }
    let mut lines: Vec<Line> = updated
        .windows
        .iter()
        .flat_map(|over| lines(over, arguments.top))
        .collect();
    let width = state.bin_width();
    let judging = arguments.judging().with_judged(Judged::Latest(1));
    let echo = judging.echo(width)?;
    let naming = arguments.inputs.settings().naming();
    arguments
        .output
        .write(|writer| {
            let form = arguments.schema.form(&arguments.output);
            let to_json = |line: &Line<'_>| {
                let line = line.to_json(width, arguments.stream.seed, &echo);
                arguments.schema.line(line, naming)
            };
            // A run has no place in a table of names.
            lines.retain(|line| form == Form::Json || !matches!(line, Line::Run(_)));
            write_rows(writer, form, &HEADER, &lines, to_json, |line| {
                line.cells(width)
            })
        })
        .context("the state stays as it was")?;
    stages.time("saving", || folder.save(&state))?;
    complain(&format!(
        "{}; {}",
        account(&state, &updated),
        times(&stages)
    ));
    let fails = |q: f64| {
        updated.windows.iter().any(|over| {
            let domains = over.detection.domains.iter();
            let mut episodes = domains.flat_map(|domain| &domain.episodes);
            episodes.any(|episode| episode.discovery.q <= q)
                || over.campaigns.iter().any(|campaign| campaign.q <= q)
        })
    };
    match arguments.fail_on {
        Some(q) if fails(q) => Err(AnomaliesFound.into()),
        Some(_) | None => Ok(()),
    }
}

impl UpdateArguments {
    fn judging(&self) -> CalibratedSettings {
        self.calibrated
            .settings(self.window, self.stream.seed, self.stream.threads)
    }

    fn settings(&self) -> StateSettings {
        let settings = StateSettings::default()
            .with_gather(self.inputs.settings())
            .with_calibrated(self.judging())
            .with_forget_after(self.forget_after)
            .with_accept_after(self.accept_after);
        if !self.campaigns {
            return settings;
        }
        let rate = self.calibrated.fdr();
        settings.with_campaigns(CampaignSettings::default().with_false_discovery_rate(rate))
    }
}

/// A seed from the system, for the hashes that tell queries apart.
fn random_seed() -> [u64; 2] {
    [0, 1].map(|number| RandomState::new().hash_one(number))
}

/// What the state holds after the run, in one line.
fn account(state: &State, updated: &Updated) -> String {
    let complete = match updated.complete_until {
        Some(time) => format!("complete until {time}"),
        None => "no bin is complete yet".to_owned(),
    };
    format!(
        "state: {complete}, {} names known, {} forgotten, {} queries wait for their bin to be complete",
        state.known().count(),
        updated.forgotten,
        updated.waiting,
    )
}

/// What one line of results tells.
enum Line<'a> {
    Found {
        row: Row<'a>,
        over: &'a WindowsOver,
        /// Of an episode.
        windows_off: Option<u32>,
    },
    Level(&'a LevelChange),
    /// A domain with groups that stands out.
    Domain(&'a DomainEpisode, &'a WindowsOver),
    /// Windows that are strange for everyone.
    Strange(&'a StrangeWindow, &'a WindowsOver),
    Campaign(&'a FoundCampaign, &'a WindowsOver),
    /// What was judged at the end of a window, and how its p-values are calibrated.
    Run(&'a WindowsOver),
}

fn lines(over: &WindowsOver, top: usize) -> Vec<Line<'_>> {
    let found = rows(&over.detection, top).into_iter().map(|row| {
        let windows_off = match &row {
            Row::Episode(domain, _) => Some(over.windows_off[domain.rank - 1]),
            Row::New(_) | Row::Denied(_) => None,
        };
        Line::Found {
            row,
            over,
            windows_off,
        }
    });
    let levels = over.levels.iter().map(Line::Level);
    let domains = domains(&over.detection, top).into_iter();
    let domains = domains.map(|episode| Line::Domain(episode, over));
    let strange = over.detection.strange_windows.iter();
    let strange = strange.map(|window| Line::Strange(window, over));
    let campaigns = campaigns(&over.campaigns, top).into_iter();
    let campaigns = campaigns.map(|campaign| Line::Campaign(campaign, over));
    found
        .chain(levels)
        .chain(domains)
        .chain(strange)
        .chain(campaigns)
        .chain([Line::Run(over)])
        .collect()
}

impl Line<'_> {
    fn cells(&self, width: BinWidth) -> Vec<String> {
        match self {
            Self::Found { row, .. } => row.cells(width),
            Self::Level(level) => vec![
                level.domain.to_string(),
                String::new(),
                level.group.as_deref().unwrap_or_default().to_owned(),
                "level".to_owned(),
                width.start_of(level.since_bin).to_string(),
                width.start_of(level.end_bin).to_string(),
                "sum".to_owned(),
                format!("{:.1}", level.after),
                format!("{:.1}", level.before),
                level.direction.name().to_owned(),
                String::new(),
                String::new(),
                format!("{:+.1}", level.after - level.before),
                String::new(),
            ],
            Self::Domain(episode, _) => {
                let drivers = episode.drivers.iter();
                let drivers: Vec<&str> = drivers.filter_map(|one| one.group.as_deref()).collect();
                row(
                    episode.domain.to_string(),
                    "domain",
                    [episode.first_bin, episode.end_bin].map(|bin| width.start_of(bin)),
                    [
                        ("group", some_of(&drivers, SHOWN)),
                        ("q", format!("{:.1e}", episode.q)),
                        ("excess", format!("{:+.1}", episode.excess)),
                    ],
                )
            }
            Self::Strange(window, _) => row(
                format!("{} of {} names", window.below, window.series),
                "window",
                [window.first_bin, window.end_bin].map(|bin| width.start_of(bin)),
                [
                    ("observed", window.below.to_string()),
                    ("expected", format!("{:.1}", window.expected)),
                    ("p", format!("{:.1e}", window.p)),
                ],
            ),
            Self::Campaign(campaign, _) => {
                let members = campaign.members.iter();
                let names: Vec<&str> = members.map(|member| &*member.domain).collect();
                row(
                    some_of(&names, SHOWN),
                    "campaign",
                    [campaign.first_bin, campaign.end_bin].map(|bin| width.start_of(bin)),
                    [
                        ("rank", campaign.rank.to_string()),
                        ("q", format!("{:.1e}", campaign.q)),
                        ("excess", format!("{:+.1}", excess(campaign))),
                    ],
                )
            }
            Self::Run(_) => vec![String::new(); HEADER.len()],
        }
    }

    fn to_json(&self, width: BinWidth, seed: u64, settings: &Settings) -> Value {
        let time = |bin| width.start_of(bin).to_string();
        let told = |kind, fields, over: &WindowsOver| {
            let mut line = line(kind, fields, seed);
            line["as_of"] = time(over.end_bin).into();
            line
        };
        match self {
            Self::Found {
                row,
                over,
                windows_off,
            } => {
                let mut line = row.line(width, &over.detection, seed);
                line["as_of"] = time(over.end_bin).into();
                if let Some(windows) = windows_off {
                    line["windows_off"] = (*windows).into();
                }
                line
            }
            Self::Level(level) => json!({
                "schema": 1,
                "kind": "level",
                "mode": "calibrated",
                "seed": seed,
                "domain": &*level.domain,
                "group": level.group.as_deref(),
                "since": time(level.since_bin),
                "as_of": time(level.end_bin),
                "direction": level.direction.name(),
                "windows_off": level.windows,
                "before": level.before,
                "after": level.after,
            }),
            Self::Domain(episode, over) => told("domain", domain_json(episode, width), over),
            Self::Strange(window, over) => told("window", window_json(window, width), over),
            Self::Campaign(campaign, over) => {
                let fields = campaign_of(campaign, &over.detection, width);
                told("campaign", fields, over)
            }
            // Nothing of what this run read: whether all came at once or hour by hour makes no difference.
            Self::Run(over) => {
                let mut line = run_line(settings, &over.detection, seed);
                line["as_of"] = time(over.end_bin).into();
                line
            }
        }
    }
}

/// How many names or groups stand in a cell.
const SHOWN: usize = 3;

/// A row of the table of names for what is no single name.
fn row(
    name: String,
    category: &str,
    [start, end]: [Timestamp; 2],
    others: [(&str, String); 3],
) -> Vec<String> {
    let first = [
        ("domain", name),
        ("category", category.to_owned()),
        ("start", start.to_string()),
        ("end", end.to_string()),
    ];
    let mut cells = vec![String::new(); HEADER.len()];
    for (column, cell) in first.into_iter().chain(others) {
        let place = HEADER.iter().position(|header| *header == column);
        cells[place.expect("columns are those of the header")] = cell;
    }
    cells
}

/// Of all its members.
fn excess(campaign: &FoundCampaign) -> f64 {
    campaign.members.iter().map(|member| member.excess).sum()
}
