//! `dns-anomaly croston`: point forecasts of every domain.
//!
//! In: logs or counts tables. Out: one forecast for each domain, sorted by domain.

use clap::{Args, ValueEnum};
use dns_anomaly::Series;
use dns_anomaly::croston::{
    Adida, Classic, Correction, CrostonError, Imapa, Optimised, PointForecast, SizeUpdate, Talk,
    Tsb,
};
use serde_json::json;

use super::inputs::InputArguments;
use super::output::{Form, OutputArguments, write_rows};

#[derive(Debug, Clone, Args)]
pub(super) struct CrostonArguments {
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// The method
    #[arg(long, value_enum, default_value_t = Method::Talk)]
    method: Method,
    /// Weight on the new value; the talk's w is 1 minus it. Not used by optimised, adida and imapa
    #[arg(long, default_value_t = 0.1)]
    alpha: f64,
    /// Weight on a new bin's activity in tsb; --alpha unless given
    #[arg(long)]
    alpha_probability: Option<f64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// The talk's recurrence; the size moves in busy bins
    Talk,
    /// The talk's formula to the letter; the size moves in every bin
    TalkUnconditional,
    /// Croston's method
    Croston,
    /// Croston's method with the correction of Syntetos and Boylan
    Sba,
    /// Croston's method with the correction of Shale, Boylan and Johnston
    Sbj,
    /// The method of Teunter, Syntetos and Babai
    Tsb,
    /// Croston's method, with the constants that fit each series best
    Optimised,
    /// Sums over the mean interval between busy bins
    Adida,
    /// The mean over sums of one bin, two, up to the mean interval
    Imapa,
}

/// One forecast and what it was made of.
struct Row<'table> {
    series: &'table Series,
    forecast: PointForecast,
}

pub(super) fn run(arguments: &CrostonArguments) -> anyhow::Result<()> {
    // A forecast of nothing much refuses a bad setting before hours of reading.
    arguments.forecast(&[0.0])?;
    let gathered = arguments.inputs.gather()?;
    let rows = gathered
        .table
        .series()
        .iter()
        .map(|series| {
            let observations: Vec<f64> =
                series.counts().iter().map(|&count| count as f64).collect();
            Ok(Row {
                series,
                forecast: arguments.forecast(&observations)?,
            })
        })
        .collect::<Result<Vec<_>, CrostonError>>()?;
    let form = arguments.output.form(Form::Json);
    let number = |value: f64| match form {
        Form::Table => format!("{value:.7}"),
        Form::Csv | Form::Json => value.to_string(),
    };
    arguments.output.write(|writer| {
        let to_json = |row: &Row| row.to_json(arguments);
        write_rows(writer, form, &HEADER, &rows, to_json, |row| {
            row.cells(number)
        })
    })
}

const HEADER: [&str; 7] = [
    "domain",
    "group",
    "bins",
    "busy",
    "size",
    "active_prob",
    "rate",
];

impl CrostonArguments {
    fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        let talk = Talk::default().with_weight(1.0 - self.alpha);
        let classic = Classic::default().with_alpha(self.alpha);
        match self.method {
            Method::Talk => talk.forecast(observations),
            Method::TalkUnconditional => talk
                .with_size_update(SizeUpdate::Unconditional)
                .forecast(observations),
            Method::Croston => classic.forecast(observations),
            Method::Sba => classic
                .with_correction(Correction::SyntetosBoylan)
                .forecast(observations),
            Method::Sbj => classic
                .with_correction(Correction::ShaleBoylanJohnston)
                .forecast(observations),
            Method::Tsb => Tsb::default()
                .with_alpha_demand(self.alpha)
                .with_alpha_probability(self.alpha_probability.unwrap_or(self.alpha))
                .forecast(observations),
            Method::Optimised => Optimised.forecast(observations),
            Method::Adida => Adida.forecast(observations),
            Method::Imapa => Imapa.forecast(observations),
        }
    }

    /// The weight, where the series does not choose it.
    fn fixed_alpha(&self) -> Option<f64> {
        match self.method {
            Method::Optimised | Method::Adida | Method::Imapa => None,
            Method::Talk
            | Method::TalkUnconditional
            | Method::Croston
            | Method::Sba
            | Method::Sbj
            | Method::Tsb => Some(self.alpha),
        }
    }

    fn method_name(&self) -> String {
        let value = self
            .method
            .to_possible_value()
            .expect("no method is hidden");
        value.get_name().to_owned()
    }
}

impl Row<'_> {
    fn to_json(&self, arguments: &CrostonArguments) -> serde_json::Value {
        json!({
            "schema": 1,
            "kind": "croston",
            "domain": self.series.domain(),
            "group": self.series.group(),
            "method": arguments.method_name(),
            "alpha": arguments.fixed_alpha(),
            "bins": self.series.counts().len(),
            "busy": self.series.busy().len(),
            "size": self.forecast.expected_size(),
            "active_prob": self.forecast.active_prob(),
            "rate": self.forecast.rate(),
        })
    }

    fn cells(&self, number: impl Fn(f64) -> String) -> Vec<String> {
        vec![
            self.series.domain().to_owned(),
            self.series.group().unwrap_or_default().to_owned(),
            self.series.counts().len().to_string(),
            self.series.busy().len().to_string(),
            number(self.forecast.expected_size()),
            number(self.forecast.active_prob()),
            number(self.forecast.rate()),
        ]
    }
}
