//! `dns-anomaly detect`: outlier windows, ranked across domains.
//!
//! In: arguments. Out: what the mode asked for writes (`calibrated`, `deck`): one row for each episode of outlier windows,
//! best domain first; a summary of what was tested on standard error.

pub(in crate::cli) mod calibrated;
mod deck;
mod global;
mod metrics;
#[cfg(feature = "svg")]
mod report;

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dns_anomaly::{BinWidth, RatePrior, Series, SeriesTable, StageTimes};
use rainier::prelude::sparkline;

use crate::cli::calibrated::{CalibratedArguments, SearchArguments};
use crate::cli::inputs::InputArguments;
use crate::cli::output::{OutputArguments, SchemaArguments};
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
    /// Mode deck: what a window is compared with
    #[arg(long, value_enum, default_value_t = ReferenceName::Periods)]
    reference: ReferenceName,
    /// Mode deck: weight of what was known before a window in the averages of `--reference trend`; the talk's table has
    /// 0.75 and 0.9
    #[arg(long, default_value_t = 0.9, value_name = "WEIGHT")]
    trend_weight: f64,
    /// Mode deck: time from a window to its nearest reference
    #[arg(long, default_value = "1w")]
    period: BinWidth,
    /// Mode deck: number of references of a window, each a period before the next; with a trend, of windows of its kind
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReferenceName {
    /// The same place in earlier periods, each by itself
    Periods,
    /// The model fitted to moving averages of all windows before it, for each slot of the week
    Trend,
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
        Mode::Deck => deck::run(arguments, &gathered, stages),
    }
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
