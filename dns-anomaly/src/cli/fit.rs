//! `dns-anomaly fit`: the Bayesian zero-inflated Poisson model of every domain.
//!
//! In: logs or counts tables. Out: what is known about silence and rate of each domain, with the diagnostics of the draws.

use clap::Args;
use dns_anomaly::{FitSettings, Series, ZipFit, fit_series_watched};
use rainier::sampler::SummaryRow;
use serde_json::json;

use super::detect::SamplingArguments;
use super::inputs::InputArguments;
use super::output::{Form, OutputArguments, write_rows};
use super::progress::counting;

#[derive(Debug, Clone, Args)]
pub(super) struct FitArguments {
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    sampling: SamplingArguments,
    /// Chains of each series
    #[arg(long, default_value_t = 4)]
    chains: usize,
    /// Iterations of each chain that adapt the sampler and are dropped
    #[arg(long, default_value_t = 500)]
    warm_up: usize,
    /// Draws kept of each chain
    #[arg(long, default_value_t = 500)]
    draws: usize,
    /// Plot the draws of the first series
    #[arg(long)]
    plot: bool,
}

pub(super) fn run(arguments: &FitArguments) -> anyhow::Result<()> {
    let gathered = arguments.inputs.gather()?;
    let settings = FitSettings::default()
        .with_seed(arguments.sampling.seed())
        .with_chains(arguments.chains)
        .with_warm_up(arguments.warm_up)
        .with_draws(arguments.draws);
    let prior = arguments.sampling.prior();
    let (table, threads) = (&gathered.table, arguments.sampling.threads());
    let fits = counting("fitting", table.series().len(), |done| {
        fit_series_watched(table, prior, &settings, threads, done)
    })?;
    let rows: Vec<Row> = gathered
        .table
        .series()
        .iter()
        .zip(&fits)
        .flat_map(|(series, fit)| Row::of(series, fit))
        .collect();
    let form = arguments.output.form(Form::Json);
    let number = |value: f64| match form {
        Form::Table => format!("{value:.4}"),
        Form::Csv | Form::Json => value.to_string(),
    };
    arguments.output.write(|writer| {
        let to_json = |row: &Row| row.to_json(arguments);
        write_rows(writer, form, &HEADER, &rows, to_json, |row| {
            row.cells(number)
        })?;
        match fits.first() {
            Some(fit) if arguments.plot => {
                writeln!(
                    writer,
                    "\n{}: rate to the right, zero_prob upwards",
                    rows[0].series.domain()
                )?;
                writeln!(writer, "{}", fit.plot())
            }
            Some(_) | None => Ok(()),
        }
    })
}

const HEADER: [&str; 13] = [
    "domain",
    "group",
    "bins",
    "parameter",
    "mean",
    "sd",
    "mcse",
    "q5",
    "q50",
    "q95",
    "ess_bulk",
    "rhat",
    "divergences",
];

/// One unknown of one series.
struct Row<'a> {
    series: &'a Series,
    summary: SummaryRow,
    divergences: usize,
}

impl<'a> Row<'a> {
    fn of(series: &'a Series, fit: &ZipFit) -> Vec<Self> {
        let divergences = fit.divergences();
        fit.summary()
            .rows()
            .iter()
            .cloned()
            .map(|summary| Self {
                series,
                summary,
                divergences,
            })
            .collect()
    }

    fn to_json(&self, arguments: &FitArguments) -> serde_json::Value {
        let summary = &self.summary;
        json!({
            "schema": 1,
            "kind": "fit",
            "model": "zip",
            "seed": arguments.sampling.seed(),
            "domain": self.series.domain(),
            "group": self.series.group(),
            "bins": self.series.bins().count(),
            "parameter": summary.name,
            "mean": summary.mean,
            "sd": summary.sd,
            "mcse": summary.mcse_mean,
            "q5": summary.q5,
            "q50": summary.q50,
            "q95": summary.q95,
            "ess_bulk": summary.ess_bulk,
            "rhat": summary.rhat,
            "divergences": self.divergences,
        })
    }

    fn cells(&self, number: impl Fn(f64) -> String) -> Vec<String> {
        let summary = &self.summary;
        vec![
            self.series.domain().to_owned(),
            self.series.group().unwrap_or_default().to_owned(),
            self.series.bins().count().to_string(),
            summary.name.clone(),
            number(summary.mean),
            number(summary.sd),
            number(summary.mcse_mean),
            number(summary.q5),
            number(summary.q50),
            number(summary.q95),
            format!("{:.0}", summary.ess_bulk),
            number(summary.rhat),
            self.divergences.to_string(),
        ]
    }
}
