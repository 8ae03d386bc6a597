//! `dns-anomaly detect`: outlier windows, ranked across domains.
//!
//! In: logs or counts tables. Out: one row for each episode of outlier windows, best domain first; a summary of what was
//! tested on standard error.

pub(in crate::cli) mod calibrated;
mod global;
mod metrics;
#[cfg(feature = "svg")]
mod report;

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dns_anomaly::{
    BinWidth, DetectSettings, Detection, Episode, Gathered, RankedDomain, RatePrior, Series,
    SeriesTable, StageTimes, detect,
};
use rainier::prelude::sparkline;
use serde_json::json;

use crate::cli::calibrated::{CalibratedArguments, SearchArguments};
use crate::cli::exit::{AnomaliesFound, complain};
use crate::cli::inputs::InputArguments;
use crate::cli::output::{Form, OutputArguments, SchemaArguments, write_rows};
use crate::cli::progress::during;
use crate::cli::run_line::{add_input, add_times, texts, times};
use crate::cli::stream::StreamArguments;

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct DetectArguments {
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    schema: SchemaArguments,
    #[command(flatten)]
    sampling: SamplingArguments,
    #[command(flatten)]
    calibrated: CalibratedArguments,
    #[command(flatten)]
    search: SearchArguments,
    /// How windows are judged
    #[arg(long, value_enum, default_value_t = Mode::Calibrated)]
    mode: Mode,
    /// Length of a window
    #[arg(long, default_value = "1d")]
    window: BinWidth,
    /// Mode deck: time from a window to its nearest reference
    #[arg(long, default_value = "1w")]
    period: BinWidth,
    /// Mode deck: number of references of a window, each a period before the next
    #[arg(long, default_value_t = 4)]
    references: usize,
    /// Mode deck: bins with fewer queries count as silent
    #[arg(long, default_value_t = 2, value_name = "COUNT")]
    min_count: u64,
    /// Mode deck: share of innocent windows that the band holds
    #[arg(long, default_value_t = 0.99)]
    band: f64,
    /// Mode deck: number of windows simulated for a band
    #[arg(long, default_value_t = 10_000)]
    simulations: usize,
    /// Mode calibrated: judge the names in this file, a name a line with all below it, but do not list them; may be
    /// given again
    #[arg(long, value_name = "FILE")]
    allow: Vec<PathBuf>,
    /// Mode calibrated: list the names in this file, a name a line with all below it, whatever their p; may be given
    /// again
    #[arg(long, value_name = "FILE")]
    deny: Vec<PathBuf>,
    /// Mode calibrated: write the run's figures to this file, for Prometheus' text-file collector
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Mode calibrated: write what was learned from all series into this file, for --priors of other runs
    #[arg(long, value_name = "FILE")]
    save_priors: Option<PathBuf>,
    /// Mode calibrated: write the run as one HTML page into this file, with tables and pictures
    #[cfg(feature = "svg")]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Draw the histories of at most this many domains into the report
    #[cfg(feature = "svg")]
    #[arg(long, value_name = "DOMAINS", default_value_t = 20)]
    report_pictures: usize,
    /// Show at most this many domains
    #[arg(long, default_value_t = 20)]
    top: usize,
    /// Mode calibrated: look for campaigns, names that stand out together and share clients or addresses; keeps up to 64
    /// of each for every name and window
    #[arg(long)]
    campaigns: bool,
    /// Draw the series of the first domain
    #[arg(long)]
    plot: bool,
    /// Exit with code 1 when an outlier or a campaign has a q of at most this
    #[arg(long, value_name = "Q")]
    fail_on: Option<f64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mode {
    /// All of a series' past and its neighbours, p-values calibrated by what came before
    Calibrated,
    /// As in the talk: simulated windows of the same place in previous periods
    Deck,
}

/// How the model is sampled; `detect` and `fit` share these.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SamplingArguments {
    #[command(flatten)]
    stream: StreamArguments,
    /// Prior of the rate
    #[arg(long, value_enum, default_value_t = PriorName::Population)]
    prior: PriorName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PriorName {
    /// Exponential with the mean of all busy bins
    Population,
    /// Normal(5, 5), as in the talk's program
    Talk,
}

impl SamplingArguments {
    pub(in crate::cli) fn seed(&self) -> u64 {
        self.stream.seed
    }

    pub(in crate::cli) fn threads(&self) -> Option<usize> {
        self.stream.threads
    }

    /// The prior, unless it is the population's.
    pub(in crate::cli) fn prior(&self) -> Option<RatePrior> {
        match self.prior {
            PriorName::Population => None,
            PriorName::Talk => Some(RatePrior::Talk),
        }
    }
}

pub(in crate::cli) fn run(arguments: &DetectArguments) -> anyhow::Result<()> {
    let mut stages = StageTimes::default();
    let gathered = stages.time("reading", || match arguments.mode {
        Mode::Calibrated if arguments.campaigns => {
            let stretch = arguments.calibrated.step().unwrap_or(arguments.window);
            let seed = arguments.sampling.seed();
            arguments.inputs.gather_with_contacts(stretch, seed)
        }
        Mode::Calibrated | Mode::Deck => arguments.inputs.gather(),
    })?;
    match arguments.mode {
        Mode::Calibrated => calibrated::run(arguments, &gathered, stages),
        Mode::Deck => run_deck(arguments, &gathered, stages),
    }
}

fn run_deck(
    arguments: &DetectArguments,
    gathered: &Gathered,
    mut stages: StageTimes,
) -> anyhow::Result<()> {
    let settings = arguments.settings();
    let detection = stages.time("judging", || {
        during("judging windows", || {
            detect(&gathered.table, &gathered.visits, &settings)
        })
    })?;
    complain(&summary(&detection, arguments, &stages));
    let table = &gathered.table;
    let shown = &detection.domains[..arguments.top.min(detection.domains.len())];
    arguments.output.write(|writer| {
        let form = arguments.schema.form(&arguments.output);
        let naming = arguments.inputs.settings().naming();
        let to_json = |&(domain, episode): &_| {
            let line = to_json(table, domain, episode, arguments);
            arguments.schema.line(line, naming)
        };
        let cells = |&(domain, episode): &_| cells(table, domain, episode);
        write_rows(writer, form, &HEADER, &rows(shown), to_json, cells)?;
        if form == Form::Json {
            let mut line = deck_line(&detection, arguments);
            add_input(&mut line, &gathered.tally, table);
            add_times(&mut line, &stages, detection.series);
            writeln!(writer, "{}", arguments.schema.line(line, naming))?;
        }
        if let (true, Some(best)) = (arguments.plot, shown.first()) {
            let episode = &best.episodes[0];
            let bins = episode.first_bin..episode.end_bin;
            plot(writer, table, &best.domain, best.group.as_deref(), &bins)?;
        }
        Ok(())
    })?;
    let fails = |q: f64| {
        detection
            .domains
            .iter()
            .flat_map(|d| &d.episodes)
            .any(|e| e.q <= q)
    };
    match arguments.fail_on {
        Some(q) if fails(q) => Err(AnomaliesFound.into()),
        Some(_) | None => Ok(()),
    }
}

impl DetectArguments {
    fn settings(&self) -> DetectSettings {
        let mut settings = DetectSettings::default()
            .with_window(self.window)
            .with_period(self.period)
            .with_references(self.references)
            .with_minimum_count(self.min_count)
            .with_band(self.band)
            .with_simulations(self.simulations)
            .with_seed(self.sampling.seed());
        if let Some(threads) = self.sampling.threads() {
            settings = settings.with_threads(threads);
        }
        if let Some(prior) = self.sampling.prior() {
            settings = settings.with_prior(prior);
        }
        settings
    }
}

fn summary(detection: &Detection, arguments: &DetectArguments, stages: &StageTimes) -> String {
    format!(
        "mode deck, seed {}: {} series, {} windows tested ({} within the range of their references), \
         {} with insufficient history, {} references fitted; {} outliers in {} domains, at most {:.1} expected by chance \
         (false-alarm rate {} a window); {}",
        arguments.sampling.seed(),
        detection.series,
        detection.tested,
        detection.within_range,
        detection.insufficient_history,
        detection.fitted,
        detection.outliers,
        detection.domains.len(),
        detection.expected_by_chance(),
        detection.false_alarm_rate,
        times(stages),
    )
}

/// What a run in mode deck was asked, and what it judged.
fn deck_line(detection: &Detection, arguments: &DetectArguments) -> serde_json::Value {
    let settings = vec![
        ("bin", arguments.inputs.bin().to_string()),
        ("window", arguments.window.to_string()),
        ("period", arguments.period.to_string()),
        ("references", arguments.references.to_string()),
        ("min_count", arguments.min_count.to_string()),
        ("band", arguments.band.to_string()),
        ("simulations", arguments.simulations.to_string()),
    ];
    json!({
        "schema": 1,
        "kind": "run",
        "mode": "deck",
        "version": env!("CARGO_PKG_VERSION"),
        "seed": arguments.sampling.seed(),
        "settings": texts(&settings),
        "series": {"all": detection.series},
        "windows": {
            "tested": detection.tested,
            "within_range": detection.within_range,
            "insufficient_history": detection.insufficient_history,
            "references_fitted": detection.fitted,
        },
        "found": {
            "domains": detection.domains.len(),
            "outliers": detection.outliers,
            "expected_by_chance": detection.expected_by_chance(),
        },
    })
}

fn rows(domains: &[RankedDomain]) -> Vec<(&RankedDomain, &Episode)> {
    domains
        .iter()
        .flat_map(|domain| domain.episodes.iter().map(move |episode| (domain, episode)))
        .collect()
}

const HEADER: [&str; 14] = [
    "domain",
    "rank",
    "group",
    "start",
    "end",
    "statistic",
    "observed",
    "expected",
    "band",
    "direction",
    "p",
    "q",
    "excess",
    "clients",
];

fn cells(table: &SeriesTable, domain: &RankedDomain, episode: &Episode) -> Vec<String> {
    let evidence = &episode.peak.evidence;
    vec![
        domain.domain.to_string(),
        domain.rank.to_string(),
        domain.group.as_deref().unwrap_or_default().to_owned(),
        table.width().start_of(episode.first_bin).to_string(),
        table.width().start_of(episode.end_bin).to_string(),
        evidence.statistic.name().to_owned(),
        evidence.observed.to_string(),
        format!("{:.1}", evidence.expected),
        format!("{}..{}", evidence.band.low, evidence.band.high),
        evidence.direction.name().to_owned(),
        format!("{:.1e}", evidence.p),
        format!("{:.1e}", episode.q),
        format!("{:+.1}", episode.excess),
        episode
            .clients
            .map(|clients| clients.to_string())
            .unwrap_or_default(),
    ]
}

fn to_json(
    table: &SeriesTable,
    domain: &RankedDomain,
    episode: &Episode,
    arguments: &DetectArguments,
) -> serde_json::Value {
    let evidence = &episode.peak.evidence;
    json!({
        "schema": 1,
        "kind": "episode",
        "mode": "deck",
        "seed": arguments.sampling.seed(),
        "rank": domain.rank,
        "domain": &*domain.domain,
        "group": domain.group.as_deref(),
        "domain_p": domain.p,
        "start": table.width().start_of(episode.first_bin).to_string(),
        "end": table.width().start_of(episode.end_bin).to_string(),
        "windows": episode.windows,
        "peak_start": table.width().start_of(episode.peak.window.first_bin).to_string(),
        "statistic": evidence.statistic.name(),
        "direction": evidence.direction.name(),
        "observed": evidence.observed,
        "expected": evidence.expected,
        "band_low": evidence.band.low,
        "band_high": evidence.band.high,
        "references": episode.peak.references,
        "p": evidence.p,
        "q": episode.q,
        "excess": episode.excess,
        "clients": episode.clients,
    })
}

/// Bars in a line of a terminal.
const WIDTH: usize = 80;

/// The counts of the best domain as one line of bars, its first episode underlined.
fn plot(
    writer: &mut dyn io::Write,
    table: &SeriesTable,
    domain: &str,
    group: Option<&str>,
    episode: &Range<i64>,
) -> io::Result<()> {
    let is_best = |series: &&Series| series.domain() == domain && series.group() == group;
    let Some(series) = table.series().iter().find(is_best) else {
        return Ok(());
    };
    let counts = series.counts();
    let bins_per_bar = counts.len().div_ceil(WIDTH).max(1);
    let bars: Vec<f64> = counts
        .chunks(bins_per_bar)
        .map(|bins| bins.iter().map(|&count| count as f64).sum())
        .collect();
    let bins: Vec<i64> = series.bins().collect();
    let underline: String = bins
        .chunks(bins_per_bar)
        .map(|bins| {
            if bins.iter().any(|bin| episode.contains(bin)) {
                '^'
            } else {
                ' '
            }
        })
        .collect();
    writeln!(writer, "\n{domain}: queries, {bins_per_bar} bins to a bar")?;
    writeln!(writer, "{}", sparkline(bars))?;
    writeln!(writer, "{}", underline.trim_end())
}
