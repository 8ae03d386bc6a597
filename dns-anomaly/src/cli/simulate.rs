//! `dns-anomaly simulate`: synthetic traffic with known campaigns.
//!
//! In: sizes, shapes and a seed. Out: `dns.log` (or `dns.log.gz`), `counts.csv` (or `counts.jsonl`) and `truth.json` in
//! one folder.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use dns_anomaly::simulate::{
    Shape, SimulationSettings, Sizes, simulate, write_counts, write_log, write_truth, write_vectors,
};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::output::WholeFile;

#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct SimulateArguments {
    /// Folder to write to; made when missing
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Seed of all random numbers; one seed gives one set of files
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Number of domains
    #[arg(long, default_value_t = 200)]
    domains: u32,
    /// Number of innocent domains beside these that nobody asks for before some hour
    #[arg(long, default_value_t = 0)]
    new_domains: u32,
    /// Number of weeks of hourly bins; campaigns lie in the last one
    #[arg(long, default_value_t = 5)]
    weeks: u32,
    /// Number of days instead, at least seven
    #[arg(long, conflicts_with = "weeks")]
    days: Option<u32>,
    /// Number of clients
    #[arg(long, default_value_t = 60)]
    clients: u32,
    /// Number of campaigns
    #[arg(long, default_value_t = 2)]
    campaigns: u32,
    /// Number of domains in each campaign
    #[arg(long, default_value_t = 5)]
    campaign_domains: u32,
    /// Number of clients that ask for a campaign's domains
    #[arg(long, default_value_t = 4)]
    campaign_clients: u32,
    /// What a campaign looks like in time
    #[arg(long, value_enum, default_value_t = ShapeName::Burst)]
    shape: ShapeName,
    /// Volume in a campaign as a multiple of the ordinary mean
    #[arg(long, default_value_t = 20.0)]
    factor: f64,
    /// Length of a burst in hours
    #[arg(long, default_value_t = 24)]
    window: u32,
    /// Dispersion r of the counts (variance μ + μ²/r)
    #[arg(long, default_value_t = 2.0, conflicts_with = "poisson")]
    dispersion: f64,
    /// Draw Poisson counts instead of over-dispersed ones
    #[arg(long)]
    poisson: bool,
    /// Compress the log
    #[arg(long)]
    gzip: bool,
    /// Write no log: it is many times as long as the counts
    #[arg(long, conflicts_with = "gzip")]
    no_log: bool,
    /// Write the counts as hourly vectors, an object a domain, instead of a row a busy hour
    #[arg(long)]
    vectors: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ShapeName {
    /// A day (or --window hours) of more queries
    Burst,
    /// More queries from some hour on
    LevelShift,
    /// A few queries for each of many names, half of them new
    DomainFlux,
}

pub(super) fn run(arguments: &SimulateArguments) -> anyhow::Result<()> {
    let traffic = simulate(&arguments.settings())?;
    let folder = &arguments.out;
    fs::create_dir_all(folder)
        .with_context(|| format!("{}: cannot be created", folder.display()))?;
    let failed = || format!("{}: cannot be written to", folder.display());
    let mut files = Vec::new();
    if !arguments.no_log {
        let mut log = WholeFile::create(&folder.join(arguments.log_name()))?;
        if arguments.gzip {
            let mut encoder = GzEncoder::new(log.writer(), Compression::default());
            write_log(&traffic, &mut encoder).with_context(failed)?;
            encoder.finish().with_context(failed)?;
        } else {
            write_log(&traffic, log.writer()).with_context(failed)?;
        }
        files.push(log);
    }
    let mut counts = WholeFile::create(&folder.join(arguments.counts_name()))?;
    if arguments.vectors {
        write_vectors(&traffic, counts.writer()).with_context(failed)?;
    } else {
        write_counts(&traffic, counts.writer()).with_context(failed)?;
    }
    files.push(counts);
    let mut truth = WholeFile::create(&folder.join("truth.json"))?;
    write_truth(&traffic, truth.writer()).with_context(failed)?;
    // The truth comes last: where it is, the others are whole.
    files.push(truth);
    files.into_iter().try_for_each(WholeFile::commit)
}

impl SimulateArguments {
    fn log_name(&self) -> &'static str {
        if self.gzip { "dns.log.gz" } else { "dns.log" }
    }

    fn counts_name(&self) -> &'static str {
        if self.vectors {
            "counts.jsonl"
        } else {
            "counts.csv"
        }
    }

    fn settings(&self) -> SimulationSettings {
        SimulationSettings::default()
            .with_seed(self.seed)
            .with_domains(self.domains)
            .with_new_domains(self.new_domains)
            .with_days(self.days.unwrap_or(7 * self.weeks))
            .with_clients(self.clients)
            .with_campaigns(self.campaigns)
            .with_domains_per_campaign(self.campaign_domains)
            .with_clients_per_campaign(self.campaign_clients)
            .with_shape(match self.shape {
                ShapeName::Burst => Shape::Burst,
                ShapeName::LevelShift => Shape::LevelShift,
                ShapeName::DomainFlux => Shape::DomainFlux,
            })
            .with_factor(self.factor)
            .with_window_hours(self.window)
            .with_sizes(if self.poisson {
                Sizes::Poisson
            } else {
                Sizes::NegativeBinomial {
                    dispersion: self.dispersion,
                }
            })
    }
}
