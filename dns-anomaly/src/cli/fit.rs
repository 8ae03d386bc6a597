//! `dns-anomaly fit`: a Bayesian model of every domain's counts.
//!
//! In: logs or counts tables. Out: what is known about silence and rate of each domain, with the diagnostics of the draws.

use clap::Args;
use clap::builder::PossibleValuesParser;
use dns_anomaly::{
    Choice, CountFit, CountModel, FitSettings, Gathered, RatePrior, Rival, Series, SeriesTable,
    ZipFit, ZipModel, choose_models, fit_model, population_prior, stream_key, summarise_series,
};
use rainier::dist::FittedSeries;
use rainier::sampler::{Summary, SummaryRow};
use serde_json::json;

use super::detect::SamplingArguments;
use super::exit::{WrongUsage, complain};
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
    /// The model; best: the simplest of those that predict a bin from the others as well as any (PSIS-LOO)
    #[arg(long, default_value = "zip", value_parser = PossibleValuesParser::new(model_names()))]
    model: String,
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

/// What `--model` takes for a choice by series.
const BEST: &str = "best";

fn model_names() -> impl Iterator<Item = &'static str> {
    CountModel::ALL
        .map(CountModel::name)
        .into_iter()
        .chain([BEST])
}

pub(super) fn run(arguments: &FitArguments) -> anyhow::Result<()> {
    if arguments.model() != Some(CountModel::ZeroInflatedPoisson) {
        if arguments.sampling.prior().is_some() {
            return Err(WrongUsage("--prior talk goes with --model zip only").into());
        }
        if arguments.plot {
            return Err(WrongUsage("--plot goes with --model zip only").into());
        }
    }
    if arguments.model() == Some(CountModel::ZeroInflatedNegativeBinomial) {
        complain(
            "the dispersion of zinb makes zeros as well: zero_prob may stay as its prior has it; hurdle-nb tells              silence from size",
        );
    }
    let gathered = arguments.inputs.gather()?;
    let fits = arguments.fit(&gathered)?;
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
        match fits.first().and_then(|fit| fit.plot.as_ref()) {
            Some(plot) => {
                writeln!(
                    writer,
                    "\n{}: rate to the right, zero_prob upwards",
                    rows[0].series.domain()
                )?;
                writeln!(writer, "{plot}")
            }
            None => Ok(()),
        }
    })
}

impl FitArguments {
    /// The model asked for; none where each series has the best.
    fn model(&self) -> Option<CountModel> {
        let mut all = CountModel::ALL.into_iter();
        all.find(|model| model.name() == self.model)
    }

    /// Fits what was asked for to each series.
    fn fit(&self, gathered: &Gathered) -> anyhow::Result<Vec<Fitted>> {
        let settings = FitSettings::default()
            .with_seed(self.sampling.seed())
            .with_chains(self.chains)
            .with_warm_up(self.warm_up)
            .with_draws(self.draws);
        let (table, threads) = (&gathered.table, self.sampling.threads());
        counting("fitting", table.series().len(), |done| {
            Ok(match self.model() {
                None => {
                    let choices = choose_models(table, &settings, threads, done)?;
                    choices.iter().map(Fitted::of_choice).collect()
                }
                Some(CountModel::ZeroInflatedPoisson) => {
                    let prior = self.sampling.prior();
                    let fits = summarise_series(table, prior, &settings, threads, done)?;
                    let mut fitted: Vec<Fitted> = fits.into_iter().map(Fitted::of_zip).collect();
                    if self.plot
                        && let Some(first) = fitted.first_mut()
                    {
                        first.plot = plot_of_first(table, prior, &settings)?;
                    }
                    fitted
                }
                Some(model) => {
                    let fits = fit_model(table, model, &settings, threads, done)?;
                    fits.iter().map(Fitted::of_counts).collect()
                }
            })
        })
    }
}

/// A plot of the draws of the first series, sampled again.
fn plot_of_first(
    table: &SeriesTable,
    prior: Option<RatePrior>,
    settings: &FitSettings,
) -> anyhow::Result<Option<String>> {
    let first = table.series().first();
    let first = first.map(|series| {
        let key = stream_key(series.domain(), series.group());
        (key, series.counts())
    });
    let model = ZipModel::new(prior.unwrap_or_else(|| population_prior(table)))?;
    let fits = model.fit_many(first, settings)?;
    Ok(fits.first().map(ZipFit::plot))
}

/// What is shown of one series.
struct Fitted {
    model: CountModel,
    summary: Summary,
    divergences: usize,
    rivals: Vec<Rival>,
    plot: Option<String>,
}

impl Fitted {
    fn of_zip(fit: FittedSeries) -> Self {
        Self {
            model: CountModel::ZeroInflatedPoisson,
            summary: fit.summary,
            divergences: fit.divergences,
            rivals: Vec::new(),
            plot: None,
        }
    }

    fn of_counts(fit: &CountFit) -> Self {
        Self {
            model: fit.model(),
            summary: fit.summary(),
            divergences: fit.divergences(),
            rivals: Vec::new(),
            plot: None,
        }
    }

    fn of_choice(choice: &Choice) -> Self {
        Self {
            rivals: choice.rivals().to_vec(),
            ..Self::of_counts(choice.fit())
        }
    }
}

const HEADER: [&str; 14] = [
    "domain",
    "group",
    "bins",
    "model",
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
    fitted: &'a Fitted,
    summary: SummaryRow,
}

impl<'a> Row<'a> {
    fn of(series: &'a Series, fitted: &'a Fitted) -> Vec<Self> {
        let rows = fitted.summary.rows().iter().cloned();
        rows.map(|summary| Self {
            series,
            fitted,
            summary,
        })
        .collect()
    }

    fn to_json(&self, arguments: &FitArguments) -> serde_json::Value {
        let summary = &self.summary;
        let rivals = self.fitted.rivals.iter().map(|rival| {
            json!({
                "model": rival.model.name(),
                "elpd": rival.elpd,
                "behind": rival.behind,
                "behind_se": rival.standard_error,
                "unreliable": rival.unreliable,
            })
        });
        let mut object = json!({
            "schema": 1,
            "kind": "fit",
            "model": self.fitted.model.name(),
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
            "divergences": self.fitted.divergences,
        });
        if !self.fitted.rivals.is_empty() {
            object["models"] = rivals.collect();
        }
        object
    }

    fn cells(&self, number: impl Fn(f64) -> String) -> Vec<String> {
        let summary = &self.summary;
        vec![
            self.series.domain().to_owned(),
            self.series.group().unwrap_or_default().to_owned(),
            self.series.bins().count().to_string(),
            self.fitted.model.to_string(),
            summary.name.clone(),
            number(summary.mean),
            number(summary.sd),
            number(summary.mcse_mean),
            number(summary.q5),
            number(summary.q50),
            number(summary.q95),
            format!("{:.0}", summary.ess_bulk),
            number(summary.rhat),
            self.fitted.divergences.to_string(),
        ]
    }
}
