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
    BinWidth, CalibratedSettings, Judged, LevelChange, StageTimes, State, StateFolder,
    StateSettings, Timestamp, Updated, WindowsOver,
};
use serde_json::{Value, json};

use super::calibrated::CalibratedArguments;
use super::detect::calibrated::{HEADER, Row, rows, summary};
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
    /// Show at most this many domains for each window
    #[arg(long, default_value_t = 20)]
    top: usize,
    /// Exit with code 1 when a domain has an outlier whose q is at most this
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
    let found = updated
        .windows
        .iter()
        .flat_map(|over| &over.detection.domains);
    let mut episodes = found.flat_map(|domain| &domain.episodes);
    match arguments.fail_on {
        Some(q) if episodes.any(|episode| episode.discovery.q <= q) => Err(AnomaliesFound.into()),
        Some(_) | None => Ok(()),
    }
}

impl UpdateArguments {
    fn judging(&self) -> CalibratedSettings {
        self.calibrated
            .settings(self.window, self.stream.seed, self.stream.threads)
    }

    fn settings(&self) -> StateSettings {
        StateSettings::default()
            .with_gather(self.inputs.settings())
            .with_calibrated(self.judging())
            .with_forget_after(self.forget_after)
            .with_accept_after(self.accept_after)
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
    found.chain(levels).chain([Line::Run(over)]).collect()
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
            Self::Run(_) => vec![String::new(); HEADER.len()],
        }
    }

    fn to_json(&self, width: BinWidth, seed: u64, settings: &Settings) -> Value {
        let time = |bin| width.start_of(bin).to_string();
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
            // Nothing of what this run read: whether all came at once or hour by hour makes no difference.
            Self::Run(over) => {
                let mut line = run_line(settings, &over.detection, seed);
                line["as_of"] = time(over.end_bin).into();
                line
            }
        }
    }
}
